"""Identifiers that say nothing: neither order, nor time, nor number."""

import hashlib
import hmac
import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no i, l, o, u, so that an id can be read aloud."""

ID_LENGTH = 12


def new_id() -> str:
    """A random identifier of 60 bits, 12 characters of Crockford's alphabet."""
    return _random(ID_LENGTH)


def new_code(length: int = 8) -> str:
    """A random code a person can type, in capitals."""
    return _random(length).upper()


def _random(length: int) -> str:
    """Five bits of the system's randomness for each character: 32 letters divide a byte evenly."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in secrets.token_bytes(length))


def new_token() -> str:
    """A secret of 256 bits for a cookie or a link; only its digest is ever stored."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """SHA-256 of a token, in hexadecimal: what the database keeps of it."""
    return hashlib.sha256(token.encode()).hexdigest()


def seal(secret: str, purpose: str, value: str) -> str:
    """HMAC-SHA-256 of `value` for one `purpose`, so that a seal made for one thing is refused for another."""
    return hmac.new(secret.encode(), f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())

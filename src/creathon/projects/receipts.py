"""What a receipt rests on: the canonical bundle of a deposit, its SHA-256, its number. Pure, usable without a database.

Canonical: JSON in UTF-8, keys sorted, no space, every text in NFC. The same content gives the same bytes for ever.
"""

import hashlib
import json
import re
import secrets
import unicodedata
from collections.abc import Mapping
from typing import Any

import segno

PAPER_WIDTH = 88
_NUMBER = re.compile(r"[0-9A-F]{8}")


def canonical_bundle(content: Mapping[str, Any]) -> bytes:
    """The bytes whose SHA-256 a receipt carries."""
    text = json.dumps(_normal(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def bundle_sha256(content: Mapping[str, Any]) -> str:
    """The SHA-256 of the canonical bundle, in hexadecimal."""
    return hashlib.sha256(canonical_bundle(content)).hexdigest()


def new_number() -> str:
    """A random number, « 7F3A-91C2 »."""
    digits = secrets.token_hex(4).upper()
    return f"{digits[:4]}-{digits[4:]}"


def normal_number(typed: str) -> str | None:
    """The number as it is stored, however it was typed (spaces, small letters, no dash); None when it is not one."""
    digits = re.sub(r"[\s\-\u2010-\u2015]", "", typed).upper()
    return f"{digits[:4]}-{digits[4:]}" if _NUMBER.fullmatch(digits) else None


def in_lines(receipt: str) -> list[str]:
    """A signed receipt cut for paper, never after a hyphen: copied from a PDF it would be taken for hyphenation."""
    return re.findall(rf".{{1,{PAPER_WIDTH - 1}}}[^-]|.+$", receipt)


def qr_code(text: str) -> str:
    """A QR code (ISO/IEC 18004, level M) of a text, as the `data:` address of an SVG image."""
    return segno.make(text, error="m", micro=False).svg_data_uri(border=2, omitsize=True)


def _normal(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {_normal(key): _normal(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_normal(item) for item in value]
    return value

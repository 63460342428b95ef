"""Signed receipts: a JWS (RFC 7515) made with an Ed25519 key (RFC 8037, RFC 9864). Usable without a database.

Whoever holds the public keys checks one for ever, with this module, `creathon verify` or any tool that reads JWS.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from creathon.settings import kept_once

ALGORITHM = "Ed25519"
TYPE = "creathon-receipt"
SIGNING = "signing.pem"
MOST_TEXT = 4_000
"""How far into a text a receipt is looked for: further than any message of ours goes."""
_RECEIPT = re.compile(r"\beyJ[\w-]{20,400}\.[\w-]{40,1200}\.[\w-]{86}(?![\w-])", re.ASCII)

_CUT = re.compile(r"(?<=[\w.-]{40})\s*\n(?=[\w.-]+\s*(?:\n|$))", re.ASCII)


class BadReceipt(ValueError):
    """What was given is no receipt, or no key known has signed it."""


@dataclass(frozen=True)
class Statement:
    """What a receipt says: deposit `number` of an edition arrived then, with version `version` of the draft.

    `sha256` is the one of the canonical bundle, which holds the one of the file.
    """

    edition: str
    number: str
    version: int
    arrived_at: datetime
    late: bool
    sha256: str


class Signer:
    """Signs with one key; what the `retired` ones signed, of earlier years, is still believed."""

    def __init__(self, key: OKPKey, retired: Sequence[OKPKey] = ()) -> None:
        self._key = key
        self.keys = KeySet([_public(one) for one in (key, *retired)])

    @classmethod
    def of_folder(cls, folder: Path) -> "Signer":
        """The keys of a folder: `signing.pem`, private, made once, signs; every other `*.pem`, public, is retired."""
        key = OKPKey.import_key(kept_once(folder / SIGNING, _new_pem))
        retired = [path for path in sorted(folder.glob("*.pem")) if path.name != SIGNING]
        return cls(key, [OKPKey.import_key(path.read_bytes()) for path in retired])

    def sign(self, statement: Statement) -> str:
        """The receipt: three parts of URL-safe Base64 joined by dots."""
        said = {**asdict(statement), "arrived_at": statement.arrived_at.astimezone(UTC).isoformat()}
        payload = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": self._key.thumbprint()}
        return jws.serialize_compact(header, payload, self._key, algorithms=[ALGORITHM])

    def published(self) -> dict[str, Any]:
        """The public keys, as a JSON Web Key Set (RFC 7517)."""
        return dict(self.keys.as_dict(private=False))


def find_receipt(text: str) -> str | None:
    """The receipt that stands in a text: the file a team downloads, a message, or the receipt alone.

    Copied from a PDF it comes cut in lines, which are joined.
    """
    start = text[:MOST_TEXT]
    found = _RECEIPT.search(start) or _RECEIPT.search(_CUT.sub("", start))
    return found.group() if found else None


def read_receipt(receipt: str, keys: KeySet) -> Statement:
    """What a receipt says.

    Raises:
        BadReceipt: it is none, was changed, or was signed by another key.
    """
    try:
        found = jws.deserialize_compact(receipt, keys, algorithms=[ALGORITHM])
        if found.headers().get("typ") != TYPE:
            raise BadReceipt("another kind of statement")
        return _statement(json.loads(found.payload))
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise BadReceipt(str(error)) from error


def read_keys(content: str) -> KeySet:
    """The keys of a JSON Web Key Set; only the public halves are kept.

    Raises:
        BadReceipt: it is none.
    """
    try:
        return KeySet([_public(OKPKey.import_key(key)) for key in json.loads(content)["keys"]])
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise BadReceipt("no key set") from error


def _statement(said: Mapping[str, Any]) -> Statement:
    return Statement(
        edition=str(said["edition"]),
        number=str(said["number"]),
        version=int(said["version"]),
        arrived_at=datetime.fromisoformat(said["arrived_at"]),
        late=bool(said["late"]),
        sha256=str(said["sha256"]),
    )


def _public(key: OKPKey) -> OKPKey:
    """The public half, named by its thumbprint (RFC 7638): no name ever designates two keys."""
    return OKPKey.import_key({**key.as_dict(private=False), "kid": key.thumbprint()})


def _new_pem() -> bytes:
    return OKPKey.generate_key("Ed25519", private=True).as_pem(private=True)

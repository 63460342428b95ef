"""The headers of an answer that can only be kept, never run."""

import unicodedata
from urllib.parse import quote

SANDBOX = "sandbox; default-src 'none'"


def attachment_headers(name: str) -> dict[str, str]:
    """The headers of a download: RFC 6266 with a plain name first, the true one after."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join(letter if letter.isalnum() or letter in " ._-" else "_" for letter in plain).strip() or "fichier"
    return {
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "content-security-policy": SANDBOX,
        "x-content-type-options": "nosniff",
    }

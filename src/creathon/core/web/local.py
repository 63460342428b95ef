"""Where a `suite=` parameter may lead: a path of this platform, nothing else."""

import re
from urllib.parse import urlsplit

_PLAIN = re.compile(r"/(?![/\\])[A-Za-z0-9/_\-.~%?=&+,:@]*")


def local_path(wanted: str) -> str:
    """`wanted` when it is a plain local path, « / » otherwise."""
    lowered = wanted.casefold()
    if not _PLAIN.fullmatch(wanted) or any(bad in lowered for bad in ("%0d", "%0a", "%5c", "%2f%2f", "%00")):
        return "/"
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc and not parts.path.startswith("//") else "/"

"""The part of a file that a player asks for (RFC 9110, 14): one range of bytes; anything else gets the whole."""

import re
from dataclasses import dataclass

_ONE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


@dataclass(frozen=True)
class Part:
    """From which byte, and how many; none when what is asked for is not in the file."""

    first: int
    length: int


def part_asked(asked: str, condition: str, size: int, etag: str) -> Part | None:
    """What a `Range` asks of a file of `size` bytes; None for the whole.

    `condition`: the `If-Range` sent with it; a mark that is not `etag` means another file, of which no part is wanted.
    """
    found = _ONE.fullmatch(asked.strip())
    if found is None or found[0] == "bytes=-" or (condition and condition != etag):
        return None
    start, end = found.groups()
    if not start:
        length = min(int(end), size)
        return Part(size - length, length)
    first, last = int(start), min(int(end), size - 1) if end else size - 1
    if end and int(end) < first:
        return None
    return Part(first, max(0, last - first + 1)) if first < size else Part(0, 0)

"""One file, and what it deserves."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """The name a file is sent under, its bytes, and words of its refusal; None when it is kept."""

    label: str
    name: str
    content: bytes
    refusal: str | None = None

"""What an edition on paper still lacks, line by line, in the order one prepares it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from creathon.core.text import _


@dataclass(frozen=True)
class Start:
    """What one button does for a line that is missing: the usual thing, to be changed afterwards."""

    text: str
    url: str
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class PreparationLine:
    """One thing to prepare: what is said of it, where it is done, and what is missing (empty: nothing)."""

    title: str
    said: str
    url: str
    missing: str = ""
    start: Start | None = None


def lacking(lines: list[PreparationLine]) -> list[str]:
    """What stands between the edition and its announcement, in sentences."""
    return [line.missing for line in lines if line.missing]


def preparation_line(
    title: str, said: str, url: str, missing: str | None = None, start: Start | None = None
) -> PreparationLine:
    """A line in the reader's language; it is started once only."""
    return PreparationLine(_(title), said, url, missing or "", start if missing else None)

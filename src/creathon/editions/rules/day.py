"""The steps of the twenty-four hours: counted from the launch, so that no change of season moves them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from creathon.core.text import instant_words
from creathon.editions.models import DayStep, Edition, PhaseKind
from creathon.editions.rules.making import launch_of

LONGEST_TITLE = 120
_OFFSET = re.compile(r"([-−–+]?)\s*(\d{1,3})\s*[:hH]\s*([0-5]\d)")


@dataclass(frozen=True)
class DayRow:
    """A step as the public reads it."""

    id: str
    title: str
    starts_at: datetime
    when: str


def day_rows(edition: Edition, steps: Iterable[DayStep], reader_zone: str | None = None) -> list[DayRow]:
    """The steps in order, in the edition's zone then the reader's."""
    launch = launch_of(edition).astimezone(UTC)
    instants = [(launch + timedelta(minutes=step.minutes), step) for step in steps]
    return [DayRow(step.id, step.title, at, instant_words(at, edition.zone, reader_zone)) for at, step in instants]


def day_minutes(edition: Edition) -> int:
    """How many minutes the creation lasts, from the launch to its end: 1440 unless a phase was moved."""
    ends = [phase.closes_at for phase in edition.phases if phase.kind == PhaseKind.CREATION]
    return int((max(ends, default=launch_of(edition)) - launch_of(edition)).total_seconds() // 60)


def steps_at_the_end(steps: Iterable[DayStep], minutes: int) -> list[DayStep]:
    """The steps that are of the end of the creation, or after it, when it lasts `minutes`: they follow that end."""
    return [step for step in steps if step.minutes >= minutes]


def offset_minutes(typed: str) -> int | None:
    """The minutes of « 9:30 », « -1:00 » or « 24 h 10 » after the launch; None for anything else."""
    found = _OFFSET.fullmatch(typed.strip())
    if found is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    return -minutes if found[1] in ("-", "−", "–") else minutes


def offset_words(minutes: int) -> str:
    """« 9:30 », « -1:00 »: what a person types."""
    return f"{'-' if minutes < 0 else ''}{abs(minutes) // 60}:{abs(minutes) % 60:02}"

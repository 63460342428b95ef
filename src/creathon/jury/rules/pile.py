"""A juror's pile: how it stands, a part of it, what comes next. A pile is short: it is read whole, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from creathon.jury.models import EvaluationState

_STATES = {"a-lire": None, "brouillon": EvaluationState.DRAFT, "validee": EvaluationState.VALIDATED}


@dataclass(frozen=True)
class PileRow:
    """One project of a juror's pile. `state` is None when nothing is written yet."""

    assignment_id: str
    title: str
    position: int
    panel: str
    state: EvaluationState | None
    updated_at: datetime | None


@dataclass(frozen=True)
class PileCounts:
    """How a pile stands."""

    to_read: int
    drafts: int
    validated: int

    @property
    def left(self) -> int:
        return self.to_read + self.drafts

    @property
    def total(self) -> int:
        return self.left + self.validated


def counts_of(pile: Sequence[PileRow]) -> PileCounts:
    """How many projects are not begun, in draft, validated."""
    return PileCounts(*(sum(row.state == state for row in pile) for state in _STATES.values()))


def part_of(pile: Sequence[PileRow], state: str) -> list[PileRow]:
    """The rows in a state: « a-lire », « brouillon », « validee »; all of them for any other word."""
    return [row for row in pile if state not in _STATES or row.state == _STATES[state]]


def next_to_read(pile: Sequence[PileRow], after: str = "") -> str | None:
    """The assignment to open after another one: the next not validated in the pile, else the first, else None."""
    at = next((index for index, row in enumerate(pile) if row.assignment_id == after), -1)
    following = (row for row in [*pile[at + 1 :], *pile[: max(at, 0)]] if row.state != EvaluationState.VALIDATED)
    return next((row.assignment_id for row in following), None)

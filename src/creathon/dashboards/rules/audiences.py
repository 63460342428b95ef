"""Who a change of the calendar concerns, and in what words. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from creathon.core.text import _
from creathon.editions.models import Allowed
from creathon.editions.rules import RightShift, shift_words


class Audience(StrEnum):
    """A group of people whose rights the calendar opens and closes together."""

    NEWCOMERS = "newcomers"
    ALONE = "alone"
    TEAMS = "teams"
    JURORS = "jurors"
    FOLLOWED = "followed"
    COORDINATION = "coordination"


NAMES = {
    Audience.NEWCOMERS: "Personnes inscrites, sans équipe",
    Audience.ALONE: "Personnes qui candidatent seules",
    Audience.TEAMS: "Membres des équipes",
    Audience.JURORS: "Jurés",
    Audience.FOLLOWED: "Mentors et équipes retenues",
    Audience.COORDINATION: "Coordination nationale et des sites",
}
ACTS_OF: Mapping[Audience, Sequence[Allowed]] = {
    Audience.NEWCOMERS: (Allowed.APPLY,),
    Audience.ALONE: (Allowed.APPLY, Allowed.MANAGE_TEAM),
    Audience.TEAMS: (
        Allowed.APPLY,
        Allowed.MANAGE_TEAM,
        Allowed.WRITE,
        Allowed.DEPOSIT,
        Allowed.READ_FEEDBACK,
        Allowed.COMPLAIN,
    ),
    Audience.JURORS: (Allowed.DECLARE_LINKS, Allowed.REVIEW, Allowed.DELIBERATE),
    Audience.FOLLOWED: (Allowed.MENTOR,),
    Audience.COORDINATION: tuple(Allowed),
}
UNTOLD = frozenset({Audience.NEWCOMERS})
"""Who reads the change on the page of the edition and gets no message: they never took part in it."""


@dataclass(frozen=True)
class AudienceRow:
    """An audience as the preview shows it."""

    name: str
    people: int
    is_told: bool
    lines: list[str]


def concerned(shifts: Sequence[RightShift]) -> dict[Audience, list[RightShift]]:
    """What moves for whom. The coordination is always concerned."""
    found = {one: [shift for shift in shifts if shift.act in ACTS_OF[one]] for one in Audience}
    return {one: moved for one, moved in found.items() if moved or one == Audience.COORDINATION}


def audience_rows(
    shifts: Sequence[RightShift], people: Mapping[Audience, int], zone: str, reader_zone: str | None = None
) -> list[AudienceRow]:
    """The preview: per audience, what opens or closes when, and how many people."""
    return [
        AudienceRow(_(NAMES[one]), people.get(one, 0), one not in UNTOLD, lines_of(moved, zone, reader_zone))
        for one, moved in concerned(shifts).items()
    ]


def lines_of(shifts: Iterable[RightShift], zone: str, reader_zone: str | None = None) -> list[str]:
    """What moves, in sentences."""
    return [line for shift in shifts for line in shift_words(shift, zone, reader_zone)]

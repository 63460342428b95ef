"""The rhythm of interviews, when they may be planned, moved, cancelled, and when their note may be written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count, takewhile

from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.editions.models import Allowed, Edition
from creathon.editions.rules import instants_of, interval_words, is_within, local_time, may_now, phases_allowing
from creathon.jury.models import Tier
from creathon.mentoring.models import Interview
from creathon.mentoring.rules.access import Relation, may_follow

MINUTES = 45
NOTE_LIMIT = 4000
MOST_PLANNED = 60
"""As many interviews as one project may have: more is a mistake of the hand."""


class Rhythm(StrEnum):
    """How often interviews come back. « Bimensuel » is twice a month."""

    TWICE_A_MONTH = "deux_fois_par_mois"
    ONCE_A_MONTH = "une_fois_par_mois"
    ONCE = "une_fois"


@dataclass(frozen=True)
class NoteValues:
    """The note of an interview, read by the team too."""

    decisions: str
    actions: str = ""
    next_step: str = ""


EMPTY_NOTE = NoteValues("")


def rhythm_of(tier: Tier) -> Rhythm:
    """The rhythm promised by a tier."""
    return Rhythm.TWICE_A_MONTH if tier == Tier.RENFORCE else Rhythm.ONCE_A_MONTH


def mentoring_end(edition: Edition) -> datetime | None:
    """The end of the last phase of mentoring: no interview starts at or after it."""
    return max((phase.closes_at for phase in phases_allowing(edition, Allowed.MENTOR)), default=None)


def interview_dates(first: datetime, rhythm: Rhythm, until: datetime, zone: str) -> list[datetime]:
    """The starts from `first`, before `until`, at the same hour on the clocks of `zone`.

    Twice a month is every fourteen days; once a month is the same day of the same week of each month.
    """
    if rhythm is Rhythm.ONCE:
        return [first]
    local = local_time(first, zone)
    shifted = _fortnightly if rhythm is Rhythm.TWICE_A_MONTH else _monthly
    return list(takewhile(lambda start: start < until, (_instant(shifted(local, number), zone) for number in count())))


def _fortnightly(local: datetime, number: int) -> datetime:
    return local + timedelta(days=14 * number)


def _monthly(local: datetime, number: int) -> datetime:
    """The same weekday of the same week, `number` months later; the fourth where a month has no fifth."""
    month = local.month - 1 + number
    start = local.replace(year=local.year + month // 12, month=month % 12 + 1, day=1)
    week = (local.day - 1) // 7
    found = start + timedelta(days=(local.weekday() - start.weekday()) % 7 + 7 * week)
    return found if found.month == start.month else found - timedelta(days=7)


def _instant(local: datetime, zone: str) -> datetime:
    """The first instant of that local time; one hour later in the night when it does not exist."""
    return (instants_of(local, zone) or instants_of(local + timedelta(hours=1), zone))[0]


def may_plan(starts: Sequence[datetime], known: Sequence[Interview], edition: Edition) -> Refusal | None:
    """Whether interviews may start then: during the mentoring, and not twice at the same instant."""
    phases = phases_allowing(edition, Allowed.MENTOR)
    if not starts or not phases:
        return Refusal(_("Aucun entretien ne tient dans l’accompagnement de cette édition."))
    if not all(any(is_within(phase, start) for phase in phases) for start in starts):
        opens, closes = min(phase.opens_at for phase in phases), max(phase.closes_at for phase in phases)
        bounds = interval_words(opens, closes, edition.zone)
        return Refusal(_("Un entretien a lieu pendant l’accompagnement : %(bounds)s.", bounds=bounds))
    taken = {interview.starts_at for interview in known}
    if len(set(starts)) < len(starts) or taken & set(starts):
        return Refusal(_("Un entretien est déjà prévu à cette heure. Choisissez une autre première date."))
    if len(starts) + len(taken) > MOST_PLANNED:
        return Refusal(
            _(
                "Un projet a %(most_planned)s entretiens au plus. Annulez d’abord ceux qui ne servent pas.",
                most_planned=MOST_PLANNED,
            )
        )
    return None


def may_move(interview: Interview, others: Sequence[Interview], start: datetime, edition: Edition) -> Refusal | None:
    """Whether an interview may start then; one whose note is written stays where it was held."""
    if interview.noted_at is not None:
        return Refusal(_("Le compte rendu de cet entretien est écrit : sa date ne change plus."))
    return may_plan([start], [other for other in others if other.id != interview.id], edition)


def may_cancel(interview: Interview) -> Refusal | None:
    """Whether an interview may be taken off the list: as long as it has no note."""
    if interview.noted_at is None:
        return None
    return Refusal(_("Le compte rendu de cet entretien est écrit : il ne s’annule plus."))


def may_note(standing: Relation | None, interview: Interview, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether somebody writes the note of an interview now: its mentor, once it has begun, during the mentoring."""
    if refusal := may_follow(standing):
        return refusal
    if standing is not Relation.MENTOR:
        return Refusal(_("Le compte rendu est écrit par le mentor."))
    if refusal := may_now(edition, Allowed.MENTOR, now=now):
        return refusal
    if now < interview.starts_at:
        return Refusal(_("Cet entretien n’a pas encore commencé. S’il a eu lieu plus tôt, changez d’abord sa date."))
    return None


def note_of(interview: Interview) -> NoteValues:
    """The note as it is stored."""
    return NoteValues(interview.decisions, interview.actions, interview.next_step)


def needs_note(interview: Interview, *, now: datetime) -> bool:
    """Whether an interview has begun and its note is still to be written."""
    return interview.noted_at is None and interview.starts_at <= now


def next_interview(interviews: Iterable[Interview], *, now: datetime) -> Interview | None:
    """The next interview to come."""
    coming = [one for one in interviews if one.starts_at > now and one.noted_at is None]
    return min(coming, key=lambda one: one.starts_at, default=None)

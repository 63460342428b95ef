"""Planning, moving and cancelling interviews; writing their notes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Stale, check
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.mentoring import mails
from creathon.mentoring.actions.holding import hold, title_of
from creathon.mentoring.models import Interview, Pairing
from creathon.mentoring.rules import (
    EMPTY_NOTE,
    MINUTES,
    NoteValues,
    may_cancel,
    may_move,
    may_note,
    may_plan,
    may_steer,
    note_of,
)

NOTED_MEANWHILE = "Ce compte rendu a été enregistré ailleurs entre-temps. Rien n’est perdu : comparez les deux textes."
MOVED_MEANWHILE = "Quelqu’un a déplacé cet entretien entre-temps. Comparez, puis choisissez."


async def plan_interviews(
    session: AsyncSession,
    actor: Actor,
    pairing: Pairing,
    starts: Sequence[datetime],
    edition: Edition,
    *,
    now: datetime,
    minutes: int = MINUTES,
) -> list[Interview]:
    """Add interviews; the team and the mentor receive one message with the list of those to come.

    Raises:
        Refused: a member of the team tries, one start is out of the mentoring, or is already taken.
    """
    held, standing = await hold(session, actor, pairing, edition)
    check(may_steer(standing))
    check(may_plan(starts, held.interviews, edition))
    made = [Interview(pairing_id=held.id, starts_at=start, minutes=minutes) for start in starts]
    held.interviews.extend(made)
    await session.flush()
    journal.record(session, actor, "interviews.planned", held, now=now, count=len(made))
    await _tell(session, held, edition, now=now)
    return made


async def move_interview(
    session: AsyncSession,
    actor: Actor,
    interview: Interview,
    pairing: Pairing,
    start: datetime,
    edition: Edition,
    *,
    minutes: int,
    version: int,
    now: datetime,
) -> Interview:
    """Give an interview another hour or length; saving what is already there writes nothing.

    Raises:
        Refused: its note is written, or the hour is out of the mentoring or taken.
        Stale: it was changed in between; `current` holds the hour and the length stored.
    """
    held = await hold(session, actor, pairing, edition)
    check(may_steer(held.standing))
    stored = held.interview(interview)
    if (stored.starts_at, stored.minutes) == (start, minutes):
        return stored
    if version != stored.version:
        raise Stale(_(MOVED_MEANWHILE), {"starts_at": stored.starts_at, "minutes": stored.minutes})
    check(may_move(stored, held.pairing.interviews, start, edition))
    before, stored.starts_at, stored.minutes = stored.starts_at, start, minutes
    await session.flush()
    details = {"before": before.isoformat(), "after": start.isoformat(), "minutes": minutes}
    journal.record(session, actor, "interview.moved", stored, now=now, edition_id=edition.id, **details)
    await _tell(session, held.pairing, edition, now=now)
    return stored


async def cancel_interview(
    session: AsyncSession, actor: Actor, interview: Interview, pairing: Pairing, edition: Edition, *, now: datetime
) -> None:
    """Take an interview off the list; the team and the mentor receive the list of those that stay.

    Raises:
        Refused: its note is written, or a member of the team tries.
    """
    held = await hold(session, actor, pairing, edition)
    check(may_steer(held.standing))
    stored = held.interview(interview)
    check(may_cancel(stored))
    held.pairing.interviews.remove(stored)
    await session.delete(stored)
    await session.flush()
    journal.record(session, actor, "interview.cancelled", stored, now=now, edition_id=edition.id)
    await _tell(session, held.pairing, edition, now=now)


async def note_interview(
    session: AsyncSession,
    actor: Actor,
    interview: Interview,
    pairing: Pairing,
    values: NoteValues,
    edition: Edition,
    *,
    version: int,
    now: datetime,
) -> Interview:
    """Write or correct the note of an interview; the team is told the first time.

    Raises:
        Refused: the interview has not begun, the mentoring is over, or somebody else than its mentor tries.
        Stale: another text was saved in between; `current` holds it.
    """
    held = await hold(session, actor, pairing, edition)
    stored = held.interview(interview)
    check(may_note(held.standing, stored, edition, now=now))
    kept = note_of(stored)
    if kept == values:
        return stored
    if version != stored.version and kept != EMPTY_NOTE:
        raise Stale(_(NOTED_MEANWHILE), vars(kept))
    stored.decisions, stored.actions, stored.next_step = values.decisions, values.actions, values.next_step
    stored.noted_by, stored.noted_at = actor.person_id, now
    await session.flush()
    journal.record(session, actor, "interview.noted", stored, now=now, edition_id=edition.id, version=stored.version)
    title = await title_of(session, held.pairing.project_id)
    await mails.tell_noted(session, held.pairing, stored, title, edition, now=now)
    return stored


async def _tell(session: AsyncSession, pairing: Pairing, edition: Edition, *, now: datetime) -> None:
    coming = sorted((one for one in pairing.interviews if one.starts_at > now), key=lambda one: one.starts_at)
    title = await title_of(session, pairing.project_id)
    await mails.tell_interviews(session, pairing, coming, title, edition, now=now)

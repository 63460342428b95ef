"""Setting milestones and moving them: the team works and hands in, the mentor answers."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Stale, check
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.mentoring import mails
from creathon.mentoring.actions.holding import Held, hold, title_of
from creathon.mentoring.models import Milestone, MilestoneState, Pairing
from creathon.mentoring.rules import (
    MilestoneValues,
    Relation,
    StepValues,
    may_add_milestone,
    may_step,
    text_of,
)

CHANGED_MEANWHILE = "Ce jalon a changé entre-temps. Rien n’est perdu : comparez, puis choisissez."


async def add_milestone(
    session: AsyncSession, actor: Actor, pairing: Pairing, values: MilestoneValues, edition: Edition, *, now: datetime
) -> Milestone:
    """Set something to have done by a day.

    Raises:
        Refused: the mentoring is not open, or a member of the team tries.
    """
    held, standing = await hold(session, actor, pairing, edition)
    check(may_add_milestone(standing, edition, now=now))
    milestone = Milestone(
        pairing_id=held.id,
        title=values.title,
        due_on=values.due_on,
        updated_by=actor.person_id,
        updated_at=now,
    )
    held.milestones.append(milestone)
    await session.flush()
    journal.record(session, actor, "milestone.added", milestone, now=now, edition_id=edition.id, pairing=held.id)
    return milestone


async def update_milestone(
    session: AsyncSession,
    actor: Actor,
    milestone: Milestone,
    pairing: Pairing,
    values: StepValues,
    edition: Edition,
    *,
    version: int,
    now: datetime,
) -> Milestone:
    """Bring a milestone to a state, with the evidence of the team or the answer of the mentor; the other side is told.

    Raises:
        Refused: not this change, not by this person, not now, or a word is missing.
        Stale: it was changed in between; `current` holds its state and its text.
    """
    held = await hold(session, actor, pairing, edition)
    stored = held.milestone(milestone)
    kept = StepValues(stored.state, text_of(held.standing, stored))
    if kept == values:
        return stored
    if version != stored.version:
        raise Stale(_(CHANGED_MEANWHILE), vars(kept))
    check(may_step(held.standing, stored, values, edition, now=now))
    before, stored.state = stored.state, values.state
    if held.standing is Relation.TEAM:
        stored.evidence = values.text
    else:
        stored.answer = values.text
    stored.updated_by, stored.updated_at = actor.person_id, now
    await session.flush()
    details = {"pairing": held.pairing.id, "before": before, "after": stored.state}
    journal.record(session, actor, "milestone.moved", stored, now=now, edition_id=edition.id, **details)
    await _tell(session, held, stored, edition, now=now)
    return stored


async def _tell(session: AsyncSession, held: Held, milestone: Milestone, edition: Edition, *, now: datetime) -> None:
    title = await title_of(session, held.pairing.project_id)
    if held.standing is not Relation.TEAM:
        await mails.tell_answered(session, held.pairing, milestone, title, edition, now=now)
    elif milestone.state is MilestoneState.REMIS:
        await mails.tell_handed_in(session, held.pairing, milestone, title, edition, now=now)

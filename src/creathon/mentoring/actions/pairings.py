"""Giving a selected project to a mentor, to another one, and saying what is aimed at."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Stale, check
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.editions.rules import may_coordinate
from creathon.jury.models import Selection
from creathon.jury.queries.links import conflicted_projects
from creathon.jury.rules.conflicts import may_read_project
from creathon.mentoring import mails
from creathon.mentoring.actions.holding import hold, title_of
from creathon.mentoring.models import Pairing
from creathon.mentoring.queries import (
    is_published,
    lock_selection,
    mentor_standing,
    pairing_by_id,
    pairing_of_project,
)
from creathon.mentoring.rules import may_mentor, may_pair, may_prepare, may_steer

CHANGED_MEANWHILE = "Quelqu’un a changé ce suivi pendant que vous écriviez. Comparez, puis choisissez."


async def pair_project(
    session: AsyncSession,
    actor: Actor,
    selection: Selection,
    mentor: Person,
    edition: Edition,
    *,
    objective: str,
    now: datetime,
) -> Pairing:
    """Give a selected project to a mentor, with a first objective; the team and the mentor are told.

    Raises:
        Refused: the palmarès is not published, the project has a mentor, or that person may not be it.
        NotThere: a link hides the project from the actor.
    """
    check(may_prepare(actor, edition, is_published=await is_published(session, edition.id)))
    conflicts = await conflicted_projects(session, actor.person_id, edition.id)
    check(may_read_project(actor, selection.project_id, conflicts))
    await lock_selection(session, selection.id)
    standing = await mentor_standing(session, mentor, edition.id, selection.project_id)
    check(may_pair(standing, await pairing_of_project(session, selection.project_id)))
    made = Pairing(
        edition_id=edition.id,
        project_id=selection.project_id,
        mentor_id=mentor.id,
        tier=selection.tier,
        objective=objective,
        paired_by=actor.person_id,
        paired_at=now,
    )
    session.add(made)
    await session.flush()
    journal.record(session, actor, "pairing.created", made, now=now, project=made.project_id, mentor=mentor.id)
    pairing = await pairing_by_id(session, made.id, lock=True)
    assert pairing is not None  # noqa: S101 — inserted above, in this transaction
    title = await title_of(session, pairing.project_id)
    await mails.tell_paired(session, pairing, mentor, title, edition, now=now)
    return pairing


async def change_mentor(
    session: AsyncSession,
    actor: Actor,
    pairing: Pairing,
    mentor: Person,
    edition: Edition,
    *,
    version: int,
    now: datetime,
) -> Pairing:
    """Give a followed project to somebody else: from the next request on, the former mentor reads nothing of it.

    Raises:
        Refused: the actor does not coordinate the edition, or that person may not follow the project.
        Stale: the pairing was changed in between; `current` holds the mentor of now.
    """
    check(may_coordinate(actor, edition))
    held = (await hold(session, actor, pairing, edition)).pairing
    former = held.mentor
    if former.id == mentor.id:
        return held
    if version != held.version:
        raise Stale(_(CHANGED_MEANWHILE), {"mentor_id": former.display_name})
    check(may_mentor(await mentor_standing(session, mentor, edition.id, held.project_id)))
    held.mentor_id, held.mentor = mentor.id, mentor
    held.paired_by, held.paired_at = actor.person_id, now
    await session.flush()
    details = {"project": held.project_id, "before": former.id, "after": mentor.id}
    journal.record(session, actor, "pairing.mentor-changed", held, now=now, **details)
    title = await title_of(session, held.project_id)
    await mails.tell_ended(session, held, former, title, edition, now=now)
    await mails.tell_paired(session, held, mentor, title, edition, now=now)
    return held


async def set_objective(
    session: AsyncSession,
    actor: Actor,
    pairing: Pairing,
    objective: str,
    edition: Edition,
    *,
    version: int,
    now: datetime,
) -> Pairing:
    """Say what is aimed at; the version of the pairing guards it. Saving what is already there writes nothing.

    Raises:
        Refused: a member of the team tries.
        Stale: the objective was changed in between; `current` holds the other one.
    """
    held, standing = await hold(session, actor, pairing, edition)
    check(may_steer(standing))
    if objective == held.objective:
        return held
    if version != held.version:
        raise Stale(_(CHANGED_MEANWHILE), {"objective": held.objective})
    held.objective = objective
    await session.flush()
    journal.record(session, actor, "pairing.objective", held, now=now, project=held.project_id)
    return held

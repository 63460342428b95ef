"""Declaring links of interest, and stepping aside from one project."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.accounts.queries import people_with_role
from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import NotThere, check
from creathon.editions.models import Edition, Role
from creathon.jury.mails.panels import tell_recusal
from creathon.jury.models import Assignment, ConflictOfInterest, Panel, PanelJuror
from creathon.jury.queries.assignments import living_assignments
from creathon.jury.queries.evaluations import assignment_by_id
from creathon.jury.queries.links import conflicts_of, projects_in_scope
from creathon.jury.queries.panels import seats_of
from creathon.jury.rules.conflicts import LinkValues, may_declare_links
from creathon.jury.rules.evaluations import may_recuse
from creathon.teams.queries import coordinators_of_site

__all__ = ["LinkValues", "declare_links", "recuse"]

RECUSED = "recused"


async def declare_links(
    session: AsyncSession,
    actor: Actor,
    seat: PanelJuror,
    links: Mapping[str, LinkValues],
    edition: Edition,
    *,
    now: datetime,
) -> None:
    """Certify, for every project of a panel, that there is no link but these (by project id).

    Links declared before stay: one is taken back by nobody alone. A project already given to read is taken away.
    """
    seats = await seats_of(session, seat.person_id, edition.id, lock=True)
    mine = next((one for one in seats if one.id == seat.id), None)
    if mine is None:
        raise NotThere()
    scope = await projects_in_scope(session, edition.id, {mine.panel.site_id} if mine.panel.site_id else None)
    check(may_declare_links(actor, mine, links, scope, edition, now=now))
    known = await conflicts_of(session, seat.person_id, edition.id)
    new = {project_id: link for project_id, link in links.items() if project_id not in known}
    for project_id, link in new.items():
        await _record_conflict(session, actor, project_id, link, edition, now=now)
        await _withdraw(session, actor, project_id, edition, now=now)
    mine.links_declared_at = now
    await session.flush()
    counts = {"projects": len(scope), "links": len(new)}
    journal.record(session, actor, "links.declared", mine, now=now, edition_id=edition.id, **counts)


async def recuse(
    session: AsyncSession, actor: Actor, assignment: Assignment, link: LinkValues, edition: Edition, *, now: datetime
) -> None:
    """Step aside from a project: the link is recorded, the read goes back to be allocated, nothing written is lost.

    Raises:
        Refused: the project is not theirs to read any more, or the jury's work is over.
    """
    await seats_of(session, assignment.person_id, edition.id, lock=True)
    locked = await assignment_by_id(session, assignment.id, lock=True)
    if locked is None:
        raise NotThere()
    check(may_recuse(actor, locked, edition, now=now))
    if locked.project_id not in await conflicts_of(session, actor.person_id, edition.id):
        await _record_conflict(session, actor, locked.project_id, link, edition, now=now)
    await _withdraw(session, actor, locked.project_id, edition, now=now)


async def _record_conflict(
    session: AsyncSession, actor: Actor, project_id: str, link: LinkValues, edition: Edition, *, now: datetime
) -> None:
    conflict = ConflictOfInterest(
        edition_id=edition.id,
        person_id=actor.person_id,
        project_id=project_id,
        kind=link.kind,
        note=link.note,
        declared_by=actor.person_id,
        declared_at=now,
    )
    session.add(conflict)
    await session.flush()
    journal.record(session, actor, "conflict.declared", conflict, now=now, project=project_id, person=actor.person_id)


async def _withdraw(session: AsyncSession, actor: Actor, project_id: str, edition: Edition, *, now: datetime) -> None:
    """Take a project out of every pile of the actor and tell those who give the piles."""
    mine = (Assignment.person_id == actor.person_id, Assignment.project_id == project_id)
    for assignment in await living_assignments(session, *mine, lock=True):
        assignment.withdrawn_at, assignment.withdrawn_reason = now, RECUSED
        await session.flush()
        details = {"project": project_id, "person": actor.person_id}
        journal.record(session, actor, "assignment.recused", assignment, now=now, edition_id=edition.id, **details)
        panel = await session.get_one(Panel, assignment.panel_id)
        for coordinator in await _coordinators(session, panel):
            await tell_recusal(session, coordinator, panel, edition, assignment.id, now=now)


async def _coordinators(session: AsyncSession, panel: Panel) -> list[Person]:
    if panel.site_id:
        return await coordinators_of_site(session, panel.edition_id, panel.site_id)
    return await people_with_role(session, panel.edition_id, Role.NATIONAL_COORDINATOR)

"""The people behind each audience of a calendar, in one statement."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, Subquery, func, literal, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person, RoleGrant
from creathon.dashboards.rules.audiences import UNTOLD, Audience
from creathon.editions.models import Role
from creathon.jury.models import Palmares, Selection
from creathon.projects.models import Project
from creathon.teams.models import AloneApplication, AloneState, ApplicationState, Team, TeamMember

OUT = (ApplicationState.REFUSED, ApplicationState.WITHDRAWN)
COORDINATION = (Role.NATIONAL_COORDINATOR, Role.SITE_COORDINATOR)

People = Select[*tuple[Any, ...]]


async def audience_counts(session: AsyncSession, edition_id: str) -> dict[Audience, int]:
    """How many people each audience has: living, verified accounts."""
    found = _audiences(edition_id, tuple(Audience))
    query = select(found.c.audience, func.count(Person.id)).join(Person, Person.id == found.c.person_id)
    query = query.where(Person.verified_at.is_not(None), Person.disabled_at.is_(None)).group_by(found.c.audience)
    return {Audience(audience): count for audience, count in await session.execute(query)}


async def told_count(session: AsyncSession, edition_id: str, audiences: Collection[Audience]) -> int:
    """How many different people would receive a message."""
    return len(await people_to_tell(session, edition_id, audiences))


async def people_to_tell(
    session: AsyncSession, edition_id: str, audiences: Collection[Audience]
) -> list[tuple[Person, set[Audience]]]:
    """Who receives a message, each once, with the audiences they belong to."""
    told = [one for one in audiences if one not in UNTOLD]
    found = _audiences(edition_id, told)
    query = select(Person, found.c.audience).join(found, found.c.person_id == Person.id)
    query = query.where(Person.verified_at.is_not(None), Person.disabled_at.is_(None)).order_by(Person.id)
    people: dict[str, tuple[Person, set[Audience]]] = {}
    for person, audience in await session.execute(query):
        people.setdefault(person.id, (person, set()))[1].add(Audience(audience))
    return list(people.values())


def _audiences(edition_id: str, audiences: Collection[Audience]) -> Subquery:
    """(audience, person_id) without doubles."""
    rows = {
        Audience.NEWCOMERS: [_newcomers(edition_id)],
        Audience.ALONE: [_searching(edition_id)],
        Audience.TEAMS: [_members(edition_id)],
        Audience.JURORS: [_holders(edition_id, Role.JUROR)],
        Audience.FOLLOWED: [_holders(edition_id, Role.MENTOR), _selected(edition_id)],
        Audience.COORDINATION: [_holders(edition_id, *COORDINATION)],
    }
    return union(
        *(people.add_columns(literal(str(one)).label("audience")) for one in audiences for people in rows[one])
    ).subquery()


def _holders(edition_id: str, *roles: Role) -> People:
    query = select(RoleGrant.person_id.label("person_id"))
    return query.where(RoleGrant.edition_id == edition_id, RoleGrant.role.in_(roles))


def _members(edition_id: str) -> People:
    query = select(TeamMember.person_id.label("person_id")).join(Team, Team.id == TeamMember.team_id)
    return query.where(Team.edition_id == edition_id, Team.state.not_in(OUT))


def _selected(edition_id: str) -> People:
    """The members of the projects chosen, once everybody knows they are."""
    published = select(Palmares.id).where(Palmares.edition_id == edition_id).exists()
    query = _members(edition_id).join(Project, Project.team_id == Team.id)
    return query.join(Selection, Selection.project_id == Project.id).where(published)


def _searching(edition_id: str) -> People:
    query = select(AloneApplication.person_id.label("person_id"))
    return query.where(AloneApplication.edition_id == edition_id, AloneApplication.state == AloneState.SEARCHING)


def _newcomers(edition_id: str) -> People:
    searching = select(_searching(edition_id).subquery().c.person_id)
    in_team = select(TeamMember.person_id).where(TeamMember.edition_id == edition_id)
    in_charge = select(RoleGrant.person_id).where(RoleGrant.edition_id == edition_id)
    elsewhere = union(in_team, in_charge, searching)
    return select(Person.id.label("person_id")).where(Person.id.not_in(elsewhere))

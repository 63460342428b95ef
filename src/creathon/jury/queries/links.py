"""Declared links, and the projects a panel is about as they may be known before reading."""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.editions.models import Site
from creathon.jury.models import ConflictOfInterest
from creathon.jury.rules.conflicts import ScopedProject
from creathon.projects.models import Deposit, Project
from creathon.projects.queries.admissibility import is_refused
from creathon.teams.models import Team, TeamMember


async def conflicted_projects(session: AsyncSession, person_id: str | None, edition_id: str) -> frozenset[str]:
    """The ids of the projects hidden from somebody, whatever their role; none from a visitor."""
    query = select(ConflictOfInterest.project_id).where(
        ConflictOfInterest.person_id == person_id, ConflictOfInterest.edition_id == edition_id
    )
    return frozenset(await session.scalars(query))


async def conflicts_of(session: AsyncSession, person_id: str, edition_id: str) -> dict[str, ConflictOfInterest]:
    """The links somebody declared in an edition, by project id."""
    query = select(ConflictOfInterest).where(
        ConflictOfInterest.person_id == person_id, ConflictOfInterest.edition_id == edition_id
    )
    return {conflict.project_id: conflict for conflict in await session.scalars(query)}


async def projects_in_scope(
    session: AsyncSession,
    edition_id: str,
    site_ids: set[str] | None,
    *,
    with_members: bool = False,
    to_read: bool = False,
) -> list[ScopedProject]:
    """The projects deposited in time, of the sites (None: all), by title; without a word of their content.

    `to_read` leaves out those decided not admissible; links are declared with them too, as a decision may be lifted.
    """
    query = (
        select(Project.id, Deposit.title, Deposit.arrived_at, Team.name, Site.id, Site.name, Team.id)
        .join(Deposit, Deposit.project_id == Project.id)
        .join(Team, Team.id == Project.team_id)
        .join(Site, Site.id == Team.site_id)
        .where(Project.edition_id == edition_id, Deposit.superseded_at.is_(None), Deposit.late.is_(False))
        .order_by(Deposit.title_key, Project.id)
    )
    if site_ids is not None:
        query = query.where(Team.site_id.in_(site_ids))
    if to_read:
        query = query.where(~is_refused())
    members = await _names_by_team(session, edition_id) if with_members else {}
    return [ScopedProject(*row[:6], tuple(members.get(row[6], ()))) for row in await session.execute(query)]


async def _names_by_team(session: AsyncSession, edition_id: str) -> dict[str, list[str]]:
    query = (
        select(TeamMember.team_id, Person.given_name, Person.family_name)
        .join(Person, Person.id == TeamMember.person_id)
        .where(TeamMember.edition_id == edition_id)
        .order_by(TeamMember.team_id, TeamMember.seat)
    )
    names: dict[str, list[str]] = defaultdict(list)
    for team_id, given, family in await session.execute(query):
        names[team_id].append(f"{given} {family}")
    return names

"""Teams with their site and members; invitations; who coordinates a site."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from creathon.accounts.models import Person, RoleGrant
from creathon.accounts.queries import holder_query, viewer_of_session
from creathon.core.actor import Viewer
from creathon.core.errors import NotThere
from creathon.editions.models import Role, Site
from creathon.editions.queries import acceptances_of
from creathon.editions.rules.rulebook import Acceptances
from creathon.teams.models import ApplicationState, Team, TeamInvitation, TeamMember

COMPLETE = (joinedload(Team.site), selectinload(Team.members).joinedload(TeamMember.person))


_COORDINATED = select(Site.zone).join(RoleGrant, RoleGrant.site_id == Site.id).where(RoleGrant.person_id == Person.id)
_SEATED = select(Site.zone).join(Team, Team.site_id == Site.id).join(TeamMember, TeamMember.team_id == Team.id)
_AT_HOME = holder_query(
    func.coalesce(
        Person.zone,
        _COORDINATED.order_by(RoleGrant.id.desc()).limit(1).correlate(Person).scalar_subquery(),
        _SEATED.where(TeamMember.person_id == Person.id)
        .order_by(TeamMember.joined_at.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery(),
    )
)
"""Somebody who chose no zone reads in that of the site they coordinate, else of their last team's."""


async def viewer_at_home(session: AsyncSession, token_hash: str, now: datetime) -> Viewer:
    """Who holds that session now, in the zone they chose or that of their site. One query."""
    return await viewer_of_session(session, token_hash, now, holder=_AT_HOME)


async def team_of(session: AsyncSession, person_id: str, edition_id: str, *, lock: bool = False) -> Team | None:
    """The team somebody is in, in an edition; with site, members and people."""
    member = select(TeamMember.team_id).where(TeamMember.person_id == person_id, TeamMember.edition_id == edition_id)
    return await _one(session, select(Team).where(Team.id.in_(member)), lock)


async def team_by_id(session: AsyncSession, team_id: str, *, lock: bool = False) -> Team | None:
    """One team; with site, members and people. Locked, it is read again whatever the session knew."""
    return await _one(session, select(Team).where(Team.id == team_id), lock)


async def teams_by_ids(session: AsyncSession, team_ids: Sequence[str]) -> list[Team]:
    """Several teams, by name; with site, members and people."""
    query = select(Team).where(Team.id.in_(team_ids)).options(*COMPLETE).order_by(Team.name_key)
    return list(await session.scalars(query))


async def lock_team(session: AsyncSession, team: Team) -> Team:
    """The team held and read again with its site and its members; the same object when the session knows it.

    Raises:
        NotThere: the team is gone.
    """
    held = await team_by_id(session, team.id, lock=True)
    if held is None:
        raise NotThere()
    return held


async def team_by_code(session: AsyncSession, edition_id: str, code: str, *, lock: bool = False) -> Team | None:
    """The team of that edition that shares the code."""
    return await _one(session, select(Team).where(Team.edition_id == edition_id, Team.code == code), lock)


async def team_named(session: AsyncSession, edition_id: str, key: str) -> str | None:
    """The id of the team whose name has that key in an edition."""
    return await session.scalar(select(Team.id).where(Team.edition_id == edition_id, Team.name_key == key))


async def member_emails(session: AsyncSession, team_id: str) -> list[tuple[str, str]]:
    """(person id, address) of every member, by seat."""
    query = (
        select(Person.id, Person.email)
        .join(TeamMember, TeamMember.person_id == Person.id)
        .where(TeamMember.team_id == team_id)
        .order_by(TeamMember.seat)
    )
    return [(person_id, email) for person_id, email in await session.execute(query)]


async def acceptances_in(session: AsyncSession, team: Team) -> Acceptances:
    """Who of a team has accepted the rulebook in force."""
    return await acceptances_of(session, team.edition_id, [member.person_id for member in team.members])


async def captains_with_draft(session: AsyncSession, edition_id: str) -> list[tuple[str, str, Person]]:
    """(team id, name, captain) of the teams whose application is still in preparation, by name."""
    query = (
        select(Team.id, Team.name, Person)
        .join(TeamMember, TeamMember.team_id == Team.id)
        .join(Person, Person.id == TeamMember.person_id)
        .where(Team.edition_id == edition_id, Team.state == ApplicationState.DRAFT, TeamMember.is_captain)
        .order_by(Team.name_key, Team.id)
    )
    return [(team_id, name, person) for team_id, name, person in await session.execute(query)]


async def coordinators_of_site(session: AsyncSession, edition_id: str, site_id: str) -> list[Person]:
    """Who answers for a site; the national coordination where the site has nobody."""
    own = await _people(session, edition_id, RoleGrant.role == Role.SITE_COORDINATOR, RoleGrant.site_id == site_id)
    return own or await national_coordinators(session, edition_id)


async def national_coordinators(session: AsyncSession, edition_id: str) -> list[Person]:
    """Who answers for the whole edition."""
    return await _people(session, edition_id, RoleGrant.role == Role.NATIONAL_COORDINATOR)


async def invitation_by_token(session: AsyncSession, token_hash: str) -> TeamInvitation | None:
    """An invitation with its team, site, members and people."""
    return await session.scalar(_invitations().where(TeamInvitation.token_hash == token_hash))


async def invitation_by_id(session: AsyncSession, invitation_id: str, *, lock: bool = False) -> TeamInvitation | None:
    """An invitation with its team. Lock the team before: that is the order of everybody."""
    query = _invitations().where(TeamInvitation.id == invitation_id)
    if lock:
        query = query.with_for_update(of=TeamInvitation).execution_options(populate_existing=True)
    return await session.scalar(query)


async def pending_invitations_of(session: AsyncSession, team_id: str, *, now: datetime) -> list[TeamInvitation]:
    """The invitations of a team still waiting for an answer, oldest first."""
    query = select(TeamInvitation).where(TeamInvitation.team_id == team_id, *_pending(now))
    return list(await session.scalars(query.order_by(TeamInvitation.created_at, TeamInvitation.id)))


async def pending_invitations_for(
    session: AsyncSession, email_key: str, edition_id: str, *, now: datetime
) -> list[TeamInvitation]:
    """The invitations an address may answer in an edition, newest first; with their team."""
    query = _invitations().join(Team, Team.id == TeamInvitation.team_id).where(Team.edition_id == edition_id)
    query = query.where(TeamInvitation.email == email_key, *_pending(now))
    return list(await session.scalars(query.order_by(TeamInvitation.created_at.desc(), TeamInvitation.id)))


async def lock_person(session: AsyncSession, person_id: str) -> Person | None:
    """Hold somebody's row, so that they sit down in one team at a time. Before the team: the order of everybody."""
    query = select(Person).where(Person.id == person_id)
    return await session.scalar(query.with_for_update(key_share=True))


async def _one(session: AsyncSession, query: Select[Team], lock: bool) -> Team | None:
    query = query.options(*COMPLETE)
    if lock:
        query = query.with_for_update(of=Team).execution_options(populate_existing=True)
    return await session.scalar(query)


def _invitations() -> Select[TeamInvitation]:
    team = joinedload(TeamInvitation.team)
    return select(TeamInvitation).options(
        team.joinedload(Team.site), team.selectinload(Team.members).joinedload(TeamMember.person)
    )


def _pending(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        TeamInvitation.accepted_at.is_(None),
        TeamInvitation.withdrawn_at.is_(None),
        TeamInvitation.expires_at > now,
    )


async def _people(session: AsyncSession, edition_id: str, *conditions: Any) -> list[Person]:
    query = select(Person).join(RoleGrant, RoleGrant.person_id == Person.id)
    query = query.where(RoleGrant.edition_id == edition_id, *conditions).order_by(Person.id).distinct()
    return list(await session.scalars(query))

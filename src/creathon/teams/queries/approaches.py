"""People who apply alone and chose to be shown, teams that look for somebody, and what passes between them."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from creathon.accounts.models import AgeBand, Person, RoleGrant
from creathon.teams.models import (
    SEATS,
    AloneApplication,
    AloneState,
    Approach,
    ApproachState,
    Side,
    Team,
    TeamKind,
    TeamMember,
    TeamRole,
)
from creathon.teams.queries.teams import COMPLETE
from creathon.teams.rules import GONE_STATES, NOT_COMPETING

_PERSON = (joinedload(AloneApplication.person), joinedload(AloneApplication.site))
_TEAM = (joinedload(Team.site), selectinload(Team.members))
_BOTH = (
    joinedload(Approach.alone).options(*_PERSON),
    joinedload(Approach.team).options(*COMPLETE),
)


@dataclass(frozen=True)
class Wanted:
    """Whom or what to list in an edition: a site, a role (wished by the person, lacking in the team); `near` first."""

    edition_id: str
    near: str
    site_id: str = ""
    role: TeamRole | None = None


async def free_people(session: AsyncSession, wanted: Wanted, *, offset: int, limit: int) -> list[AloneApplication]:
    """Those whom teams are shown, of the site `near` first, then the first to come; with person and site."""
    query = _free(wanted).options(*_PERSON)
    order = case((AloneApplication.site_id == wanted.near, 0), else_=1)
    query = query.order_by(order, AloneApplication.submitted_at, AloneApplication.id)
    return list(await session.scalars(query.offset(offset).limit(limit)))


async def free_people_count(session: AsyncSession, wanted: Wanted) -> int:
    """How many `free_people` would list in all."""
    return await session.scalar(_free(wanted).with_only_columns(func.count(AloneApplication.id))) or 0


async def free_person(session: AsyncSession, edition_id: str, alone_id: str) -> AloneApplication | None:
    """One of those whom teams are shown; with person and site."""
    query = _free(Wanted(edition_id, "")).where(AloneApplication.id == alone_id).options(*_PERSON)
    return await session.scalar(query.execution_options(populate_existing=True))


async def needing_teams(session: AsyncSession, wanted: Wanted, *, offset: int, limit: int) -> list[Team]:
    """The teams that look for somebody, of the site `near` first, by name; with site and members, without people."""
    query = _needing(wanted).options(*_TEAM)
    query = query.order_by(case((Team.site_id == wanted.near, 0), else_=1), Team.name_key, Team.id)
    return list(await session.scalars(query.offset(offset).limit(limit)))


async def needing_teams_count(session: AsyncSession, wanted: Wanted) -> int:
    """How many `needing_teams` would list in all."""
    return await session.scalar(_needing(wanted).with_only_columns(func.count(Team.id))) or 0


async def needing_team(session: AsyncSession, edition_id: str, team_id: str) -> Team | None:
    """One of the teams that look for somebody; with site and members, without people."""
    return await session.scalar(_needing(Wanted(edition_id, "")).where(Team.id == team_id).options(*_TEAM))


async def approach_by_id(session: AsyncSession, approach_id: str, *, lock: bool = False) -> Approach | None:
    """An approach with its team, its members and the person. Hold person and team before: the order of everybody."""
    query = select(Approach).where(Approach.id == approach_id).options(*_BOTH)
    if lock:
        query = query.with_for_update(of=Approach).execution_options(populate_existing=True)
    return await session.scalar(query)


async def approaches_between(session: AsyncSession, team_id: str, alone_id: str) -> list[Approach]:
    """All that ever passed between a team and a person."""
    query = select(Approach).where(Approach.team_id == team_id, Approach.alone_id == alone_id)
    return list(await session.scalars(query.execution_options(populate_existing=True)))


async def sent_count(session: AsyncSession, side: Side, sender: str) -> int:
    """How many approaches of a team, or of somebody's application, wait for an answer."""
    column = Approach.team_id if side == Side.TEAM else Approach.alone_id
    sent = select(func.count(Approach.id)).where(column == sender, Approach.sent_by == side)
    return await session.scalar(sent.where(Approach.state == ApproachState.WAITING)) or 0


async def waiting_for_person(session: AsyncSession, edition_id: str, person_id: str) -> dict[Side, int]:
    """How many approaches wait for the answer of somebody, by who sent them: asked alone, or as captain of a team."""
    alone = select(AloneApplication.id).where(AloneApplication.person_id == person_id)
    led = select(TeamMember.team_id).where(TeamMember.person_id == person_id, TeamMember.is_captain)
    asked = and_(Approach.sent_by == Side.TEAM, Approach.alone_id.in_(alone))
    query = (
        select(Approach.sent_by, func.count(Approach.id))
        .where(Approach.edition_id == edition_id, Approach.state == ApproachState.WAITING)
        .where(or_(asked, and_(Approach.sent_by == Side.PERSON, Approach.team_id.in_(led))))
        .group_by(Approach.sent_by)
    )
    return dict(iter(await session.execute(query)))


async def waiting_for_team(session: AsyncSession, team: Team) -> list[Approach]:
    """What waits for an answer between a team and people alone, the oldest first; with person and site."""
    query = _waiting(Approach.team_id == team.id).options(joinedload(Approach.alone).options(*_PERSON))
    found = list(await session.scalars(query))
    for approach in found:
        set_committed_value(approach, "team", team)
    return found


async def waiting_for_alone(session: AsyncSession, alone: AloneApplication) -> list[Approach]:
    """What waits for an answer between somebody alone and teams, the oldest first; with team, site and members."""
    query = _waiting(Approach.alone_id == alone.id).options(joinedload(Approach.team).options(*_TEAM))
    found = list(await session.scalars(query))
    for approach in found:
        set_committed_value(approach, "alone", alone)
    return found


def _waiting(condition: ColumnElement[bool]) -> Select[Approach]:
    query = select(Approach).where(condition, Approach.state == ApproachState.WAITING)
    return query.order_by(Approach.created_at, Approach.id)


def _free(wanted: Wanted) -> Select[AloneApplication]:
    """Adults who search, chose to be shown, and neither judge nor run the edition."""
    judging = select(RoleGrant.id).where(
        RoleGrant.person_id == Person.id,
        RoleGrant.edition_id == AloneApplication.edition_id,
        RoleGrant.role.in_(NOT_COMPETING),
    )
    query = (
        select(AloneApplication)
        .join(Person, Person.id == AloneApplication.person_id)
        .where(AloneApplication.edition_id == wanted.edition_id, AloneApplication.state == AloneState.SEARCHING)
        .where(AloneApplication.is_shown, Person.age_band == AgeBand.ADULT, Person.disabled_at.is_(None))
        .where(~judging.exists())
    )
    if wanted.site_id:
        query = query.where(AloneApplication.site_id == wanted.site_id)
    return query.where(AloneApplication.role == wanted.role) if wanted.role else query


def _needing(wanted: Wanted) -> Select[Team]:
    """Teams that say whom they look for, whose application is alive and that have a seat left."""
    seated = select(func.count(TeamMember.id)).where(TeamMember.team_id == Team.id).correlate(Team).scalar_subquery()
    query = (
        select(Team)
        .where(Team.edition_id == wanted.edition_id, Team.dissolved_at.is_(None), Team.state.not_in(GONE_STATES))
        .where(Team.seeks != "", Team.kind == TeamKind.STANDARD, seated.between(1, SEATS - 1))
    )
    if wanted.site_id:
        query = query.where(Team.site_id == wanted.site_id)
    if wanted.role:
        has = select(TeamMember.id).where(TeamMember.team_id == Team.id, TeamMember.role == wanted.role)
        query = query.where(~has.exists())
    return query

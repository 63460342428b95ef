"""The places of sites, who waits for one, and the rows that are held while one is given.

Whoever gives or frees a place holds the site first, then the teams: that is the order of everybody.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload

from creathon.core.errors import Conflict
from creathon.core.text import _
from creathon.editions.models import Edition, Site
from creathon.teams.models import AloneApplication, ApplicationState, Approach, ApproachState, Team, TeamMember
from creathon.teams.queries.teams import lock_team

_OTHER = aliased(Team)
_WAITING = Team.state == ApplicationState.WAITLISTED
_BEFORE = or_(_OTHER.queued_at < Team.queued_at, and_(_OTHER.queued_at == Team.queued_at, _OTHER.id <= Team.id))
RANK = (
    select(func.count(_OTHER.id))
    .where(_OTHER.site_id == Team.site_id, _OTHER.state == ApplicationState.WAITLISTED, _BEFORE)
    .correlate(Team)
    .scalar_subquery()
)
"""The rank of a waiting team at its site: arrival first, then identifier."""
_ROOM = Site.capacity - (
    select(func.count(_OTHER.id))
    .where(_OTHER.site_id == Site.id, _OTHER.state == ApplicationState.ACCEPTED)
    .correlate(Site)
    .scalar_subquery()
)
MOVED = "L’équipe vient de changer de site. Rechargez la page."


async def hold_sites(session: AsyncSession, site_ids: Collection[str]) -> dict[str, Site]:
    """Hold these sites: their places are given one act after the other. Rows may still be added that name them."""
    query = select(Site).where(Site.id.in_(site_ids)).order_by(Site.id).with_for_update(key_share=True)
    found = await session.scalars(query.execution_options(populate_existing=True))
    return {site.id: site for site in found}


async def hold_team_and_site(session: AsyncSession, team: Team, *others: str) -> Team:
    """Hold the site of a team (and other sites), then the team, read again.

    Raises:
        Conflict: the team has another site by now.
    """
    sites = {team.site_id, *others}
    await hold_sites(session, sites)
    held = await lock_team(session, team)
    if held.site_id not in sites:
        raise Conflict(_(MOVED))
    return held


async def hold_applications(session: AsyncSession, team_ids: Collection[str]) -> set[str]:
    """Hold the editions, the sites and the teams of these applications, in one statement; those that were there.

    Row by row: the edition (its calendar), the site, the team; sites then teams in the order of everybody.
    """
    query = select(Team.id).select_from(Edition).join(Site, Site.edition_id == Edition.id)
    query = query.join(Team, Team.site_id == Site.id).where(Team.id.in_(team_ids)).order_by(Site.id, Team.id)
    return set(await session.scalars(query.suffix_with(_HOLDING, dialect="postgresql")))


_HOLDING = text("FOR KEY SHARE OF edition FOR NO KEY UPDATE OF site FOR UPDATE OF team")


@dataclass(frozen=True)
class Held:
    """A team that is held, with site, members and people. `room`: the places left at its site."""

    team: Team
    hidden: bool
    room: int
    is_approached: bool


async def held_applications(
    session: AsyncSession,
    team_ids: Collection[str],
    hiding: Sequence[ColumnElement[bool]] = (),
    *,
    and_waiting: bool = False,
) -> list[Held]:
    """The teams that the caller holds, by id, and what an answer needs to know of them.

    `and_waiting`: with as many of the first who wait at their sites as the answer may free places for; held too.
    """
    room = select(_ROOM).where(Site.id == Team.site_id).correlate(Team).scalar_subquery()
    approached = exists().where(Approach.team_id == Team.id, Approach.state == ApproachState.WAITING)
    query = select(Team, or_(false(), *hiding), room, approached.correlate(Team)).order_by(Team.id)
    if and_waiting:
        behind = _WAITING & Team.id.in_(_heads_behind(team_ids))
        query = query.where(Team.id.in_(team_ids) | behind).with_for_update(of=Team)
    else:
        query = query.where(Team.id.in_(team_ids))
    query = query.options(joinedload(Team.site), joinedload(Team.members).joinedload(TeamMember.person))
    rows = await session.execute(query.execution_options(populate_existing=True))
    return [Held(*row) for row in rows.unique()]


def _heads_behind(team_ids: Collection[str]) -> Select[str]:
    """The first who wait where these teams are: one for each seat these hold, and for each seat that is free."""
    place = func.row_number().over(partition_by=Team.site_id, order_by=(Team.queued_at, Team.id)).label("place")
    theirs = select(_OTHER.site_id).where(_OTHER.id.in_(team_ids))
    queue = select(Team.id, Team.site_id, place).where(
        _WAITING, Team.site_id.in_(theirs), Team.id.not_in(team_ids)
    ).subquery()  # fmt: skip
    freed = (
        select(func.count(_OTHER.id))
        .where(_OTHER.id.in_(team_ids), _OTHER.site_id == queue.c.site_id, _OTHER.state == ApplicationState.ACCEPTED)
        .correlate(queue)
        .scalar_subquery()
    )
    room = select(_ROOM).where(Site.id == queue.c.site_id).correlate(queue).scalar_subquery()
    return select(queue.c.id).where(or_(queue.c.place <= freed, queue.c.place <= freed + room))


async def hidden_applications(
    session: AsyncSession, team_ids: Collection[str], hiding: Sequence[ColumnElement[bool]]
) -> set[str]:
    """Those of these applications that something hides."""
    return set(await session.scalars(select(Team.id).where(Team.id.in_(team_ids), or_(false(), *hiding))))


async def rooms_at(session: AsyncSession, sites: Collection[str]) -> dict[str, int]:
    """How many places are left at each site; below zero where more teams are accepted than it has."""
    return dict(iter(await session.execute(select(Site.id, _ROOM).where(Site.id.in_(list(sites))))))


async def first_waiting(session: AsyncSession, wanted: Mapping[str, int]) -> list[Team]:
    """The first of the waiting list of each site, as many as wanted there; held, with members and people."""
    place = func.row_number().over(partition_by=Team.site_id, order_by=(Team.queued_at, Team.id)).label("place")
    queue = select(Team.id, Team.site_id, place).where(Team.site_id.in_(list(wanted)), _WAITING).subquery()
    among = or_(*(and_(queue.c.site_id == site, queue.c.place <= count) for site, count in wanted.items()))
    first = select(Team.id).where(Team.id.in_(select(queue.c.id).where(among)), _WAITING).order_by(Team.id)
    ids = list(await session.scalars(first.with_for_update(of=Team)))
    found = [held.team for held in await held_applications(session, ids)] if ids else []
    return sorted(found, key=lambda team: (team.queued_at, team.id))


async def rank_in_queue(session: AsyncSession, team: Team) -> int | None:
    """The rank of a team in the waiting list of its site; None for a team that does not wait."""
    if team.state != ApplicationState.WAITLISTED:
        return None
    return await session.scalar(select(RANK).where(Team.id == team.id))


async def ranks_of(session: AsyncSession, team_ids: Collection[str]) -> dict[str, int]:
    """The rank of each of these waiting teams."""
    return dict(iter(await session.execute(select(Team.id, RANK).where(Team.id.in_(team_ids), _WAITING))))


async def accepted_count(session: AsyncSession, site_id: str) -> int:
    """How many teams are accepted on a site."""
    accepted = select(func.count(Team.id)).where(Team.site_id == site_id, Team.state == ApplicationState.ACCEPTED)
    return await session.scalar(accepted) or 0


async def site_is_chosen(session: AsyncSession, site_id: str) -> bool:
    """Whether a team, or somebody who applied alone, has chosen that site, whatever became of it."""
    chosen = select(Team.id).where(Team.site_id == site_id).exists()
    alone = select(AloneApplication.id).where(AloneApplication.site_id == site_id).exists()
    return bool(await session.scalar(select(or_(chosen, alone))))

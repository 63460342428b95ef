"""The places of sites, who waits for one, and the rows that are held while one is given.

Whoever gives or frees a place holds the site first, then the teams: that is the order of everybody.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from creathon.core.errors import Conflict
from creathon.core.text import _
from creathon.editions.models import Site
from creathon.teams.models import AloneApplication, ApplicationState, Team
from creathon.teams.queries.teams import COMPLETE, lock_team

_OTHER = aliased(Team)
_BEFORE = or_(_OTHER.queued_at < Team.queued_at, and_(_OTHER.queued_at == Team.queued_at, _OTHER.id <= Team.id))
RANK = (
    select(func.count(_OTHER.id))
    .where(_OTHER.site_id == Team.site_id, _OTHER.state == ApplicationState.WAITLISTED, _BEFORE)
    .correlate(Team)
    .scalar_subquery()
)
"""The rank of a waiting team at its site: arrival first, then identifier."""
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


async def lock_teams(session: AsyncSession, team_ids: Collection[str]) -> list[Team]:
    """The teams held and read again, with site, members and people."""
    query = select(Team).where(Team.id.in_(team_ids)).order_by(Team.id).options(*COMPLETE)
    held = query.with_for_update(of=Team).execution_options(populate_existing=True)
    return list(await session.scalars(held))


async def sites_of_teams(session: AsyncSession, team_ids: Collection[str]) -> dict[str, str]:
    """The site of each of these teams, before anything is held."""
    return dict(iter(await session.execute(select(Team.id, Team.site_id).where(Team.id.in_(team_ids)))))


async def rooms_at(session: AsyncSession, sites: Collection[str]) -> dict[str, int]:
    """How many places are left at each site; below zero where more teams are accepted than it has."""
    seated = (
        select(func.count(Team.id))
        .where(Team.site_id == Site.id, Team.state == ApplicationState.ACCEPTED)
        .correlate(Site)
        .scalar_subquery()
    )
    rows = await session.execute(select(Site.id, Site.capacity - seated).where(Site.id.in_(list(sites))))
    return dict(iter(rows))


async def first_waiting(session: AsyncSession, wanted: Mapping[str, int], but: Collection[str] = ()) -> list[Team]:
    """The first of the waiting list of each site, as many as wanted there, less some; held, with members and people."""
    place = func.row_number().over(partition_by=Team.site_id, order_by=(Team.queued_at, Team.id)).label("place")
    queue = (
        select(Team.id, Team.site_id, place)
        .where(Team.site_id.in_(list(wanted)), Team.state == ApplicationState.WAITLISTED, Team.id.not_in(but))
        .subquery()
    )
    among = or_(*(and_(queue.c.site_id == site, queue.c.place <= count) for site, count in wanted.items()))
    ids = list(await session.scalars(select(queue.c.id).where(among)))
    found = await lock_teams(session, ids) if ids else []
    return sorted(found, key=lambda team: (team.queued_at, team.id))


async def rank_in_queue(session: AsyncSession, team: Team) -> int | None:
    """The rank of a team in the waiting list of its site; None for a team that does not wait."""
    if team.state != ApplicationState.WAITLISTED:
        return None
    return await session.scalar(select(RANK).where(Team.id == team.id))


async def ranks_of(session: AsyncSession, team_ids: Collection[str]) -> dict[str, int]:
    """The rank of each of these waiting teams."""
    waiting = Team.id.in_(team_ids), Team.state == ApplicationState.WAITLISTED
    return dict(iter(await session.execute(select(Team.id, RANK).where(*waiting))))


async def accepted_count(session: AsyncSession, site_id: str) -> int:
    """How many teams are accepted on a site."""
    accepted = select(func.count(Team.id)).where(Team.site_id == site_id, Team.state == ApplicationState.ACCEPTED)
    return await session.scalar(accepted) or 0


async def site_is_chosen(session: AsyncSession, site_id: str) -> bool:
    """Whether a team, or somebody who applied alone, has chosen that site, whatever became of it."""
    chosen = select(Team.id).where(Team.site_id == site_id).exists()
    alone = select(AloneApplication.id).where(AloneApplication.site_id == site_id).exists()
    return bool(await session.scalar(select(or_(chosen, alone))))

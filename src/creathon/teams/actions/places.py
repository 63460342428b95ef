"""Giving places to the first of the waiting list. The sites are held by the caller (`teams.queries.hold_sites`)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.editions.models import Edition
from creathon.teams import mails
from creathon.teams.models import ApplicationState, Team
from creathon.teams.queries import first_waiting, rooms_at
from creathon.teams.rules import may_promote, places_to_give


async def fill_places(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    freed: Mapping[str, int],
    *,
    now: datetime,
    arriving: Team | None = None,
) -> None:
    """Promote the first who wait at these sites, as many as places were freed, and tell them what to do.

    `arriving` is told by the caller, who knows why it waits.
    """
    rooms = await rooms_at(session, freed) if freed else {}
    teams = await promote(session, actor, edition, freed, rooms, now=now)
    told = [team for team in teams if arriving is None or team.id != arriving.id]
    await mails.tell_members_promoted(session, told, now=now)


async def promote(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    freed: Mapping[str, int],
    rooms: Mapping[str, int],
    *,
    now: datetime,
    but: Collection[str] = (),
) -> list[Team]:
    """Give the places freed, where `rooms` are left, to the first who wait; the caller tells them.

    Nobody is promoted once preparation has ended. `but` are those whom the act itself puts on the waiting list.
    """
    if not freed or may_promote(edition, now=now):
        return []
    wanted = places_to_give(edition, freed, rooms)
    teams = await first_waiting(session, wanted, but) if wanted else []
    if not teams:
        return []
    await stamp(session, teams, state=ApplicationState.ACCEPTED, decided_at=now, decision_reason="", queued_at=None)
    for team in teams:
        journal.record(session, actor, "application.promoted", team, now=now, site=team.site_id)
    return teams


async def stamp(session: AsyncSession, teams: Sequence[Team], **values: Any) -> None:
    """Change the same columns of many teams held by the caller, in one statement; each counts one version more."""
    ids = [team.id for team in teams]
    query = update(Team).where(Team.id.in_(ids)).values(version=Team.version + 1, **values)
    await session.execute(query.execution_options(synchronize_session=False))
    for team in teams:
        set_committed_value(team, "version", team.version + 1)
        for name, value in values.items():
            set_committed_value(team, name, value)

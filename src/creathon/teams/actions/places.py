"""Giving places to the first of the waiting list. The sites are held by the caller (`teams.queries.hold_sites`)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, literal, update
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
    wanted = {} if may_promote(edition, now=now) else places_to_give(edition, freed, rooms)
    teams = await first_waiting(session, wanted) if wanted else []
    if teams:
        await stamp(session, teams, {**PROMOTED, "decided_at": now})
        record_promoted(session, actor, teams, now=now)
    told = [team for team in teams if arriving is None or team.id != arriving.id]
    await mails.tell_members_promoted(session, told, now=now)


PROMOTED: Mapping[str, Any] = {"state": ApplicationState.ACCEPTED, "decision_reason": "", "queued_at": None}
"""What a place changes of who waited for it, with the instant of the decision."""


def first_of(waiting: Iterable[Team], wanted: Mapping[str, int]) -> list[Team]:
    """Of teams that wait, the first at each site, as many as wanted there."""
    left, first = dict(wanted), []
    for team in sorted(waiting, key=lambda team: (team.queued_at, team.id)):
        if left.get(team.site_id, 0) > 0:
            left[team.site_id] -= 1
            first.append(team)
    return first


def record_promoted(session: AsyncSession, actor: Actor, teams: Sequence[Team], *, now: datetime) -> None:
    """Write to the journal that these got a place."""
    for team in teams:
        journal.record(session, actor, "application.promoted", team, now=now, site=team.site_id)


async def stamp(
    session: AsyncSession,
    teams: Sequence[Team],
    values: Mapping[str, Any],
    others: Sequence[Team] = (),
    of_others: Mapping[str, Any] = PROMOTED,
) -> None:
    """Change the same columns of many teams held by the caller, in one statement; each counts one version more.

    `others` get `of_others` in the same statement, and what these do not name as the rest.
    """
    theirs = [team.id for team in others]
    written = {name: _either(name, value, theirs, of_others) for name, value in values.items()}
    query = update(Team).where(Team.id.in_([team.id for team in teams] + theirs))
    query = query.values(version=Team.version + 1, **written)
    await session.execute(query.execution_options(synchronize_session=False))
    for team, changed in [*((team, values) for team in teams), *((team, {**values, **of_others}) for team in others)]:
        set_committed_value(team, "version", team.version + 1)
        for name, value in changed.items():
            set_committed_value(team, name, value)


def _either(name: str, value: Any, others: Sequence[str], of_others: Mapping[str, Any]) -> Any:
    if not others or name not in of_others:
        return value
    kind = Team.__table__.c[name].type
    return case((Team.id.in_(others), literal(of_others[name], kind)), else_=_typed(value, kind))


def _typed(value: Any, kind: Any) -> Any:
    return value if isinstance(value, ColumnElement) else literal(value, kind)

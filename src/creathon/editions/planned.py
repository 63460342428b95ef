"""What the clock sends in each edition: the features above register what they would send, a page and the worker ask.

Instants asked for are real; each edition turns them into its own time, which a rehearsal moves.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.editions.models import Edition
from creathon.editions.queries import living_editions
from creathon.mail.planned import Planned

Planner = Callable[[AsyncSession, Edition, datetime, datetime], Awaitable[list[Planned]]]
"""The messages of an edition due in ]since, until]."""

_planners: list[Planner] = []


def plan(planner: Planner) -> None:
    """Ask `planner` too; registering twice has no effect."""
    if planner not in _planners:
        _planners.append(planner)


async def planned_in(session: AsyncSession, edition: Edition, since: datetime, until: datetime) -> list[Planned]:
    """What the clock sends in one edition, in order."""
    found = [planned for planner in _planners for planned in await planner(session, edition, since, until)]
    return sorted(found, key=lambda planned: (planned.due_at, planned.name, planned.to))


async def planned_between(session: AsyncSession, since: datetime, until: datetime) -> list[Planned]:
    """What the clock sends in all the editions announced or running."""
    editions = await living_editions(session)
    return [one for edition in editions for one in await planned_in(session, edition, since, until)]

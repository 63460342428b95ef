"""What ends by itself between a team and people alone: nobody is told, what ended it is told already."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.teams.models import AloneApplication, Approach, ApproachState


async def close_approaches(
    session: AsyncSession, *, now: datetime, team_ids: Collection[str] = (), person: tuple[str, str] | None = None
) -> None:
    """Close what waits with these teams, and with somebody (`person`: their id and the edition).

    The rows are held in one order, all at once: two people who sit down at the same time never wait for each other.
    """
    concerned: list[ColumnElement[bool]] = [Approach.team_id.in_(team_ids)] if team_ids else []
    if person is not None:
        person_id, edition_id = person
        mine = select(AloneApplication.id)
        mine = mine.where(AloneApplication.person_id == person_id, AloneApplication.edition_id == edition_id)
        concerned.append(Approach.alone_id.in_(mine))
    waiting = select(Approach.id).where(Approach.state == ApproachState.WAITING, or_(*concerned))
    held = waiting.order_by(Approach.id).with_for_update()
    await session.execute(
        update(Approach)
        .where(Approach.id.in_(held), Approach.state == ApproachState.WAITING)
        .values(state=ApproachState.CLOSED, answered_at=now)
        .execution_options(synchronize_session=False)
    )

"""Partners with what they bring, events in order."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from creathon.agenda.models import AgendaEvent, Partner


async def partners_of(session: AsyncSession, edition_id: str, *, offset: int = 0, limit: int = 25) -> list[Partner]:
    """The partners of an edition by name, with their contributions."""
    query = select(Partner).where(Partner.edition_id == edition_id).options(selectinload(Partner.contributions))
    query = query.order_by(func.lower(Partner.name), Partner.id).offset(offset).limit(limit)
    return list(await session.scalars(query))


async def partners_count(session: AsyncSession, edition_id: str) -> int:
    """How many partners an edition has."""
    return await session.scalar(select(func.count(Partner.id)).where(Partner.edition_id == edition_id)) or 0


async def events_of(session: AsyncSession, edition_id: str, *, offset: int = 0, limit: int = 25) -> list[AgendaEvent]:
    """The events of an edition, the earliest first."""
    query = select(AgendaEvent).where(AgendaEvent.edition_id == edition_id)
    query = query.order_by(AgendaEvent.starts_on, AgendaEvent.ends_on, AgendaEvent.id).offset(offset).limit(limit)
    return list(await session.scalars(query))


async def events_count(session: AsyncSession, edition_id: str) -> int:
    """How many events an edition has."""
    return await session.scalar(select(func.count(AgendaEvent.id)).where(AgendaEvent.edition_id == edition_id)) or 0

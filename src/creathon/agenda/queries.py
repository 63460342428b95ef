"""Partners with what they bring, events in order with their moments."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from creathon.agenda.models import AgendaEvent, Partner


async def partners_of(
    session: AsyncSession, edition_id: str, *, offset: int = 0, limit: int = 25, withdrawn: bool = False
) -> list[Partner]:
    """The partners of an edition by name, with their contributions; those withdrawn only when asked for."""
    query = select(Partner).where(*_partners(edition_id, withdrawn)).options(selectinload(Partner.contributions))
    query = query.order_by(func.lower(Partner.name), Partner.id).offset(offset).limit(limit)
    return list(await session.scalars(query))


async def partners_count(session: AsyncSession, edition_id: str, *, withdrawn: bool = False) -> int:
    """How many partners `partners_of` would list in all."""
    return await session.scalar(select(func.count(Partner.id)).where(*_partners(edition_id, withdrawn))) or 0


async def partner_by_id(
    session: AsyncSession, edition_id: str, partner_id: str, *, lock: bool = False
) -> Partner | None:
    """One partner of that edition, with its contributions. Locked, it is read again whatever the session knew."""
    query = select(Partner).where(Partner.edition_id == edition_id, Partner.id == partner_id)
    query = query.options(selectinload(Partner.contributions))
    if lock:
        await session.scalar(select(Partner.id).where(Partner.id == partner_id).with_for_update())
        query = query.execution_options(populate_existing=True)
    return await session.scalar(query)


async def events_of(
    session: AsyncSession, edition_id: str, *, offset: int = 0, limit: int = 25, withdrawn: bool = False
) -> list[AgendaEvent]:
    """The events of an edition, the earliest first, with their moments; those withdrawn only when asked for."""
    query = select(AgendaEvent).where(*_events(edition_id, withdrawn)).options(selectinload(AgendaEvent.moments))
    query = query.order_by(AgendaEvent.starts_on, AgendaEvent.ends_on, AgendaEvent.id).offset(offset).limit(limit)
    return list(await session.scalars(query))


async def events_count(session: AsyncSession, edition_id: str, *, withdrawn: bool = False) -> int:
    """How many events `events_of` would list in all."""
    return await session.scalar(select(func.count(AgendaEvent.id)).where(*_events(edition_id, withdrawn))) or 0


async def event_by_id(
    session: AsyncSession, edition_id: str, event_id: str, *, lock: bool = False
) -> AgendaEvent | None:
    """One event of that edition, with its moments. Locked, it is read again whatever the session knew."""
    query = select(AgendaEvent).where(AgendaEvent.edition_id == edition_id, AgendaEvent.id == event_id)
    query = query.options(selectinload(AgendaEvent.moments))
    if lock:
        await session.scalar(select(AgendaEvent.id).where(AgendaEvent.id == event_id).with_for_update())
        query = query.execution_options(populate_existing=True)
    return await session.scalar(query)


def _partners(edition_id: str, withdrawn: bool) -> list[ColumnElement[bool]]:
    mine = [Partner.edition_id == edition_id]
    return mine if withdrawn else [*mine, Partner.withdrawn_at.is_(None)]


def _events(edition_id: str, withdrawn: bool) -> list[ColumnElement[bool]]:
    mine = [AgendaEvent.edition_id == edition_id]
    return mine if withdrawn else [*mine, AgendaEvent.withdrawn_at.is_(None)]

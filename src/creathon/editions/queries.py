"""Editions with what their pages show."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from creathon.editions.models import Edition, EditionState, Phase, PhaseChange, Site

CURRENT_STATES = (EditionState.RUNNING, EditionState.ANNOUNCED)
_COMPLETE = (joinedload(Edition.theme), selectinload(Edition.phases), selectinload(Edition.sites))


async def current_edition(session: AsyncSession, *, lock: bool = False) -> Edition | None:
    """The newest edition announced or running, with theme, phases and sites; locked when it is about to change."""
    query = select(Edition).where(Edition.state.in_(CURRENT_STATES)).options(*_COMPLETE)
    query = query.order_by(Edition.created_at.desc(), Edition.id).limit(1)
    return (await session.scalars(query.with_for_update(of=Edition) if lock else query)).first()


async def edition_by_slug(session: AsyncSession, slug: str) -> Edition | None:
    """One edition with theme, phases and sites."""
    return (await session.scalars(select(Edition).where(Edition.slug == slug).options(*_COMPLETE))).first()


async def edition_by_id(session: AsyncSession, edition_id: str) -> Edition | None:
    """One edition with theme, phases and sites."""
    return (await session.scalars(select(Edition).where(Edition.id == edition_id).options(*_COMPLETE))).first()


async def public_editions(session: AsyncSession, *, offset: int = 0, limit: int | None = None) -> list[Edition]:
    """The editions told to the public, newest first, with their theme."""
    query = select(Edition).where(Edition.state != EditionState.DRAFT).options(joinedload(Edition.theme))
    query = query.order_by(Edition.created_at.desc(), Edition.id).offset(offset).limit(limit)
    return list(await session.scalars(query))


async def public_editions_count(session: AsyncSession) -> int:
    """How many editions the public is told of."""
    return await session.scalar(select(func.count(Edition.id)).where(Edition.state != EditionState.DRAFT)) or 0


async def phase_by_id(session: AsyncSession, edition_id: str, phase_id: str) -> Phase | None:
    """One phase of that edition."""
    return await session.scalar(select(Phase).where(Phase.edition_id == edition_id, Phase.id == phase_id))


async def site_by_id(session: AsyncSession, edition_id: str, site_id: str) -> Site | None:
    """One site of that edition."""
    return await session.scalar(select(Site).where(Site.edition_id == edition_id, Site.id == site_id))


async def phase_changes(session: AsyncSession, edition_id: str) -> list[PhaseChange]:
    """The changes of the calendar, newest first, with their phase."""
    query = select(PhaseChange).where(PhaseChange.edition_id == edition_id).options(joinedload(PhaseChange.phase))
    return list(await session.scalars(query.order_by(PhaseChange.changed_at.desc(), PhaseChange.id)))

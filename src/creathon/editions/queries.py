"""Editions with what their pages show."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from creathon.editions.models import Edition, EditionState, Phase, Site

CURRENT_STATES = (EditionState.RUNNING, EditionState.ANNOUNCED)
_COMPLETE = (joinedload(Edition.theme), selectinload(Edition.phases), selectinload(Edition.sites))


async def current_edition(session: AsyncSession) -> Edition | None:
    """The newest edition announced or running, with theme, phases and sites."""
    query = select(Edition).where(Edition.state.in_(CURRENT_STATES)).options(*_COMPLETE)
    return (await session.scalars(query.order_by(Edition.created_at.desc()).limit(1))).first()


async def edition_by_slug(session: AsyncSession, slug: str) -> Edition | None:
    """One edition with theme, phases and sites."""
    return (await session.scalars(select(Edition).where(Edition.slug == slug).options(*_COMPLETE))).first()


async def edition_by_id(session: AsyncSession, edition_id: str) -> Edition | None:
    """One edition with theme, phases and sites."""
    return (await session.scalars(select(Edition).where(Edition.id == edition_id).options(*_COMPLETE))).first()


async def public_editions(session: AsyncSession) -> list[Edition]:
    """Every edition told to the public, newest first, with its theme."""
    query = select(Edition).where(Edition.state != EditionState.DRAFT).options(joinedload(Edition.theme))
    return list(await session.scalars(query.order_by(Edition.created_at.desc())))


async def phase_by_id(session: AsyncSession, edition_id: str, phase_id: str) -> Phase | None:
    """One phase of that edition."""
    return await session.scalar(select(Phase).where(Phase.edition_id == edition_id, Phase.id == phase_id))


async def site_by_id(session: AsyncSession, edition_id: str, site_id: str) -> Site | None:
    """One site of that edition."""
    return await session.scalar(select(Site).where(Site.edition_id == edition_id, Site.id == site_id))

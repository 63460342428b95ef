"""The grid of an edition."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from creathon.jury.models import Criterion, Rubric


async def rubric_of(session: AsyncSession, edition_id: str) -> Rubric | None:
    """The grid with its criteria and their levels, in one query: a scoring page has no room for three."""
    levels = joinedload(Rubric.criteria).joinedload(Criterion.levels)
    query = select(Rubric).where(Rubric.edition_id == edition_id).options(levels)
    return (await session.scalars(query)).unique().one_or_none()

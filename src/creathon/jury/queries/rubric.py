"""The grid of an edition."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from creathon.jury.models import Criterion, Rubric


async def rubric_of(session: AsyncSession, edition_id: str, *, lock: bool = False) -> Rubric | None:
    """The grid with its criteria and their levels, in one query: a scoring page has no room for three.

    Locked, it is read again whatever the session knew.
    """
    levels = joinedload(Rubric.criteria).joinedload(Criterion.levels)
    query = select(Rubric).where(Rubric.edition_id == edition_id).options(levels)
    if lock:
        query = query.with_for_update(of=Rubric).execution_options(populate_existing=True)
    return (await session.scalars(query)).unique().one_or_none()

"""Files that are still arriving."""

from datetime import datetime

from sqlalchemy import case, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.editions.models import DeliverableKind
from creathon.projects.models import Upload


async def upload_by_id(session: AsyncSession, upload_id: str, *, lock: bool = False) -> Upload | None:
    """One upload, joined or not; locked, it is read again whatever the session knew."""
    query = select(Upload).where(Upload.id == upload_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return await session.scalar(query)


async def uploads_of(session: AsyncSession, team_id: str, person_id: str) -> dict[DeliverableKind, Upload]:
    """What somebody began for their team and is not joined: the last one for each place."""
    query = select(Upload).where(Upload.team_id == team_id, Upload.begun_by == person_id, Upload.joined_at.is_(None))
    return {upload.slot: upload for upload in await session.scalars(query.order_by(Upload.begun_at))}


async def bytes_arriving(
    session: AsyncSession, team_id: str, edition_id: str, *, but: str | None = None
) -> tuple[int, int]:
    """How many bytes the uploads of a team, and of its edition, announced and are not joined, without upload `but`."""
    of_team = func.sum(case((Upload.team_id == team_id, Upload.size), else_=0))
    query = select(of_team, func.sum(Upload.size)).where(Upload.edition_id == edition_id, Upload.joined_at.is_(None))
    found = (await session.execute(query.where(Upload.id != (but or "")))).one()
    return int(found[0] or 0), int(found[1] or 0)


async def arriving_ids(session: AsyncSession) -> set[str]:
    """Every upload of which the disk must keep what arrived."""
    return set(await session.scalars(select(Upload.id).where(Upload.joined_at.is_(None))))


async def forget_uploads(session: AsyncSession, *, begun_before: datetime) -> None:
    """Remove the rows of what began so long ago, joined or not."""
    await session.execute(delete(Upload).where(Upload.begun_at <= begun_before))

"""What the jury answers to what happens below it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere
from creathon.jury.models import ConflictOfInterest
from creathon.projects.events import ProjectOpened


async def hide_conflicted(session: AsyncSession, opened: ProjectOpened) -> None:
    """A link of interest hides a project from a coordinator too, wherever they open it.

    Raises:
        NotThere: a link is declared.
    """
    query = select(ConflictOfInterest.id).where(
        ConflictOfInterest.person_id == opened.person_id, ConflictOfInterest.project_id == opened.project_id
    )
    if await session.scalar(query) is not None:
        raise NotThere()

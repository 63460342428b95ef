"""Who holds a stored content."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.files import Scan, StoredFile
from creathon.projects.models import Deposit, ProjectFile
from creathon.teams.models import Team


async def teams_holding(session: AsyncSession, sha256: str) -> list[tuple[Team, str]]:
    """Each team that ever joined this content, with the name it gave it last."""
    query = select(Team, ProjectFile.name).join(ProjectFile, ProjectFile.team_id == Team.id)
    rows = await session.execute(query.where(ProjectFile.sha256 == sha256).order_by(ProjectFile.added_at))
    found = {team.id: (team, name) for team, name in rows}
    return list(found.values())


async def content_of_deposit(session: AsyncSession, deposit: Deposit) -> StoredFile | None:
    """What the platform keeps of the file of a deposit, read again; None without a file."""
    if deposit.file_id is None:
        return None
    query = select(StoredFile).join(ProjectFile, ProjectFile.sha256 == StoredFile.sha256)
    query = query.where(ProjectFile.id == deposit.file_id)
    return await session.scalar(query.execution_options(populate_existing=True))


async def editions_waiting(session: AsyncSession) -> list[str]:
    """The editions some of whose files have no verdict yet."""
    query = select(Team.edition_id).join(ProjectFile, ProjectFile.team_id == Team.id)
    query = query.join(StoredFile, StoredFile.sha256 == ProjectFile.sha256).where(StoredFile.scan == Scan.PENDING)
    return list(await session.scalars(query.distinct().execution_options(every_edition="the antivirus is for all")))

"""What becomes of a stored content: who holds it, and its copy for jurors."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from creathon.core.files import Scan, StoredFile
from creathon.projects.models import BlindCopy, Deposit, DepositFile, Project, ProjectFile
from creathon.teams.models import Team


async def teams_holding(session: AsyncSession, sha256: str) -> list[tuple[Team, str]]:
    """Each team that ever joined this content, with the name it gave it last."""
    query = select(Team, ProjectFile.name).join(ProjectFile, ProjectFile.team_id == Team.id)
    rows = await session.execute(query.where(ProjectFile.sha256 == sha256).order_by(ProjectFile.added_at))
    found = {team.id: (team, name) for team, name in rows}
    return list(found.values())


async def contents_of_deposit(session: AsyncSession, deposit: Deposit) -> list[StoredFile]:
    """What the platform keeps of the files and of the video of a deposit, read again."""
    query = select(StoredFile).distinct().join(ProjectFile, ProjectFile.sha256 == StoredFile.sha256)
    query = query.join(DepositFile, DepositFile.file_id == ProjectFile.id).where(DepositFile.deposit_id == deposit.id)
    return list(await session.scalars(query.execution_options(populate_existing=True)))


async def editions_waiting(session: AsyncSession) -> list[str]:
    """The editions some of whose files have no verdict yet."""
    query = select(Team.edition_id).join(ProjectFile, ProjectFile.team_id == Team.id)
    query = query.join(StoredFile, StoredFile.sha256 == ProjectFile.sha256).where(StoredFile.scan == Scan.PENDING)
    return list(await session.scalars(query.distinct().execution_options(every_edition="the antivirus is for all")))


SETTLED = timedelta(minutes=10)
"""A deposit is copied that long after it arrived: the last minute is left to the teams, and many deposit twice."""


LATE = timedelta(minutes=30)
"""How long after its deposit a content without a copy is told to the coordination."""


@dataclass(frozen=True)
class ToCopy:
    """A content of a deposit that counts, of which jurors have no copy yet; `copy` when it was tried before."""

    sha256: str
    media_type: str
    copy: BlindCopy | None


async def content_to_copy(session: AsyncSession, now: datetime) -> ToCopy | None:
    """The next content whose copy is to be made."""
    query = (
        select(ProjectFile.sha256, ProjectFile.media_type, BlindCopy)
        .join(DepositFile, DepositFile.file_id == ProjectFile.id)
        .join(Deposit, Deposit.id == DepositFile.deposit_id)
        .outerjoin(BlindCopy, BlindCopy.sha256 == ProjectFile.sha256)
        .where(Deposit.superseded_at.is_(None), Deposit.arrived_at <= now - SETTLED)
        .where(or_(BlindCopy.sha256.is_(None), BlindCopy.due_at <= now))
        .order_by(Deposit.arrived_at)
        .limit(1)
    )
    row = (await session.execute(query)).first()
    return ToCopy(*row) if row else None


@dataclass(frozen=True)
class LateCopies:
    """How many contents of deposits that count have no copy though it was due, since when, and how many never will."""

    waiting: int = 0
    since: datetime | None = None
    given_up: int = 0


async def late_copies(session: AsyncSession, edition_id: str, now: datetime) -> LateCopies:
    """What the worker owes the jurors of an edition."""
    given_up = and_(BlindCopy.sha256.is_not(None), BlindCopy.due_at.is_(None))
    query = (
        select(given_up, func.count(ProjectFile.sha256.distinct()), func.min(Deposit.arrived_at))
        .join(DepositFile, DepositFile.file_id == ProjectFile.id)
        .join(Deposit, Deposit.id == DepositFile.deposit_id)
        .outerjoin(BlindCopy, BlindCopy.sha256 == ProjectFile.sha256)
        .where(Deposit.edition_id == edition_id, Deposit.superseded_at.is_(None), BlindCopy.copy_sha256.is_(None))
        .where(Deposit.arrived_at <= now - LATE)
        .group_by(given_up)
    )
    found = {bool(over): (count, since) for over, count, since in await session.execute(query)}
    waiting, since = found.get(False, (0, None))
    return LateCopies(waiting, since, found.get(True, (0, None))[0])


async def blind_copies(session: AsyncSession, contents: Iterable[str]) -> dict[str, BlindCopy]:
    """The copies of some contents, by content, with what is stored of them."""
    query = select(BlindCopy).where(BlindCopy.sha256.in_(contents)).options(joinedload(BlindCopy.copied))
    return {copy.sha256: copy for copy in await session.scalars(query)}


async def slug_of(session: AsyncSession, project_id: str) -> str:
    """The random name of a project, which tells nothing of it."""
    return await session.scalar(select(Project.slug).where(Project.id == project_id)) or ""

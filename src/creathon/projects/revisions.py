"""Reading the versions of a draft: what it was, and who changed what since."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.projects.models import ProjectRevision
from creathon.projects.rules import Change

MOST_CHANGES = 200
_OF_CHANGE = (
    ProjectRevision.version, ProjectRevision.at, ProjectRevision.author_id, Person.given_name, Person.family_name,
    ProjectRevision.changed,
)  # fmt: skip


async def content_at(session: AsyncSession, project_id: str, version: int) -> dict[str, Any] | None:
    """What the draft was at one version, its file and the file's id included; None for a version that never was."""
    of_project = ProjectRevision.project_id == project_id
    whole = select(func.max(ProjectRevision.version)).where(
        of_project, ProjectRevision.whole, ProjectRevision.version <= version
    )
    query = select(ProjectRevision.version, ProjectRevision.content).where(
        of_project, ProjectRevision.version.between(whole.scalar_subquery(), version)
    )
    content: dict[str, Any] = {}
    last = None
    for number, changed in await session.execute(query.order_by(ProjectRevision.version)):
        content, last = content | changed, number
    return content if last == version else None


async def changes_since(session: AsyncSession, project_id: str, version: int) -> list[Change]:
    """What happened after a version, oldest first; the last two hundred when it was long ago."""
    query = _changes(project_id).where(ProjectRevision.version > version)
    rows = await session.execute(query.order_by(ProjectRevision.version.desc()).limit(MOST_CHANGES))
    return [_change(*row) for row in rows][::-1]


async def changes_page(session: AsyncSession, project_id: str, *, offset: int, limit: int) -> list[Change]:
    """One page of the history, newest first."""
    query = _changes(project_id).order_by(ProjectRevision.version.desc()).offset(offset).limit(limit)
    return [_change(*row) for row in await session.execute(query)]


def _changes(project_id: str) -> Any:
    query = select(*_OF_CHANGE).outerjoin(Person, Person.id == ProjectRevision.author_id)
    return query.where(ProjectRevision.project_id == project_id)


def _change(version: int, at: Any, author_id: str, given_name: Any, family_name: Any, changed: list[str]) -> Change:
    author = f"{given_name} {family_name}" if given_name else ""
    return Change(version, at, author_id, author, tuple(changed))

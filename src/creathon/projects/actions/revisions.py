"""One revision for each version of a draft."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from creathon.core.actor import Actor
from creathon.projects.models import Project, ProjectRevision
from creathon.projects.rules import FicheValues, written
from creathon.projects.rules.pieces import KEPT, NOTHING_JOINED, joined_content

EMPTY: Mapping[str, Any] = {**FicheValues().content(), **NOTHING_JOINED}
"""A draft before its first word."""
WHOLE_EVERY = 50
"""Between two whole revisions, each holds only what it changed: a draft saved each second stays small."""


async def record_version(
    session: AsyncSession,
    actor: Actor,
    project: Project,
    changed: Sequence[str],
    *,
    now: datetime,
) -> None:
    """Write the changed draft and its revision, which says who and when: a save has no line in the journal."""
    project.updated_at, project.updated_by = now, actor.person_id
    flag_modified(project, "updated_at")  # what is joined is no column: the version counts one more all the same
    await session.flush()
    session.add(_revision(project, actor, now, changed))
    await session.flush()


def _revision(project: Project, actor: Actor, now: datetime, changed: Sequence[str]) -> ProjectRevision:
    content = written(project) | joined_content(project)
    whole = project.version % WHOLE_EVERY == 1
    if not whole:
        kept = {part for name in changed for part in KEPT.get(name, (name,))}
        content = {name: value for name, value in content.items() if name in kept}
    return ProjectRevision(
        project_id=project.id, version=project.version, author_id=actor.person_id, at=now, changed=list(changed),
        whole=whole, content=content,
    )  # fmt: skip

"""What this feature tells those above it."""

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.events import publish


@dataclass(frozen=True)
class ProjectOpened:
    """Somebody opens a project as coordination; a handler that knows of a conflict of interest raises `NotThere`."""

    project_id: str
    person_id: str


@dataclass(frozen=True)
class ChecksListed:
    """Somebody lists what is decided of the projects; a feature above adds, on the row of one, what hides it."""

    person_id: str
    hiding: list[ColumnElement[bool]] = field(default_factory=list)


async def hidden_from(session: AsyncSession, person_id: str) -> list[ColumnElement[bool]]:
    """What hides a project from somebody who lists what is decided of them."""
    listed = ChecksListed(person_id)
    await publish(session, listed)
    return listed.hiding

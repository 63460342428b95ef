"""How a file is joined to the draft once it is here, whichever way it came and whatever its place."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from litestar.di import NamedDependency

from creathon.core.errors import NotThere
from creathon.core.files import FileStore, Readable, Received
from creathon.core.text import _
from creathon.core.web.transactions import provide_session
from creathon.core.web.visit import Visit
from creathon.editions.models import DeliverableKind
from creathon.editions.rules import DeliverableValues
from creathon.projects.actions.files import Joined, attach_file
from creathon.projects.models import ProjectFile, Upload
from creathon.projects.opening import Unsafe
from creathon.projects.pages.desk import desk_of, started
from creathon.projects.queries.uploads import upload_by_id
from creathon.projects.rules import FILE_LIMIT, file_problem, length_problem, sniff
from creathon.projects.sandbox import NO_VIDEO, probe, safe

Files = NamedDependency[FileStore]


@dataclass(frozen=True)
class Coming:
    """A file that is here: its clean name, its bytes, what stores them as they are; its place and its limits."""

    name: str
    file: IO[bytes]
    whole: Callable[[], Awaitable[Received]]
    slot: DeliverableKind
    allowed: DeliverableValues


async def join_file(visit: Visit, files: FileStore, coming: Coming, *, now: datetime, upload_id: str = "") -> Joined:
    """Look into a file, store it or what takes its place, join it to the draft of the person's team.

    It is on the disk before the transaction begins: a slow disk holds no lock. `upload_id` names what it arrived by.

    Raises:
        Unsafe: it is not kept; the message says what to do.
        Refused: writing is closed, or there is no room left.
    """
    joined, instead = await _looked_into(coming)
    received = await (coming.whole() if instead is None else files.receive(instead, limit=FILE_LIMIT))
    session = await provide_session(visit)
    desk = await desk_of(visit, session, lock=True)
    upload: Upload | None = None
    if upload_id:
        upload = await upload_by_id(session, upload_id, lock=True)
        if upload is None:
            raise NotThere()
    project = await started(visit, session, desk, now=now)
    await attach_file(session, visit.actor, project, desk.edition, received, joined=joined, now=now, upload=upload)
    return joined


async def _looked_into(coming: Coming) -> tuple[Joined, Readable | None]:
    """What it is, and what to store in its place."""
    name, file = coming.name, coming.file
    media_type, size = sniff(name, file)
    problem = file_problem(name, media_type, size, coming.allowed)
    if problem is not None or media_type is None:
        raise Unsafe(problem or "")
    if coming.slot is DeliverableKind.PIECE:
        return Joined(name, media_type), await safe(file, media_type)
    found, seconds = await probe(file)
    if problem := _(NO_VIDEO) if found != media_type else length_problem(seconds, coming.allowed):
        raise Unsafe(problem)
    return Joined(name, media_type, coming.slot, seconds), None


def joined_words(joined: Joined) -> str:
    """What the page says once it is done."""
    if joined.slot is DeliverableKind.PIECE:
        return _("Fichier joint au brouillon : %(name)s.", name=joined.name)
    if joined.seconds is None:
        return _("Vidéo jointe au brouillon : %(name)s. Sa durée n’a pas pu être lue.", name=joined.name)
    return _(
        "Vidéo jointe au brouillon : %(name)s, %(seconds)s secondes.", name=joined.name, seconds=int(joined.seconds)
    )


def removed_words(file: ProjectFile | None) -> str:
    """What the page says once it is taken off; somebody else may have done it before."""
    if file is None:
        return _("Ce fichier n’était plus joint au brouillon.")
    return _("Retiré du brouillon : %(name)s.", name=file.name)

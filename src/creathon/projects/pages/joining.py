"""How a file is joined to the draft once it is here, whichever way it came."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import IO

from litestar.di import NamedDependency

from creathon.core.errors import NotThere
from creathon.core.files import FileStore, Received
from creathon.core.web.transactions import provide_session
from creathon.core.web.visit import Visit
from creathon.projects import actions
from creathon.projects.models import Upload
from creathon.projects.opening import Unsafe
from creathon.projects.pages.desk import desk_of, started
from creathon.projects.queries.uploads import upload_by_id
from creathon.projects.rules import FILE_LIMIT, file_problem, sniff
from creathon.projects.sandbox import safe

Files = NamedDependency[FileStore]
Whole = Callable[[], Awaitable[Received]]


async def join_file(
    visit: Visit, files: FileStore, file: IO[bytes], name: str, whole: Whole, *, now: datetime, upload_id: str = ""
) -> None:
    """Look into `file`, store it with `whole` or what takes its place, join it to the draft of the person's team.

    It is on the disk before the transaction begins: a slow disk holds no lock. `upload_id` names what it arrived by.

    Raises:
        Unsafe: it is not kept; the message says what to do.
        Refused: writing is closed, or there is no room left.
    """
    media_type, size = sniff(name, file)
    problem = file_problem(name, media_type, size)
    if problem is not None or media_type is None:
        raise Unsafe(problem or "")
    instead = await safe(file, media_type)
    received = await (whole() if instead is None else files.receive(instead, limit=FILE_LIMIT))
    session = await provide_session(visit)
    desk = await desk_of(visit, session, lock=True)
    upload: Upload | None = None
    if upload_id:
        upload = await upload_by_id(session, upload_id, lock=True)
        if upload is None:
            raise NotThere()
    project = await started(visit, session, desk, now=now)
    await actions.attach_file(
        session, visit.actor, project, desk.edition, received, name=name, media_type=media_type, now=now, upload=upload
    )

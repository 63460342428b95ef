"""/projet/envois: a file that arrives in several requests, as tus 1.0.0 says it, and is joined with its last byte."""

import re
from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.arriving import Arrived
from creathon.core.clock import resumed_time
from creathon.core.errors import BadRequest, Conflict, NotThere, TooLarge, check
from creathon.core.files import FileStore, Received
from creathon.core.text import _
from creathon.core.web import tus
from creathon.core.web.pace import Pace
from creathon.core.web.pages import done
from creathon.core.web.posted import FILENAME_LIMIT
from creathon.core.web.transactions import provide_session
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import DeliverableKind
from creathon.editions.rules import DeliverableValues
from creathon.projects.actions.uploads import begin_upload, drop_upload
from creathon.projects.models import Upload
from creathon.projects.opening import Unsafe
from creathon.projects.pages.desk import Desk, desk_of, find_desk
from creathon.projects.pages.joining import Coming, Files, join_file
from creathon.projects.queries.uploads import upload_by_id
from creathon.projects.rules import clean_name, may_write
from creathon.projects.rules.uploads import (
    MOST,
    WAITS,
    UploadValues,
    announced_problem,
    is_asked_again,
    may_continue,
    offset_of,
)

SHA256 = re.compile(r"(?:[0-9a-f]{64})?")
MARK = re.compile(r"[!-~]{0,100}")
OFFSET = "L’envoi ne reprend pas là où il s’est arrêté. Rechargez la page, puis choisissez de nouveau votre fichier."
TOO_LONG = "Ce fichier est plus long qu’annoncé. Rechargez la page, puis choisissez-le de nouveau."
NOT_WHOLE = "L’envoi s’est arrêté en route. Ce qui est arrivé est gardé : il reprendra là."
NOT_THE_SAME = "Le fichier a changé pendant l’envoi, ou il est arrivé abîmé. Choisissez-le de nouveau."


class UploadPages(Controller):
    """What tus-js-client asks; `_file_panel.html` shows it."""

    path = "/projet/envois"

    @post(name="projects:begin-upload", policy="signed_in")
    async def begin(self, visit: Visiting, session: Session, files: Files) -> Response[Any]:
        tus.check_version(visit)
        values = _announced(visit)
        desk = await desk_of(visit, session, lock=True, decided=True)
        before = desk.arriving.get(values.slot)
        if before is not None and is_asked_again(before, values, now=visit.arrived):
            return _begun(visit, before)
        check(may_write(visit.actor, desk.team, desk.edition, now=visit.now))
        allowed = desk.limits[values.slot]
        if problem := announced_problem(values, allowed):
            return tus.answer(422, problem)
        upload = await begin_upload(
            session, visit.actor, desk.team, desk.edition, values, allowed, desk.project,
            arrived=visit.arrived, now=visit.now,
        )  # fmt: skip
        if before is not None:
            files.arriving.remove(before.id)
        return _begun(visit, upload)

    @get("/{upload_id:str}", name="projects:upload", policy="signed_in")
    async def read(self, visit: Visiting, session: Session, files: Files, upload_id: FromPath[str]) -> Response[str]:
        """Asked with HEAD."""
        upload, _desk = await _theirs(visit, session, upload_id)
        return _told(200, upload, files.arriving.size(upload.id))

    @post("/{upload_id:str}", name="projects:send-part", policy="signed_in", max_body=MOST)
    async def send(
        self, visit: Visiting, request: Request[Any, Any, Any], files: Files, upload_id: FromPath[str]
    ) -> Response[str]:
        tus.check_version(visit)
        if visit.header("x-http-method-override") == "DELETE":
            await _drop(visit, files, upload_id)
            return tus.answer(204)
        if visit.header("x-http-method-override") != "PATCH" or visit.header("content-type") != tus.PART:
            raise BadRequest(tus.UNREADABLE)
        async with visit.database.reading() as reading:
            upload, desk = await _theirs(visit, reading, upload_id)
        check(may_write(visit.actor, desk.team, desk.edition, now=_judged(visit, upload)))
        async with files.arriving.held(upload.id) as file:
            await _receive(visit, request, upload, file)
            if file.tell() < upload.size:
                return _told(204, upload, file.tell())
            return await _finish(visit, files, upload, file, desk.limits[upload.slot])

    @post("/{upload_id:str}/abandon", name="projects:drop-upload", policy="signed_in")
    async def drop(self, visit: Visiting, files: Files, upload_id: FromPath[str]) -> Response[str]:
        await _drop(visit, files, upload_id)
        return done(visit, visit.url("projects:mine") + "#fichier", _("L’envoi commencé est abandonné."))


def _announced(visit: Visit) -> UploadValues:
    """What a registration says of its file."""
    said, size = tus.metadata(visit), tus.count(visit, "upload-length")
    name, slot = said.get("filename", ""), said.get("slot", DeliverableKind.PIECE)
    sha256, mark = said.get("sha256", ""), said.get("mark", "")
    if slot not in {*DeliverableKind} or not SHA256.fullmatch(sha256) or not MARK.fullmatch(mark):
        raise BadRequest(tus.UNREADABLE)
    if len(name) > FILENAME_LIMIT:
        raise BadRequest(_("Le nom de ce fichier est trop long : %(most)s caractères au plus.", most=FILENAME_LIMIT))
    return UploadValues(DeliverableKind(slot), clean_name(name), size, sha256, mark)


async def _theirs(visit: Visit, session: AsyncSession, upload_id: str) -> tuple[Upload, Desk]:
    desk, upload = await find_desk(visit, session), await upload_by_id(session, upload_id)
    if desk is None or upload is None:
        raise NotThere()
    check(may_continue(visit.viewer, upload, desk.team, now=visit.arrived))
    return upload, desk


def _judged(visit: Visit, upload: Upload) -> datetime:
    """The instant that decides of it, if it is joined now."""
    ended = visit.app.state.clock.now()
    return resumed_time(upload.begun_at, visit.arrived, ended) + visit.ahead


async def _receive(visit: Visit, request: Request[Any, Any, Any], upload: Upload, file: Arrived) -> None:
    """Append what this request brings to what is held; what came before a cut is kept.

    Raises:
        Conflict: it begins elsewhere than where the file stands, or it broke off; both are tried again.
        TooLarge: it goes beyond the size that was announced.
    """
    offset = tus.count(visit, "upload-offset")
    if upload.joined_at is not None or offset != offset_of(upload, file.size()):
        raise Conflict(_(OFFSET))
    if int(visit.header("content-length") or 0) > upload.size - offset:
        raise TooLarge(_(TOO_LONG))
    pace: Pace = request.app.state.pace

    async def append(piece: bytearray) -> None:
        await file.append(piece)
        await pace.let_others()

    await file.cut_back(offset)
    try:
        end = await tus.pour(request.receive, append, upload.size - offset)
    finally:
        await file.settle()
    if end is tus.End.TOO_LONG:
        raise TooLarge(_(TOO_LONG))
    if end is not tus.End.WHOLE:
        raise Conflict(_(NOT_WHOLE))


async def _finish(
    visit: Visit, files: FileStore, upload: Upload, file: Arrived, allowed: DeliverableValues
) -> Response[str]:
    """Join the whole file; what is refused for what it holds is forgotten, and has to be sent anew."""
    sha256 = await file.sha256()

    async def whole() -> Received:
        return await files.adopt(file.path, sha256, upload.size)

    try:
        if upload.sha256 not in ("", sha256):
            raise Unsafe(_(NOT_THE_SAME))
        coming = Coming(upload.name, file, whole, upload.slot, allowed)
        await join_file(visit, files, coming, now=_judged(visit, upload), upload_id=upload.id)
    except Unsafe as unsafe:
        async with visit.database.writing() as session:
            if held := await upload_by_id(session, upload.id, lock=True):
                await drop_upload(session, held)
        files.arriving.remove(upload.id)
        return tus.answer(422, str(unsafe))
    return _told(204, upload, upload.size, whole=True)


async def _drop(visit: Visit, files: FileStore, upload_id: str) -> None:
    session = await provide_session(visit)
    upload, _desk = await _theirs(visit, session, upload_id)
    await drop_upload(session, upload)
    files.arriving.remove(upload.id)


def _begun(visit: Visit, upload: Upload) -> Response[Any]:
    """Where to send it; a client that began before is told where it stands when it sends from elsewhere."""
    location = visit.url("projects:upload", upload_id=upload.id)
    return tus.answer(201, location=location, upload_offset=0, upload_expires=upload.begun_at + WAITS)


def _told(status: int, upload: Upload, held: int, *, whole: bool = False) -> Response[str]:
    """What the client knows an upload by."""
    return tus.answer(
        status,
        upload_offset=upload.size if whole else offset_of(upload, held),
        upload_length=upload.size,
        upload_expires=upload.begun_at + WAITS,
    )

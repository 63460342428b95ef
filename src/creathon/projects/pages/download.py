"""Answers a stored file so that it can only be kept or played, never run: attachment, fixed type, nosniff, sandbox."""

from litestar.response import Stream

from creathon.core.errors import AppError, NotThere
from creathon.core.files import FileStore
from creathon.core.text import _
from creathon.core.web.attachment import attachment_headers
from creathon.core.web.ranges import Part, part_asked
from creathon.core.web.visit import Visit
from creathon.projects.models import Deposit, ProjectFile
from creathon.projects.rules import MEDIA_TYPES

SAFE_TYPES = frozenset(MEDIA_TYPES.values())


def send_file(visit: Visit, files: FileStore, held: Deposit | ProjectFile | None, name: str) -> Stream:
    """The file of a deposit, or a file, under that name; the part of it that is asked for. The caller asked the rule.

    Raises:
        NotThere: the deposit holds no file.
        AppError: the row is there and the content is not.
    """
    file = held.file if isinstance(held, Deposit) else held
    if file is None:
        raise NotThere()
    if not files.path(file.sha256).is_file():
        raise AppError(_("Ce fichier est introuvable sur la plateforme. Prévenez la coordination."))
    size, etag = file.stored.size, f'"{file.sha256}"'
    headers = {**attachment_headers(name), "accept-ranges": "bytes", "etag": etag}
    asked = part_asked(visit.header("range") or "", visit.header("if-range") or "", size, etag)
    if asked is None:
        return _answer(files, file, Part(0, size), 200, headers)
    if asked.length == 0:
        return _answer(files, file, asked, 416, headers | {"content-range": f"bytes */{size}"})
    last = asked.first + asked.length - 1
    return _answer(files, file, asked, 206, headers | {"content-range": f"bytes {asked.first}-{last}/{size}"})


def _answer(files: FileStore, file: ProjectFile, part: Part, status: int, headers: dict[str, str]) -> Stream:
    media_type = file.media_type if file.media_type in SAFE_TYPES else "application/octet-stream"
    content = files.chunks(file.sha256, part.first, part.length)
    headers = headers | {"content-length": str(part.length)}
    return Stream(content, status_code=status, media_type=media_type, headers=headers)

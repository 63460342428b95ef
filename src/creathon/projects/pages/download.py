"""Answers a stored file so that it can only be kept, never run: attachment, fixed type, nosniff, sandbox."""

from typing import TypedDict

from litestar.response import Stream

from creathon.core.errors import AppError, NotThere, check
from creathon.core.files import FileStore
from creathon.core.text import _
from creathon.core.web.attachment import attachment_headers
from creathon.core.web.visit import Visit
from creathon.projects.models import Deposit, ProjectFile
from creathon.projects.rules import MEDIA_TYPES
from creathon.projects.rules.files import may_hand_out, scan_words

SAFE_TYPES = frozenset(MEDIA_TYPES.values())


class FileShown(TypedDict):
    """What a page needs to show a file: where it is fetched, unless it is kept back, and what to say of it."""

    file_url: str | None
    file_note: str


def own_file_shown(visit: Visit, file: ProjectFile | None) -> FileShown:
    """How a page shows a file to a member of its team."""
    return file_shown(visit, file, visit.url("projects:file", file_id=file.id) if file else "", own=True)


def file_shown(visit: Visit, file: ProjectFile | None, url: str, *, own: bool = False) -> FileShown:
    """How a page shows a file fetched at `url`; `own`: to a member of its team."""
    if file is None:
        return {"file_url": None, "file_note": ""}
    scanned = visit.settings.clamd is not None
    refusal = may_hand_out(file.stored, scanned=scanned, own=own)
    return {"file_url": None if refusal else url, "file_note": scan_words(file.stored, scanned=scanned)}


def send_file(visit: Visit, files: FileStore, held: Deposit | ProjectFile, name: str, *, own: bool = False) -> Stream:
    """The file of a deposit, or a file, under that name; the caller has asked who may. `own`: to a member of its team.

    Raises:
        NotThere: the deposit holds no file.
        Refused: the antivirus has not said that it is clean.
        AppError: the row is there and the content is not.
    """
    file = held.file if isinstance(held, Deposit) else held
    if file is None:
        raise NotThere()
    check(may_hand_out(file.stored, scanned=visit.settings.clamd is not None, own=own))
    if not files.path(file.sha256).is_file():
        raise AppError(_("Ce fichier est introuvable sur la plateforme. Prévenez la coordination."))
    media_type = file.media_type if file.media_type in SAFE_TYPES else "application/octet-stream"
    headers = {**attachment_headers(name), "content-length": str(file.stored.size)}
    return Stream(files.chunks(file.sha256), media_type=media_type, headers=headers)

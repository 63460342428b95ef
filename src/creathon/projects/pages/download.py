"""Answers a stored file so that it can only be kept, never run: attachment, fixed type, nosniff, sandbox."""

from litestar.response import Stream

from creathon.core.errors import AppError, NotThere
from creathon.core.files import FileStore
from creathon.core.text import _
from creathon.core.web.attachment import attachment_headers
from creathon.core.web.visit import Visit
from creathon.projects.models import Deposit, ProjectFile
from creathon.projects.rules import MEDIA_TYPES

SAFE_TYPES = frozenset(MEDIA_TYPES.values())


def send_file(_visit: Visit, files: FileStore, held: Deposit | ProjectFile, name: str) -> Stream:
    """The file of a deposit, or a file, under that name; the caller has asked the rule.

    Raises:
        NotThere: the deposit holds no file.
        AppError: the row is there and the content is not.
    """
    file = held.file if isinstance(held, Deposit) else held
    if file is None:
        raise NotThere()
    if not files.path(file.sha256).is_file():
        raise AppError(_("Ce fichier est introuvable sur la plateforme. Prévenez la coordination."))
    media_type = file.media_type if file.media_type in SAFE_TYPES else "application/octet-stream"
    headers = {**attachment_headers(name), "content-length": str(file.stored.size)}
    return Stream(files.chunks(file.sha256), media_type=media_type, headers=headers)

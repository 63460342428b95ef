"""Answers a stored file so that it can only be kept, never run: attachment, fixed type, nosniff, sandbox."""

from dataclasses import dataclass
from typing import Any, TypedDict

from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import AppError, NotThere, check
from creathon.core.files import FileStore, StoredFile
from creathon.core.text import _
from creathon.core.web.attachment import attachment_headers
from creathon.core.web.visit import Visit
from creathon.projects.models import BlindCopy, Deposit, ProjectFile
from creathon.projects.queries.contents import blind_copy_of, slug_of
from creathon.projects.rules import MEDIA_TYPES
from creathon.projects.rules.files import blind_name, may_hand_out, may_read_blind, scan_words

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
    return {"file_url": None if refusal else url, "file_note": scan_words(file.stored, scanned=scanned, own=own)}


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
    return _stream(files, file.stored, file.media_type, name)


@dataclass(frozen=True)
class BlindFile:
    """The file of a deposit as its jurors have it: another name, and a copy without metadata."""

    file: ProjectFile
    name: str
    copy: BlindCopy | None

    def content(self, content: dict[str, Any]) -> dict[str, Any]:
        """The bundle as it is shown, with the name and the size of the copy."""
        size = self.copy.copied.size if self.copy and self.copy.copied else self.file.stored.size
        return {**content, "file": {"name": self.name, "size": size}}

    def shown(self, visit: Visit, url: str) -> FileShown:
        """How the page shows it."""
        refusal = may_read_blind(self.file.stored, self.copy, scanned=visit.settings.clamd is not None)
        return {"file_url": None if refusal else url, "file_note": refusal.reason if refusal else ""}

    def sent(self, visit: Visit, files: FileStore) -> Stream:
        """The copy.

        Raises:
            Refused: it is not made, or not clean.
        """
        check(may_read_blind(self.file.stored, self.copy, scanned=visit.settings.clamd is not None))
        if self.copy is None or self.copy.copied is None:
            raise NotThere()
        return _stream(files, self.copy.copied, self.file.media_type, self.name)


async def blind_file(session: AsyncSession, deposit: Deposit | None) -> BlindFile | None:
    """The file of a deposit for a juror; None without a file."""
    if deposit is None or deposit.file is None:
        return None
    name = blind_name(await slug_of(session, deposit.project_id), deposit.file.media_type)
    return BlindFile(deposit.file, name, await blind_copy_of(session, deposit.file.sha256))


def _stream(files: FileStore, stored: StoredFile, kind: str, name: str) -> Stream:
    if not files.path(stored.sha256).is_file():
        raise AppError(_("Ce fichier est introuvable sur la plateforme. Prévenez la coordination."))
    media_type = kind if kind in SAFE_TYPES else "application/octet-stream"
    headers = {**attachment_headers(name), "content-length": str(stored.size)}
    return Stream(files.chunks(stored.sha256), media_type=media_type, headers=headers)

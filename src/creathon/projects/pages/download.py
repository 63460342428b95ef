"""Answers a stored file so that it can only be kept or played, never run: attachment, fixed type, nosniff, sandbox."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import AppError, NotThere, Refusal, check
from creathon.core.files import FileStore, StoredFile
from creathon.core.text import _
from creathon.core.web.attachment import attachment_headers
from creathon.core.web.ranges import Part, part_asked
from creathon.core.web.visit import Visit
from creathon.projects.models import BlindCopy, Deposit, HoldsFiles, ProjectFile
from creathon.projects.queries.contents import blind_copies, slug_of
from creathon.projects.rules import MEDIA_TYPES
from creathon.projects.rules.files import blind_name, may_hand_out, may_read_blind, scan_words
from creathon.projects.rules.pieces import file_content

SAFE_TYPES = frozenset(MEDIA_TYPES.values())


@dataclass(frozen=True)
class Shown:
    """What a page needs to show a file: where it is fetched, unless it is kept back, and what to say of it."""

    url: str | None = None
    note: str = ""


def files_shown(held: HoldsFiles | None, shown: Callable[[ProjectFile], Shown]) -> dict[str, Any]:
    """How a page shows what is joined to a draft or a deposit: each of the `pieces`, in order, and the `video`."""
    video = held.video if held else None
    return {
        "pieces": [shown(piece) for piece in held.pieces] if held else [],
        "video": shown(video) if video else Shown(),
    }


def own_files_shown(visit: Visit, held: HoldsFiles | None) -> dict[str, Any]:
    """The same to a member of its team."""
    return files_shown(
        held, lambda file: file_shown(visit, file, visit.url("projects:file", file_id=file.id), own=True)
    )


def file_shown(visit: Visit, file: ProjectFile, url: str, *, own: bool = False) -> Shown:
    """How a page shows a file fetched at `url`; `own`: to a member of its team."""
    scanned = visit.settings.clamd is not None
    refusal = may_hand_out(file.stored, scanned=scanned, own=own)
    return Shown(None if refusal else url, scan_words(file.stored, scanned=scanned, own=own))


def send_file(visit: Visit, files: FileStore, file: ProjectFile | None, *, own: bool = False) -> Stream:
    """A file under its name; the part of it that is asked for. The caller asked who may. `own`: its team.

    Raises:
        NotThere: there is no file.
        Refused: the antivirus has not said that it is clean.
        AppError: the row is there and the content is not.
    """
    if file is None:
        raise NotThere()
    check(may_hand_out(file.stored, scanned=visit.settings.clamd is not None, own=own))
    return _stream(visit, files, file.stored, file.media_type, file.name)


@dataclass(frozen=True)
class BlindFile:
    """A file of a deposit as its jurors have it: another name, and a copy without metadata."""

    file: ProjectFile
    name: str
    copy: BlindCopy | None

    @property
    def said(self) -> dict[str, Any]:
        """What the bundle says of it, with the name and the size of the copy."""
        size = ((self.copy and self.copy.copied) or self.file.stored).size
        return {**file_content(self.file), "name": self.name, "size": size}

    def refusal(self, visit: Visit) -> Refusal | None:
        """Why it is not handed out now."""
        return may_read_blind(self.file.stored, self.copy, scanned=visit.settings.clamd is not None)

    def shown(self, visit: Visit, url: str) -> Shown:
        """How the page shows it."""
        refusal = self.refusal(visit)
        return Shown(note=refusal.reason) if refusal else Shown(url)

    def sent(self, visit: Visit, files: FileStore) -> Stream:
        """The copy.

        Raises:
            Refused: it is not made, or not clean.
        """
        check(self.refusal(visit))
        if self.copy is None or self.copy.copied is None:
            raise NotThere()
        return _stream(visit, files, self.copy.copied, self.file.media_type, self.name)


async def blind_files(session: AsyncSession, deposit: Deposit | None) -> dict[str, BlindFile]:
    """What is joined to a deposit for a juror, by the id of each file."""
    if deposit is None or not deposit.files:
        return {}
    slug = await slug_of(session, deposit.project_id)
    copies = await blind_copies(session, [file.sha256 for file in deposit.files])
    numbers = {piece.id: number for number, piece in enumerate(deposit.pieces, 1)}
    return {
        file.id: BlindFile(file, blind_name(slug, file.media_type, numbers.get(file.id, 1)), copies.get(file.sha256))
        for file in deposit.files
    }


def _stream(visit: Visit, files: FileStore, stored: StoredFile, kind: str, name: str) -> Stream:
    if not files.path(stored.sha256).is_file():
        raise AppError(_("Ce fichier est introuvable sur la plateforme. Prévenez la coordination."))
    size, etag = stored.size, f'"{stored.sha256}"'
    media_type = kind if kind in SAFE_TYPES else "application/octet-stream"
    headers = {**attachment_headers(name), "accept-ranges": "bytes", "etag": etag}
    part, status = part_asked(visit.header("range") or "", visit.header("if-range") or "", size, etag), 206
    if part is None:
        part, status = Part(0, size), 200
    elif part.length == 0:
        headers["content-range"], status = f"bytes */{size}", 416
    else:
        headers["content-range"] = f"bytes {part.first}-{part.first + part.length - 1}/{size}"
    headers["content-length"] = str(part.length)
    content = files.chunks(stored.sha256, part.first, part.length)
    return Stream(content, status_code=status, media_type=media_type, headers=headers)

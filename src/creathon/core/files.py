"""Files by their SHA-256, outside every static root: temporary file → fsync → rename → fsync of the folder → row."""

import asyncio
import errno
import hashlib
import io
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from sqlalchemy import Index, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from creathon.core.arriving import Arriving
from creathon.core.database import Base, Short
from creathon.core.errors import Busy, TooLarge
from creathon.core.text import size_words

CHUNK = 1024 * 1024
WITHOUT_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV, errno.EMLINK})
"""What `link` says where a file cannot have two names."""
"""What a thread is handed at once."""
NO_ROOM = "La plateforme n’a pas pu ranger ce fichier. Rien n’a été enregistré : réessayez dans quelques minutes."

logger = logging.getLogger("creathon")


class Scan(StrEnum):
    """What the antivirus says of a content; PENDING for ever where none is configured, ERROR waits for a person."""

    PENDING = "pending"
    CLEAN = "clean"
    INFECTED = "infected"
    ERROR = "error"


class StoredFile(Base):
    """A file of the store; several rows of features may point to the same content, and share what is said of it."""

    __tablename__ = "stored_file"
    __table_args__ = (
        Index(
            "ix_stored_file_scan_due_at",
            "scan_due_at",
            sqlite_where=text("scan_due_at IS NOT NULL"),
            postgresql_where=text("scan_due_at IS NOT NULL"),
        ),
    )

    sha256: Mapped[Short] = mapped_column(primary_key=True)
    size: Mapped[int]
    stored_at: Mapped[datetime]
    scan: Mapped[Scan] = mapped_column(default=Scan.PENDING)
    scan_due_at: Mapped[datetime | None]
    """When the antivirus is asked next; None when it said its word, or when it failed too often."""
    scan_tries: Mapped[int] = mapped_column(default=0)
    scanned_at: Mapped[datetime | None]
    scanned_by: Mapped[Short] = mapped_column(default="")
    """The engine and its signatures: « ClamAV 1.4.3/27500/Thu Nov 26 09:00:00 2026 »."""
    scan_found: Mapped[Short] = mapped_column(default="")
    """The name of what was found, or why it could not be read."""


class Readable(Protocol):
    """An upload, read by chunks."""

    async def read(self, size: int = -1) -> bytes: ...


class InMemory:
    """Bytes, read by chunks as an upload is."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    async def read(self, size: int = -1) -> bytes:
        return self._content.read(size)


@dataclass(frozen=True)
class Received:
    """A file on disk under its final name, not yet known to the database."""

    sha256: str
    size: int


class FileStore:
    """A folder of files named by their SHA-256, two levels deep."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._temporary = root / "tmp"
        self._temporary.mkdir(parents=True, exist_ok=True)
        self.arriving = Arriving(root / "arriving")

    async def receive(self, upload: Readable, *, limit: int) -> Received:
        """Write the upload to its final place; safe to repeat, leaves nothing behind when it raises.

        Raises:
            TooLarge: it holds more than `limit` bytes; the message names the limit.
            Busy: the disk is full or failing; nothing is kept.
        """
        try:
            return await self._receive(upload, limit)
        except OSError as error:
            logger.exception("a file could not be stored")
            raise Busy(NO_ROOM) from error

    async def _receive(self, upload: Readable, limit: int) -> Received:
        sha, size = hashlib.sha256(), 0
        with tempfile.NamedTemporaryFile(dir=self._temporary, delete=False) as temporary:
            try:
                while chunk := await upload.read(CHUNK):
                    size += len(chunk)
                    if size > limit:
                        raise TooLarge(f"Ce fichier dépasse la limite de {size_words(limit)}.")
                    sha.update(chunk)
                    temporary.write(chunk)
                received = Received(sha.hexdigest(), size)
                await asyncio.to_thread(self._settle, temporary, self.path(received.sha256))
            except BaseException:
                Path(temporary.name).unlink(missing_ok=True)
                raise
        return received

    async def adopt(self, path: Path, sha256: str, size: int) -> Received:
        """Give a file of `arriving`, already on the disk, its final name too; copied only where there are no links.

        Raises:
            Busy: the disk is full or failing.
        """
        try:
            await asyncio.to_thread(self._name, path, self.path(sha256))
        except OSError as error:
            logger.exception("a file could not be stored")
            raise Busy(NO_ROOM) from error
        return Received(sha256, size)

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:4] / sha256

    async def chunks(self, sha256: str, first: int = 0, length: int | None = None) -> AsyncGenerator[bytes]:
        """The content, by chunks: from a byte, so many of them or to the end."""
        left = sys.maxsize if length is None else length
        with self.path(sha256).open("rb") as file:
            file.seek(first)
            while chunk := await asyncio.to_thread(file.read, min(CHUNK, left)):
                left -= len(chunk)
                yield chunk

    @staticmethod
    def _settle(temporary: "tempfile._TemporaryFileWrapper[bytes]", final: Path) -> None:
        temporary.flush()
        os.fsync(temporary.fileno())
        final.parent.mkdir(parents=True, exist_ok=True)
        os.replace(temporary.name, final)
        _sync_folders(final)

    def _name(self, path: Path, final: Path) -> None:
        final.parent.mkdir(parents=True, exist_ok=True)
        try:
            with suppress(FileExistsError):  # the same content, stored before
                os.link(path, final)
        except OSError as error:
            if error.errno not in WITHOUT_LINKS:
                raise
            self._copy(path, final)
        _sync_folders(final)

    def _copy(self, path: Path, final: Path) -> None:
        with tempfile.NamedTemporaryFile(dir=self._temporary, delete=False) as temporary:
            try:
                with path.open("rb") as source:
                    shutil.copyfileobj(source, temporary, CHUNK)
                self._settle(temporary, final)
            except BaseException:
                Path(temporary.name).unlink(missing_ok=True)
                raise


def _sync_folders(final: Path) -> None:
    for folder in (final.parent, *final.parents[1:3]):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder outlast a power cut: those of the two levels above too, which may be new."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


async def keep(session: AsyncSession, received: Received, *, now: datetime) -> StoredFile:
    """The row of a received file, made if the content was not known."""
    stored = await session.get(StoredFile, received.sha256)
    if stored is None:
        stored = StoredFile(sha256=received.sha256, size=received.size, stored_at=now, scan_due_at=now)
        session.add(stored)
        await session.flush()
    return stored

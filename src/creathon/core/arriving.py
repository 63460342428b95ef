"""Files that arrive in several requests: one each on the disk, appended to. Its size is how much of it arrived."""

import asyncio
import fcntl
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import FileIO
from pathlib import Path

from creathon.core.errors import Conflict

TWICE = "Ce fichier est déjà en cours d’envoi, dans un autre onglet ou sur une ligne coupée. Réessayez dans un instant."


class Arrived(FileIO):
    """A file held by one request: nobody else of any process appends to it meanwhile."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "rb+", opener=lambda name, _flags: os.open(name, os.O_RDWR | os.O_CREAT, 0o600))
        self.path = path

    def size(self) -> int:
        return os.fstat(self.fileno()).st_size

    async def cut_back(self, size: int) -> None:
        """Forget what lies beyond `size` bytes, and stand at its end."""
        await asyncio.to_thread(self.truncate, size)
        self.seek(size)

    async def append(self, piece: bytes | bytearray) -> None:
        await asyncio.to_thread(self._append, memoryview(piece))

    def _append(self, rest: memoryview) -> None:
        while rest:
            rest = rest[self.write(rest) :]

    async def settle(self) -> None:
        """What was appended outlasts a power cut."""
        await asyncio.to_thread(os.fsync, self.fileno())

    async def sha256(self) -> str:
        """The digest of the whole file; it is left at its beginning."""
        return await asyncio.to_thread(self._digest)

    def _digest(self) -> str:
        self.seek(0)
        found = hashlib.file_digest(self, "sha256").hexdigest()
        self.seek(0)
        return found


class Arriving:
    """The folder of these files, named by the id of their upload."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def size(self, name: str) -> int:
        """How many bytes arrived; 0 for what never began."""
        path = self.root / name
        return path.stat().st_size if path.exists() else 0

    @asynccontextmanager
    async def held(self, name: str) -> AsyncIterator[Arrived]:
        """The file, made if need be, for this request alone; a process that dies lets go of it.

        Raises:
            Conflict: another request holds it.
        """
        with Arrived(self.root / name) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Conflict(TWICE) from error
            yield file

    def names(self) -> set[str]:
        return {path.name for path in self.root.iterdir()}

    def remove(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)

"""The file between the moment it is checked and the one it is imported: a day at most, on the disk only."""

import asyncio
import hashlib
import os
import re
from datetime import datetime, timedelta
from pathlib import Path

from creathon.core.files import FileStore, Readable

LIMIT = 2_000_000
KEPT = timedelta(hours=24)
_SHA = re.compile(r"[0-9a-f]{64}")


class WaitingFiles:
    """Files named by their SHA-256 in a folder of their own; the database knows nothing of them."""

    def __init__(self, root: Path) -> None:
        self.store = FileStore(root)

    async def receive(self, upload: Readable, *, now: datetime) -> str:
        """Keep a file; returns its SHA-256. What waited too long is thrown away.

        Raises:
            TooLarge: it holds more than LIMIT bytes.
            Busy: the disk is full or failing.
        """
        received = await self.store.receive(upload, limit=LIMIT)
        os.utime(self.store.path(received.sha256), (now.timestamp(), now.timestamp()))
        await asyncio.to_thread(self._sweep, (now - KEPT).timestamp())
        return received.sha256

    async def read(self, sha256: str) -> bytes | None:
        """The very bytes that have this SHA-256, or None when they are gone."""
        path = self.store.path(sha256)
        if not _SHA.fullmatch(sha256) or not path.is_file():
            return None
        content = await asyncio.to_thread(path.read_bytes)
        return content if hashlib.sha256(content).hexdigest() == sha256 else None

    def forget(self, sha256: str) -> None:
        """Throw a file away once it is imported: it names people."""
        self.store.path(sha256).unlink(missing_ok=True)

    def _sweep(self, oldest: float) -> None:
        for path in self.store.root.glob("[0-9a-f][0-9a-f]/*/*"):
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)

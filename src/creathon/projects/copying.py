"""Makes the copies that jurors read, one at a time, in a process apart; the originals stay as they are.

A content is claimed by its row (`BlindCopy`), copied while no transaction is open, then noted; a claim lost with its
process lapses. What cannot be copied after some tries is given up: jurors are told so, and never given the original.
"""

import asyncio
import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import IO

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from creathon.core.apart import Died, run_apart
from creathon.core.clock import Clock
from creathon.core.database import Database
from creathon.core.files import FileStore, InMemory, Received, keep
from creathon.editions.models import DeliverableKind
from creathon.editions.rules import CEILINGS
from creathon.projects import anonymising, anonymising_video
from creathon.projects.models import BlindCopy
from creathon.projects.queries.contents import ToCopy, content_to_copy

logger = logging.getLogger("creathon")

MOST_TRIES = 3
CLAIM_LASTS = timedelta(minutes=5)
PAUSE = timedelta(minutes=1)
IDLE_SECONDS = 5.0
LIMIT = 50_000_000
"""Bytes of the copy of a document: packed again, it may weigh more than it did."""
VIDEO_LIMIT = CEILINGS[DeliverableKind.VIDEO]


class Copyist:
    """Makes the copies of what is deposited."""

    def __init__(self, database: Database, files: FileStore, clock: Clock) -> None:
        self.database = database
        self.files = files
        self.clock = clock

    async def copy_due(self) -> int:
        """Make the copies that lack; returns how many were tried."""
        tried = 0
        while (wanted := await self._claim()) is not None:
            await self._note(wanted, await self._copied(wanted))
            tried += 1
        return tried

    async def run(self) -> None:
        """Copy for ever; cancel to stop."""
        while True:
            try:
                await self.copy_due()
            except Exception:
                logger.exception("copies for jurors: the work failed; trying again")
            await asyncio.sleep(IDLE_SECONDS)

    async def _claim(self) -> ToCopy | None:
        now = self.clock.now()
        async with self.database.reading() as session:
            if await content_to_copy(session, now) is None:
                return None
        try:
            async with self.database.writing() as session:
                wanted = await content_to_copy(session, now)
                if wanted is None:
                    return None
                if wanted.copy is None:
                    session.add(BlindCopy(sha256=wanted.sha256, tries=1, due_at=now + CLAIM_LASTS))
                else:
                    await session.refresh(wanted.copy, with_for_update=True)
                    if wanted.copy.due_at is None or wanted.copy.due_at > now:
                        return None
                    wanted.copy.due_at, wanted.copy.tries = now + CLAIM_LASTS, wanted.copy.tries + 1
        except IntegrityError:  # another process claimed it in between
            return None
        return wanted

    async def _copied(self, wanted: ToCopy) -> Received | None:
        """The copy, on the disk; None when none can be made."""
        path = self.files.path(wanted.sha256)
        try:
            if wanted.media_type.startswith("video/"):
                return await self._copied_video(path)
            with path.open("rb") as held:
                copy = await run_apart(
                    "creathon.projects.anonymising", held, wanted.media_type, seconds=anonymising.SECONDS
                )
        except (Died, OSError) as error:
            logger.warning("no copy for jurors of %s: %s", wanted.sha256, error)
            return None
        return await self.files.receive(InMemory(copy), limit=LIMIT)

    async def _copied_video(self, path: Path) -> Received:
        """A video is never in memory: what its copy has otherwise is found apart, then written over on the way."""
        with path.open("rb") as film:
            asked = await run_apart("creathon.projects.anonymising_video", film, seconds=anonymising_video.SECONDS)
            return await self.files.receive(_Overwritten(film, json.loads(asked)), limit=VIDEO_LIMIT)

    async def _note(self, wanted: ToCopy, received: Received | None) -> None:
        now, tries = self.clock.now(), wanted.copy.tries if wanted.copy else 1
        async with self.database.writing() as session:
            values: dict[str, object] = {"due_at": now + PAUSE * tries if tries < MOST_TRIES else None}
            if received is not None:
                await keep(session, received, now=now)
                values = {"copy_sha256": received.sha256, "made_at": now, "due_at": None}
            await session.execute(update(BlindCopy).where(BlindCopy.sha256 == wanted.sha256).values(**values))


class _Overwritten:
    """A file, read by chunks, with other bytes at some places (`anonymising_video`)."""

    def __init__(self, file: IO[bytes], patches: list[tuple[int, int, str]]) -> None:
        self._file = file
        self._patches = patches
        self._next = 0

    async def read(self, size: int = -1) -> bytes:
        first = self._file.tell()
        chunk = bytearray(await asyncio.to_thread(self._file.read, size))
        last = first + len(chunk)
        while self._next < len(self._patches) and self._patches[self._next][0] < last:
            place, length, start = self._patches[self._next]
            head = place + len(start) // 2
            _lay(chunk, place - first, bytes.fromhex(start))
            low, high = max(head, first), min(place + length, last)
            if low < high:
                chunk[low - first : high - first] = bytes(high - low)
            if place + length > last:
                break
            self._next += 1
        return bytes(chunk)


def _lay(chunk: bytearray, place: int, written: bytes) -> None:
    """Write over a chunk what of `written`, from `place` on, falls within it."""
    for number, byte in enumerate(written, place):
        if 0 <= number < len(chunk):
            chunk[number] = byte

"""Has what is stored read by an antivirus, without ever making anybody wait: clamd, by its INSTREAM protocol.

The state belongs to the content (`core.files.StoredFile`). One content is claimed at a time, streamed from the disk
while no transaction is open, then noted; a claim lost with its process lapses. A clamd that is out of reach counts
against no content; a content it cannot read is tried again with growing pauses, then waits for a person.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.clock import Clock
from creathon.core.database import Database
from creathon.core.events import publish
from creathon.core.files import FileStore, Scan, StoredFile

logger = logging.getLogger("creathon")

CONNECT_SECONDS = 5.0
SCAN_SECONDS = 120.0
CLAIM_LASTS = timedelta(minutes=5)
MOST_TRIES = 8
FIRST_PAUSE = timedelta(minutes=1)
OUTAGE_PAUSE = timedelta(seconds=30)
SILENT_AFTER = timedelta(minutes=15)
"""How long a content may wait before somebody is told that the antivirus does not answer."""
IDLE_SECONDS = 2.0
LONGEST_NAME = 200


class Outage(Exception):
    """No antivirus can be reached; no content is to blame."""


class Unread(Exception):
    """The antivirus answered, and not with a verdict."""


@dataclass(frozen=True)
class ContentJudged:
    """The antivirus found something in a content for the first time, or gave it up; `found` names it, or says why."""

    sha256: str
    scan: Scan
    found: str
    at: datetime


@dataclass(frozen=True)
class AntivirusSilent:
    """Contents wait since `since` and no antivirus answers; published again as long as it lasts."""

    since: datetime
    at: datetime


class Clamd:
    """A clamd at a path (Unix socket) or at host:port."""

    def __init__(self, place: str) -> None:
        self.place = place

    async def version(self) -> str:
        """The engine and its signatures, as it says them.

        Raises:
            Outage: nobody answers.
        """
        try:
            async with asyncio.timeout(CONNECT_SECONDS), self._connection() as (reader, writer):
                writer.write(b"zVERSION\0")
                said = await _answer(reader)
        except (OSError, TimeoutError) as error:
            raise Outage from error
        if not said:
            raise Outage
        return said[:LONGEST_NAME]

    async def scan(self, chunks: AsyncGenerator[bytes]) -> str | None:
        """The name of what it finds in a content, or None.

        Raises:
            Outage: nobody answers.
            Unread: no verdict: too large for it, too slow, cut.
        """
        async with aclosing(chunks), self._connection() as (reader, writer):
            # both at once: it says why it hangs up, then does
            _sent, answer = await asyncio.gather(_send(writer, chunks), _answer(reader))
        said = answer.removeprefix("stream: ")
        if said == "OK":
            return None
        name, found, _rest = said.rpartition(" FOUND")
        if not found:
            raise Unread(said or "no answer")
        return name[:LONGEST_NAME]

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                if self.place.startswith("/"):
                    reader, writer = await asyncio.open_unix_connection(self.place)
                else:
                    host, _colon, port = self.place.rpartition(":")
                    reader, writer = await asyncio.open_connection(host, int(port))
        except (OSError, TimeoutError) as error:
            raise Outage from error
        try:
            yield reader, writer
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _send(writer: asyncio.StreamWriter, chunks: AsyncIterator[bytes]) -> None:
    with suppress(ConnectionError):
        writer.write(b"zINSTREAM\0")
        async for chunk in chunks:
            writer.write(len(chunk).to_bytes(4, "big") + chunk)
            await writer.drain()
        writer.write(bytes(4))
        await writer.drain()


async def _answer(reader: asyncio.StreamReader) -> str:
    """What clamd says until its NUL, or until it hangs up."""
    try:
        said = await reader.readuntil(b"\0")
    except asyncio.IncompleteReadError as error:
        said = error.partial
    except (asyncio.LimitOverrunError, ConnectionError):
        return ""
    return said.rstrip(b"\0\n").decode("utf-8", "replace").strip()


class Scanner:
    """Asks the antivirus about what is due, one content at a time."""

    def __init__(self, database: Database, files: FileStore, clock: Clock, clamd: Clamd) -> None:
        self.database = database
        self.files = files
        self.clock = clock
        self.clamd = clamd
        self._paused_until: datetime | None = None

    async def scan_due(self) -> int:
        """Scan what is due now; returns how many contents were tried. None while the antivirus is out of reach."""
        tried = 0
        while not (self._paused_until and self.clock.now() < self._paused_until):
            content = await self._claim()
            if content is None:
                return tried
            try:
                await self._scan(content)
            except Outage:
                await self._wait(content)
                break
            tried += 1
        return tried

    async def run(self) -> None:
        """Scan for ever; cancel to stop."""
        while True:
            try:
                await self.scan_due()
            except Exception:
                logger.exception("antivirus: the work failed; trying again")
            await asyncio.sleep(IDLE_SECONDS)

    async def _claim(self) -> StoredFile | None:
        now = self.clock.now()
        query = select(StoredFile).where(StoredFile.scan_due_at <= now).order_by(StoredFile.scan_due_at).limit(1)
        async with self.database.reading() as session:
            if await session.scalar(query) is None:
                return None
        async with self.database.writing() as session:
            content = await session.scalar(query.with_for_update(skip_locked=True))
            if content is not None:
                content.scan_due_at = now + CLAIM_LASTS
                content.scan_tries += 1
        return content

    async def _scan(self, content: StoredFile) -> None:
        version = await self.clamd.version()
        try:
            async with asyncio.timeout(SCAN_SECONDS):
                found = await self.clamd.scan(self.files.chunks(content.sha256))
        except (Unread, OSError, TimeoutError) as error:
            await self._failed(content, f"{type(error).__name__}: {error}"[:LONGEST_NAME])
            return
        verdict = Scan.CLEAN if found is None else Scan.INFECTED
        await self._note(content, verdict, version, found or "")

    async def _note(self, content: StoredFile, verdict: Scan, version: str, found: str) -> None:
        now = self.clock.now()
        async with self.database.writing() as session:
            news = await _is_news(session, content.sha256, verdict)
            await _write(
                session, content, scan=verdict, scan_due_at=None, scan_tries=0, scanned_at=now, scanned_by=version,
                scan_found=found,
            )  # fmt: skip
            if news and verdict is Scan.INFECTED:
                logger.error("antivirus: %s in %s", found, content.sha256)
                await publish(session, ContentJudged(content.sha256, verdict, found, now))

    async def _failed(self, content: StoredFile, why: str) -> None:
        """Try again later; after the last try an unknown content is in error, and a verdict of before stays."""
        now = self.clock.now()
        logger.warning("antivirus: try %s of %s failed: %s", content.scan_tries, content.sha256, why)
        async with self.database.writing() as session:
            if content.scan_tries < MOST_TRIES:
                due_at = now + FIRST_PAUSE * 2 ** (content.scan_tries - 1)
                await _write(session, content, scan_due_at=due_at)
                return
            await _write(session, content, scan_due_at=None)
            if content.scan in (Scan.PENDING, Scan.ERROR):
                await _write(session, content, scan=Scan.ERROR, scan_found=why)
                await publish(session, ContentJudged(content.sha256, Scan.ERROR, why, now))

    async def _wait(self, content: StoredFile) -> None:
        """Put the content back at its place, and tell somebody when it has been long."""
        now = self.clock.now()
        logger.warning("antivirus out of reach: %s", self.clamd.place)
        self._paused_until = now + OUTAGE_PAUSE
        async with self.database.writing() as session:
            await _write(session, content, scan_due_at=now, scan_tries=max(content.scan_tries - 1, 0))
            if content.scan is Scan.PENDING and content.stored_at + SILENT_AFTER <= now:
                await publish(session, AntivirusSilent(content.stored_at, now))


async def _is_news(session: AsyncSession, sha256: str, verdict: Scan) -> bool:
    """Whether the content had another verdict; locked, as two processes may have read it."""
    query = select(StoredFile.scan).where(StoredFile.sha256 == sha256).with_for_update()
    return await session.scalar(query) is not verdict


async def _write(session: AsyncSession, content: StoredFile, **values: Any) -> None:
    await session.execute(update(StoredFile).where(StoredFile.sha256 == content.sha256).values(**values))


async def ask_again(session: AsyncSession, *, now: datetime, version: str | None = None) -> int:
    """Have contents scanned again: those in error, and, for a `version`, those that another one read. How many."""
    wanted = StoredFile.scan == Scan.ERROR
    if version is not None:
        wanted = or_(wanted, StoredFile.scanned_by != version)
    asked = update(StoredFile).where(wanted, StoredFile.scan_due_at.is_(None)).values(scan_due_at=now, scan_tries=0)
    result = await session.execute(asked.returning(StoredFile.sha256))
    return len(result.all())


@dataclass(frozen=True)
class Waiting:
    """How many contents have no verdict yet, since when the oldest is there, and how many were given up."""

    pending: int = 0
    since: datetime | None = None
    errors: int = 0


async def waiting_contents(session: AsyncSession) -> Waiting:
    """What the antivirus owes, over the whole platform."""
    counts = select(StoredFile.scan, func.count(), func.min(StoredFile.stored_at))
    rows = await session.execute(
        counts.where(StoredFile.scan.in_([Scan.PENDING, Scan.ERROR])).group_by(StoredFile.scan)
    )
    found = {scan: (number, since) for scan, number, since in rows}
    pending, since = found.get(Scan.PENDING, (0, None))
    return Waiting(pending, since, found.get(Scan.ERROR, (0, None))[0])

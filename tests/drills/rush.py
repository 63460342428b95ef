"""`make bench-rush`: the last minute. Every member of every team saves before T, many upload, all pages ask for news.

A line of clients' journal for each answer, a history checker afterwards (bar G94, H107). The last line is JSON. Ends
with 1 when something acknowledged is lost or the server failed. Load stops by itself at T.
"""

import argparse
import asyncio
import hashlib
import json
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from creathon.core.clock import SystemClock
from creathon.core.database import Database
from creathon.core.ids import new_id
from creathon.core.migrations import migrate
from creathon.editions.models import Phase
from creathon.projects.models import Project, ProjectFile, ProjectRevision
from tests import databases
from tests.bench.load import percentile
from tests.bench.server import product
from tests.drills.history import Told, faults
from tests.drills.line import Line, Reply
from tests.drills.world import Member, gather
from tests.factories.projects import PDF_END, PDF_START
from tests.projects.tusing import PART, TUS, UPLOADS, described

FIELDS = ("need", "solution", "inclusion")
"""The one each member of a team writes."""
WORDS = "Une phrase écrite au milieu de la nuit, que personne ne veut perdre. " * 8
POLL = 20.0
PATIENCE, SILENCE = 20.0, 45.0
"""Those of the page, for a save and for a file."""
UPLOAD_PIECE = 8 * 1024 * 1024
"""What the page sends in one part."""
HIDDEN = re.compile(rb'name="(_csrf|_edition|version)" value="([^"]*)"')
RETRIES = 8


@dataclass
class Rush:
    """What the clients were told, how long a save took (s), what the server could not do or took for late."""

    told: list[Told] = field(default_factory=list)
    waits: list[tuple[float, float]] = field(default_factory=list)
    """When each save began, and its seconds."""
    client_late: float = 0.0
    statuses: Counter[str] = field(default_factory=Counter)
    server_errors: int = 0
    unknown: int = 0
    refused: int = 0


class Paper:
    """A file of one member: what all share, read and summed before the rush, and an end of its own."""

    def __init__(self, common: bytes, summed: Any, number: int) -> None:
        self.common, self.end = memoryview(common), str(number).encode() + PDF_END
        self.size = len(common) + len(self.end)
        of_this = summed.copy()
        of_this.update(self.end)
        self.sha256 = of_this.hexdigest()

    def part(self, offset: int) -> bytes | memoryview:
        """What is sent at once from there."""
        if offset + UPLOAD_PIECE <= len(self.common):
            return self.common[offset : offset + UPLOAD_PIECE]
        return bytes(self.common[offset:]) + self.end[max(0, offset - len(self.common)) :]


class Writer:
    """A member whose page is open."""

    def __init__(self, number: int, member: Member, port: int, rush: Rush) -> None:
        self.number, self.member, self.rush = number, member, rush
        self.line, self.carrier = Line(port, member.token), Line(port, member.token)
        self.hidden: dict[str, str] = {}
        self.version = 0

    async def open(self) -> None:
        """Read the page before the rush, as it was open all night."""
        reply = await self.line.get("/projet")
        assert reply.status == 200, reply
        self.hidden = {name.decode(): value.decode() for name, value in HIDDEN.findall(reply.body)}
        self.version = int(self.hidden.pop("version"))

    async def live(self, save_at: float, end: float, chance: random.Random, upload: Paper | None) -> None:
        """Ask for news as the page does, save once at its moment, upload meanwhile; then go."""
        carrying = asyncio.create_task(self.carry(upload, save_at)) if upload else None
        poll_at = time.perf_counter() + chance.uniform(0, POLL)
        saved = False
        while not saved or poll_at < end:
            now = time.perf_counter()
            await asyncio.sleep(max(0.0, min(poll_at, end if saved else save_at) - now))
            if not saved and time.perf_counter() >= save_at:
                await self.save()
                saved = True
            elif poll_at < end:
                await self.news()
                poll_at += POLL
            else:
                break
        if carrying:
            await carrying
        await self.line.close()
        await self.carrier.close()

    async def news(self) -> None:
        reply = await self._try(
            self.line, "news", self.line.get, f"/projet/etat?depuis={self.version}&panneau={self.version}"
        )
        if reply is not None and reply.status == 200:
            self._note("read", json.loads(reply.body))

    async def save(self) -> None:
        """One field, under one key, sent again until it is answered."""
        name = FIELDS[self.number % len(FIELDS)]
        value = f"{WORDS}{new_id()}"
        fields = self.hidden | {"version": str(self.version), "_once": new_id(), "champ": name, name: value}
        began = time.perf_counter()
        for attempt in range(RETRIES):
            reply = await self._try(self.line, "save", self.line.post, "/projet/champs", fields)
            if reply is not None and reply.status == 303:
                reply = await self._try(self.line, "save", self.line.get, reply.location)
            if reply is not None and reply.status == 200:
                self.rush.waits.append((began, time.perf_counter() - began))
                self._note("saved", json.loads(reply.body), name, value, is_replay=attempt > 0)
                return
            is_refused = reply is not None and reply.status < 500
            if is_refused and (attempt == 0 or attempt == RETRIES - 1):  # a repeat asks again, as the page does
                self.rush.refused += 1
                return
            await asyncio.sleep(0.5 * 2**attempt)
        self.rush.unknown += 1

    async def carry(self, paper: Paper, at: float) -> None:
        """A file in parts, as the page sends it: where it stands is asked after whatever goes wrong."""
        await asyncio.sleep(max(0.0, at - time.perf_counter()))
        said = self._tus | {"Upload-Length": str(paper.size)}
        said |= {"Upload-Metadata": described(filename="a.pdf", slot="piece", sha256=paper.sha256)}
        begun = await self._begin(said)
        if begun is None or begun.status != 201:
            self.rush.refused += 1
        elif await self._send_parts(begun.location, paper):
            self.rush.told.append(Told(self.number, self.member.team_id, "joined", "file", paper.sha256, 0))
        else:
            self.rush.unknown += 1

    async def _begin(self, said: dict[str, str]) -> Reply | None:
        """Registered, asked again while nobody answers."""
        begun = None
        for attempt in range(RETRIES):
            begun = await self._try(self.carrier, "upload", self.carrier.send, UPLOADS, said)
            if begun is not None and begun.status < 500 and (begun.status == 201 or attempt == 0):
                break  # a repeat that is refused asks again, as the page does
            await asyncio.sleep(0.5 * 2**attempt)
        return begun

    async def _send_parts(self, place: str, paper: Paper) -> bool:
        offset = 0
        for attempt in range(RETRIES):
            while offset < paper.size:
                said = self._tus | PART | {"Upload-Offset": str(offset)}
                reply = await self._try(self.carrier, "part", self.carrier.send, place, said, paper.part(offset))
                if reply is None or reply.status != 204:
                    break
                offset = reply.offset
            else:
                return True
            await asyncio.sleep(0.5 * 2**attempt)
            reply = await self._try(self.carrier, "offset", self.carrier.head, place, TUS)
            offset = reply.offset if reply is not None and reply.status == 200 else offset
        return False

    @property
    def _tus(self) -> dict[str, str]:
        return {**TUS, "X-CSRF-Token": self.hidden["_csrf"]}

    async def _try(self, line: Line, what: str, ask: Any, *content: Any) -> Reply | None:
        try:
            patience = {"part": 10 * PATIENCE, "upload": SILENCE}.get(what, PATIENCE)
            reply: Reply = await asyncio.wait_for(ask(*content), patience)
        except (OSError, TimeoutError) as error:
            await line.close()
            self.rush.statuses[f"{what} cut {type(error).__name__} {type(error.__cause__).__name__}"] += 1
            return None
        said = f" {reply.body.decode()[:60]}" if what == "part" and reply.status == 422 else ""
        self.rush.statuses[f"{what} {reply.status}{said}"] += 1
        self.rush.server_errors += reply.status >= 500
        return reply

    def _note(self, act: str, answer: Any, name: str = "", value: str = "", *, is_replay: bool = False) -> None:
        self.version = answer["version"]
        self.rush.told.append(Told(self.number, self.member.team_id, act, name, value.strip(), self.version, is_replay))


async def rush(url: str, port: int, members: list[Member], asked: argparse.Namespace) -> Rush:
    """Everybody opens the page, then the last `seconds` begin."""
    told, chance = Rush(), random.Random(asked.seed)
    writers = [Writer(number, member, port, told) for number, member in enumerate(members)]
    for start in range(0, len(writers), 20):
        await asyncio.gather(*(one.open() for one in writers[start : start + 20]))
    print("everybody has the page open", flush=True)
    begin = time.perf_counter() + 1
    await _set_end(url, asked.seconds + 1)
    common = PDF_START + random.Random(1).randbytes(asked.megabytes * 1_000_000 - 1000)
    summed = hashlib.sha256(common)
    papers = {number: Paper(common, summed, number) for number in range(0, 3 * asked.uploads, 3)}
    lives = [
        one.live(
            begin + chance.uniform(0, asked.seconds - 0.5), begin + asked.seconds, random.Random(chance.random()),
            papers.get(one.number),
        )
        for one in writers
    ]  # fmt: skip
    watching = asyncio.create_task(_watch(told))
    await asyncio.gather(*lives)
    watching.cancel()
    _print_by_moment(told, begin, asked.seconds)
    return told


async def _watch(told: Rush) -> None:
    """How late the clients themselves are: what they add to what they measure."""
    while True:
        due = time.perf_counter() + 0.05
        await asyncio.sleep(0.05)
        told.client_late = max(told.client_late, time.perf_counter() - due)


def _print_by_moment(told: Rush, begin: float, seconds: float) -> None:
    """How long saves took, by the tenth of the rush in which they began."""
    tenth = seconds / 10
    for number in range(10):
        waits = [wait for at, wait in told.waits if number <= (at - begin) / tenth < number + 1]
        p50, p95, longest = (round(percentile(waits, rank) * 1000) for rank in (0.5, 0.95, 1))
        print(f"  from {number * tenth:4.0f} s: {len(waits):5} saves, p50 {p50} ms, p95 {p95} ms, max {longest} ms")


async def _set_end(url: str, seconds: float) -> None:
    """T is that many seconds from now."""
    database = Database(url)
    async with database.writing() as session:
        await session.execute(update(Phase).values(closes_at=SystemClock().now() + timedelta(seconds=seconds)))
    await database.close()


async def _fill(url: str, teams: int) -> list[Member]:
    database = Database(url)
    await migrate(database)
    members = await gather(database, now=SystemClock().now(), teams=teams)
    await database.close()
    return members


async def _check(url: str, told: list[Told]) -> list[str]:
    """The history of the clients against what is stored."""
    database = Database(url)
    stored: dict[str, dict[int, dict[str, Any]]] = {}
    async with database.reading() as session:
        query = select(Project.team_id, ProjectRevision.version, ProjectRevision.content)
        query = query.join(ProjectRevision, ProjectRevision.project_id == Project.id)
        for team_id, version, content in await session.execute(query):
            stored.setdefault(team_id, {})[version] = content
        files = {(row[0], row[1]) for row in await session.execute(select(ProjectFile.team_id, ProjectFile.sha256))}
    await database.close()
    return faults(told, stored, files)


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'creathon.sqlite3'}"
        return
    name = f"creathon_rush_{os.getpid()}"
    asyncio.run(databases.postgres_command(f"CREATE DATABASE {name}"))
    try:
        yield databases.address(name)
    finally:
        asyncio.run(databases.drop(name))


def figures(database: str, told: Rush, savers: int, lost: list[str]) -> dict[str, Any]:
    """What the last line says."""
    p50, p95, p99, longest = (
        round(percentile([wait for _at, wait in told.waits], rank) * 1000) for rank in (0.5, 0.95, 0.99, 1)
    )
    return {
        "database": database, "savers": savers, "acknowledged": len(told.waits), "lost": len(lost),
        "server_errors": told.server_errors, "refused": told.refused, "unknown": told.unknown,
        "uploads": sum(one.act == "joined" for one in told.told), "p50_ms": p50, "p95_ms": p95, "p99_ms": p99,
        "max_ms": longest, "client_late_ms": round(told.client_late * 1000),
    }  # fmt: skip


def run(asked: argparse.Namespace) -> dict[str, Any]:
    """One rush on one database."""
    workers = 1 if asked.database == "sqlite" else 2
    with tempfile.TemporaryDirectory(prefix="creathon-rush.") as place, _database(asked.database, Path(place)) as url:
        members = asyncio.run(_fill(url, asked.teams))
        print(f"{asked.teams} teams, {len(members)} members, {asked.uploads} uploads of {asked.megabytes} MB; "
              f"{asked.seconds} s; {asked.database}, {workers} process(es)", flush=True)  # fmt: skip
        with product(Path(place), url, workers) as server:
            told = asyncio.run(rush(url, server.port, members, asked))
        lost = asyncio.run(_check(url, told.told))
        if asked.journal:
            Path(asked.journal).write_text("".join(json.dumps(one.as_line()) + "\n" for one in told.told))
    for line in lost[:20]:
        print(f"  {line}")
    print("  " + ", ".join(f"{what}: {count}" for what, count in sorted(told.statuses.items())))
    return figures(asked.database, told, len(members), lost)


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="python -m tests.drills.rush", description=__doc__)
    found.add_argument("--database", default="sqlite", choices=("sqlite", "postgresql"))
    found.add_argument("--teams", type=int, default=500)
    found.add_argument("--uploads", type=int, default=200)
    found.add_argument("--megabytes", type=int, default=20)
    found.add_argument("--seconds", type=float, default=60)
    found.add_argument("--seed", type=int, default=2027)
    found.add_argument("--journal", default="", help="where the clients' journal goes, one JSON line for each answer")
    return found


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_said: sys.exit(143))  # whoever is told to end ends what it started
    total = run(parser().parse_args())
    print(json.dumps(total))
    return 1 if total["lost"] or total["server_errors"] or total["refused"] or not total["acknowledged"] else 0


if __name__ == "__main__":
    sys.exit(main())

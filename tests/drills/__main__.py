"""`make drill-kill ROUNDS=n`: kill -9 of the application or of the database, n times on each database, under load.

Teams save, join files and deposit; at a random instant everything that serves them dies; it is started again, and at
the end each acknowledgement is asked for. The last line is JSON. Ends with 1 when something acknowledged was lost.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
from asyncio import FIRST_COMPLETED
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from creathon.core.clock import SystemClock
from creathon.core.database import Database
from creathon.core.files import FileStore
from creathon.core.migrations import migrate
from tests.bench.server import Server, free_port, product, settings_of
from tests.clusters import Cluster, own_cluster
from tests.drills.clients import Client, Cut, Journal
from tests.drills.survivors import files_without_content, lost, verify
from tests.drills.world import Member, gather

TEAMS = 12
LONGEST = 1.0
"""Seconds of work, after the first acknowledgement, before the kill."""
LAST_TRY = 20


@dataclass
class Drill:
    """One database's."""

    title: str
    url: str
    folder: Path
    workers: int
    cluster: Cluster | None = None
    journal: Journal = field(default_factory=Journal)

    async def run(self, rounds: int, chance: random.Random) -> dict[str, int]:
        """Kill `rounds` times, then count."""
        members = await self._fill()
        for number in range(1, rounds + 1):
            with product(self.folder, self.url, self.workers) as server:
                await self._round(server, members, chance, kills_database=number % 2 == 0)
            if number % 10 == 0 or number == rounds:
                print(f"  {self.title}: {number} kills, {self.journal.acknowledged} acknowledged", flush=True)
        return await self._count(rounds)

    async def _fill(self) -> list[Member]:
        database = Database(self.url)
        await migrate(database)
        members = await gather(database, now=SystemClock().now(), teams=TEAMS)
        await database.close()
        return members[::3]

    async def _round(
        self, server: Server, members: list[Member], chance: random.Random, *, kills_database: bool
    ) -> None:
        clients = [Client(member, server.port, self.journal) for member in members]
        at_work = [asyncio.create_task(one.work(random.Random(chance.random()))) for one in clients]
        self.journal.told.clear()
        await asyncio.wait({*at_work, asyncio.ensure_future(self.journal.told.wait())}, return_when=FIRST_COMPLETED)
        await asyncio.sleep(chance.uniform(0, LONGEST))
        if kills_database and self.cluster is not None:
            self.cluster.kill()
        else:
            os.killpg(server.pid, signal.SIGKILL)
        for ended in await asyncio.gather(*at_work, return_exceptions=True):
            if not isinstance(ended, Cut):
                raise AssertionError("a client ended otherwise") from ended
        if kills_database and self.cluster is not None:
            self.cluster.start()
            await _comes_back(Client(members[0], server.port, Journal()))

    async def _count(self, rounds: int) -> dict[str, int]:
        database = Database(self.url)
        try:
            missing = await lost(database, self.journal)
            hollow = await files_without_content(database, FileStore(self.folder / "files"))
        finally:
            await database.close()
        status, said = verify(settings_of(free_port(), self.folder, self.url, 1))
        wrong = said if status else []
        for line in (*missing, *hollow, *wrong):
            print(f"  {line}")
        print(f"  {self.title}: {said[-1] if said else 'verify said nothing'}")
        return {
            "rounds": rounds, "acknowledged": self.journal.acknowledged, "deposits": len(self.journal.deposited),
            "unknown": self.journal.unknown, "lost": len(missing), "bad_receipts": len(wrong),
            "hollow_files": len(hollow),
        }  # fmt: skip


async def _comes_back(client: Client) -> None:
    """The platform finds its database again by itself, within a few pages.

    Raises:
        Cut: it does not.
    """
    async with client.http:
        for _try in range(LAST_TRY):
            with suppress(Cut):
                await client.save()
                return
        await client.save()


async def drill(rounds: int, seed: int, only: str) -> dict[str, int]:
    """Every database, one after the other; the sums."""
    total: dict[str, int] = {}
    with ExitStack() as stack:
        for kind in ("SQLite", "PostgreSQL"):
            if only not in kind.lower():
                continue
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="creathon-drill.")))
            if kind == "SQLite":
                one = Drill(kind, f"sqlite:///{folder}/creathon.sqlite3", folder, 1)
            else:
                cluster = stack.enter_context(own_cluster())
                one = Drill(kind, cluster.address, folder, 2, cluster)
            for name, count in (await one.run(rounds, random.Random(seed))).items():
                total[name] = total.get(name, 0) + count
    return total


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_said: sys.exit(143))  # whoever is told to end ends what it started
    parser = argparse.ArgumentParser(prog="python -m tests.drills", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2027)
    parser.add_argument("--only", default="", choices=("", "sqlite", "postgresql"))
    asked = parser.parse_args()
    print(f"kill -9 under load, {asked.rounds} rounds on each database, seed {asked.seed}", flush=True)
    total = asyncio.run(drill(asked.rounds, asked.seed, asked.only))
    print(json.dumps(total))
    return 1 if total["lost"] or total["bad_receipts"] or total["hollow_files"] or not total["acknowledged"] else 0


if __name__ == "__main__":
    sys.exit(main())

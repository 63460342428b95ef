"""Prints what the pages cost on this machine: `make bench`, or `BENCH_SECONDS=1 python -m tests.bench`."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from creathon.core.clock import SystemClock
from creathon.core.database import Database
from creathon.core.migrations import migrate
from tests import databases
from tests.bench.load import Figures, measure
from tests.bench.loader import JURORS, PROJECTS, Loaded, load
from tests.bench.processes import Watch
from tests.bench.scenarios import SCENARIOS, Scenario, ScenarioError
from tests.bench.server import Server, bare, product
from tests.services import postgres_answers

CONNECTIONS = (1, 8)
QUIET = 0.1
"""Above this share of a core used by others, times say nothing."""
COLUMNS = f"{'c':>5} {'req/s':>8} {'p50 ms':>8} {'p99 ms':>8} {'CPU ms':>8} {'db CPU':>7} {'kB':>6} {'bare/':>6}"

Report = dict[str, Any]


def main() -> int:
    """Measure both databases, SQLite alone when PostgreSQL is not there; 1 when an answer was wrong."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    seconds = float(os.environ.get("BENCH_SECONDS", "4"))
    print(
        f"{PROJECTS} projects, 3 reads each, {JURORS} jurors; {seconds:g} s for each line, closed loop, this machine."
    )
    print("CPU: of the server for one request, db: of PostgreSQL's backends. bare/: how many bare answers it is worth.")
    try:
        with TemporaryDirectory(prefix="creathon-bench-") as folder:
            reports = list(_reports(Path(folder), seconds))
    except KeyboardInterrupt:
        return 130
    print(json.dumps({"seconds": seconds, "projects": PROJECTS, "measures": reports}, ensure_ascii=False))
    return 1 if any(report["errors"] for report in reports) else 0


def _reports(folder: Path, seconds: float) -> Iterator[Report]:
    path = folder / "sqlite"
    path.mkdir()
    yield from _measure_all("SQLite", path, f"sqlite:///{path / 'creathon.sqlite3'}", workers=1, seconds=seconds)
    if not postgres_answers():
        print("\nPostgreSQL does not answer (CREATHON_TEST_POSTGRES): not measured.")
        return
    path = folder / "postgresql"
    path.mkdir()
    with _postgres() as url:
        yield from _measure_all("PostgreSQL", path, url, workers=2, seconds=seconds)


@contextmanager
def _postgres() -> Iterator[str]:
    """A database of this run, dropped at the end."""
    name = f"creathon_bench_{os.getpid()}"
    asyncio.run(databases.postgres_command(f"CREATE DATABASE {name}"))
    try:
        yield databases.address(name)
    finally:
        asyncio.run(databases.drop(name))


def _measure_all(title: str, folder: Path, url: str, *, workers: int, seconds: float) -> Iterator[Report]:
    """Every scenario on one database, line by line as they come."""
    loaded = asyncio.run(_fill(url))
    print(f"\n{title}, {workers} process{'es' if workers > 1 else ''}\n{COLUMNS}")
    bare_rps: dict[int, float] = {}
    for is_bare, serve in ((True, bare), (False, product)):
        with serve(folder, url, workers) as server:
            watch = Watch(server.pid, "" if is_bare else url.rpartition("/")[2])
            for scenario in (one for one in SCENARIOS if one.is_bare is is_bare):
                about = {"database": title, "workers": workers, "scenario": scenario.name}
                try:
                    for figures in _measure(scenario, server, loaded, watch, seconds):
                        bare_rps.setdefault(figures.connections, figures.rps)
                        ratio = bare_rps[figures.connections] / figures.rps if figures.rps else 0.0
                        print(_line(scenario, figures, ratio, with_budget=workers > 1), flush=True)
                        yield about | asdict(figures)
                except ScenarioError as error:
                    print(f"{scenario.name} is BROKEN: {error}", flush=True)
                    yield about | {"errors": 1, "broken": str(error)}


async def _fill(url: str) -> Loaded:
    """Migrate and load; PostgreSQL's statistics are made at once rather than a minute later."""
    database = Database(url)
    try:
        await migrate(database)
        loaded = await load(database, now=SystemClock().now())
        if not database.on_sqlite:
            async with database.writing() as session:
                await (await session.connection()).exec_driver_sql("ANALYZE")
    finally:
        await database.close()
    return loaded


def _measure(scenario: Scenario, server: Server, loaded: Loaded, watch: Watch, seconds: float) -> Iterator[Figures]:
    plan = scenario.prepare(server, loaded)
    if plan is None:
        print(f"{scenario.name} is absent: the platform has no such page")
        return
    print(f"{scenario.name} ({plan.found})" if plan.found else scenario.name)
    for connections in CONNECTIONS:
        yield measure(server.port, plan.script, connections, seconds, watch)
        plan.check()


def _line(scenario: Scenario, figures: Figures, ratio: float, *, with_budget: bool) -> str:
    line = (
        f"{figures.connections:>5} {figures.rps:>8.0f} {figures.p50:>8.2f} {figures.p99:>8.2f} "
        f"{figures.cpu:>8.2f} {figures.database_cpu:>7.2f} {figures.kilobytes:>6.1f} {ratio:>6.1f}"
    )
    if with_budget and scenario.budget and figures.connections == max(CONNECTIONS) and figures.noise <= QUIET:
        line += f"   p99 {'within' if figures.p99 <= scenario.budget else 'OVER'} {scenario.budget:g} ms"
    if figures.noise > QUIET:
        line += f"   (others used {figures.noise:.0%} of a core: read the CPU columns only)"
    if figures.errors:
        line += f"   {figures.errors} WRONG ANSWERS"
    return line


if __name__ == "__main__":
    sys.exit(main())

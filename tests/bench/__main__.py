"""Prints what the pages cost on this machine: `make bench`; shorter with BENCH_SECONDS=1 or BENCH_PROJECTS=200.

The processor time of a request is the figure to trust: neighbours move requests per second and percentiles much more.
Neighbours move it too, so it is also given as a multiple of the bare answer and of the bare rendering of the same run.
"""

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
from tests.bench.answering import APPLICATION_SCENARIOS
from tests.bench.load import Figures, measure
from tests.bench.loader import APPLICATIONS, PROJECTS, SITES, Loaded, jurors_for, load
from tests.bench.logins import healthz_during_logins
from tests.bench.processes import Watch
from tests.bench.scenarios import SCENARIOS, Scenario, ScenarioError
from tests.bench.server import Server, bare, product
from tests.services import postgres_answers

CONNECTIONS = (1, 2, 8)
QUIET = 0.1
"""Above this share of a core used by others, times say nothing."""
CORES = 2
"""Those the budgets are written for, whatever this machine has."""
COLUMNS = (
    f"{'c':>5} {'req/s':>8} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8} {'CPU ms':>8} {'db CPU':>7} "
    f"{'answers':>8} {'pages':>6} {'kB':>6} {'others':>7}"
)

Report = dict[str, Any]


def main() -> int:
    """Measure both databases, SQLite alone when PostgreSQL is not there; 1 when an answer was wrong."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    seconds, projects = float(os.environ.get("BENCH_SECONDS", "4")), int(os.environ.get("BENCH_PROJECTS", PROJECTS))
    limit = _end_after(seconds)
    print(
        f"{projects} projects, 3 reads each, {APPLICATIONS} applications on {SITES} sites; "
        f"{seconds:g} s a line, closed loop; ended after {limit} s at most."
    )
    print("CPU: of the server for one request; db: of PostgreSQL's backends. others: share of a core used meanwhile.")
    print("answers, pages: how many bare answers, how many bare renderings the CPU of a request is worth.")
    try:
        with TemporaryDirectory(prefix="creathon-bench-") as folder:
            reports = list(_reports(Path(folder), seconds, projects))
    except KeyboardInterrupt:
        return 130
    print(json.dumps({"seconds": seconds, "projects": projects, "measures": reports}, ensure_ascii=False))
    return 1 if any(report["errors"] for report in reports) else 0


def _end_after(seconds: float) -> int:
    """End by itself, whatever hangs, after twice the time that all lines take; servers and database go with it."""
    limit = round(180 + 2 * 2 * (len(SCENARIOS) + len(APPLICATION_SCENARIOS)) * len(CONNECTIONS) * 1.25 * seconds)

    def end(*_: object) -> None:
        print(f"not done after {limit} s: ended", file=sys.stderr)
        sys.exit(124)

    signal.signal(signal.SIGALRM, end)
    signal.alarm(limit)
    return limit


def _reports(folder: Path, seconds: float, projects: int) -> Iterator[Report]:
    path = folder / "sqlite"
    path.mkdir()
    loaded = asyncio.run(_fill(url := f"sqlite:///{path / 'creathon.sqlite3'}", projects))
    yield from _measure_all("SQLite", path, url, loaded, workers=1, seconds=seconds)
    if not postgres_answers():
        print("\nPostgreSQL does not answer (CREATHON_TEST_POSTGRES): not measured.")
        return
    path = folder / "postgresql"
    path.mkdir()
    with _postgres() as url:
        loaded = asyncio.run(_fill(url, projects))
        asyncio.run(databases.postgres_command("VACUUM (ANALYZE)", url))
        yield from _measure_all("PostgreSQL", path, url, loaded, workers=2, seconds=seconds)


@contextmanager
def _postgres() -> Iterator[str]:
    """A database of this run, dropped at the end."""
    name = f"creathon_bench_{os.getpid()}"
    asyncio.run(databases.postgres_command(f"CREATE DATABASE {name}"))
    try:
        yield databases.address(name)
    finally:
        asyncio.run(databases.drop(name))


def _measure_all(
    title: str, folder: Path, url: str, loaded: Loaded, *, workers: int, seconds: float
) -> Iterator[Report]:
    """Every scenario on one database, line by line as they come."""
    print(f"\n{title}, {workers} process{'es' if workers > 1 else ''}\n{COLUMNS}")
    wanted = os.environ.get("BENCH_ONLY", "")
    chosen = [one for one in (*SCENARIOS, *APPLICATION_SCENARIOS) if one.is_bare or wanted in one.name]
    bares: dict[int, list[float]] = {connections: [] for connections in CONNECTIONS}
    for is_bare, serve in ((True, bare), (False, product)):
        with serve(folder, url, workers) as server:
            watch = Watch(server.pid, "" if is_bare else url.rpartition("/")[2])
            for scenario in (one for one in chosen if one.is_bare is is_bare):
                about = {"database": title, "workers": workers, "scenario": scenario.name}
                try:
                    for figures in _measure(scenario, server, loaded, watch, seconds):
                        if is_bare:
                            bares[figures.connections].append(figures.cpu)
                        ratios = [figures.cpu / cpu if cpu else 0.0 for cpu in bares[figures.connections][:2]]
                        print(_line(scenario, figures, ratios, with_budget=workers > 1), flush=True)
                        yield about | asdict(figures)
                except ScenarioError as error:
                    print(f"{scenario.name} is BROKEN: {error}", flush=True)
                    yield about | {"errors": 1, "broken": str(error)}
            if not is_bare:
                print(healthz_during_logins(server), flush=True)


async def _fill(url: str, projects: int) -> Loaded:
    database = Database(url)
    try:
        await migrate(database)
        return await load(
            database,
            now=SystemClock().now(),
            projects=projects,
            jurors=jurors_for(projects),
            applications=APPLICATIONS,
        )
    finally:
        await database.close()


def _measure(scenario: Scenario, server: Server, loaded: Loaded, watch: Watch, seconds: float) -> Iterator[Figures]:
    plan = scenario.prepare(server, loaded)
    if plan is None:
        print(f"{scenario.name} is absent: the platform has no such page")
        return
    print(f"{scenario.name} ({plan.found})" if plan.found else scenario.name)
    for connections in CONNECTIONS:
        yield measure(server.port, plan.script, connections, seconds, watch)
        plan.check()


def _line(scenario: Scenario, figures: Figures, ratios: list[float], *, with_budget: bool) -> str:
    answers, pages = (f"{ratio:.1f}" for ratio in [*ratios, 0.0][:2])
    line = (
        f"{figures.connections:>5} {figures.rps:>8.0f} {figures.p50:>8.2f} {figures.p95:>8.2f} {figures.p99:>8.2f} "
        f"{figures.cpu:>8.2f} {figures.database_cpu:>7.2f} {answers:>8} {pages:>6} {figures.kilobytes:>6.1f} "
        f"{figures.noise:>7.0%}"
    )
    if with_budget and scenario.budget and figures.connections == scenario.held_at:
        line += f"   {_verdict(figures, scenario.quantile, scenario.budget)}"
    if figures.errors:
        line += f"   {figures.errors} WRONG ANSWERS"
    return line


def _verdict(figures: Figures, quantile: str, budget: float) -> str:
    """What the budget says: of its quantile on a quiet machine; else of the time the CPU alone makes a request wait."""
    if figures.noise <= QUIET:
        return f"{quantile} {'within' if getattr(figures, quantile) <= budget else 'OVER'} {budget:g} ms"
    least = (figures.cpu + figures.database_cpu) * figures.connections / CORES
    return f"not quiet; CPU alone: {least:.0f} ms of {budget:g}{'' if least <= budget else ', OVER'}"


if __name__ == "__main__":
    sys.exit(main())

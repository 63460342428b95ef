"""The bench measures what it says: percentiles, and an edition of the announced size."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from creathon.accounts.queries import viewer_of_session
from creathon.core.clock import SystemClock
from creathon.core.database import Database
from creathon.core.ids import digest
from creathon.jury.models import Assignment, Evaluation, EvaluationState
from creathon.projects.models import Deposit
from creathon.projects.queries.gallery import GalleryFilters, projects_found
from creathon.projects.rules.search import sought
from creathon.teams.models import TeamMember
from tests import databases
from tests.bench.answering import APPLICATION_SCENARIOS
from tests.bench.load import percentile
from tests.bench.loader import load
from tests.bench.rows import make_rows
from tests.bench.scenarios import SCENARIOS
from tests.bench.searching import ROUNDS, ask, fill
from tests.bench.server import ROOT

NO_POSTGRES = "postgresql://postgres@127.0.0.1:1/postgres"
NOW: datetime = SystemClock().now()


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.99, 0.0),
        ([7.0], 0.5, 7.0),
        ([4.0, 1.0, 3.0, 2.0], 0.5, 2.0),
        (list(map(float, range(1, 201))), 0.99, 198),
    ],
)
def test_percentile_is_the_smallest_value_that_the_share_does_not_exceed(
    values: list[float], share: float, expected: float
) -> None:
    assert percentile(values, share) == expected


def test_rows_give_each_juror_two_hundred_distinct_projects_and_each_project_three_reads() -> None:
    rows = make_rows(NOW, projects=2000, jurors=30)
    reads = [(row["person_id"], row["project_id"]) for row in rows.of(Assignment)]
    assert len(set(reads)) == 6000
    assert set(Counter(person for person, _ in reads).values()) == {200}
    assert set(Counter(project for _, project in reads).values()) == {3}
    validated = [row for row in rows.of(Evaluation) if row["state"] == EvaluationState.VALIDATED]
    assert abs(len(validated) / len(reads) - 2 / 3) < 0.01


def test_rows_are_the_same_each_time() -> None:
    assert make_rows(NOW, projects=20, jurors=6).tables == make_rows(NOW, projects=20, jurors=6).tables


async def test_load_fills_the_database_and_signs_the_juror_in(sqlite_template: Path, tmp_path: Path) -> None:
    database = Database(databases.sqlite_copy(sqlite_template, tmp_path))
    loaded = await load(database, now=NOW, projects=20, jurors=6)
    async with database.reading() as session:
        counts = [
            await session.scalar(select(func.count()).select_from(model)) for model in (Deposit, TeamMember, Assignment)
        ]
        viewer = await viewer_of_session(session, digest(loaded.token), NOW)
    await database.close()
    assert counts == [20, 60, 60]
    assert viewer.is_signed_in
    assert (len(loaded.projects), len(loaded.pile)) == (20, 10)
    assert len(loaded.open) == 3


@pytest.mark.slow
def test_bench_ends_by_itself_and_measures_everything() -> None:
    """A tenth of a second for each line, on SQLite: it shows that the bench works, not what pages cost."""
    settings = {**os.environ, "BENCH_SECONDS": "0.1", "BENCH_PROJECTS": "96", "CREATHON_TEST_POSTGRES": NO_POSTGRES}
    command = [sys.executable, "-m", "tests.bench"]
    done = subprocess.run(command, check=False, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "others" in done.stdout
    measures = json.loads(done.stdout.splitlines()[-1])["measures"]
    asked = {scenario.name for scenario in (*SCENARIOS, *APPLICATION_SCENARIOS)}
    assert {one["scenario"] for one in measures} == asked
    assert [one for one in measures if one["errors"]] == []
    assert sum(one["requests"] for one in measures) > len(measures)
    assert all(one["noise"] >= 0 for one in measures)


async def test_a_search_is_measured_on_the_projects_that_were_filled(database: Database) -> None:
    """The projects of the demo do not all say the same of themselves: their rows hold the same columns all the same."""
    edition_id = await fill(database, 60)
    took = await ask(database, edition_id)
    assert {len(times) for times in took.values()} == {ROUNDS}
    async with database.reading() as session:
        found = await projects_found(session, edition_id, sought("escalier"), GalleryFilters(), offset=0, limit=24)
    assert found.total > 0

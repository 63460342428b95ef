"""`make run` twice on one folder: the first start builds the demo edition, the second finds it."""

import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench.server import free_port, running

COMMAND = (str(Path(sys.executable).with_name("creathon")), "run", "--migrate", "--demo-if-empty", "evaluation")
BUILT = "Édition de démonstration, étape « evaluation »"
OF_THE_WORKER = {"mail"}
"""Messages leave while the platform runs."""
PATIENCE = 300.0


def started(folder: Path, log: Path) -> float:
    """Start, wait for the first answer, stop; the seconds until that answer."""
    port = free_port()
    settings = {"CREATHON_DATA": str(folder), "PORT": str(port), "CREATHON_ENV": "development"}
    began = time.monotonic()
    with running(COMMAND, settings, port, log, within=PATIENCE):
        return time.monotonic() - began


def rows_of(folder: Path) -> dict[str, list[str]]:
    """Every row of every table."""
    with sqlite3.connect(folder / "creathon.sqlite3") as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"'))) for name in tables}  # noqa: S608 — its own tables
    connection.close()
    return {name: rows for name, rows in found.items() if name not in OF_THE_WORKER}


@pytest.mark.slow
def test_second_start_builds_nothing_again(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    first = started(tmp_path, tmp_path / "first.log")
    rows = rows_of(tmp_path)
    second = started(tmp_path, tmp_path / "second.log")
    record_property("said", f"make run answers after {first:.1f} s, and after {second:.1f} s when started again")
    assert BUILT in (tmp_path / "first.log").read_text()
    assert len(rows["project"]) == 48
    assert "http://127.0.0.1" in (tmp_path / "second.log").read_text()
    assert BUILT not in (tmp_path / "second.log").read_text()
    again = rows_of(tmp_path)
    assert [name for name in rows if rows[name] != again[name]] == []

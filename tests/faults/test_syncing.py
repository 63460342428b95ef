"""The real `creathon run` on SQLite, its system calls seen by strace: what is acknowledged was pushed to the disk."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from creathon.core.clock import SystemClock
from creathon.core.database import Database
from tests.bench.server import Server, free_port, running, settings_of
from tests.drills.clients import Client, Journal
from tests.drills.world import gather

SAVES = 10


class Trace:
    """The pushes of the database's journal to the disk, as strace writes them down while they are made."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @property
    def pushes(self) -> int:
        lines = self.file.read_text().splitlines()
        assert not [line for line in lines if "= -1" in line], "a push failed"
        return sum("creathon.sqlite3-wal>" in line for line in lines)


@contextmanager
def traced(database_url: str, folder: Path, trace: Trace) -> Iterator[Server]:
    """`creathon run`, of which strace (-D: its child, so that ending it is as ever) notes each fsync and fdatasync."""
    port = free_port()
    strace = ("strace", "-D", "-f", "-y", "-e", "trace=fsync,fdatasync", "-o", str(trace.file))
    command = [*strace, str(Path(sys.executable).with_name("creathon")), "run"]
    with running(command, settings_of(port, folder, database_url, 1), port, folder / "server.log") as server:
        yield server


@pytest.mark.slow
@pytest.mark.strace
@pytest.mark.bar("H97", "E6")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_each_acknowledged_write_was_pushed_to_the_disk(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    members = await gather(database, now=SystemClock().now(), teams=1)
    await database.close()
    trace, journal = Trace(tmp_path / "trace"), Journal()
    pushed = []
    with traced(database_url, tmp_path, trace) as server:
        client = Client(members[0], server.port, journal)
        async with client.http:
            for _ in range(SAVES):
                before = trace.pushes
                text = await client.save()
                pushed.append(trace.pushes - before)
            before = trace.pushes
            await client.deposit(text)
            pushed.append(trace.pushes - before)
            before = trace.pushes
            await client.http.get("/projet")
            assert trace.pushes == before, "reading pushes nothing"
    assert journal.acknowledged == SAVES + 1
    assert min(pushed) >= 1, pushed

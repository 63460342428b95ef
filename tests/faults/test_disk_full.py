"""A disk that fills up: what is acknowledged is stored, and the service comes back when there is room."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.migrations import migrate
from creathon.settings import read_settings
from tests.browsing import Visitor
from tests.clusters import own_cluster
from tests.core.trial import living, make_tables, stored, with_token
from tests.disks import fill, small_disk

MIB = 1024 * 1024
POSTS = 120
KEPT = ("votre texte y est encore", "Revenez en arrière et réessayez")
"""What whoever is not acknowledged reads: their text is in the form they come from."""

HEAVY = (
    "ALTER TABLE trial ADD COLUMN weight TEXT DEFAULT repeat('x', 300000)",
    "ALTER TABLE trial ALTER COLUMN weight SET STORAGE EXTERNAL",
)
"""Each row then fills three hundred thousand bytes of the log."""


class Writing:
    """A browser that writes one label after the other, and what it was told."""

    def __init__(self, visitor: Visitor, token: dict[str, str]) -> None:
        self.visitor, self.token = visitor, token
        self.acknowledged: list[str] = []
        self.answers: set[int] = set()
        self.unkind: list[str] = []

    async def write(self, label: str) -> None:
        await self.visitor.post(f"/essai/redirige/{label}", **self.token)
        self.answers.add(self.visitor.status)
        if self.visitor.status == 303:
            self.acknowledged.append(label)
        elif not any(words in self.visitor.text for words in KEPT) or not self.visitor.response.headers["retry-after"]:
            self.unkind.append(self.visitor.text)

    async def write_all(self) -> None:
        for number in range(POSTS):
            await self.write(f"{number:03}-{'x' * 180}")


@asynccontextmanager
async def writing(database: Database, url: str, data: Path, clock: MovableClock) -> AsyncIterator[Writing]:
    """The platform on that database."""
    env = {"CREATHON_ENV": "test", "CREATHON_DATA": str(data), "CREATHON_DATABASE_URL": url}
    env |= {"CREATHON_BASE_URL": "http://testserver", "CREATHON_EMBED_WORKER": "0"}
    async with living(read_settings(env), clock, database) as app, Visitor(app) as visitor:
        visitor.http.follow_redirects = False
        yield Writing(visitor, await with_token(visitor))


@pytest.mark.bar("E2", "H96")
@pytest.mark.slow
async def test_full_disk_acknowledges_nothing_it_does_not_keep(
    tmp_path: Path, sqlite_template: Path, clock: MovableClock
) -> None:
    with small_disk(tmp_path / "small", 3 * MIB) as disk:
        shutil.copyfile(sqlite_template, disk / "creathon.sqlite3")
        url = f"sqlite:///{disk / 'creathon.sqlite3'}"
        database = Database(url)
        await make_tables(database)
        async with writing(database, url, tmp_path, clock) as told:
            filler = fill(disk, leaving=220 * 1024)
            await told.write_all()
            assert told.answers == {303, 503}, "the disk was never full, or what was said is not what happened"
            assert told.unkind == []
            assert await stored(database) == told.acknowledged
            filler.unlink()
            await told.write("zz-room-again")
            assert told.acknowledged[-1] == "zz-room-again"
            assert await stored(database) == told.acknowledged
            async with database.reading() as session:
                assert await session.scalar(text("PRAGMA integrity_check")) == "ok"


@pytest.fixture
def postgres_disk() -> Iterator[Path]:
    """A disk that the owner of PostgreSQL may write to; pytest's folders are closed to them."""
    folder = Path(tempfile.mkdtemp(prefix="creathon-disk."))
    folder.chmod(0o755)
    with small_disk(folder / "small", 160 * MIB) as disk:
        yield disk
    shutil.rmtree(folder)


@pytest.mark.bar("E2", "H96")
@pytest.mark.slow
@pytest.mark.cluster
async def test_full_disk_of_postgresql_acknowledges_nothing_it_does_not_keep(
    postgres_disk: Path, tmp_path: Path, clock: MovableClock
) -> None:
    """The whole cluster lies on the disk; no page is left for the table to grow."""
    with own_cluster(data=postgres_disk / "data") as cluster:
        database = Database(cluster.address)
        await migrate(database)
        await make_tables(database)
        async with writing(database, cluster.address, tmp_path, clock) as told:
            await told.write("000")
            filler = fill(postgres_disk, leaving=20 * 1024)
            await told.write_all()
            assert told.answers == {303, 503}, "the disk was never full, or what was said is not what happened"
            assert told.unkind == []
            assert await stored(database) == told.acknowledged
            filler.unlink()
            await told.write("zz-room-again")
            assert await stored(database) == told.acknowledged == [*told.acknowledged[:-1], "zz-room-again"]
        await database.close()


@pytest.mark.bar("E2", "H96")
@pytest.mark.slow
@pytest.mark.cluster
async def test_full_disk_of_the_write_ahead_log_acknowledges_nothing_it_does_not_keep(
    postgres_disk: Path, tmp_path: Path, clock: MovableClock
) -> None:
    """The log has no room for its next segment: PostgreSQL stops in the middle of a commit and does not come back."""
    with own_cluster("min_wal_size=2MB", wal=postgres_disk / "wal") as cluster:
        database = Database(cluster.address)
        await migrate(database)
        await make_tables(database)
        async with database.writing() as session:
            for statement in HEAVY:
                await session.execute(text(statement))
        async with writing(database, cluster.address, tmp_path, clock) as told:
            await told.write("000")
            filler = fill(postgres_disk, leaving=0)
            await told.write_all()
            assert told.answers == {303, 503}, "the disk was never full, or what was said is not what happened"
            assert told.unkind == []
            filler.unlink()
            cluster.stop()
            cluster.start()
            before = await stored(database)
            assert set(told.acknowledged) <= set(before)
            assert len(set(before) - set(told.acknowledged)) <= 1, "only the commit that was cut may be there unsaid"
            await told.write("zz-room-again")
            assert await stored(database) == [*before, "zz-room-again"]
        await database.close()

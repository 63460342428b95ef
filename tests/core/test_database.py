"""The settings on which « nothing is lost » rests, read back from the real databases."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from creathon.core.database import POOL_SIZE, Database, DurabilityError, refuse_network_file_system
from tests.databases import postgres_command

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
proc /proc proc rw 0 0
server:/export /srv/shared nfs4 rw,vers=4.2 0 0
//nas/disk /mnt/with\\040space cifs rw 0 0
/dev/sdb1 /srv/shared/local xfs rw 0 0
user@host:/ /mnt/remote fuse.sshfs rw 0 0
"""


@pytest.mark.bar("H97")
async def test_sqlite_is_set_to_lose_nothing(database: Database) -> None:
    if not database.on_sqlite:
        return
    await database.check()
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "query_only": 0}
    async with database.writer.connect() as connection:
        found = {name: await connection.scalar(text(f"PRAGMA {name}")) for name in wanted}
    assert found == wanted
    async with database.reader.connect() as connection:
        assert await connection.scalar(text("PRAGMA query_only")) == 1
        assert await connection.scalar(text("PRAGMA foreign_keys")) == 1


@pytest.mark.parametrize("setting", ["synchronous = NORMAL", "foreign_keys = OFF"])
@pytest.mark.bar("H97")
async def test_sqlite_set_otherwise_is_refused(database: Database, setting: str) -> None:
    if not database.on_sqlite:
        return
    async with database.writer.connect() as connection:
        raw = await connection.get_raw_connection()
        raw.driver_connection._conn.execute(f"PRAGMA {setting}")  # type: ignore[union-attr]
    with pytest.raises(DurabilityError, match=setting.partition(" ")[0]):
        await database.check()


@pytest.mark.bar("H98")
async def test_postgresql_as_it_is_passes(database: Database) -> None:
    await database.check()


@pytest.mark.parametrize(("value", "refused"), [("off", True), ("local", False), ("remote_write", False)])
@pytest.mark.bar("H98")
async def test_postgresql_that_may_lose_a_commit_is_refused(
    database: Database, database_url: str, value: str, refused: bool
) -> None:
    if database.on_sqlite:
        return
    name = database_url.rsplit("/", 1)[1]
    await postgres_command(f"ALTER DATABASE {name} SET synchronous_commit = {value}")
    fresh = Database(database_url)
    try:
        if refused:
            with pytest.raises(DurabilityError, match="synchronous_commit"):
                await fresh.check()
        else:
            await fresh.check()
    finally:
        await fresh.close()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/shared/app.sqlite3", "nfs4"),
        ("/mnt/with space/app.sqlite3", "cifs"),
        ("/mnt/remote/app.sqlite3", "fuse.sshfs"),
    ],
)
@pytest.mark.bar("H97")
def test_network_disk_is_refused(path: str, kind: str) -> None:
    with pytest.raises(DurabilityError, match=kind):
        refuse_network_file_system(Path(path), MOUNTS)


@pytest.mark.parametrize("path", ["/var/lib/app.sqlite3", "/srv/shared/local/app.sqlite3", "/srv/sharedother/x"])
@pytest.mark.bar("H97")
def test_local_disk_is_accepted(path: str) -> None:
    refuse_network_file_system(Path(path), MOUNTS)


@pytest.mark.bar("H97")
def test_relative_path_is_judged_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DurabilityError):
        refuse_network_file_system(Path("app.sqlite3"), f"server:/ {tmp_path.resolve()} nfs rw 0 0\n")


@pytest.mark.bar("D48")
async def test_reader_cannot_write(database: Database) -> None:
    async with database.reading() as session:
        with pytest.raises(DBAPIError, match=r"read-?only"):
            await session.execute(text("DELETE FROM once_key"))


@pytest.mark.bar("H95")
async def test_writer_whose_commit_failed_begins_again(database: Database) -> None:
    async with database.writing() as session:
        await session.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
        await session.execute(
            text("CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)")
        )
    for _ in range(3):
        async with database.write_session() as session:
            await session.execute(text("INSERT INTO child VALUES (1)"))
            with pytest.raises(DBAPIError):
                await session.commit()
    async with database.writing() as session:
        assert await session.scalar(text("SELECT count(*) FROM child")) == 0
        await session.execute(text("INSERT INTO parent VALUES (1)"))
    async with database.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM parent")) == 1


async def test_a_burst_waits_for_the_connections_there_are(database: Database) -> None:
    """To open more, and to close them after it, is what a rush lasted for (decision 26)."""
    opened: list[Any] = []
    for engine in (database.reader, database.writer):
        event.listen(engine.sync_engine, "connect", lambda connection, _record: opened.append(connection))

    async def ask(door: Any) -> None:
        async with door() as session:
            await session.execute(text("SELECT 1"))

    for _burst in range(3):
        await asyncio.gather(*(ask(door) for _one in range(20) for door in (database.reading, database.writing)))
    assert 2 <= len(opened) <= 2 * POOL_SIZE

"""Engines, sessions and the base of every table. The only place, with the command line and the demo, that commits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from sqlalchemy import JSON, DateTime, Enum, MetaData, String, TypeDecorator, event, text
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from creathon.core import scoping, sqlite_inline
from creathon.core.ids import ID_LENGTH, new_id

NETWORK_FILE_SYSTEMS = {
    *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "glusterfs"),
    *("fuse.sshfs", "fuse.s3fs", "fuse.rclone", "fuse.ceph", "fuse.glusterfs", "fuse.grpcfuse"),
}
READER_WAIT, WRITER_WAIT = 60, 180
"""Seconds for a connection: whoever waits longer is told that the platform is busy. What arrived in time is written
however long it waits; a page repeats what it saves meanwhile, and the repeat waits with it (`web.repeats`)."""
POOL_SIZE = 8
"""Connections of a door, all of them kept: one more for a burst, opened then closed, costs more than it brings."""

READER_PRAGMAS = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-32000",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA query_only=ON",
)
WRITER_PRAGMAS = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", *READER_PRAGMAS[:3])
POSTGRES_WRITER_LIMITS = {"lock_timeout": "20s", "idle_in_transaction_session_timeout": "2min"}
"""Whoever waits too long for a row is told so (503); whoever holds one and vanished is let go."""
POSTGRES_DURABILITY = ("fsync", "full_page_writes", "synchronous_commit")


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored in UTC on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without zone is refused")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = Annotated[str, mapped_column(String(ID_LENGTH))]
PrimaryId = Annotated[str, mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)]
Short = Annotated[str, mapped_column(String(200))]


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


class Base(DeclarativeBase):
    """Every table derives from this; constraints have names so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: Instant,
        dict[str, Any]: JSON,
        list[str]: JSON,
        StrEnum: Enum(
            StrEnum, native_enum=False, length=40, values_callable=lambda kind: [member.value for member in kind]
        ),
    }


class Versioned:
    """A row two people may edit: each save counts one more, and a stale save fails."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class DurabilityError(Exception):
    """The database would acknowledge what it may lose; the platform refuses to start."""


class Database:
    """Two doors to one database: `reader` cannot write, `writer` takes its turn.

    On SQLite the writer is one connection whose pool queues in order of arrival and every transaction of it begins
    IMMEDIATE; on PostgreSQL readers run in autocommit on read-only connections.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.on_sqlite = self.url.get_backend_name() == "sqlite"
        if self.on_sqlite:
            self.reader, self.writer = _sqlite_engines(str(self.url.database))
        else:
            self.reader, self.writer = _postgres_engines(url)
        for engine in (self.reader, self.writer):
            scoping.watch(engine.sync_engine, Base.metadata)
        self._readers = async_sessionmaker(self.reader, expire_on_commit=False, autoflush=False)
        self._writers = async_sessionmaker(self.writer, expire_on_commit=False)

    def read_session(self) -> AsyncSession:
        """A session that cannot write: the connection itself refuses."""
        return self._readers()

    def write_session(self) -> AsyncSession:
        """A session whose caller commits or rolls back (see `creathon.core.web.transactions`)."""
        return self._writers()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that cannot write.

        Closed here and now: `async with` of an AsyncSession closes in a task of the loop's next turn, and a connection
        held until then was what everybody waited for (8 s in a rush) where each turn takes half a second.
        """
        session = self._readers()
        try:
            yield session
        finally:
            await session.close()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, undone when it raises."""
        async with self._writers() as session, session.begin():
            yield session

    async def check(self) -> None:
        """Read the settings on which « nothing is lost » rests back from the database.

        Raises:
            DurabilityError: one of them is off, or the SQLite file lies on a network file system.
        """
        async with self.writer.connect() as connection:
            if self.on_sqlite:
                refuse_network_file_system(Path(str(self.url.database)))
                expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
                found = {name: (await connection.execute(text(f"PRAGMA {name}"))).scalar() for name in expected}
                wrong = {name: value for name, value in found.items() if value != expected[name]}
            else:
                found = {
                    name: (await connection.execute(text(f"SHOW {name}"))).scalar() for name in POSTGRES_DURABILITY
                }
                wrong = {name: value for name, value in found.items() if value == "off"}
        if wrong:
            raise DurabilityError(f"La base de données pourrait perdre ce qu'elle confirme : {wrong}")

    async def close(self) -> None:
        await self.reader.dispose()
        await self.writer.dispose()


def refuse_network_file_system(path: Path, mounts: str | None = None) -> None:
    """Raise DurabilityError when `path` lies on a file system whose locks and syncs cannot be trusted.

    `mounts` is the text of /proc/mounts; where the system has none, nothing is checked.
    """
    table = Path("/proc/mounts")
    mounts = mounts if mounts is not None else (table.read_text() if table.exists() else "")
    path = path.resolve()
    fields = [line.split(" ") for line in mounts.splitlines()]
    points = [(field[1].replace("\\040", " "), field[2]) for field in fields if len(field) >= 3]
    under = [(point, kind) for point, kind in points if path.is_relative_to(point)]
    if under and (kind := max(under, key=lambda found: len(found[0]))[1]) in NETWORK_FILE_SYSTEMS:
        raise DurabilityError(f"{path} se trouve sur un disque réseau ({kind}) : choisir un disque local.")


def _sqlite_engines(path: str) -> tuple[AsyncEngine, AsyncEngine]:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    creator = partial(sqlite_inline.connect, path)
    options: dict[str, Any] = {"async_creator": creator}
    writer = create_async_engine(
        f"sqlite+aiosqlite:///{path}", pool_size=1, max_overflow=0, pool_timeout=WRITER_WAIT, **options
    )
    reader = create_async_engine(
        f"sqlite+aiosqlite:///{path}", pool_size=POOL_SIZE, max_overflow=0, pool_timeout=READER_WAIT, **options
    )
    _on_connect(writer, WRITER_PRAGMAS)
    _on_connect(reader, READER_PRAGMAS)
    event.listen(writer.sync_engine, "checkin", _undo_what_was_left)
    event.listen(writer.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return reader, writer


def _undo_what_was_left(connection: Any, _record: Any) -> None:
    """SQLAlchemy gives a connection whose COMMIT failed back as it is: the only writer would never begin again."""
    if connection is not None:
        connection.driver_connection.undo()


def _on_connect(engine: AsyncEngine, pragmas: tuple[str, ...]) -> None:
    def run(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    event.listen(engine.sync_engine, "connect", run)


def _postgres_engines(url: str) -> tuple[AsyncEngine, AsyncEngine]:
    address = make_url(url).set(drivername="postgresql+asyncpg")
    writer = create_async_engine(
        address,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=WRITER_WAIT,
        connect_args={"server_settings": POSTGRES_WRITER_LIMITS},
    )
    reader = create_async_engine(
        address,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=READER_WAIT,
        isolation_level="AUTOCOMMIT",
        connect_args={"server_settings": {"default_transaction_read_only": "on"}},
    )
    return reader, writer

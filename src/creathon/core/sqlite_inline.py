"""A connection shaped like aiosqlite's that calls sqlite3 on the event loop itself.

Why: half the CPU of a thread hop per call, and since every call of the process runs one after the other on one thread,
two connections never act at the same instant (SQLite before 3.51.3 can corrupt its WAL then). See docs/decisions.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

BUSY_TRIES_SECONDS = 30.0
BUSY_PAUSE_SECONDS = 0.005


class InlineCursor:
    """sqlite3's cursor behind coroutine methods."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    async def __aenter__(self) -> "InlineCursor":
        return self

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    arraysize = 1

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> None:
        """Run one statement; a lock held by another process is waited for without blocking the loop."""
        waited = 0.0
        while True:
            try:
                self._cursor.execute(operation, parameters)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or waited >= BUSY_TRIES_SECONDS:
                    raise
                await asyncio.sleep(BUSY_PAUSE_SECONDS)
                waited += BUSY_PAUSE_SECONDS
            else:
                return

    async def executemany(self, operation: str, parameters: Sequence[Sequence[Any]]) -> None:
        self._cursor.executemany(operation, parameters)

    async def fetchone(self) -> Any:
        return self._cursor.fetchone()

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        return self._cursor.fetchmany(size or 1)

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()


class InlineConnection:
    """sqlite3's connection behind coroutine methods; transactions are begun by hand."""

    isolation_level = None

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._conn: sqlite3.Connection = connection
        self._connection: sqlite3.Connection | None = connection
        """What SQLAlchemy's dialect looks at to know whether the connection is open."""

    def cursor(self) -> InlineCursor:
        return InlineCursor(self._conn.cursor())

    async def commit(self) -> None:
        self._conn.commit()

    async def rollback(self) -> None:
        self._conn.rollback()

    def undo(self) -> None:
        """Roll back what is open, if anything."""
        if self._conn.in_transaction:
            self._conn.rollback()

    def pragma(self, statement: str) -> None:
        """Run a PRAGMA that counts only outside a transaction."""
        self._conn.execute(f"PRAGMA {statement}")

    async def close(self) -> None:
        self.stop()

    def stop(self) -> None:
        self._conn.close()
        self._connection = None

    async def create_function(
        self, name: str, arguments: int, function: Callable[..., Any], deterministic: bool = False
    ) -> None:
        self._conn.create_function(name, arguments, function, deterministic=deterministic)


async def connect(path: str, **_: Any) -> InlineConnection:
    """Open the database file `path`, in autocommit: SQLAlchemy's events say BEGIN."""
    return InlineConnection(sqlite3.connect(path, isolation_level=None, timeout=0, cached_statements=512))

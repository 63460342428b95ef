"""Databases of tests: built by the migrations once for each worker, then copied for each test; commits are real."""

import asyncio
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.engine import Dialect

from creathon.core.database import Database
from creathon.core.migrations import migrate
from tests.services import POSTGRES, RUN, WORKER

TEMPLATE = f"creathon_{RUN}_{WORKER}"


_kept: dict[tuple[bool, str], tuple[Dialect, Any]] = {}


async def with_kept_statements(database: Database) -> Database:
    """The same database, whose statements compiled by earlier tests of this process are not compiled again.

    SQLAlchemy keeps them by dialect object, in each engine: both are shared. It was a quarter of the tests' time.
    The first connection of an engine teaches its dialect the version of the server: it is made before it is kept.
    """
    for name in ("reader", "writer"):
        engine = getattr(database, name).sync_engine
        if (database.on_sqlite, name) not in _kept:
            async with getattr(database, name).connect():
                _kept[database.on_sqlite, name] = engine.dialect, engine._compiled_cache
        dialect, compiled = _kept[database.on_sqlite, name]
        engine.dialect = engine.pool._dialect = dialect
        engine._compiled_cache = compiled
    return database


async def sqlite_template(folder: Path) -> Path:
    """A migrated SQLite file."""
    path = folder / "template.sqlite3"
    database = Database(f"sqlite:///{path}")
    await migrate(database)
    await database.close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


def sqlite_copy(template: Path, folder: Path) -> str:
    """The address of a fresh copy."""
    path = folder / "creathon.sqlite3"
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"


async def postgres_template() -> str:
    """The name of a migrated PostgreSQL database."""
    await postgres_command(f"CREATE DATABASE {TEMPLATE}")
    database = Database(address(TEMPLATE))
    await migrate(database)
    await database.close()
    return TEMPLATE


async def postgres_copy(template: str, name: str) -> str:
    """The address of a fresh copy."""
    await postgres_command(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY WAL_LOG")
    return address(name)


async def drop(name: str) -> None:
    await postgres_command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def address(name: str) -> str:
    return POSTGRES.rsplit("/", 1)[0] + f"/{name}"


async def postgres_command(command: str, url: str = POSTGRES) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(command)
    finally:
        await asyncio.shield(connection.close())

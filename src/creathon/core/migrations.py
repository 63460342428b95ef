"""Brings a database to the newest schema, and tells whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from creathon.core.database import Database
from creathon.settings import SOURCE_ROOT

FOLDER = SOURCE_ROOT / "migrations"


def configuration(connection: Connection | None = None, folder: Path = FOLDER) -> Config:
    """Alembic's configuration on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["connection"] = connection
    return config


async def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade to `revision`, each migration in its own transaction."""
    async with database.writer.connect() as connection:
        await connection.run_sync(lambda sync: command.upgrade(configuration(sync), revision))
        await connection.commit()


async def is_current(database: Database) -> bool:
    """Whether the database has the newest schema."""
    newest = ScriptDirectory.from_config(configuration()).get_current_head()
    async with database.reader.connect() as connection:
        found = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    return found == newest

"""Migrations go both ways with rows in the tables, and the tables are what the models say."""

import pytest
from sqlalchemy import func, select, text

from creathon.accounts.models import Person
from creathon.core.database import Database
from creathon.core.journal import broken_line
from creathon.core.migrations import drift, is_current, migrate
from creathon.editions.models import Role
from creathon.teams.models import TeamMember
from tests.factories.accounts import make_holder
from tests.factories.editions import make_edition
from tests.factories.teams import make_team
from tests.personas import AWA, CLAIRE


async def test_tables_are_what_the_models_say(database: Database) -> None:
    assert await drift(database) == []


@pytest.mark.bar("H105")
async def test_down_to_the_first_and_up_again_keeps_the_rows(database: Database) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_team(session, edition, [AWA])
    await migrate(database, "0001", down=True)
    assert not await is_current(database)
    await migrate(database)
    assert await is_current(database)
    async with database.reading() as session:
        people = await session.scalar(select(func.count(Person.id)))
        members = await session.scalar(select(func.count(TeamMember.id)))
        assert (people, members) == (2, 1)
        assert await broken_line(session) is None
        if database.on_sqlite:
            assert (await session.execute(text("PRAGMA foreign_keys"))).scalar() == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_migration_that_leaves_orphans_is_undone(database: Database) -> None:
    """Only SQLite needs the check: PostgreSQL keeps its foreign keys on."""
    async with database.writing() as session:
        await make_team(session, await make_edition(session), [AWA])
    await migrate(database, "0002", down=True)
    async with database.writer.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        driver.pragma("foreign_keys=OFF")  # type: ignore[union-attr]
        driver._conn.execute("DELETE FROM person")  # type: ignore[union-attr]
    with pytest.raises(RuntimeError, match="orphans"):
        await migrate(database)
    assert not await is_current(database)

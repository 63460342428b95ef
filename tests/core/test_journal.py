"""The journal: one chain, one line per act, nothing that can be changed unseen."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import SYSTEM
from creathon.core.database import Database
from creathon.core.journal import JournalLine, broken_line
from creathon.core.once import claim, remember
from tests.queries import count_queries

NOW = datetime(2027, 5, 20, 7, 0, tzinfo=UTC)
SQLITE_TRIGGERS = ("update", "delete")


def note(session: AsyncSession, thing: str) -> None:
    journal.record(
        session, SYSTEM, "trial.done", (JournalLine, thing), now=NOW, edition_id="e", count=3, state="ouvert é"
    )


async def write(database: Database, *things: str) -> None:
    async with database.writing() as session:
        for thing in things:
            note(session, thing)


async def broken(database: Database) -> int | None:
    async with database.reading() as session:
        return await broken_line(session)


async def count(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count(JournalLine.sequence))) or 0


async def change(database: Database, statement: str) -> None:
    """Change lines as somebody would who may drop the triggers."""
    async with database.writing() as session:
        if database.on_sqlite:
            for verb in SQLITE_TRIGGERS:
                await session.execute(text(f"DROP TRIGGER journal_refuses_{verb}"))
        else:
            await session.execute(text("ALTER TABLE journal DISABLE TRIGGER ALL"))
        await session.execute(text(statement))


@pytest.mark.bar("L132")
async def test_chain_holds_over_transactions(database: Database) -> None:
    await write(database, "a", "b")
    await write(database, "c")
    assert (await count(database), await broken(database)) == (3, None)


@pytest.mark.bar("L133")
async def test_fifty_forms_that_take_their_turn_early_leave_no_fork(database: Database) -> None:
    """The last statement before the commit waits for the journal's turn, in place of one more statement."""

    async def send(number: int) -> None:
        async with database.writing() as session:
            await claim(session, f"key{number}", f"sent{number}", now=NOW)
            note(session, f"c{number}")
            await remember(session, f"key{number}", "/essai")

    await asyncio.gather(*(send(number) for number in range(50)), *(write(database, f"d{n}") for n in range(10)))
    assert (await count(database), await broken(database)) == (60, None)


async def test_turn_is_asked_for_again_after_a_savepoint_undone(database: Database) -> None:
    async with database.writing() as session:
        note(session, "kept")
        with suppress(RuntimeError):
            async with session.begin_nested():
                await remember(session, "no key", "/essai")
                raise RuntimeError
        with count_queries(database) as asked:
            await session.flush()
            await remember(session, "no key", "/essai")
    turns = [one for one in asked.statements if "pg_advisory_xact_lock" in one]
    assert len(turns) == (0 if database.on_sqlite else 1)
    assert await broken(database) is None


async def test_fifty_writers_leave_no_fork_and_no_gap(database: Database) -> None:
    await asyncio.gather(*(write(database, f"a{n}", f"b{n}") for n in range(50)))
    async with database.reading() as session:
        sequences = list(await session.scalars(select(JournalLine.sequence).order_by(JournalLine.sequence)))
    assert sequences == list(range(1, 101))
    assert await broken(database) is None


@pytest.mark.parametrize(
    "statement",
    ["UPDATE journal SET verb = 'x'", "DELETE FROM journal", "DELETE FROM journal WHERE sequence = 2"],
)
@pytest.mark.bar("L132")
async def test_changing_a_line_is_refused_by_the_database(database: Database, statement: str) -> None:
    await write(database, "a", "b")
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.writing() as session:
            await session.execute(text(statement))
    assert (await count(database), await broken(database)) == (2, None)


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("UPDATE journal SET verb = 'trial.donf' WHERE sequence = 2", 2),
        ("UPDATE journal SET actor_id = 'systen' WHERE sequence = 3", 3),
        ("UPDATE journal SET object_id = 'z' WHERE sequence = 1", 1),
        ("UPDATE journal SET edition_id = 'f' WHERE sequence = 2", 2),
        ('UPDATE journal SET details = \'{"count": 4, "state": "ouvert é"}\' WHERE sequence = 2', 2),
        ("UPDATE journal SET at = '2027-05-20 07:00:00.000001' WHERE sequence = 2", 2),
        ("DELETE FROM journal WHERE sequence = 2", 2),
        ("UPDATE journal SET sequence = 9 WHERE sequence = 3", 3),
    ],
)
@pytest.mark.bar("L132")
async def test_changed_line_is_named(database: Database, statement: str, line: int) -> None:
    await write(database, "a", "b", "c", "d")
    assert await broken(database) is None
    await change(database, statement)
    assert await broken(database) == line


@pytest.mark.bar("L133")
async def test_act_that_is_undone_leaves_no_line(database: Database) -> None:
    with suppress(RuntimeError):
        async with database.writing() as session:
            note(session, "undone")
            await session.execute(text("SELECT 1"))
            raise RuntimeError
    async with database.write_session() as session:
        await session.execute(text("SELECT 1"))
        note(session, "rolled back")
        await session.rollback()
        note(session, "done")
        await session.commit()
    async with database.reading() as session:
        assert list(await session.scalars(select(JournalLine.object_id))) == ["done"]


@pytest.mark.bar("L133")
async def test_savepoint_that_is_undone_takes_its_own_lines_only(database: Database) -> None:
    async with database.writing() as session:
        note(session, "before")
        async with session.begin_nested():
            note(session, "kept")
        note(session, "between")
        nested = await session.begin_nested()
        note(session, "undone")
        async with session.begin_nested():
            note(session, "undone with it")
        await nested.rollback()
        note(session, "after")
    async with database.reading() as session:
        lines = list(await session.scalars(select(JournalLine.object_id).order_by(JournalLine.sequence)))
    assert lines == ["before", "kept", "between", "after"]
    assert await broken(database) is None

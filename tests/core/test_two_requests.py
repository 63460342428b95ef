"""Many requests on one row at the same time: acknowledged is stored, on both databases."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import text

from creathon.app import Creathon
from creathon.core.database import Database
from tests.browsing import Visitor
from tests.core.trial import counter, stored, with_token

REQUESTS = 40


async def value(database: Database) -> int:
    async with database.reading() as session:
        return int(await session.scalar(text("SELECT value FROM trial_counter")) or 0)


async def post_many(visitor: Visitor, path: str, number: int = REQUESTS) -> Counter[int]:
    token = await with_token(visitor)
    answers = await asyncio.gather(*(visitor.http.post(path.format(n), data=token) for n in range(number)))
    return Counter(answer.status_code for answer in answers)


@pytest.mark.bar("E4", "E5", "G87")
async def test_forty_versioned_writes_lose_none_that_was_acknowledged(browser: Visitor, database: Database) -> None:
    answers = await post_many(browser, "/essai/version")
    assert set(answers) <= {303, 409}
    assert await value(database) == answers[303] >= 1
    if database.on_sqlite:
        assert answers[303] == REQUESTS, "one writer at a time: nobody has to be refused"


@pytest.mark.bar("E4", "E5")
async def test_forty_locked_writes_are_all_stored(browser: Visitor, database: Database) -> None:
    answers = await post_many(browser, "/essai/verrou")
    assert answers == {303: REQUESTS}
    assert await value(database) == REQUESTS


@pytest.mark.bar("E8")
async def test_fifty_writers_all_get_their_turn(browser: Visitor, database: Database) -> None:
    answers = await post_many(browser, "/essai/redirige/{}", 50)
    assert answers == {303: 50}
    assert len(await stored(database)) == 50


@pytest.mark.bar("E8")
async def test_writers_of_sqlite_pass_in_order_of_arrival(tmp_path: object, database: Database) -> None:
    if not database.on_sqlite:
        return
    order: list[int] = []

    async def write(number: int) -> None:
        async with database.writing() as session:
            await session.execute(text("SELECT 1"))
            order.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(write(number) for number in range(50)))
    assert order == sorted(order)


@pytest.mark.bar("E4")
async def test_readers_do_not_wait_for_a_writer(trial: Creathon, database: Database) -> None:
    async with database.writing() as session:
        await session.execute(text("UPDATE trial_counter SET value = 5"))
        assert await asyncio.wait_for(value(database), 2) == 0
    assert await value(database) == 5


@pytest.mark.bar("E4", "E8")
async def test_two_processes_on_one_file_wait_for_each_other(
    trial: Creathon, database: Database, database_url: str
) -> None:
    """The server and a command of the operator: each reads, then writes what it computed."""
    other = Database(database_url)

    async def add_one(place: Database) -> None:
        async with place.writing() as session:
            found = await counter(session, lock=True)
            await asyncio.sleep(0.001)
            await session.execute(text("UPDATE trial_counter SET value = :value"), {"value": found.value + 1})

    await asyncio.gather(*(add_one(place) for place in (database, other) * 15))
    await other.close()
    assert await value(database) == 30

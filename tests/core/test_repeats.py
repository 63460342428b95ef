"""The same form sent again while its first sending waits: worked on once, and each is answered."""

import asyncio

import pytest

from creathon.app import Creathon
from creathon.core.database import Database
from creathon.core.web import repeats
from creathon.core.web.pace import CROWD, Pace
from creathon.core.web.visit import Visit
from tests.browsing import Visitor
from tests.core.trial import store, stored, with_token
from tests.queries import count_queries

PATH = "/essai/redirige/once"


def pace_of(app: Creathon) -> Pace:
    pace: Pace = app.litestar.state.pace
    return pace


@pytest.fixture
def nine(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set when nine forms were read, a line before the ninth is looked for among those at work."""
    seen: list[Visit] = []
    digest, reached = repeats._digest, asyncio.Event()

    def noted(visit: Visit, body: bytes) -> bytes:
        seen.append(visit)
        if len(seen) == 9:
            reached.set()
        return digest(visit, body)

    monkeypatch.setattr(repeats, "_digest", noted)
    return reached


@pytest.mark.bar("G88", "H107")
async def test_a_repeat_waits_for_the_first_and_is_answered_the_same(
    trial: Creathon, browser: Visitor, database: Database, nine: asyncio.Event
) -> None:
    form = {**await with_token(browser), "_once": "key-0"}
    with count_queries(database) as alone:
        await browser.http.post("/essai/redirige/alone", data=form)
    form["_once"], sent = "key-1", []
    async with database.write_session() as session:  # whoever writes the same waits for it, on both databases
        await store(session, "many")
        with count_queries(database) as asked:
            sent = [asyncio.create_task(browser.http.post("/essai/redirige/many", data=form)) for _one in range(8)]
            await asyncio.wait_for(nine.wait(), 20)
            await session.rollback()
            answers = await asyncio.gather(*sent)
    assert {(one.status_code, one.headers["location"]) for one in answers} == {(303, "/essai?many")}
    assert {one.headers["cache-control"] for one in answers} == {"private, no-store"}
    assert {len(one.headers.get_list("set-cookie")) for one in answers} == {1}, "each shows the sentence, once"
    assert asked.count == alone.count, "the repeats ask nothing"
    assert sorted(await stored(database)) == ["alone", "many"]
    assert pace_of(trial).forms == {}


@pytest.mark.parametrize(("path", "status"), [("/essai/leve", 500), ("/essai/orphelin", 409)])
async def test_a_repeat_of_what_failed_is_told_so(
    trial: Creathon, browser: Visitor, database: Database, path: str, status: int
) -> None:
    form = {**await with_token(browser), "_once": "key-1"}
    answers = await asyncio.gather(*(browser.http.post(path, data=form) for _one in range(3)))
    assert {one.status_code for one in answers} == {status}
    assert pace_of(trial).forms == {}
    assert await stored(database) == []


async def test_others_and_other_words_are_no_repeats(trial: Creathon, browser: Visitor, database: Database) -> None:
    mine = {**await with_token(browser), "_once": "key-1"}
    async with Visitor(trial) as other:
        theirs = {**await with_token(other), "_once": "key-1"}
        await asyncio.gather(
            browser.http.post("/essai/redirige/mine", data=mine), other.http.post("/essai/redirige/theirs", data=theirs)
        )
    assert sorted(await stored(database)) == ["mine", "theirs"]


async def test_what_is_too_long_to_be_kept_is_worked_on_each_time(
    monkeypatch: pytest.MonkeyPatch, trial: Creathon, browser: Visitor, database: Database
) -> None:
    form = {**await with_token(browser), "_once": "key-1"}
    monkeypatch.setattr(repeats, "LONGEST", 10)
    answers = await asyncio.gather(*(browser.http.post(PATH, data=form) for _one in range(3)))
    assert {one.status_code for one in answers} == {303}
    assert await stored(database) == ["once"]


async def test_a_crowd_of_forms_says_that_the_process_is_behind() -> None:
    pace = Pace()
    for number in range(CROWD + 1):
        assert not pace.is_behind
        pace.forms[bytes([number])] = asyncio.get_running_loop().create_future()
    assert pace.is_behind

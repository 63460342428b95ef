"""The same form sent again while its first sending waits: worked on once, and each is answered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

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


@dataclass
class Crowd:
    """Tells when that many forms were read, a line before the last is looked for among those at work."""

    read: int = 0
    awaited: int = 0
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def of(self, number: int) -> None:
        self.awaited = number
        await asyncio.wait_for(self.reached.wait(), 20)


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> Crowd:
    crowd, digest = Crowd(), repeats._digest

    def noted(visit: Visit, body: bytes) -> bytes:
        crowd.read += 1
        if crowd.read == crowd.awaited:
            crowd.reached.set()
        return digest(visit, body)

    monkeypatch.setattr(repeats, "_digest", noted)
    return crowd


@asynccontextmanager
async def held(database: Database, label: str) -> AsyncIterator[None]:
    """Whoever stores the same label waits until the end of the block, on both databases."""
    async with database.write_session() as session:
        await store(session, label)
        yield
        await session.rollback()


@pytest.mark.bar("G88", "H107")
async def test_a_repeat_waits_for_the_first_and_is_answered_the_same(
    trial: Creathon, browser: Visitor, database: Database, crowd: Crowd
) -> None:
    form = {**await with_token(browser), "_once": "key-0"}
    with count_queries(database) as alone:
        await browser.http.post("/essai/redirige/alone", data=form)
    form["_once"] = "key-1"
    with count_queries(database) as asked:
        async with held(database, "many"):
            sent = [asyncio.create_task(browser.http.post("/essai/redirige/many", data=form)) for _one in range(8)]
            await crowd.of(9)
        answers = await asyncio.gather(*sent)
    assert {(one.status_code, one.headers["location"]) for one in answers} == {(303, "/essai?many")}
    assert {one.headers["cache-control"] for one in answers} == {"private, no-store"}
    assert {len(one.headers.get_list("set-cookie")) for one in answers} == {1}, "each shows the sentence, once"
    assert asked.count == alone.count + 1, "what holds the row, and the first: the repeats ask nothing"
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


async def test_the_words_of_another_browser_are_no_repeat(
    trial: Creathon, browser: Visitor, database: Database, crowd: Crowd
) -> None:
    """The same form to the letter, its token too, is refused to who has another cookie, not answered like the first."""
    form = {**await with_token(browser), "_once": "key-1"}
    async with Visitor(trial) as other:
        await with_token(other)
        async with held(database, "once"):
            sent = [asyncio.create_task(one.http.post(PATH, data=form)) for one in (browser, other)]
            await crowd.of(2)
        answers = await asyncio.gather(*sent)
    assert [one.status_code for one in answers] == [303, 403]
    assert await stored(database) == ["once"]


@pytest.mark.parametrize(("longest", "statuses"), [(repeats.LONGEST_ANSWER, [200, 200]), (1000, [200, 409])])
async def test_an_answer_too_long_to_be_kept_is_not_given_again(
    monkeypatch: pytest.MonkeyPatch, browser: Visitor, database: Database, crowd: Crowd, longest: int,
    statuses: list[int],
) -> None:  # fmt: skip
    """The repeat is worked on then, and told that it was done."""
    monkeypatch.setattr(repeats, "LONGEST_ANSWER", longest)
    form = {**await with_token(browser), "_once": "key-1"}
    async with held(database, "once"):
        sent = [asyncio.create_task(browser.http.post("/essai/page/once", data=form)) for _one in range(2)]
        await crowd.of(2)
    assert sorted(one.status_code for one in await asyncio.gather(*sent)) == statuses
    assert await stored(database) == ["once"]


async def test_a_crowd_of_forms_says_that_the_process_is_behind() -> None:
    pace = Pace()
    for number in range(CROWD + 1):
        assert not pace.is_behind
        pace.forms[bytes([number])] = asyncio.get_running_loop().create_future()
    assert pace.is_behind

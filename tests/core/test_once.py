"""The same form sent twice is done once, and answered the same."""

import asyncio
from typing import Any

import pytest

from creathon.app import Creathon
from creathon.core.database import Database
from tests.browsing import Visitor
from tests.core.trial import stored, with_token

PATH = "/essai/redirige/"


@pytest.mark.bar("G88", "E7")
async def test_same_form_twice_is_done_once_and_answered_the_same(browser: Visitor, database: Database) -> None:
    form = {**await with_token(browser), "_once": "key-1"}
    first = await browser.http.post(f"{PATH}first", data=form)
    again = await browser.http.post(f"{PATH}second", data=form)
    assert (first.status_code, again.status_code) == (303, 303)
    assert again.headers["location"] == first.headers["location"] == "/essai?first"
    assert await stored(database) == ["first"]


@pytest.mark.bar("G88")
async def test_double_click_is_done_once(browser: Visitor, database: Database) -> None:
    form = {**await with_token(browser), "_once": "key-1"}
    answers = await asyncio.gather(*(browser.http.post(f"{PATH}{n}", data=form) for n in range(8)))
    assert {answer.status_code for answer in answers} == {303}
    labels = await stored(database)
    assert len(labels) == 1
    assert {answer.headers["location"] for answer in answers} == {f"/essai?{labels[0]}"}


@pytest.mark.bar("G88")
async def test_key_of_another_browser_does_not_collide(trial: Creathon, browser: Visitor, database: Database) -> None:
    await browser.post(f"{PATH}mine", **await with_token(browser), _once="key-1")
    async with Visitor(trial) as other:
        await other.post(f"{PATH}yours", **await with_token(other), _once="key-1")
    assert await stored(database) == ["mine", "yours"]


@pytest.mark.parametrize("refusal", ["/essai/refuse/422", "/essai/leve", "/essai/perdu", "/essai/orphelin"])
@pytest.mark.bar("G88")
async def test_refused_form_does_not_use_up_its_key(browser: Visitor, database: Database, refusal: str) -> None:
    form: dict[str, Any] = {**await with_token(browser), "_once": "key-1"}
    await browser.post(refusal, **form)
    assert browser.status >= 400
    await browser.post(f"{PATH}corrected", **form)
    assert browser.status == 303
    assert await stored(database) == ["corrected"]


@pytest.mark.bar("G88")
async def test_form_answered_by_a_page_says_that_it_was_done(browser: Visitor, database: Database) -> None:
    form = {**await with_token(browser), "_once": "key-1"}
    await browser.post("/essai/page/first", **form)
    await browser.post("/essai/page/second", **form)
    assert browser.status == 409
    assert "vient d’être traitée" in browser.text
    assert await stored(database) == ["first"]

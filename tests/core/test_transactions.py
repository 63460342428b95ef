"""One request, one transaction: what is said to be done is done, what is refused leaves nothing."""

import asyncio

import pytest
from sqlalchemy import event

from creathon.app import Creathon
from creathon.core.database import Database
from tests.browsing import Visitor
from tests.core.trial import stored, with_token


@pytest.mark.bar("E3", "H95")
async def test_redirect_after_a_write_stores(browser: Visitor, database: Database) -> None:
    token = await with_token(browser)
    await browser.post("/essai/redirige/kept", **token)
    assert browser.status == 303
    assert await stored(database) == ["kept"]


@pytest.mark.bar("H95")
async def test_page_after_a_write_stores(browser: Visitor, database: Database) -> None:
    token = await with_token(browser)
    await browser.post("/essai/page/kept", **token)
    assert browser.status == 200
    assert await stored(database) == ["kept"]


@pytest.mark.bar("E1", "H95")
async def test_commit_that_the_database_refuses_is_never_a_success(browser: Visitor, database: Database) -> None:
    token = await with_token(browser)
    await browser.post("/essai/orphelin", **token)
    assert browser.status == 409
    assert "Quelqu’un d’autre vient d’enregistrer" in browser.text
    assert "location" not in browser.response.headers
    assert "set-cookie" not in browser.response.headers, "« Enregistré » would be shown on the next page"
    await browser.post("/essai/redirige/after", **token)
    assert browser.status == 303
    assert await stored(database) == ["after"]


@pytest.mark.bar("E1", "H95")
async def test_commit_that_breaks_is_an_error_page(
    browser: Visitor, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def break_commit(_connection: object) -> None:
        raise RuntimeError("the disk is gone")

    token = await with_token(browser)
    event.listen(database.writer.sync_engine, "commit", break_commit)
    await browser.post("/essai/redirige/lost", **token)
    event.remove(database.writer.sync_engine, "commit", break_commit)
    assert browser.status == 500
    assert "the disk is gone" not in browser.response.text
    assert "the disk is gone" in caplog.text
    assert await stored(database) == []
    await browser.post("/essai/redirige/after", **token)
    assert await stored(database) == ["after"]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 500])
@pytest.mark.bar("H95")
async def test_page_that_refuses_undoes(browser: Visitor, database: Database, status: int) -> None:
    token = await with_token(browser)
    await browser.post(f"/essai/refuse/{status}", **token)
    assert (browser.status, "Refusé." in browser.text) == (status, True)
    assert await stored(database) == []


@pytest.mark.parametrize("path", ["/essai/modele", "/essai/leve"])
@pytest.mark.bar("H95", "E72")
async def test_failure_undoes_and_says_a_number(
    browser: Visitor, database: Database, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    token = await with_token(browser)
    await browser.post(path, **token)
    assert browser.status == 500
    assert await stored(database) == []
    incident = next(record.args for record in caplog.records if record.levelname == "ERROR")
    assert isinstance(incident, tuple)
    assert str(incident[0]) in browser.text
    assert "secret detail" not in browser.response.text
    assert "Traceback" not in browser.response.text


async def test_provider_that_raises_gives_the_connection_back(browser: Visitor, database: Database) -> None:
    """Twelve times more than there are connections: one kept would stop the second write on SQLite."""
    token = await with_token(browser)
    for _ in range(12):
        await browser.post("/essai/perdu", **token)
        assert browser.status == 404
    assert database.writer.pool.checkedout() == 0  # type: ignore[attr-defined]
    await browser.post("/essai/redirige/after", **token)
    assert await stored(database) == ["after"]


@pytest.mark.bar("D48")
async def test_reading_page_cannot_write(browser: Visitor, database: Database) -> None:
    await browser.open("/essai/ecrit")
    assert browser.status == 500
    assert await stored(database) == []


@pytest.mark.bar("H95")
async def test_request_that_is_cut_gives_the_connection_back(trial: Creathon, database: Database) -> None:
    async with Visitor(trial) as visitor:
        token = await with_token(visitor)
        posts = [asyncio.create_task(visitor.http.post(f"/essai/redirige/{n}", data=token)) for n in range(20)]
        await asyncio.sleep(0)
        for number, task in enumerate(posts):
            if number % 2:
                await asyncio.sleep(0)
                task.cancel()
        await asyncio.gather(*posts, return_exceptions=True)
        assert database.writer.pool.checkedout() == 0  # type: ignore[attr-defined]
        await visitor.http.post("/essai/redirige/after", data=token)
    labels = await stored(database)
    acknowledged = {str(n) for n in range(0, 20, 2)}
    assert {"after", *acknowledged} <= set(labels)

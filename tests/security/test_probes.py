"""What the machines of the host ask: alive, ready; nothing about us, nothing written."""

from types import SimpleNamespace

import pytest
from sqlalchemy import text

from creathon.accounts.models import Person
from creathon.app import Creathon
from creathon.core.database import Database
from tests.browsing import Visitor
from tests.queries import count_queries
from tests.security.asking import HOST, ask


@pytest.mark.bar("A1")
async def test_living_process_says_so_without_the_database(
    app: Creathon, visitor: Visitor, claire: Person, database: Database
) -> None:
    await visitor.sign_in_as(claire)
    cookie = (b"cookie", f"session={visitor.http.cookies['session']}".encode())
    with count_queries(database) as asked:
        answer = await ask(app, "GET", b"/healthz", [HOST, cookie])
    assert (answer.status, answer.text, asked.count) == (200, "ok", 0)
    assert answer.header("set-cookie") == ""


@pytest.mark.bar("A1", "D50")
async def test_platform_is_ready_on_the_newest_schema_only(
    app: Creathon, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await ask(app, "GET", b"/readyz")
    assert (answer.status, answer.text) == (200, "ok")
    async with database.writing() as session:
        newest = await session.scalar(text("SELECT version_num FROM alembic_version"))
        await session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    answer = await ask(app, "GET", b"/readyz")
    assert (answer.status, answer.text) == (503, "pas encore")
    async with database.writing() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})
    assert (await ask(app, "GET", b"/readyz")).status == 200
    async with database.writing() as session:
        await session.execute(text("DROP TABLE alembic_version"))
    assert (await ask(app, "GET", b"/readyz")).status == 503


@pytest.mark.bar("A1")
async def test_database_that_does_not_answer_is_not_ready(
    app: Creathon, database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ConnectionError("database is at 10.0.0.1")

    monkeypatch.setattr(database, "reader", SimpleNamespace(connect=broken))
    answer = await ask(app, "GET", b"/readyz")
    assert (answer.status, answer.text) == (503, "pas encore"), "the cause is in the log only"
    assert "10.0.0.1" in caplog.text
    assert (await ask(app, "GET", b"/healthz")).status == 200
    monkeypatch.undo()

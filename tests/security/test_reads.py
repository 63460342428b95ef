"""Reading changes nothing: every GET route, as everybody, and the database is the same before and after."""

import hashlib

import pytest
from sqlalchemy import func, select

from creathon.accounts.models import BrowserSession, Person
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Base, Database
from creathon.core.web.policy import RoutePolicy
from creathon.mail.models import Mail
from tests.browsing import Visitor
from tests.factories.editions import AFTER_PALMARES, CREATION
from tests.security.asking import address


async def database_digest(database: Database, but: type[Base] | None = None) -> str:
    """All rows of all tables, in one number; `but` those of one table."""
    found = hashlib.sha256()
    async with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            if but is not None and table.name == but.__tablename__:
                continue
            rows = (await session.execute(select(table).order_by(*table.primary_key))).all()
            found.update(f"{table.name} {len(rows)} {rows}".encode())
    return found.hexdigest()


@pytest.mark.bar("D48")
async def test_reading_every_page_twice_writes_nothing(
    app: Creathon, visitor: Visitor, claire: Person, routes: list[RoutePolicy], database: Database, clock: MovableClock
) -> None:
    await visitor.sign_in_as(claire)
    links = await received_links(visitor, database)
    paths = [address(route) for route in routes if route.method == "GET"] + links
    assert len(paths) > 40
    async with Visitor(app) as stranger:
        for instant in (None, CREATION, AFTER_PALMARES):
            if instant:
                clock.move_to(instant)
                await visitor.sign_in_as(claire)
            before = await database_digest(database)
            for path in paths * 2:
                for browser in (visitor, stranger):
                    for method in ("GET", "HEAD"):
                        answer = await browser.http.request(method, path, follow_redirects=False)
                        assert answer.status_code < 500, path
                    assert await same(database, before), path


async def same(database: Database, before: str) -> bool:
    return await database_digest(database) == before


async def received_links(visitor: Visitor, database: Database) -> list[str]:
    """The addresses that mail scanners open: they must not be used up."""
    await visitor.open("/mot-de-passe")
    await visitor.submit(email="claire@exemple.test")
    async with database.reading() as session:
        bodies = list(await session.scalars(select(Mail.body)))
        assert await session.scalar(select(func.count(BrowserSession.id)))
    found = [word.removeprefix("http://testserver") for body in bodies for word in body.split() if "/lien/" in word]
    assert len(found) == 1
    return found


@pytest.mark.bar("D48")
async def test_digest_sees_a_change(database: Database, claire: Person, clock: MovableClock) -> None:
    before = await database_digest(database)
    async with database.writing() as session:
        (await session.get_one(Person, claire.id)).given_name = "Clara"
    assert not await same(database, before)

"""What the tests of editions that are made and copied do again and again."""

from sqlalchemy import select

from creathon.accounts.models import Person
from creathon.core.database import Database
from creathon.editions.models import Edition
from creathon.editions.queries import edition_by_slug, load_sites
from tests.browsing import Visitor

COPY = {"title": "Créathon 2028", "slug": "2028", "launch": "2028-05-17"}
"""A Wednesday, as 19 May 2027 is."""


async def sign_in(visitor: Visitor, database: Database, email: str) -> Person:
    async with database.reading() as session:
        person = await session.scalar(select(Person).where(Person.email == email))
    assert person is not None
    await visitor.sign_in_as(person)
    return person


async def stored(database: Database, slug: str) -> Edition:
    async with database.reading() as session:
        edition = await edition_by_slug(session, slug)
        assert edition is not None
        await load_sites(session, edition)
    return edition

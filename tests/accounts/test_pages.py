"""Signing up and in, through the rendered forms."""

import pytest
from sqlalchemy import func, select

from creathon.accounts.models import AgeBand, Person
from creathon.accounts.rules import browser_words
from creathon.core.database import Database
from creathon.mail.models import Mail
from tests.browsing import Visitor

GOOD = "girafe mauve sous orage"


async def mail_link(database: Database, name: str, prefix: str) -> str:
    """The path a message leads to."""
    async with database.reading() as session:
        body = await session.scalar(select(Mail.body).where(Mail.name == name).order_by(Mail.created_at.desc()))
    assert body is not None
    return next(word for word in body.split() if prefix in word).removeprefix("http://testserver")


@pytest.mark.bar("J116")
@pytest.mark.parametrize(
    ("age", "said"), [("under_15", "on participe avec sa classe"), (None, "Dites votre tranche d’âge")]
)
async def test_under_fifteen_or_without_age_nothing_is_stored(
    visitor: Visitor, database: Database, age: str | None, said: str
) -> None:
    await visitor.open("/inscription")
    await visitor.submit(given_name="Ana", family_name="Roche", email="ana@exemple.test", age=age)
    assert visitor.status == 422
    assert said in visitor.errors
    assert "Roche" in str(visitor.form())
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Person.id))) == 0
        assert await session.scalar(select(func.count(Mail.id))) == 0


async def test_a_visitor_signs_up_proves_the_address_and_is_signed_in(visitor: Visitor, database: Database) -> None:
    await visitor.open("/inscription")
    await visitor.submit(given_name="Ana", family_name="Roche", email="ana@exemple.test", age="15_17")
    assert visitor.title == "Regardez votre courrier"
    link = await mail_link(database, "account_verify", "/lien/")
    await visitor.open(link)
    await visitor.open(link)
    await visitor.submit(password=GOOD)
    assert "Bienvenue Ana" in visitor.flash
    async with database.reading() as session:
        person = (await session.scalars(select(Person))).one()
    assert person.verified_at is not None
    assert person.age_band == AgeBand.MINOR
    await visitor.open("/compte")
    assert "ana@exemple.test" in visitor.text


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox sur Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36", "Chrome sur Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari sur iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0", "Edge sur Windows"),
        ("test browser", "test browser"),
        ("", "Appareil inconnu"),
    ],
)  # fmt: skip
def test_a_browser_is_named_as_people_name_it(agent: str, words: str) -> None:
    assert browser_words(agent) == words

"""Signing up and in, through the rendered forms."""

from sqlalchemy import select

from creathon.accounts.models import Person
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


async def test_a_visitor_signs_up_proves_the_address_and_is_signed_in(visitor: Visitor, database: Database) -> None:
    await visitor.open("/inscription")
    await visitor.submit(given_name="Ana", family_name="Roche", email="ana@exemple.test")
    assert visitor.title == "Regardez votre courrier"
    link = await mail_link(database, "account_verify", "/lien/")
    await visitor.open(link)
    await visitor.open(link)
    await visitor.submit(password=GOOD)
    assert "Bienvenue Ana" in visitor.flash
    async with database.reading() as session:
        person = (await session.scalars(select(Person))).one()
    assert person.verified_at is not None
    await visitor.open("/compte")
    assert "ana@exemple.test" in visitor.text

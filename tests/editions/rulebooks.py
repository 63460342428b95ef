"""What the tests of the rulebook do again and again."""

from sqlalchemy import select

from creathon.accounts.queries import person_by_email
from creathon.core.database import Database
from creathon.core.journal import JournalLine
from creathon.editions.models import Acceptance, Edition, Rulebook
from creathon.editions.queries import published_rulebook
from creathon.mail.models import Mail
from tests.browsing import Visitor
from tests.personas import Persona


async def sign_in(visitor: Visitor, database: Database, persona: Persona) -> Visitor:
    async with database.reading() as session:
        person = await person_by_email(session, persona.email)
    assert person is not None
    await visitor.sign_in_as(person)
    return visitor


async def in_force(database: Database, edition: Edition) -> Rulebook:
    async with database.reading() as session:
        found = await published_rulebook(session, edition.id)
    assert found is not None
    return found


async def acceptances(database: Database) -> list[Acceptance]:
    async with database.reading() as session:
        return list(await session.scalars(select(Acceptance).order_by(Acceptance.accepted_at, Acceptance.id)))


async def verbs(database: Database, prefix: str = "rulebook.") -> list[str]:
    async with database.reading() as session:
        query = select(JournalLine.verb).where(JournalLine.verb.startswith(prefix)).order_by(JournalLine.sequence)
        return list(await session.scalars(query))


async def mails(database: Database, name: str) -> list[Mail]:
    async with database.reading() as session:
        return list(await session.scalars(select(Mail).where(Mail.name == name).order_by(Mail.recipient)))

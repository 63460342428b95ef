"""What the tests of admissibility share: who decides, and what is stored, sent and journalled."""

from dataclasses import dataclass

from sqlalchemy import select

from creathon.accounts.models import Person
from creathon.core.database import Database
from creathon.core.journal import JournalLine
from creathon.mail.models import Mail
from creathon.projects.models import AdmissibilityCheck, Project

URL = "/coordination/recevabilite"


@dataclass(frozen=True)
class Court:
    """« Les Marches » have deposited; the jury is to read."""

    project: Project
    samir: Person
    leila: Person
    claire: Person

    @property
    def url(self) -> str:
        return f"{URL}/{self.project.id}"


async def checks(database: Database) -> list[AdmissibilityCheck]:
    async with database.reading() as session:
        return list(await session.scalars(select(AdmissibilityCheck).order_by(AdmissibilityCheck.number)))


async def mails(database: Database, name: str) -> list[Mail]:
    async with database.reading() as session:
        return list(await session.scalars(select(Mail).where(Mail.name == name).order_by(Mail.recipient)))


async def verbs(database: Database) -> list[tuple[str, str]]:
    """What the journal says of admissibility, by whom."""
    async with database.reading() as session:
        query = select(JournalLine.verb, JournalLine.actor_id).where(JournalLine.object_type == "AdmissibilityCheck")
        return [(verb, actor) for verb, actor in await session.execute(query.order_by(JournalLine.sequence))]


def folded(text: str) -> str:
    return " ".join(text.split())

"""What the tests of teams do again and again: sign somebody of the cast in, look at what is stored."""

from sqlalchemy import select

from creathon.core.actor import Actor
from creathon.core.database import Database
from creathon.core.journal import JournalLine
from creathon.editions.models import Edition
from creathon.mail.models import Mail
from creathon.teams.models import ApplicationState, Team
from creathon.teams.queries import team_by_id
from tests.browsing import Visitor
from tests.factories.accounts import as_actor
from tests.factories.editions import make_edition
from tests.factories.rulebook import accept
from tests.factories.teams import make_team, person_of
from tests.personas import Persona


async def an_edition(database: Database, *, rules: bool = True) -> Edition:
    async with database.writing() as session:
        return await make_edition(session, rules=rules)


async def a_team(
    database: Database, edition: Edition, *members: Persona, state: ApplicationState = ApplicationState.DRAFT
) -> Team:
    """« Les Marches », of Poitiers."""
    async with database.writing() as session:
        return await make_team(session, edition, members, state=state)


async def sign_in(visitor: Visitor, database: Database, persona: Persona) -> None:
    """Sign somebody of the cast in, with an account made when there is none."""
    async with database.writing() as session:
        person = await person_of(session, persona)
    await visitor.sign_in_as(person)


async def actor_named(database: Database, persona: Persona) -> Actor:
    async with database.writing() as session:
        return await as_actor(session, await person_of(session, persona))


async def agree(database: Database, edition: Edition, *people: Persona) -> None:
    """These people accept the rulebook in force."""
    async with database.writing() as session:
        for persona in people:
            await accept(session, await person_of(session, persona), edition)


async def stored(database: Database, team: Team) -> Team:
    """The team as it is stored now."""
    async with database.reading() as session:
        found = await team_by_id(session, team.id)
    assert found is not None
    return found


async def members_of(database: Database, team: Team) -> list[tuple[int, str]]:
    """(seat, given name) of each member."""
    found = await stored(database, team)
    return [(member.seat, member.person.given_name) for member in found.members]


async def mails_named(database: Database, name: str) -> list[Mail]:
    async with database.reading() as session:
        return list(await session.scalars(select(Mail).where(Mail.name == name).order_by(Mail.recipient)))


async def verbs(database: Database) -> list[str]:
    """The verbs of the journal, in order."""
    async with database.reading() as session:
        return list(await session.scalars(select(JournalLine.verb).order_by(JournalLine.sequence)))


async def invitation_path(database: Database, email: str) -> str:
    """The path the invitation mailed to an address leads to."""
    async with database.reading() as session:
        query = select(Mail.body).where(Mail.name == "team_invitation", Mail.recipient == email)
        body = (await session.scalars(query)).one()
    link = next(word for word in body.split() if "/equipe/invitation/" in word)
    return link.removeprefix("http://testserver")

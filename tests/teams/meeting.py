"""What the tests of teams and free people do again and again."""

from sqlalchemy import select

from creathon.app import Creathon
from creathon.core.database import Database
from creathon.editions.models import Edition
from creathon.teams.models import AloneApplication, AloneState, Approach, ApproachState, Team
from tests.browsing import Visitor
from tests.factories.teams import make_alone, make_approach, make_need
from tests.personas import Persona
from tests.teams.acting import sign_in

FREE = "/equipe/personnes-libres"
NEEDING = "/equipe/equipes-en-recherche"
NEED = "/equipe/recherche"


async def free(
    database: Database, edition: Edition, *cast: Persona, site: str = "POI", shown: bool = True
) -> list[str]:
    """People who apply alone and show themselves; the ids of their applications."""
    async with database.writing() as session:
        made = [await make_alone(session, edition, persona, site=site, shown=shown) for persona in cast]
        return [one.id for one in made]


async def seeking(database: Database, edition: Edition, team: Team, seeks: str = "Quelqu’un qui conte.") -> None:
    async with database.writing() as session:
        await make_need(session, edition, team, seeks)


async def approach(
    database: Database, edition: Edition, team: Team, alone_id: str, by: Persona | None = None, message: str = "Venez !"
) -> str:
    """The team asks, or the person does; the id of the approach."""
    async with database.writing() as session:
        return (await make_approach(session, edition, team, alone_id, by=by, message=message)).id


async def approaches(database: Database) -> list[ApproachState]:
    """What became of every approach, in order."""
    async with database.reading() as session:
        return list(await session.scalars(select(Approach.state).order_by(Approach.created_at, Approach.id)))


async def state_of(database: Database, approach_id: str) -> ApproachState:
    async with database.reading() as session:
        return (await session.get_one(Approach, approach_id)).state


async def is_placed(database: Database, alone_id: str) -> bool:
    async with database.reading() as session:
        return (await session.get_one(AloneApplication, alone_id)).state == AloneState.PLACED


async def token_of(visitor: Visitor, path: str = "/equipe") -> str:
    """The token of the forms of whoever is signed in."""
    await visitor.open(path)
    field = visitor.page.select_one("input[name=_csrf]")
    assert field is not None
    return str(field["value"])


async def press(app: Creathon, database: Database, persona: Persona, button: str) -> Visitor:
    """Open « Mon équipe » and press a button."""
    async with Visitor(app) as visitor:
        await sign_in(visitor, database, persona)
        await visitor.open("/equipe")
        await visitor.submit(button=button)
        return visitor

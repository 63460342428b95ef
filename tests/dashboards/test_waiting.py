"""The home page of somebody whose answer is awaited."""

from dataclasses import dataclass

import pytest

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.models import Edition
from creathon.teams.models import Approach, ApproachState, Team
from tests.browsing import Visitor
from tests.factories.editions import EVALUATION, make_edition
from tests.factories.teams import make_alone, make_approach, make_need, make_passeurs, make_team, person_of
from tests.personas import AWA, BASTIEN, INES, OMAR, TEVA, ZOE, Persona

OFFERED, ASKED = "vous propose une place", "demande à rejoindre votre équipe"


@dataclass(frozen=True)
class Scene:
    """Zoé asks « Les Marches » for a seat; `offer`: the seat « Les Passeurs » offer her."""

    edition: Edition
    marches: Team
    offer: str


@pytest.fixture
async def scene(app: Creathon, database: Database) -> Scene:
    async with database.writing() as session:
        edition = await make_edition(session)
        marches, passeurs = await make_team(session, edition), await make_passeurs(session, edition)
        await make_need(session, edition, marches)
        await make_alone(session, edition, OMAR, shown=True)
        zoe = await make_alone(session, edition, ZOE, shown=True)
        await make_approach(session, edition, marches, zoe.id, by=ZOE)
        return Scene(edition, marches, (await make_approach(session, edition, passeurs, zoe.id)).id)


async def home_of(visitor: Visitor, database: Database, persona: Persona) -> str:
    async with database.reading() as session:
        await visitor.sign_in_as(await person_of(session, persona))
    await visitor.open("/")
    return visitor.text


async def test_who_is_approached_reads_it_at_home_and_follows_the_link(
    visitor: Visitor, database: Database, scene: Scene
) -> None:
    for persona, said, there in (
        (ZOE, "Une équipe vous propose une place.", "Rejoindre « Les Passeurs »"),
        (AWA, "Une personne demande à rejoindre votre équipe.", "Accepter Zoe N."),
    ):
        assert f"À vous de répondre {said} Lire et répondre" in await home_of(visitor, database, persona)
        link = next(one for one in visitor.page.select("main a") if "Lire et répondre" in one.get_text())
        await visitor.open(str(link["href"]))
        assert there in visitor.text


@pytest.mark.parametrize("persona", [BASTIEN, TEVA, OMAR], ids=["not captain", "who offered", "not approached"])
async def test_nobody_else_is_told(visitor: Visitor, database: Database, scene: Scene, persona: Persona) -> None:
    assert "À vous de répondre" not in await home_of(visitor, database, persona)


async def test_several_are_counted(visitor: Visitor, database: Database, scene: Scene) -> None:
    async with database.writing() as session:
        ines = await make_alone(session, scene.edition, INES, shown=True)
        await make_approach(session, scene.edition, scene.marches, ines.id, by=INES)
    assert "2 personnes demandent à rejoindre votre équipe." in await home_of(visitor, database, AWA)


async def test_what_is_answered_or_can_no_more_be_is_not_told(
    visitor: Visitor, database: Database, clock: MovableClock, scene: Scene
) -> None:
    async with database.writing() as session:
        approach = await session.get_one(Approach, scene.offer)
        approach.state, approach.answered_at = ApproachState.DECLINED, clock.now()
    assert OFFERED not in await home_of(visitor, database, ZOE)
    assert ASKED in await home_of(visitor, database, AWA)
    clock.move_to(EVALUATION)
    assert ASKED not in await home_of(visitor, database, AWA)

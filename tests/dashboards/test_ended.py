"""An edition that was ended says so to those who were in it: nothing of it is « en cours » any longer."""

import pytest

from creathon.app import Creathon
from creathon.core.actor import SYSTEM
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.actions import set_edition_state
from creathon.editions.models import Edition, EditionState, Role
from tests.browsing import Visitor
from tests.crawling import crawl
from tests.factories.accounts import make_holder
from tests.factories.editions import MENTORING, make_edition
from tests.factories.teams import make_team, person_of
from tests.personas import AWA, NADIA, OMAR, Persona


@pytest.fixture
async def edition(app: Creathon, database: Database, clock: MovableClock) -> Edition:
    """In its mentoring, with a team, a juror and a mentor."""
    clock.move_to(MENTORING)
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_team(session, edition)
        await make_holder(session, NADIA, Role.JUROR, edition)
        await make_holder(session, OMAR, Role.MENTOR, edition)
        return edition


async def going_on(visitor: Visitor, database: Database, persona: Persona) -> set[str]:
    """The pages, of all that somebody is led to, that say that something goes on."""
    async with database.reading() as session:
        await visitor.sign_in_as(await person_of(session, persona))
    found = set()
    async for path in crawl(visitor, "/", "/editions"):
        if visitor.page.select(".frieze-current") or any(
            "En cours" in one.text for one in visitor.page.select(".pill")
        ):
            found.add(path)
    return found


@pytest.mark.parametrize("persona", [AWA, NADIA, OMAR])
async def test_members_of_an_ended_edition_read_nowhere_that_it_goes_on(
    visitor: Visitor, database: Database, edition: Edition, persona: Persona
) -> None:
    assert {"/", "/editions", "/edition/2027"} <= await going_on(visitor, database, persona)
    async with database.writing() as session:
        held = await session.merge(edition, load=True)
        await set_edition_state(session, SYSTEM, held, EditionState.CLOSED, now=MENTORING)
    assert await going_on(visitor, database, persona) == set()
    await visitor.open("/")
    assert "L’édition est terminée Ses pages restent lisibles." in visitor.text
    assert "Encore possible, jusqu’au lundi 31 janvier 2028 à 23 h 59 min 59 s (heure de Paris)" in visitor.text
    await visitor.open("/edition/2027")
    assert "Édition terminée" in visitor.text

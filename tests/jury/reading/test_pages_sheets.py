"""What a juror is told of the questionnaires: signals and answers, and no point."""

import pytest

from creathon.core.clock import MovableClock
from creathon.core.database import Database
from tests.factories.editions import EVALUATION, make_edition
from tests.factories.jury import Jury, make_jury, reads_of
from tests.jury.reading.conftest import Browser
from tests.personas import NADIA

WATCHED = "L’équipe ne dit pas quelles données elle pourrait retirer."


@pytest.fixture
async def jury(database: Database, clock: MovableClock) -> Jury:
    clock.move_to(EVALUATION)
    async with database.writing() as session:
        return await make_jury(session, await make_edition(session))


async def test_a_juror_reads_the_signals_the_answers_and_that_no_point_changes(
    database: Database, jury: Jury, browser: Browser
) -> None:
    async with database.reading() as session:
        read = (await reads_of(session, NADIA))[0].id
    nadia = await browser(jury.people[NADIA])
    await nadia.open(f"/jury/projets/{read}")
    assert WATCHED in nadia.text
    assert "Ils ne changent aucun point" in nadia.text
    assert "Reconnaissance de parole" in nadia.text
    assert not nadia.page.select("#grille .signals"), "the grid is about criteria only"

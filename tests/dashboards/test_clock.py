"""Who is told that the clock of the machine is wrong."""

from datetime import timedelta

import pytest

from creathon.app import Creathon
from creathon.core.database import Database
from creathon.editions.models import Role
from tests.browsing import Visitor
from tests.factories.accounts import make_holder
from tests.factories.editions import make_edition, site_of
from tests.personas import CLAIRE, SAMIR
from tests.teams.acting import sign_in


@pytest.mark.bar("F73")
async def test_a_clock_that_drifts_alarms_the_national_coordination_alone(
    visitor: Visitor, database: Database, app: Creathon
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
    keeper = app.litestar.state.timekeeper
    for persona, milliseconds, said in (
        (CLAIRE, 1_001, "L’horloge du serveur retarde de 1,0 secondes."),
        (CLAIRE, -3_200, "L’horloge du serveur avance de 3,2 secondes."),
        (CLAIRE, 1_000, None),
        (CLAIRE, None, None),
        (SAMIR, 3_200, None),
    ):
        keeper.drift = None if milliseconds is None else timedelta(milliseconds=milliseconds)
        await sign_in(visitor, database, persona)
        await visitor.open("/coordination")
        assert ("L’horloge du serveur" in visitor.text) is (said is not None)
        assert said is None or said in visitor.text

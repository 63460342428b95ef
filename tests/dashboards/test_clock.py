"""Who is told that the clock of the machine is wrong, or that its disk fills up."""

from datetime import timedelta
from types import SimpleNamespace

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


@pytest.mark.bar("H96")
async def test_a_disk_that_fills_up_alarms_the_national_coordination_alone(
    visitor: Visitor, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
    for persona, used, said in ((CLAIRE, 799, False), (CLAIRE, 800, True), (SAMIR, 900, False)):
        disk = SimpleNamespace(used=used, total=1000)
        monkeypatch.setattr("creathon.dashboards.pages.coordination.shutil.disk_usage", lambda _path, disk=disk: disk)
        await sign_in(visitor, database, persona)
        await visitor.open("/coordination")
        assert ("Le disque de la plateforme est plein à 80 %." in visitor.text) is said

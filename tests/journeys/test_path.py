"""The whole path over HTTP, on SQLite and on PostgreSQL."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.models import Role
from tests.browsing import ORIGIN, Visitor
from tests.factories.accounts import make_holder
from tests.factories.editions import make_edition
from tests.factories.jury import make_rubric
from tests.journeys.paper import Paper
from tests.journeys.story import Scene, play
from tests.personas import CLAIRE


@pytest.mark.journey
async def test_the_whole_path_over_http(app: Creathon, clock: MovableClock, database: Database, tmp_path: Path) -> None:
    async with database.writing() as session:
        edition = await make_edition(session, rules=False)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_rubric(session, edition)
    async with AsyncExitStack() as windows:

        async def open_window() -> Paper:
            return Paper(await windows.enter_async_context(Visitor(app)))

        await play(Scene(database, clock, edition, tmp_path, ORIGIN, open_window))

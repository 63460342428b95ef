"""A decision to take, and the browsers of those who take it or wait for it."""

import pytest

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from tests.factories.decision import Decision, make_decision
from tests.factories.editions import DELIBERATION, make_edition
from tests.jury.reading.conftest import Browser, browser

__all__ = ["Browser", "browser"]


@pytest.fixture
async def decision(app: Creathon, database: Database, clock: MovableClock) -> Decision:
    """Three projects read by three jurors; the clock stands in the deliberation."""
    clock.move_to(DELIBERATION)
    async with database.writing() as session:
        return await make_decision(session, await make_edition(session))

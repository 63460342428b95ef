"""The application with the trial pages, for the tests of the layers below the features."""

from collections.abc import AsyncIterator

import pytest

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.settings import Settings
from tests.browsing import Visitor
from tests.core.trial import living, make_tables


@pytest.fixture
async def trial(settings: Settings, clock: MovableClock, database: Database) -> AsyncIterator[Creathon]:
    await make_tables(database)
    async with living(settings, clock, database) as application:
        yield application


@pytest.fixture
async def browser(trial: Creathon) -> AsyncIterator[Visitor]:
    async with Visitor(trial) as visitor:
        visitor.http.follow_redirects = False
        yield visitor

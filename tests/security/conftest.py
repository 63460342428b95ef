"""Everybody the policies speak of in one person, and what every page is asked with."""

import pytest

from creathon.accounts.actions import grant_role
from creathon.accounts.models import Person
from creathon.app import Creathon
from creathon.core.actor import SYSTEM
from creathon.core.database import Database
from creathon.core.web.policy import RoutePolicy, route_policies
from creathon.editions.models import Role
from creathon.policy import POLICIES
from tests.factories.accounts import LONG_AGO, make_holder
from tests.factories.editions import make_edition
from tests.personas import CLAIRE


@pytest.fixture
def routes(app: Creathon) -> list[RoutePolicy]:
    return route_policies(app.litestar, POLICIES)


@pytest.fixture
async def claire(database: Database) -> Person:
    """A person whom every policy admits, so that what refuses is not the policy."""
    async with database.writing() as session:
        edition = await make_edition(session)
        person = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        for role in set(Role) - {Role.NATIONAL_COORDINATOR}:
            await grant_role(session, SYSTEM, person, role, edition, now=LONG_AGO)
    return person

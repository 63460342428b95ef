"""No page of somebody is kept and given to somebody else."""

import pytest
from litestar.routes import HTTPRoute

from creathon.app import Creathon
from creathon.core.database import Database
from tests.browsing import Visitor
from tests.factories.editions import make_edition
from tests.factories.teams import make_passeurs, make_team
from tests.personas import AWA, TEVA


@pytest.mark.bar("E12", "K128")
def test_no_route_is_cached_by_the_framework(app: Creathon) -> None:
    handlers = [one for route in app.litestar.routes if isinstance(route, HTTPRoute) for one in route.route_handlers]
    assert len(handlers) > 100
    assert [str(one) for one in handlers if one.cache is not False or one.cache_key_builder] == []


@pytest.mark.bar("E12", "K128")
async def test_two_people_at_one_address_read_each_their_own_page(app: Creathon, database: Database) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        teams = [await make_team(session, edition), await make_passeurs(session, edition)]
    pages = {}
    for persona, team in zip((AWA, TEVA), teams, strict=True):
        async with Visitor(app) as visitor:
            await visitor.sign_in_as(team.members[0].person)
            for path in ("/equipe", "/compte"):
                await visitor.open(path)
                assert visitor.response.headers["cache-control"] == "private, no-store"
                pages[persona, path] = visitor.response.text
    for persona, other in ((AWA, TEVA), (TEVA, AWA)):
        for path in ("/equipe", "/compte"):
            assert persona.given_name in pages[persona, path]
            assert other.given_name not in pages[persona, path]
    async with Visitor(app) as nobody:
        await nobody.open("/equipe")
        assert nobody.path == "/connexion"

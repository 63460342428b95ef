"""What the day of a coordination does not count."""

from creathon.accounts.queries import person_by_email
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from tests.browsing import Visitor
from tests.dashboards.test_pages import sign_in, tile
from tests.factories.decision import choose, make_decision
from tests.factories.editions import DELIBERATION, make_edition
from tests.factories.mentoring import link
from tests.personas import CLAIRE


async def test_a_selection_hidden_by_a_link_is_not_counted(
    visitor: Visitor, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        decision = await make_decision(session, await make_edition(session))
        for team in ("Les Marches", "Les Passeurs"):
            await choose(session, decision, team)
        claire = await person_by_email(session, CLAIRE.email)
        assert claire is not None
        await link(session, decision.edition, claire, decision.project().id)
    clock.move_to(DELIBERATION)
    await sign_in(visitor, database, CLAIRE)
    await visitor.open("/coordination")
    assert tile(visitor, "sélection") == "1 sélection préparée"

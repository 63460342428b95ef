"""A team that takes part without competing deposits and is read; it is neither ranked nor chosen."""

import pytest

from creathon.core.database import Database
from creathon.core.errors import NotThere, Refused
from creathon.jury.queries.selection import chosen, ranking_reads, selections
from creathon.teams.actions import set_aside
from creathon.teams.queries import team_by_id
from tests.browsing import Visitor
from tests.factories.decision import Decision, choose, publish
from tests.factories.editions import AFTER_PALMARES, DELIBERATION
from tests.factories.jury import coordinator_of
from tests.jury.decision.conftest import Browser
from tests.jury.decision.test_pages_ranking import titles
from tests.personas import AWA, CLAIRE
from tests.teams.acting import mails_named, sign_in, verbs

MORE = "/coordination/candidatures/{}/autres"


async def aside(
    database: Database, decision: Decision, team: str = "Les Marches", *, non_competing: bool = True
) -> None:
    """Claire says that « Les Marches » does not compete, or competes again."""
    async with database.writing() as session:
        claire = await coordinator_of(session, decision.edition)
        found = await team_by_id(session, decision.project().team_id)
        assert found is not None
        await set_aside(
            session, claire, found, decision.edition, non_competing=non_competing, reason="Équipe de l’organisateur.",
            version=found.version, now=DELIBERATION,
        )  # fmt: skip


async def test_the_ranking_leaves_a_team_set_aside_out_and_says_so(
    database: Database, decision: Decision, browser: Browser, visitor: Visitor
) -> None:
    await sign_in(visitor, database, CLAIRE)
    await visitor.open("/coordination/classement")
    before = titles(visitor)
    await aside(database, decision)
    await visitor.open("/coordination/classement")
    title = decision.project().title
    assert title in before
    assert titles(visitor) == [one for one in before if one != title]
    notice = visitor.page.select_one("[aria-labelledby=hors-competition]")
    assert notice is not None
    assert title in notice.get_text()
    rank = visitor.page.select_one("tbody td")
    assert rank is not None
    assert rank.get_text(" ").split()[0] == "1"
    await visitor.open("/coordination/classement.csv")
    line = next(line for line in visitor.response.text.splitlines() if title in line)
    assert line.endswith("hors compétition")
    async with database.reading() as session:
        reads = await ranking_reads(session, decision.edition.id)
    assert decision.project().id not in {read.project_id for read in reads}
    assert len(reads) == 6


async def test_a_team_set_aside_cannot_be_chosen_and_leaves_the_selection(
    database: Database, decision: Decision, visitor: Visitor
) -> None:
    async with database.writing() as session:
        await choose(session, decision)
        await choose(session, decision, "Les Passeurs")
    await aside(database, decision)
    async with database.reading() as session:
        assert [one.project_id for one in await selections(session, decision.edition.id)] == [
            decision.project("Les Passeurs").id
        ]
        assert list(await chosen(session, decision.edition.id)) == [decision.project("Les Passeurs").id]
    assert (await verbs(database))[-2:] == ["selection.removed", "application.set-aside"]
    async with database.writing() as session:
        with pytest.raises((Refused, NotThere), match="hors compétition"):
            await choose(session, decision)
    await sign_in(visitor, database, CLAIRE)
    await visitor.open("/coordination/selection")
    assert "Hors compétition" in visitor.text
    assert decision.project().title not in titles(visitor)
    await visitor.open(f"/coordination/selection/{decision.project().id}")
    assert visitor.status == 404


async def test_a_team_that_competes_again_is_ranked_again(
    database: Database, decision: Decision, visitor: Visitor
) -> None:
    await aside(database, decision)
    await aside(database, decision, non_competing=False)
    await sign_in(visitor, database, CLAIRE)
    await visitor.open("/coordination/classement")
    assert decision.project().title in titles(visitor)
    assert "Hors compétition" not in visitor.text
    assert "participe maintenant au concours" in (await mails_named(database, "team_aside"))[-1].body


async def test_nobody_changes_competition_once_the_palmares_is_published(
    database: Database, decision: Decision
) -> None:
    async with database.writing() as session:
        await choose(session, decision)
        await publish(session, decision, now=AFTER_PALMARES)
    with pytest.raises(Refused, match="palmarès est publié"):
        await aside(database, decision)
    async with database.reading() as session:
        found = await team_by_id(session, decision.project().team_id)
    assert found is not None
    assert not found.non_competing


async def test_a_captain_asks_and_the_coordination_answers(
    database: Database, decision: Decision, visitor: Visitor
) -> None:
    team_id = decision.project().team_id
    async with database.writing() as session:
        team = await team_by_id(session, team_id)
        assert team is not None
        team.asks_non_competing, team.non_competing_reason = True, "Nous aidons à organiser."
    await sign_in(visitor, database, CLAIRE)
    await visitor.open("/coordination/candidatures?hors=1")
    assert "Hors compétition demandé" in visitor.text
    await visitor.open(MORE.format(team_id))
    assert "Nous aidons à organiser." in visitor.text
    await visitor.submit(button="Mettre hors compétition", reason=" ")
    assert visitor.status == 422
    await visitor.submit(button="Mettre hors compétition", reason="Entendu.")
    assert "participe hors compétition" in visitor.flash
    assert "Entendu." in (await mails_named(database, "team_aside"))[0].body
    await sign_in(visitor, database, AWA)
    await visitor.open("/equipe")
    assert "Hors compétition" in visitor.text

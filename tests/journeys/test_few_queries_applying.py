"""While teams apply: every list asks the database as much with one row as with three, and never much."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import AgeBand
from creathon.app import Creathon
from creathon.core.actor import SYSTEM
from creathon.core.database import Database
from creathon.editions.actions.rulebook import add_article, begin_rulebook
from creathon.editions.actions.sites import add_facilitator, add_site
from creathon.editions.models import Edition, Role, Site
from creathon.editions.queries import edition_by_id
from creathon.editions.rules.rulebook import ArticleValues
from creathon.editions.rules.sites import SiteValues
from creathon.teams.actions import write_question
from creathon.teams.models import QuestionKind, Team
from creathon.teams.queries.alone import alone_of
from creathon.teams.rules import QuestionValues
from tests.browsing import Visitor
from tests.factories.accounts import LONG_AGO, make_holder, make_person
from tests.factories.agenda import make_event, make_partner
from tests.factories.editions import make_edition, site_of
from tests.factories.rulebook import accept, publish_draft, writer_of
from tests.factories.teams import make_alone, make_approach, make_need, make_team, person_of
from tests.imports.books import csv_of
from tests.journeys.counting import Asked, asked_by_kind, faults_of
from tests.personas import AWA, BASTIEN, CHLOE, CLAIRE, DIANE, DORIS, EMIL, HUGO, INES, NADIA, OMAR, SAMIR, TEVA, ZOE
from tests.queries import count_queries

PEOPLE = (None, CLAIRE, SAMIR, AWA, CHLOE, ZOE)
STARTS = ("/", "/coordination", "/coordination/imports", "/equipe", "/plan-du-site")
LISTS = {
    *("/partenaires", "/agenda", "/edition/2027/reglement", "/edition/2027/sites/*"),
    *("/coordination/sites", "/coordination/sites/*", "/coordination/mineurs", "/coordination/mineurs/*"),
    *("/coordination/questions", "/coordination/candidatures", "/coordination/candidatures/*"),
    *("/coordination/candidatures-individuelles", "/coordination/candidatures-individuelles/*"),
    *("/coordination/reglement", "/coordination/imports", "/coordination/partenaires", "/coordination/agenda"),
    *("/equipe", "/equipe/personnes-libres", "/equipe/personnes-libres/*", "/equipe/autorisations"),
    *("/equipe/equipes-en-recherche", "/equipe/equipes-en-recherche/*"),
}
SEEKERS = (ZOE, OMAR, INES)
CREWS = ((TEVA, CHLOE), (DORIS, EMIL), (DIANE, HUGO))
"""A captain and a member of fifteen to seventeen."""


async def one_more(session: AsyncSession, edition: Edition, team: Team, number: int) -> None:
    """One more partner, event, site, facilitator, question, version of the rulebook, and people who meet teams."""
    await make_partner(session, edition, f"Partenaire {number}")
    await make_event(session, edition, f"Journée {number}")
    site = SiteValues(f"LI{number}", f"Limoges {number}", "Limoges", "Limoges", "Europe/Paris", 5)
    await add_site(session, writer_of(edition), edition, site, now=LONG_AGO)
    await facilitated(session, edition, site_of(edition, "POI"), number)
    question = QuestionValues(QuestionKind.SHORT_TEXT, f"Question {number} ?")
    await write_question(session, SYSTEM, edition, question, position=number, now=LONG_AGO)
    await amended(session, edition, number)
    await met(session, edition, team, number)


async def facilitated(session: AsyncSession, edition: Edition, site: Site, number: int) -> None:
    writer, name = writer_of(edition), f"Capucine {number}"
    await add_facilitator(session, writer, edition, site, name=name, task="accueil", is_public=True, now=LONG_AGO)


async def amended(session: AsyncSession, edition: Edition, number: int) -> None:
    """The draft, if there is one, is published and accepted; the next has an article more."""
    if number > 1:
        await publish_draft(session, edition, summary=f"Article {number - 1}.", now=LONG_AGO)
        for persona in (AWA, BASTIEN, NADIA, CHLOE, ZOE):
            await accept(session, await person_of(session, persona), edition)
    writer = writer_of(edition)
    await begin_rulebook(session, writer, edition, now=LONG_AGO)
    await add_article(session, writer, edition, ArticleValues(f"Article {number}", "Texte."), now=LONG_AGO)


async def met(session: AsyncSession, edition: Edition, team: Team, number: int) -> None:
    """Somebody alone asks the team for a seat; a team with a minor seeks, and offers one to Zoé."""
    seeker, crew = SEEKERS[number - 1], CREWS[number - 1]
    alone = await make_alone(session, edition, seeker, shown=True)
    await make_approach(session, edition, team, alone.id, by=seeker)
    await make_person(session, crew[1], AgeBand.MINOR)
    seeking = await make_team(session, edition, crew, name=f"Équipe {number}")
    await make_need(session, edition, seeking)
    zoe = await alone_of(session, (await person_of(session, ZOE)).id, edition.id)
    assert zoe is not None
    await make_approach(session, edition, seeking, zoe.id)


async def asked_now(app: Creathon, database: Database, rows: int) -> Asked:
    """By kind of page; and the plan of a file of so many lines."""
    asked = await asked_by_kind(app, database, PEOPLE, STARTS)
    async with Visitor(app) as claire:
        async with database.reading() as session:
            await claire.sign_in_as(await person_of(session, CLAIRE))
        await claire.open("/coordination/imports")
        lines = [("Code", "Nom", "Capacité"), *((f"B{number}", "Brest", "4") for number in range(rows))]
        with count_queries(database) as counted:
            await claire.submit(kind="sites", files={"file": ("sites.csv", csv_of(lines), "text/csv")})
        assert claire.title == "Vérification du fichier"
        asked["file checked"] = counted.count
    return asked


@pytest.mark.slow
async def test_every_list_of_applications_asks_as_much_with_one_row_as_with_three(
    app: Creathon, database: Database
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        team = await make_team(session, edition, (AWA, BASTIEN, NADIA))
        await make_need(session, edition, team)
        await one_more(session, edition, team, 1)
    with_one = await asked_now(app, database, 1)
    async with database.writing() as session:
        held = await edition_by_id(session, edition.id)
        assert held is not None
        for number in (2, 3):
            await one_more(session, held, team, number)
    assert faults_of(LISTS, with_one, await asked_now(app, database, 3)) == {}

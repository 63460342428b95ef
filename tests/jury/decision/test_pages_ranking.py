"""The ranking page, its CSV, the method."""

import csv
import io
from datetime import timedelta

import pytest

from creathon.accounts.actions import grant_role
from creathon.accounts.models import Person
from creathon.accounts.queries import person_by_email
from creathon.app import Creathon
from creathon.core.actor import SYSTEM
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.actions import set_edition_state
from creathon.editions.models import EditionState, Role
from creathon.jury.actions.evaluations import reopen_evaluation
from creathon.jury.actions.links import recuse
from creathon.jury.models import LinkKind
from creathon.jury.rules.conflicts import LinkValues
from tests.browsing import Visitor
from tests.factories.accounts import LONG_AGO, as_actor, make_holder, make_person
from tests.factories.decision import LEVELS, Decision, choose, make_decision, make_other
from tests.factories.editions import CREATION, CREATION_CLOSES, DELIBERATION, EVALUATION, make_edition, site_of
from tests.factories.jury import coordinator_of, held, reads_of
from tests.jury.decision.conftest import Browser
from tests.personas import CLAIRE, HUGO, NADIA, SAMIR, Persona
from tests.queries import MOST_QUERIES, count_queries

PATH = "/coordination/classement"


async def person(database: Database, persona: Persona) -> Person:
    async with database.reading() as session:
        found = await person_by_email(session, persona.email)
    assert found is not None
    return found


async def of_site(database: Database, decision: Decision, code: str = "POI") -> Person:
    async with database.writing() as session:
        return await make_holder(
            session, SAMIR, Role.SITE_COORDINATOR, decision.edition, site_of(decision.edition, code)
        )


def lines(visitor: Visitor) -> list[list[str]]:
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
        for row in visitor.page.select("tbody tr")
    ]


def titles(visitor: Visitor) -> list[str]:
    return [str(cell.find(string=True)).strip() for cell in visitor.page.select("tbody th")]


async def test_the_ranking_shows_mean_spread_reads_and_ties(
    database: Database, decision: Decision, browser: Browser
) -> None:
    claire = await browser(await person(database, CLAIRE))
    await claire.open(PATH)
    assert "✓ Complet" in claire.text
    first, second, third = lines(claire)
    assert first[0] == "1"
    assert first[1].startswith("Consigne en escalier")
    assert first[2].startswith("75,00")
    assert first[3:] == ["0,00", "3"]
    assert second[0] == third[0] == "2 ex æquo"
    assert claire.page.select_one("main a[href='/methode']")


@pytest.mark.parametrize(
    ("query", "first"),
    [("tri=projet", "Consigne en escalier"), ("tri=projet&sens=desc", "Le passeur de mots"), ("tri=note", "Lampe")],
)
async def test_the_ranking_sorts_by_its_headings(
    database: Database, decision: Decision, browser: Browser, query: str, first: str
) -> None:
    claire = await browser(await person(database, CLAIRE))
    await claire.open(f"{PATH}?{query}")
    assert titles(claire)[0].startswith(first)
    column = claire.page.select_one("th[aria-sort]")
    assert column is not None
    assert column["aria-sort"] == ("descending" if "desc" in query else "ascending")


async def test_a_withdrawn_read_is_out_and_the_project_is_flagged(
    database: Database, decision: Decision, browser: Browser
) -> None:
    async with database.writing() as session:
        read = next(
            one for one in await reads_of(session, NADIA) if one.project_id == decision.project("Les Marches").id
        )
        nadia = await as_actor(session, decision.jury.people[NADIA])
        await recuse(session, nadia, read, LinkValues(LinkKind.COLLEAGUE), decision.edition, now=EVALUATION)
        other = next(one for one in await reads_of(session, HUGO) if one.project_id != read.project_id)
        hugo = await as_actor(session, decision.jury.people[HUGO])
        await reopen_evaluation(session, hugo, await held(session, other), decision.edition, now=EVALUATION)
    claire = await browser(await person(database, CLAIRE))
    await claire.open(PATH)
    assert "● Provisoire Il manque 2 lectures validées" in claire.text
    assert [line[4] for line in lines(claire)].count("● 2 sur 3") == 2


async def test_late_projects_are_listed_apart_without_rank(
    database: Database, decision: Decision, browser: Browser
) -> None:
    async with database.writing() as session:
        late = CREATION_CLOSES + timedelta(hours=1)
        await make_other(session, decision, name="Les Tardives", title="Trop tard", now=late)
    claire = await browser(await person(database, CLAIRE))
    await claire.open(PATH)
    assert "Trop tard" not in titles(claire)
    assert "Arrivés hors délai" in claire.text
    assert "Trop tard Les Tardives, À distance" in claire.text


async def test_a_site_coordination_sees_its_projects_ranked_among_themselves(
    database: Database, decision: Decision, browser: Browser
) -> None:
    leila = await browser(await of_site(database, decision, "RUN"))
    await leila.open(PATH)
    assert titles(leila) == ["Le passeur de mots"]
    assert lines(leila)[0][0] == "1"
    assert "Lampe" not in leila.response.text
    await leila.open(f"{PATH}.csv")
    assert "Lampe" not in leila.response.text


@pytest.mark.bar("C35", "K126")
async def test_a_link_hides_a_project_from_a_coordinator_and_leaves_no_hole(
    app: Creathon, database: Database, clock: MovableClock, browser: Browser
) -> None:
    clock.move_to(DELIBERATION)
    async with database.writing() as session:
        edition = await make_edition(session)
        await coordinator_of(session, edition)
        claire = await person_by_email(session, CLAIRE.email)
        assert claire is not None
        await grant_role(session, SYSTEM, claire, Role.JUROR, edition, now=LONG_AGO)
        decision = await make_decision(
            session, edition, jurors=(NADIA, HUGO, CLAIRE), reads=2, linked={CLAIRE: "Les Marches"}
        )
    visitor = await browser(claire)
    await visitor.open(PATH)
    assert "1 projet vous est masqué : lien d’intérêts déclaré." in visitor.text
    assert "Consigne" not in visitor.response.text
    assert [line[0] for line in lines(visitor)] == ["1 ex æquo", "1 ex æquo"]
    await visitor.open(f"{PATH}.csv")
    assert "Consigne" not in visitor.response.text
    hidden = decision.project("Les Marches").id
    for path in (f"/coordination/selection/{hidden}", f"/coordination/selection/{hidden}/retirer"):
        assert (await visitor.open(path)).status == 404
    await visitor.open("/coordination/selection")
    assert "Consigne" not in visitor.response.text
    await visitor.open("/coordination/palmares")
    assert "Consigne" not in visitor.response.text
    assert "une autre personne de la coordination nationale" in visitor.text


async def test_the_ranking_teaches_before_the_jury_reads(
    database: Database, decision: Decision, browser: Browser, clock: MovableClock
) -> None:
    clock.move_to(CREATION)
    claire = await browser(await person(database, CLAIRE))
    await claire.open(PATH)
    assert "Pas encore de classement L’évaluation ouvre le jeudi 20 mai 2027" in claire.text
    assert "Consigne" not in claire.text
    assert (await claire.open(f"{PATH}.csv")).status == 403


async def test_the_csv_is_for_french_spreadsheets_and_runs_nothing(
    database: Database, decision: Decision, browser: Browser
) -> None:
    async with database.writing() as session:
        await make_other(session, decision, name="+Plus", title="=CMD()", now=CREATION)
    claire = await browser(await person(database, CLAIRE))
    await claire.open(f"{PATH}.csv")
    assert claire.response.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in claire.response.headers["content-disposition"]
    assert "no-store" in claire.response.headers["cache-control"]
    rows = list(csv.reader(io.StringIO(claire.response.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0][:7] == ["rang", "ex æquo", "départage", "projet", "équipe", "site", "note"]
    assert rows[1][:4] == ["1", "", "", "Consigne en escalier"]
    assert rows[1][6] == "75,00"
    assert rows[2][1] == rows[3][1] == "ex æquo"
    assert [cell for cell in rows[4] if cell][:2] == ["'=CMD()", "'+Plus"]
    assert {len(row) for row in rows} == {len(rows[0])}


async def test_the_method_is_public_and_says_who_decides(decision: Decision, visitor: Visitor) -> None:
    await visitor.open("/methode")
    assert visitor.status == 200
    assert "C1 – Réponse au besoin" in visitor.text
    assert "la coordination nationale choisit les projets accompagnés" in visitor.text


@pytest.mark.parametrize("path", [PATH, f"{PATH}.csv", "/coordination/selection", "/coordination/palmares"])
async def test_the_pages_of_the_decision_are_closed_to_others(
    database: Database, decision: Decision, browser: Browser, visitor: Visitor, path: str
) -> None:
    await visitor.open(path)
    assert visitor.path == "/connexion"
    nadia = await browser(decision.jury.people[NADIA])
    await nadia.open(path)
    assert nadia.status == 403
    assert "Consigne" not in nadia.response.text
    if "classement" not in path:
        samir = await browser(await of_site(database, decision))
        assert (await samir.open(path)).status == 403


@pytest.mark.parametrize("path", [PATH, f"{PATH}.csv", "/coordination/selection", "/coordination/palmares", "/methode"])
async def test_the_pages_ask_the_same_few_queries_whatever_the_number_of_projects(
    app: Creathon, database: Database, clock: MovableClock, path: str
) -> None:
    clock.move_to(DELIBERATION)
    counts = []
    async with database.writing() as session:
        claire = await make_person(session, CLAIRE)
    for slug, levels in (("un", {"Les Marches": (3,)}), ("trois", LEVELS)):
        async with database.writing() as session:
            edition = await make_edition(session, slug=slug, title=slug)
            await grant_role(session, SYSTEM, claire, Role.NATIONAL_COORDINATOR, edition, now=LONG_AGO)
            decision = await make_decision(session, edition, levels=levels, jurors=(Persona(slug, "Jure"),), reads=1)
            for team in levels:
                await choose(session, decision, team)
        async with Visitor(app) as visitor:
            await visitor.sign_in_as(claire)
            with count_queries(database) as asked:
                await visitor.open(path)
            assert visitor.status == 200
            counts.append(asked.count)
        async with database.writing() as session:
            await set_edition_state(session, SYSTEM, await session.merge(edition), EditionState.CLOSED, now=LONG_AGO)
    assert counts[0] == counts[1] <= MOST_QUERIES

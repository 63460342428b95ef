"""What a team reads of its jury: its own, after the palmarès, without a name, without a number that is one person's."""

import pytest

from creathon.accounts.models import Person
from creathon.accounts.queries import person_by_email
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.jury.actions.evaluations import EvaluationValues, reopen_evaluation, validate_evaluation
from tests.factories.accounts import as_actor, make_person
from tests.factories.decision import REASON, TO_TEAM, Decision, choose, make_decision, make_other, publish
from tests.factories.editions import AFTER_PALMARES, CREATION_CLOSES, DELIBERATION, EVALUATION, make_edition
from tests.factories.jury import JURORS, held, reads_of
from tests.jury.decision.conftest import Browser
from tests.personas import AWA, BASTIEN, NADIA, TEVA, ZOE, Persona
from tests.queries import MOST_QUERIES, count_queries

PATH = "/projet/retours"


async def person(database: Database, persona: Persona) -> Person:
    async with database.reading() as session:
        found = await person_by_email(session, persona.email)
    assert found is not None
    return found


@pytest.fixture
async def published(database: Database, decision: Decision, clock: MovableClock) -> Decision:
    """« Les Marches » selected, the palmarès published; Nadia had given them 4, 2, 3, 1, 0, 3."""
    async with database.writing() as session:
        nadia = await as_actor(session, decision.jury.people[NADIA])
        project = decision.project().id
        read = next(one for one in await reads_of(session, NADIA) if one.project_id == project)
        again = await reopen_evaluation(session, nadia, await held(session, read), decision.edition, now=EVALUATION)
        words = TO_TEAM.format(team="Les Marches", juror="Boussole")
        values = EvaluationValues(decision.jury.levels(4, 2, 3, 1, 0, 3), words, "Entre nous : un doute.")
        await validate_evaluation(
            session, nadia, await held(session, read), values, decision.edition, version=again.version, now=EVALUATION
        )  # fmt: skip
        await choose(session, decision, prize="Grand prix")
        clock.move_to(AFTER_PALMARES)
        await publish(session, decision)
    return decision


async def test_a_team_reads_its_levels_and_every_remark_written_for_it(
    database: Database, published: Decision, browser: Browser
) -> None:
    for persona in (AWA, BASTIEN):
        member = await browser(await person(database, persona))
        await member.open(PATH)
        assert "Projet retenu : Accompagnement renforcé" in member.text
        assert REASON in member.text
        for juror in JURORS:
            assert TO_TEAM.format(team="Les Marches", juror=juror.family_name) in member.text
        rows = [[cell.get_text() for cell in row.select("th, td")] for row in member.page.select("tbody tr")]
        assert rows[0] == ["Réponse au besoin", "25", "3,33", "Réponse au besoin, niveau 3."]
        assert rows[4] == ["Faisabilité", "15", "2,00", "Faisabilité, niveau 2."]
        assert "Note moyenne : 70,00 sur 100, sur 3 lectures." in member.text


async def test_a_team_reads_nothing_of_the_jury_among_itself_nor_of_another_team(
    database: Database, published: Decision, browser: Browser
) -> None:
    teva = await browser(await person(database, TEVA))
    await teva.open(PATH)
    assert "Projet non retenu" in teva.text
    assert TO_TEAM.format(team="Les Passeurs", juror="Boussole") in teva.text
    body = teva.response.text
    for word in ("Les Marches", "Consigne", "Entre nous", REASON, "Nadia", "ex æquo"):
        assert word not in body
    assert "rang" not in teva.text.lower().split()


async def test_remarks_come_in_the_same_order_to_all_and_not_in_that_of_the_jury(
    database: Database, published: Decision, browser: Browser
) -> None:
    awa = await browser(await person(database, AWA))
    orders = {tuple(found.get_text() for found in (await awa.open(PATH)).page.select("blockquote")) for _ in range(2)}
    assert len(orders) == 1


@pytest.mark.bar("K126")
async def test_one_read_gives_its_remark_and_no_number(
    app: Creathon, database: Database, clock: MovableClock, browser: Browser
) -> None:
    async with database.writing() as session:
        alone = await make_decision(session, await make_edition(session), jurors=(NADIA,), reads=1)
        await choose(session, alone, "Les Passeurs")
        await publish(session, alone)
    clock.move_to(AFTER_PALMARES)
    awa = await browser(await person(database, AWA))
    await awa.open(PATH)
    assert "Moins de deux personnes ont validé leur lecture : les nombres ne sont pas montrés" in awa.text
    assert TO_TEAM.format(team="Les Marches", juror="Boussole") in awa.text
    assert not awa.page.select("table")
    assert "75,00" not in awa.text


async def test_before_the_palmares_the_page_says_when(
    database: Database, decision: Decision, browser: Browser, clock: MovableClock
) -> None:
    awa = await browser(await person(database, AWA))
    for now, words in (
        (DELIBERATION, "La lecture des retours du jury ouvre le jeudi 17 juin 2027 à 17 h 00"),
        (AFTER_PALMARES, "Les retours du jury s’ouvrent avec le palmarès. Il n’est pas encore publié."),
    ):
        clock.move_to(now)
        await awa.sign_in_as(await person(database, AWA))
        await awa.open(PATH)
        assert words in awa.text
        assert "précisez l’essai" not in awa.response.text


async def test_those_without_a_read_project_are_told_why(
    database: Database, published: Decision, browser: Browser
) -> None:
    async with database.writing() as session:
        stranger = await make_person(session, Persona("Ada", "Ormeau"))
        late = CREATION_CLOSES.replace(hour=12)
        await make_other(session, published, name="Les Tardives", title="Tard", now=late)
    ada, zoe = await browser(stranger), await browser(await person(database, ZOE))
    assert "Vous n’êtes dans aucune équipe" in (await ada.open(PATH)).text
    assert "Votre projet est arrivé après l’heure de fermeture" in (await zoe.open(PATH)).text


async def test_the_page_asks_few_queries_whatever_the_number_of_reads(
    database: Database, published: Decision, browser: Browser
) -> None:
    awa = await browser(await person(database, AWA))
    with count_queries(database) as asked:
        await awa.open(PATH)
    assert awa.status == 200
    assert asked.count <= MOST_QUERIES


async def test_the_page_of_the_project_leads_there_once_the_phase_allows_it(
    database: Database, decision: Decision, browser: Browser, clock: MovableClock
) -> None:
    member = await browser(await person(database, AWA))
    await member.open("/projet")
    assert member.page.select_one(f"main a[href='{PATH}']") is None
    clock.move_to(AFTER_PALMARES)
    member = await browser(await person(database, AWA))
    await member.open("/projet")
    assert member.page.select_one(f"main a[href='{PATH}']") is not None

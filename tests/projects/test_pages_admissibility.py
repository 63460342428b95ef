"""/coordination/recevabilite: decided gate by gate, with reasons, by the site and nobody else."""

import asyncio
from datetime import timedelta

import pytest

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from tests.browsing import Visitor
from tests.factories.accounts import as_actor
from tests.factories.admissibility import CAPTIONS, make_contest
from tests.factories.editions import CREATION_CLOSES, EVALUATION, paris, site_of
from tests.factories.mentoring import link
from tests.factories.projects import make_deposited
from tests.factories.teams import make_team
from tests.personas import DORIS, EMIL, TEVA
from tests.projects.conftest import Scene
from tests.projects.court import URL, Court, checks, folded, mails, verbs
from tests.projects.test_pages_lists import make_others
from tests.queries import MOST_QUERIES, count_queries


async def test_a_site_says_a_deposit_admissible_and_the_team_is_told(
    samir: Visitor, member: Visitor, scene: Scene, court: Court, database: Database
) -> None:
    await samir.open(URL)
    assert "À examiner : 1" in samir.text
    await samir.open(court.url)
    assert "Constat : remplie. L’équipe compte 3 personnes." in samir.text
    await samir.submit(court.url, words="Bonne lecture à vous.")
    assert "le dossier est recevable" in samir.flash
    assert "Décision 1 : recevable" in samir.text
    (made,) = await checks(database)
    assert (made.admissible, made.decided_by, len(made.gates)) == (True, court.samir.id, 9)
    told = await mails(database, "project_admissible")
    assert [one.recipient for one in told] == sorted(person.email for person in scene.people)
    assert "Bonne lecture à vous." in told[0].body
    assert "ni ne retire de points" in folded(told[0].body)
    assert await verbs(database) == [("project.admissibility_decided", court.samir.id)]
    await member.open("/projet")
    assert "Recevable Décidé le jeudi 27 mai 2027" in member.text
    assert "Contester" not in member.text
    await samir.open(f"{URL}?etat=admissible")
    assert "Consigne en escalier" in samir.text
    await samir.open(f"{URL}?etat=refused")
    assert "Aucun dossier ne correspond" in samir.text


async def test_a_refusal_has_its_reason_and_the_team_reads_it(
    samir: Visitor, member: Visitor, court: Court, database: Database
) -> None:
    await samir.open(court.url)
    await samir.submit(court.url, captions="non", captions_reason=CAPTIONS)
    assert "n’est pas recevable" in samir.flash
    told = (await mails(database, "project_not_admissible"))[0]
    assert CAPTIONS in told.body
    assert "jusqu’au dimanche 30 mai 2027 à 10 h 00" in folded(told.body)
    await member.open("/projet")
    assert "Non recevable" in member.text
    assert CAPTIONS in member.text
    assert "La regarder pour le confirmer" not in member.text, "what was found and set aside is no reason"
    assert "jusqu’au dimanche 30 mai 2027 à 10 h 00" in member.text


async def test_a_departure_without_a_word_comes_back_with_the_text(
    samir: Visitor, court: Court, database: Database
) -> None:
    await samir.open(court.url)
    await samir.submit(court.url, captions="non", words="Un mot gardé.")
    assert samir.status == 422
    assert "écrivez pourquoi" in samir.errors
    assert "Un mot gardé." in samir.text
    assert samir.page.select_one("input[name=captions][value=non][checked]") is not None
    assert await checks(database) == []
    await samir.submit(court.url, captions_reason=CAPTIONS)
    assert samir.status == 200
    assert [one.admissible for one in await checks(database)] == [False]


@pytest.mark.bar("C30")
async def test_another_site_finds_nothing(app: Creathon, court: Court, samir: Visitor, database: Database) -> None:
    async with Visitor(app) as leila:
        await leila.sign_in_as(court.leila)
        await leila.open(URL)
        assert "Consigne en escalier" not in leila.text
        await leila.open(court.url)
        assert leila.status == 404
        await samir.open(court.url)
        token = await _token(leila)
        for url in (court.url, f"{court.url}/reponse"):
            await leila.post(url, _csrf=token, version="0", lifted="oui", answer="Oui.")
            assert leila.status == 404
    assert await checks(database) == []


async def _token(visitor: Visitor) -> str:
    await visitor.open("/coordination")
    return str(visitor.page.select_one("[name=_csrf]")["value"])  # type: ignore[index]


async def test_a_link_of_interest_hides_the_decision_from_a_coordinator(
    claire: Visitor, scene: Scene, court: Court, database: Database
) -> None:
    await claire.open(URL)
    assert "Consigne en escalier" in claire.text
    async with database.writing() as session:
        await link(session, scene.edition, court.claire, court.project.id)
    await claire.open(URL)
    assert "Consigne en escalier" not in claire.text
    assert "À examiner : 0" in claire.text
    await claire.open(court.url)
    assert claire.status == 404


def tile_address(visitor: Visitor) -> str:
    """Where the only thing that waits for the admissibility leads."""
    (link,) = visitor.page.select(f".tile a[href^='{URL}']")
    return str(link["href"])


async def test_what_is_to_be_decided_waits_on_the_page_of_the_day(
    samir: Visitor, claire: Visitor, scene: Scene, court: Court, database: Database, clock: MovableClock
) -> None:
    """Of one's own sites, without what a link hides, while decisions are made, until they are."""
    now = clock.now()
    clock.move_to(CREATION_CLOSES - timedelta(hours=1))
    await claire.open("/coordination")
    assert "0 projet déposé à examiner" in claire.text
    clock.move_to(now)
    for browser in (samir, claire):
        await browser.open("/coordination")
        assert "1 projet déposé à examiner" in browser.text
    await samir.open(tile_address(samir))
    assert "Consigne en escalier" in samir.text
    async with database.writing() as session:
        await link(session, scene.edition, court.claire, court.project.id)
        await make_contest(session, scene.edition, court.project, await as_actor(session, court.samir))
    for browser, contested in ((samir, "1 décision contestée"), (claire, "0 décision contestée")):
        await browser.open("/coordination")
        assert "0 projet déposé à examiner" in browser.text
        assert contested in browser.text
    await samir.open(tile_address(samir))
    assert "Consigne en escalier" in samir.text


async def test_two_who_decide_at_once_leave_one_decision(
    samir: Visitor, claire: Visitor, court: Court, database: Database
) -> None:
    for browser in (samir, claire):
        await browser.open(court.url)
    await asyncio.gather(
        samir.submit(court.url, words="De Poitiers."),
        claire.submit(court.url, captions="non", captions_reason="De Paris."),
    )
    assert sorted((samir.status, claire.status)) == [200, 409]
    late = samir if samir.status == 409 else claire
    mine, theirs = ("De Poitiers.", "De Paris.") if late is samir else ("De Paris.", "De Poitiers.")
    assert "Une autre personne a décidé entre-temps" in late.errors
    assert mine in late.text
    assert theirs in late.text
    assert len(await checks(database)) == 1
    await late.submit(court.url)
    assert [one.number for one in await checks(database)] == [1, 2], "read again, the other decision may be made"


async def test_a_page_without_version_is_refused(samir: Visitor, court: Court, database: Database) -> None:
    await samir.open(court.url)
    await samir.submit(court.url, version="")
    assert samir.status == 428
    assert await checks(database) == []


async def test_a_late_deposit_cannot_be_said_in_time(
    claire: Visitor, scene: Scene, court: Court, database: Database
) -> None:
    async with database.writing() as session:
        team = await make_team(session, scene.edition, (TEVA, DORIS, EMIL), name="Les Tardifs", site="RUN")
        late = await make_deposited(session, scene.edition, team, now=EVALUATION, title="Arrivé tard")
    await claire.open(f"{URL}/{late.id}")
    assert "Constat : pas remplie. Déposé hors délai" in claire.text
    await claire.submit(f"/{late.id}", in_time="oui", in_time_reason="La box est tombée en panne.")
    assert claire.status == 422
    assert "La box est tombée en panne." in claire.text
    await claire.submit(f"/{late.id}", in_time="non", in_time_reason="")
    assert "n’est pas recevable" in claire.flash


async def test_when_the_jury_deliberates_the_page_only_reads(
    samir: Visitor, court: Court, database: Database, clock: MovableClock
) -> None:
    opens = paris(2027, 6, 10, 18)
    clock.move_to(opens - timedelta(minutes=5))
    await samir.sign_in_as(court.samir)
    await samir.open(court.url)
    clock.move_to(opens)
    await samir.submit(court.url, words="Un mot gardé.")
    assert samir.status == 403
    assert "ne se décide plus depuis l’ouverture de la délibération" in samir.errors
    assert "Un mot gardé." in samir.text
    await samir.open(court.url)
    assert samir.page.select(f"form[action='{court.url}']") == []
    assert "ne se décide plus" in samir.text
    assert await checks(database) == []


async def test_lists_ask_the_same_queries_for_one_row_and_for_three(
    claire: Visitor, member: Visitor, scene: Scene, court: Court, database: Database, clock: MovableClock
) -> None:
    counts = []
    for number in (0, 2):
        await make_others(database, scene, number)
        clock.move_to(EVALUATION)
        with count_queries(database) as asked:
            await claire.open(URL)
        assert len(claire.page.select("tbody tr")) == number + 1
        counts.append(asked.count)
    assert counts[0] == counts[1] <= MOST_QUERIES
    async with database.writing() as session:
        await make_contest(session, scene.edition, court.project, await as_actor(session, court.samir))
    for visitor, path in ((claire, court.url), (member, "/projet")):
        with count_queries(database) as asked:
            await visitor.open(path)
        assert asked.count <= MOST_QUERIES, path


async def test_the_list_has_pages_and_filters_by_site(
    claire: Visitor, scene: Scene, court: Court, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_others(database, scene, 3)
    monkeypatch.setattr("creathon.core.paging.PAGE_SIZE", 2)
    await claire.open(f"{URL}?site={site_of(scene.edition, 'RUN').id}")
    assert [row.get_text(strip=True) for row in claire.page.select("tbody th")] == ["Écran 0 à 50%"]
    await claire.open(f"{URL}?site=inconnu")
    assert claire.status == 404

"""Reading and scoring through the rendered pages: draft, validation, the next one, two tabs, doors that close."""

import asyncio
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from creathon.accounts.models import Person
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.files import FileStore
from creathon.core.journal import JournalLine
from creathon.jury.actions.assignments import allocate
from creathon.jury.actions.panels import add_juror, create_panel
from creathon.jury.models import Assignment, Evaluation, EvaluationState, Rubric, Score
from creathon.projects.anonymising import anonymous
from creathon.projects.copying import Copyist
from creathon.settings import Settings
from tests.browsing import Visitor
from tests.factories.editions import DELIBERATION, EVALUATION, make_edition
from tests.factories.jury import Jury, coordinator_of, declare, make_jury, make_panel, make_rubric, reads_of
from tests.factories.projects import PDF, join_file, make_deposit, make_draft
from tests.jury.reading.conftest import Browser
from tests.personas import HUGO, NADIA
from tests.queries import MOST_QUERIES, count_queries

REMARK = "Un besoin bien vu ; précisez l’essai en classe."


@pytest.fixture
async def jury(app: Creathon, database: Database, clock: MovableClock) -> Jury:
    clock.move_to(EVALUATION)
    async with database.writing() as session:
        return await make_jury(session, await make_edition(session))


async def first_read(database: Database, jury: Jury) -> str:
    async with database.reading() as session:
        return (await reads_of(session, NADIA))[0].id


def filled(jury: Jury, *levels: int, **others: str) -> dict[str, str]:
    fields = {f"niveau_{criterion}": str(level) for criterion, level in jury.levels(*levels).items()}
    return fields | {"remark_team": REMARK, "remark_jury": ""} | others


async def stored(database: Database) -> list[Evaluation]:
    async with database.reading() as session:
        return list(await session.scalars(select(Evaluation)))


async def verbs(database: Database) -> list[str]:
    async with database.reading() as session:
        return list(await session.scalars(select(JournalLine.verb).order_by(JournalLine.sequence)))


async def test_a_juror_reads_drafts_validates_and_goes_on(database: Database, jury: Jury, browser: Browser) -> None:
    nadia = await browser(jury.people[NADIA])
    await nadia.open("/jury")
    assert "2 projets à finir" in nadia.text
    assert "environ 50 minutes" in nadia.text
    assert "jusqu’au jeudi 10 juin 2027 à 18 h 00 (heure de Paris)" in nadia.text
    read = await first_read(database, jury)
    await nadia.open(f"/jury/projets/{read}")
    assert "La consigne est souvent le premier obstacle." in nadia.text
    first = jury.rubric.criteria[0].id
    await nadia.submit("/projets/" + read, **{f"niveau_{first}": "3"}, acte="brouillon")
    assert "Brouillon enregistré" in nadia.flash
    assert nadia.page.select_one(f"#niveau_{first} input[value='3'][checked]")
    await nadia.submit("/projets/" + read, **filled(jury, 3, 2, 4, 1, 0, 2), acte="suivant")
    assert "Évaluation validée. Il vous reste 1 projet." in nadia.flash
    assert nadia.path != f"/jury/projets/{read}"
    assert nadia.path.startswith("/jury/projets/")
    (evaluation,) = await stored(database)
    assert (evaluation.state, evaluation.total) == (EvaluationState.VALIDATED, Decimal("56.25"))
    async with database.reading() as session:
        assert (await session.scalar(select(Rubric.frozen_at))) == EVALUATION
    assert [verb for verb in await verbs(database) if verb.startswith(("evaluation", "rubric.f"))] == [
        "rubric.frozen",
        "evaluation.saved",
        "evaluation.validated",
    ]


async def test_the_last_validation_says_the_pile_is_done(database: Database, jury: Jury, browser: Browser) -> None:
    nadia = await browser(jury.people[NADIA])
    async with database.reading() as session:
        reads = await reads_of(session, NADIA)
    for read in reads:
        await nadia.open(f"/jury/projets/{read.id}")
        await nadia.submit("/projets/" + read.id, **filled(jury, 2), acte="suivant")
    assert "Votre pile est terminée. Merci !" in nadia.flash
    assert nadia.path == "/jury"
    assert "Tout est validé" in nadia.text


async def test_a_validation_that_misses_something_keeps_the_text(
    database: Database, jury: Jury, browser: Browser
) -> None:
    nadia, read = await browser(jury.people[NADIA]), await first_read(database, jury)
    await nadia.open(f"/jury/projets/{read}")
    first = jury.rubric.criteria[0].id
    await nadia.submit("/projets/" + read, **{f"niveau_{first}": "4"}, remark_jury="À revoir ensemble", acte="valider")
    assert nadia.status == 422
    assert "Il y a 6 problèmes" in nadia.errors
    assert "Commentaire obligatoire à 0, 1 et 4" in nadia.errors
    assert "À revoir ensemble" in nadia.text
    assert await stored(database) == []


@pytest.mark.parametrize(("level", "accepted"), [(0, False), (1, False), (2, True), (3, True), (4, False)])
async def test_a_remark_is_asked_for_at_the_extremes(
    database: Database, jury: Jury, browser: Browser, level: int, accepted: bool
) -> None:
    nadia, read = await browser(jury.people[NADIA]), await first_read(database, jury)
    await nadia.open(f"/jury/projets/{read}")
    await nadia.submit("/projets/" + read, **filled(jury, 2, 2, level, 2, 2, 2, remark_team=" "), acte="valider")
    assert nadia.status == (200 if accepted else 422)
    assert len(await stored(database)) == accepted


@pytest.mark.bar("G87")
async def test_two_tabs_are_shown_side_by_side_and_nothing_is_lost(
    database: Database, jury: Jury, browser: Browser
) -> None:
    read = await first_read(database, jury)
    one, other = await browser(jury.people[NADIA]), await browser(jury.people[NADIA])
    await one.open(f"/jury/projets/{read}")
    await other.open(f"/jury/projets/{read}")
    await one.submit("/projets/" + read, **filled(jury, 3, remark_team="<b>Premier</b> onglet"), acte="brouillon")
    await other.submit("/projets/" + read, **filled(jury, 2, remark_team="Second onglet"), acte="brouillon")
    assert other.status == 409
    assert "<b>Premier</b> onglet" in other.text
    assert "Second onglet" in other.text
    assert "Enregistré dans l’autre onglet : 3." in other.text
    assert (await stored(database))[0].remark_team == "<b>Premier</b> onglet"
    await other.submit("/projets/" + read, remark_team="Les deux ensemble", acte="brouillon")
    assert "Brouillon enregistré" in other.flash
    assert (await stored(database))[0].remark_team == "Les deux ensemble"


@pytest.mark.bar("G87")
async def test_two_tabs_that_change_one_level_at_the_same_instant_are_told_apart(
    database: Database, jury: Jury, browser: Browser
) -> None:
    read = await first_read(database, jury)
    one, other = await browser(jury.people[NADIA]), await browser(jury.people[NADIA])
    await one.open(f"/jury/projets/{read}")
    await one.submit("/projets/" + read, **filled(jury, 3), acte="brouillon")
    await other.open(f"/jury/projets/{read}")
    first = f"niveau_{jury.rubric.criteria[0].id}"
    await one.submit("/projets/" + read, acte="brouillon", **{first: "4"})
    await other.submit("/projets/" + read, acte="brouillon", **{first: "2"})
    assert other.status == 409
    assert "Enregistré dans l’autre onglet : 4." in other.text


@pytest.mark.bar("G87")
async def test_a_tab_older_than_a_validation_keeps_its_text_on_the_screen(
    database: Database, jury: Jury, browser: Browser
) -> None:
    read = await first_read(database, jury)
    one, other = await browser(jury.people[NADIA]), await browser(jury.people[NADIA])
    await one.open(f"/jury/projets/{read}")
    await other.open(f"/jury/projets/{read}")
    await one.submit("/projets/" + read, **filled(jury, 3), acte="valider")
    await other.submit("/projets/" + read, **filled(jury, 1, remark_team="Tard venu"), acte="valider")
    assert other.status == 409
    assert "Tard venu" in other.text
    assert "Rouvrez-la" in other.text
    assert (await stored(database))[0].total == Decimal("75.00")


async def test_a_form_without_its_version_is_refused(database: Database, jury: Jury, browser: Browser) -> None:
    nadia, read = await browser(jury.people[NADIA]), await first_read(database, jury)
    await nadia.open(f"/jury/projets/{read}")
    await nadia.submit("/projets/" + read, **filled(jury, 2), acte="brouillon", version="")
    assert nadia.status == 428
    assert await stored(database) == []


async def test_a_level_outside_the_grid_is_refused(database: Database, jury: Jury, browser: Browser) -> None:
    nadia, read = await browser(jury.people[NADIA]), await first_read(database, jury)
    await nadia.open(f"/jury/projets/{read}")
    first = jury.rubric.criteria[0].id
    await nadia.submit("/projets/" + read, **filled(jury, 2) | {f"niveau_{first}": "9"}, acte="valider")
    assert nadia.status == 422
    assert await stored(database) == []


@pytest.mark.bar("G91", "G88")
async def test_a_form_sent_twice_at_once_makes_one_evaluation(database: Database, jury: Jury, browser: Browser) -> None:
    read = await first_read(database, jury)
    tabs = [await browser(jury.people[NADIA]) for _ in range(2)]
    for tab in tabs:
        await tab.open(f"/jury/projets/{read}")
    await asyncio.gather(*(tab.submit("/projets/" + read, **filled(jury, 3), acte="valider") for tab in tabs))
    assert [tab.status for tab in tabs] == [200, 200]
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Evaluation.id))) == 1
        assert await session.scalar(select(func.count(Score.id))) == 6
    assert (await verbs(database)).count("evaluation.validated") == 1


@pytest.mark.bar("G91")
async def test_two_different_forms_at_once_lose_neither(database: Database, jury: Jury, browser: Browser) -> None:
    read = await first_read(database, jury)
    tabs = {3: await browser(jury.people[NADIA]), 2: await browser(jury.people[NADIA])}
    for tab in tabs.values():
        await tab.open(f"/jury/projets/{read}")
    await asyncio.gather(
        *(tab.submit("/projets/" + read, **filled(jury, level), acte="brouillon") for level, tab in tabs.items())
    )
    assert sorted(tab.status for tab in tabs.values()) == [200, 409]
    loser = next(tab for tab in tabs.values() if tab.status == 409)
    winner = next(level for level, tab in tabs.items() if tab.status == 200)
    assert f"Enregistré dans l’autre onglet : {winner}." in loser.text
    async with database.reading() as session:
        assert set(await session.scalars(select(Score.level))) == {winner}


async def test_a_validated_evaluation_is_read_only_until_reopened(
    database: Database, jury: Jury, browser: Browser
) -> None:
    nadia, read = await browser(jury.people[NADIA]), await first_read(database, jury)
    await nadia.open(f"/jury/projets/{read}")
    await nadia.submit("/projets/" + read, **filled(jury, 3), acte="valider")
    await nadia.open(f"/jury/projets/{read}")
    assert not nadia.page.select("textarea")
    assert "75,00 points sur 100" in nadia.text
    await nadia.submit(button="Rouvrir")
    assert "elle ne compte plus" in nadia.flash
    (evaluation,) = await stored(database)
    assert (evaluation.state, evaluation.total) == (EvaluationState.DRAFT, None)
    assert nadia.page.select("textarea")


@pytest.mark.bar("G92")
async def test_a_score_that_arrives_after_the_review_is_not_stored_and_stays_on_the_screen(
    database: Database, jury: Jury, browser: Browser, clock: MovableClock
) -> None:
    nadia, read = await browser(jury.people[NADIA]), await first_read(database, jury)
    await nadia.open(f"/jury/projets/{read}")
    clock.move_to(DELIBERATION)
    await nadia.sign_in_as(jury.people[NADIA])
    fresh = {"_csrf": await csrf(nadia)}
    await nadia.post(f"/jury/projets/{read}", **filled(jury, 3), acte="valider", version="0", **fresh)
    assert nadia.status == 403
    assert "L’évaluation est close depuis" in nadia.text
    assert REMARK in nadia.text
    assert await stored(database) == []


async def csrf(visitor: Visitor) -> str:
    await visitor.open("/compte")
    return str(visitor.page.select_one("meta[name=csrf-token]")["content"])  # type: ignore[index]


async def test_the_pages_ask_the_same_few_questions_of_the_database(
    database: Database, jury: Jury, browser: Browser
) -> None:
    nadia, read = await browser(jury.people[NADIA]), await first_read(database, jury)
    async with database.writing() as session:
        given = {one.project_id for one in await reads_of(session, NADIA)}
        (other,) = (project.id for project in jury.projects if project.id not in given)
        mine = {"panel_id": jury.panel.id, "person_id": jury.people[NADIA].id, "project_id": other}
        session.add(Assignment(**mine, position=3, assigned_at=EVALUATION))
    with count_queries(database) as pile_of_three:
        await nadia.open("/jury")
    with count_queries(database) as empty_read:
        await nadia.open(f"/jury/projets/{read}")
    await nadia.submit("/projets/" + read, **filled(jury, 3), acte="brouillon")
    with count_queries(database) as full_read:
        await nadia.open(f"/jury/projets/{read}")
    assert "Brouillon enregistré" in nadia.text or nadia.status == 200
    assert empty_read.count <= full_read.count <= MOST_QUERIES
    async with database.writing() as session:
        for assignment in (await reads_of(session, NADIA))[1:]:
            await session.delete(await session.get_one(Assignment, assignment.id))
    with count_queries(database) as pile_of_one:
        await nadia.open("/jury")
    assert "1 projet à finir" in nadia.text
    assert pile_of_one.count == pile_of_three.count <= MOST_QUERIES


async def test_a_save_asks_nothing_twice(database: Database, jury: Jury, browser: Browser) -> None:
    nadia, read = await browser(jury.people[NADIA]), await first_read(database, jury)
    await nadia.open(f"/jury/projets/{read}")
    await nadia.submit("/projets/" + read, **filled(jury, 2), acte="brouillon")
    with count_queries(database) as reading:
        await nadia.open(f"/jury/projets/{read}")
    nadia.http.follow_redirects = False
    with count_queries(database) as saving:
        await nadia.submit("/projets/" + read, **filled(jury, 3), acte="brouillon")
    assert (nadia.status, [one.version for one in await stored(database)]) == (303, [2])
    assert reading.count <= 5
    assert saving.count <= (11 if database.on_sqlite else 12), "PostgreSQL takes the turn of the journal by a statement"
    for asked in (reading, saving):
        assert len(set(asked.statements)) == asked.count


async def test_another_juror_cannot_write_on_a_read(database: Database, jury: Jury, browser: Browser) -> None:
    hugo, read = await browser(jury.people[HUGO]), await first_read(database, jury)
    fresh = {"_csrf": await csrf(hugo)}
    await hugo.post(f"/jury/projets/{read}", **filled(jury, 3), acte="valider", version="0", **fresh)
    assert hugo.status == 404
    assert REMARK not in hugo.text
    assert await stored(database) == []


async def test_a_juror_sees_their_own_scores_only(database: Database, jury: Jury, browser: Browser) -> None:
    nadia, hugo = await browser(jury.people[NADIA]), await browser(jury.people[HUGO])
    read = await first_read(database, jury)
    await nadia.open(f"/jury/projets/{read}")
    await nadia.submit("/projets/" + read, **filled(jury, 3, remark_jury="Entre nous"), acte="valider")
    async with database.reading() as session:
        theirs = await reads_of(session, HUGO)
    for path in ("/jury", *(f"/jury/projets/{one.id}" for one in theirs)):
        await hugo.open(path)
        assert hugo.status == 200
        assert "Entre nous" not in hugo.response.text
        assert "75,00" not in hugo.text
    await hugo.open(f"/jury/projets/{read}")
    seen = hugo.response.text
    await hugo.open("/jury/projets/000000000000")
    assert (hugo.status, hugo.title) == (404, (await hugo.open(f"/jury/projets/{read}")).title)
    assert "Entre nous" not in seen


async def test_a_pile_of_two_hundred_stays_in_a_few_questions(database: Database, jury: Jury, browser: Browser) -> None:
    async with database.writing() as session:
        claire = await coordinator_of(session, jury.edition)
        for number in range(66):
            panel = await create_panel(
                session, claire, jury.edition, name=f"Jury {number}", site_id=None, reads=1, now=EVALUATION
            )
            await add_juror(session, claire, panel, jury.people[NADIA], quality="x", now=EVALUATION)
            for place, project in enumerate(jury.projects, 1):
                session.add(
                    Assignment(
                        panel_id=panel.id, person_id=jury.people[NADIA].id, project_id=project.id, position=place,
                        assigned_at=EVALUATION,
                    )
                )  # fmt: skip
    nadia = await browser(jury.people[NADIA])
    with count_queries(database) as asked:
        await nadia.open("/jury")
    assert "200 projets à finir" in nadia.text
    assert "page 1 sur 8" in nadia.text
    assert len(nadia.page.select("tbody tr")) == 25
    assert asked.count <= MOST_QUERIES
    await nadia.open("/jury?etat=brouillon")
    assert "Aucun projet dans cet état." in nadia.text


async def test_the_file_of_a_project_comes_as_an_attachment(
    app: Creathon, database: Database, clock: MovableClock, browser: Browser, settings: Settings
) -> None:
    clock.move_to(EVALUATION)
    async with database.writing() as session:
        edition = await make_edition(session)
        project = await make_draft(session, edition)
        await join_file(session, edition, project, store=FileStore(settings.data / "files"))
        await make_deposit(session, edition, project)
        await make_rubric(session, edition)
        panel = await make_panel(session, edition, (NADIA,), reads=1)
        await declare(session, edition, panel.jurors[0])
        await allocate(session, await coordinator_of(session, edition), panel, edition, now=EVALUATION)
        read = (await reads_of(session, NADIA))[0]
        person = await session.get_one(Person, read.person_id)
    nadia = await browser(person)
    await nadia.open(f"/jury/projets/{read.id}")
    assert "La copie anonymisée de ce fichier est en préparation" in nadia.text
    await Copyist(database, FileStore(settings.data / "files"), clock).copy_due()
    await nadia.open(f"/jury/projets/{read.id}")
    link = nadia.page.select_one(f"a[href^='/jury/projets/{read.id}/fichiers/']")
    assert link is not None
    assert link.get_text() == f"dossier-{project.slug.lower()}.pdf"
    await nadia.open(str(link["href"]))
    assert nadia.response.content == anonymous("application/pdf", PDF)
    assert nadia.response.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in nadia.response.headers["content-security-policy"]

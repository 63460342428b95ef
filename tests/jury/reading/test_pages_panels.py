"""Composing juries, giving piles, following and reminding, through the rendered pages."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from creathon.accounts.models import Person
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.errors import Refused
from creathon.core.journal import JournalLine
from creathon.editions.models import Edition, Role
from creathon.jury.actions.links import LinkValues
from creathon.jury.actions.panels import add_juror
from creathon.jury.models import Assignment, LinkKind, Panel, PanelJuror
from creathon.jury.queries.panels import panel_by_id
from creathon.mail.models import Mail
from tests.factories.accounts import as_actor, force_role, make_holder
from tests.factories.editions import CREATION, EVALUATION, make_edition, paris, site_of
from tests.factories.jury import (
    declare,
    evaluate,
    make_juror,
    make_jury,
    make_panel,
    make_projects,
    make_rubric,
    reads_of,
)
from tests.jury.reading.conftest import Browser
from tests.personas import CLAIRE, HUGO, INES, LEILA, NADIA, SAMIR
from tests.queries import MOST_QUERIES, count_queries


@pytest.fixture
async def edition(app: Creathon, database: Database, clock: MovableClock) -> Edition:
    clock.move_to(EVALUATION)
    async with database.writing() as session:
        return await make_edition(session)


@pytest.fixture
async def claire(database: Database, edition: Edition) -> Person:
    async with database.writing() as session:
        return await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)


async def mails(database: Database, name: str) -> list[Mail]:
    async with database.reading() as session:
        return list(await session.scalars(select(Mail).where(Mail.name == name).order_by(Mail.recipient)))


async def verbs(database: Database) -> list[str]:
    async with database.reading() as session:
        return list(await session.scalars(select(JournalLine.verb).order_by(JournalLine.sequence)))


async def test_a_coordinator_composes_a_jury(
    database: Database, edition: Edition, claire: Person, browser: Browser
) -> None:
    async with database.writing() as session:
        nadia = await make_juror(session, edition, NADIA)
        projects = await make_projects(session, edition, ("Les Marches",))
        awa = projects[0].team.members[0].person
        force_role(session, awa, Role.JUROR, edition)
    page = await browser(claire)
    await page.open("/coordination/jurys")
    assert "Aucun jury pour l’instant" in page.text
    await page.submit("/jurys", name=" ", reads="12")
    assert page.status == 422
    assert "Un nombre entier, de 1 à 9." in page.errors
    await page.submit("/jurys", name="Jury national", site_id="", reads="3")
    assert "Le jury « Jury national » est créé" in page.flash
    options = [option.get_text() for option in page.page.select("select[name=person_id] option")]
    assert options == ["Choisir une personne", "Boussole Nadia"]
    await page.submit("/jures", person_id=nadia.id, quality="chercheuse", is_chair="y")
    assert "Nadia Boussole ◆ Présidence chercheuse ● Attendus" in page.text
    (mail,) = await mails(database, "jury_panel_added")
    assert mail.recipient == "nadia@exemple.test"
    assert "http://testserver/jury/liens" in mail.body
    assert [verb for verb in await verbs(database) if verb.startswith("panel")] == [
        "panel.created",
        "panel.juror_added",
    ]
    await page.open("/coordination/jurys")
    await page.submit("/jurys", name="JURY national", site_id="", reads="3")
    assert "Un autre jury porte déjà ce nom." in page.errors


async def test_a_member_of_a_team_is_refused_in_a_jury(
    database: Database, edition: Edition, claire: Person, browser: Browser
) -> None:
    async with database.writing() as session:
        await make_juror(session, edition, NADIA)
        panel = await make_panel(session, edition, ())
        project = (await make_projects(session, edition, ("Les Marches",)))[0]
        awa = project.team.members[0].person
        force_role(session, awa, Role.JUROR, edition)
        with pytest.raises(Refused, match="fait partie d’une équipe"):
            await add_juror(session, await as_actor(session, claire), panel, awa, quality="x", now=EVALUATION)
    page = await browser(claire)
    await page.open(f"/coordination/jurys/{panel.id}")
    await page.submit("/jures", person_id=awa.id, quality="x")
    assert page.status == 422
    async with database.reading() as session:
        assert await session.scalar(select(func.count(PanelJuror.id))) == 0


async def test_a_site_coordinator_knows_the_panels_of_the_site_only(
    database: Database, edition: Edition, claire: Person, browser: Browser
) -> None:
    async with database.writing() as session:
        samir = await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        leila = await make_holder(session, LEILA, Role.SITE_COORDINATOR, edition, site_of(edition, "RUN"))
        national = await make_panel(session, edition, (NADIA,))
    page, other = await browser(samir), await browser(leila)
    await page.open("/coordination/jurys")
    assert "Jury national" not in page.text
    assert [option.get_text() for option in page.page.select("select[name=site_id] option")] == [
        "Ceux du site Poitiers – Futuroscope"
    ]
    poitiers, reunion = site_of(edition, "POI").id, site_of(edition, "RUN").id
    for stranger in ("", reunion):
        await page.open("/coordination/jurys")
        await page.submit("/jurys", name="Ailleurs", site_id=stranger, reads="2")
        assert page.status == 422
    await page.open("/coordination/jurys")
    await page.submit("/jurys", name="Jury de Poitiers", site_id=poitiers, reads="2")
    async with database.reading() as session:
        panel = (await session.scalars(select(Panel).where(Panel.site_id == poitiers))).one()
        assert await session.scalar(select(func.count(Panel.id))) == 2
    for prefix in ("jurys", "affectation"):
        await page.open(f"/coordination/{prefix}/{national.id}")
        assert page.status == 404
        await other.open(f"/coordination/{prefix}/{panel.id}")
        assert other.status == 404
        await page.open(f"/coordination/{prefix}/{panel.id}")
        assert page.status == 200
    await page.open("/coordination/suivi")
    assert "Nadia" not in page.text


async def test_an_allocation_is_previewed_then_made_and_told(
    database: Database, edition: Edition, claire: Person, browser: Browser
) -> None:
    async with database.writing() as session:
        await make_projects(session, edition)
        panel = await make_panel(session, edition)
        for seat in panel.jurors[:2]:
            await declare(session, edition, seat)
    page = await browser(claire)
    await page.open(f"/coordination/affectation/{panel.id}")
    assert "6 lectures à confier. Rien n’est encore décidé." in page.text
    assert "1 personne n’a pas encore déclaré ses liens" in page.text
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Assignment.id))) == 0
    async with database.writing() as session:
        await declare(session, edition, panel.jurors[2])
    await page.submit(button="Confier les lectures")
    assert page.status == 409
    assert "La situation a changé depuis l’aperçu" in page.text
    await page.submit(button="Confier les lectures")
    assert "Les piles sont prêtes : 6 lectures confiées en tout" in page.flash
    assert "Chaque projet a ses lectures." in page.text
    assert [mail.recipient for mail in await mails(database, "jury_pile_ready")] == [
        "hugo@exemple.test", "ines@exemple.test", "nadia@exemple.test",
    ]  # fmt: skip
    async with database.reading() as session:
        for persona in (NADIA, HUGO, INES):
            assert [read.position for read in await reads_of(session, persona)] == [1, 2]
    assert (await verbs(database))[-1] == "panel.allocated"


async def test_two_coordinators_at_once_give_the_piles_once(
    database: Database, edition: Edition, claire: Person, browser: Browser
) -> None:
    async with database.writing() as session:
        await make_projects(session, edition)
        panel = await make_panel(session, edition)
        for seat in panel.jurors:
            await declare(session, edition, seat)
    pages = [await browser(claire) for _ in range(2)]
    for page in pages:
        await page.open(f"/coordination/affectation/{panel.id}")
    await asyncio.gather(*(page.submit(button="Confier les lectures") for page in pages))
    assert sorted(page.status for page in pages) == [200, 409]
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Assignment.id))) == 6


async def test_an_allocation_says_what_is_missing(
    database: Database, edition: Edition, claire: Person, browser: Browser
) -> None:
    async with database.writing() as session:
        projects = await make_projects(session, edition, ("Les Marches", "Les Passeurs"))
        panel = await make_panel(session, edition, (NADIA, HUGO), reads=3)
        for seat in panel.jurors:
            links = {projects[0].id: LinkValues(LinkKind.FAMILY)} if seat.person.email == HUGO.email else {}
            await declare(session, edition, seat, links)
    page = await browser(claire)
    await page.open(f"/coordination/affectation/{panel.id}")
    assert "Il y a moins de personnes que de lectures demandées" in page.text
    assert "Consigne en escalier : il manque 2 lectures, 1 personne est écartée." in page.text
    assert "Le passeur de mots : il manque 1 lecture, le jury n’est pas assez nombreux." in page.text


async def test_a_project_deposited_after_a_declaration_is_not_given(
    database: Database, edition: Edition, claire: Person, browser: Browser
) -> None:
    async with database.writing() as session:
        await make_projects(session, edition, ("Les Marches",))
        panel = await make_panel(session, edition, (NADIA,), reads=1)
        await declare(session, edition, panel.jurors[0])
        panel = await panel_by_id(session, panel.id)  # type: ignore[assignment]
        panel.jurors[0].links_declared_at = CREATION - timedelta(minutes=1)
    page = await browser(claire)
    await page.open(f"/coordination/affectation/{panel.id}")
    assert "1 projet manque de lectures" in page.text


async def test_the_follow_up_shows_who_is_late_without_a_score_and_reminds_once_a_day(
    database: Database, edition: Edition, claire: Person, browser: Browser, clock: MovableClock
) -> None:
    async with database.writing() as session:
        jury = await make_jury(session, edition)
        for read in await reads_of(session, NADIA):
            await evaluate(session, jury, read, 3)
    page = await browser(claire)
    await page.open("/coordination/suivi")
    assert "2 personnes n’ont pas fini" in page.text
    assert "Nadia Boussole Jury national ✓ Terminé 2 0 2" in page.text
    assert "Hugo Ardoise Jury national ✕ Pas commencé 2 0 0" in page.text
    assert "75" not in page.text
    await page.open("/coordination/suivi?reste=1")
    assert "Nadia" not in page.text
    await page.submit(button="Envoyer un rappel")
    assert "Rappels envoyés : 2." in page.flash
    clock.move_to(EVALUATION + timedelta(hours=2))
    await page.submit(button="Envoyer un rappel")
    assert "Rappels envoyés : 0. Déjà prévenues aujourd’hui : 2." in page.flash
    sent = await mails(database, "jury_reminder")
    assert [mail.recipient for mail in sent] == ["hugo@exemple.test", "ines@exemple.test"]
    assert "il vous reste 2 projets à valider" in " ".join(sent[0].body.split())
    assert "panel.reminded" in await verbs(database)
    clock.move_to(paris(2027, 5, 28, 10))
    await page.sign_in_as(claire)
    await page.open("/coordination/suivi")
    await page.submit(button="Envoyer un rappel")
    assert "Rappels envoyés : 2." in page.flash


async def test_the_grid_is_shown_and_says_when_it_is_frozen(
    database: Database, edition: Edition, claire: Person, browser: Browser
) -> None:
    page = await browser(claire)
    await page.open("/coordination/grille")
    assert "Pas encore de grille" in page.text
    async with database.writing() as session:
        jury = await make_jury(session, edition)
    await page.open("/coordination/grille")
    assert "Elle sera figée à la première évaluation." in page.text
    assert "C1 – Réponse au besoin coefficient 25" in page.text
    assert "Réponse au besoin, niveau 4." in page.text
    async with database.writing() as session:
        await evaluate(session, jury, (await reads_of(session, NADIA))[0], 3)
    await page.open("/coordination/grille")
    assert "Figée depuis la première évaluation, le jeudi 27 mai 2027" in page.text
    async with database.writing() as session:
        with pytest.raises(Refused, match="déjà sa grille"):
            await make_rubric(session, edition)


async def test_the_coordination_pages_ask_the_same_few_questions(
    database: Database, edition: Edition, claire: Person, browser: Browser
) -> None:
    async with database.writing() as session:
        await make_projects(session, edition)
        panel = await make_panel(session, edition, (NADIA,), reads=1)
        await declare(session, edition, panel.jurors[0])
    page = await browser(claire)
    paths = ("/coordination/jurys", f"/coordination/jurys/{panel.id}", f"/coordination/affectation/{panel.id}",
             "/coordination/affectation", "/coordination/suivi")  # fmt: skip
    with_one = []
    for path in paths:
        with count_queries(database) as asked:
            await page.open(path)
        with_one.append(asked.count)
    async with database.writing() as session:
        for persona in (HUGO, INES):
            person = await make_juror(session, edition, persona)
            actor = await as_actor(session, claire)
            await add_juror(session, actor, panel, person, quality="x", now=EVALUATION)
        for name in ("Deux", "Trois"):
            await make_panel(session, edition, (NADIA, HUGO), name=name)
    for path, count in zip(paths, with_one, strict=True):
        with count_queries(database) as asked:
            await page.open(path)
        assert (path, asked.count) == (path, count)
        assert count <= MOST_QUERIES

"""/projet: the draft, saved, refused, compared."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.journal import JournalLine
from creathon.projects.models import Project, ProjectRevision
from tests.browsing import Visitor, form_values
from tests.factories.accounts import make_person
from tests.factories.editions import CREATION_CLOSES
from tests.factories.projects import make_draft
from tests.personas import ZOE
from tests.projects.conftest import Scene


async def stored(database: Database) -> Project:
    async with database.reading() as session:
        return (await session.scalars(select(Project))).one()


async def revisions(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count(ProjectRevision.id))) or 0


async def verbs(database: Database) -> list[str]:
    async with database.reading() as session:
        query = select(JournalLine.verb).where(JournalLine.verb.startswith("project.")).order_by(JournalLine.sequence)
        return list(await session.scalars(query))


async def test_a_person_without_team_is_told_where_a_project_begins(
    visitor: Visitor, awa: Visitor, scene: Scene, database: Database
) -> None:
    await visitor.open("/projet")
    assert visitor.path == "/connexion"
    async with database.writing() as session:
        zoe = await make_person(session, ZOE)
    await visitor.sign_in_as(zoe)
    await visitor.open("/projet")
    assert "Vous n’avez pas encore d’équipe" in visitor.text
    assert visitor.page.select_one("main a[href='/equipe']")
    token = form_values((await awa.open("/projet")).form("/projet"))["_csrf"]
    await visitor.post("/projet", _csrf=token, version=0, title="Sans équipe")
    assert visitor.status == 403
    token = form_values((await visitor.open("/projet")).form("/deconnexion"))["_csrf"]
    await visitor.post("/projet", _csrf=token, version=0, title="Sans équipe")
    assert "le projet s’écrit en équipe" in visitor.text
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Project.id))) == 0


async def test_the_first_save_opens_the_project_and_says_the_minute(
    awa: Visitor, scene: Scene, database: Database
) -> None:
    await awa.open("/projet")
    assert "Rien n’est encore enregistré" in awa.text
    await awa.submit("/projet", title="Consigne en escalier", needs=["attention"], need="Un\r\nbesoin")
    assert awa.flash.startswith("Brouillon enregistré à 15 h 00")
    assert "Rien n’est déposé" in awa.text
    assert "Déposé le" not in awa.text
    project = await stored(database)
    assert (project.title, project.needs, project.need) == ("Consigne en escalier", ["attention"], "Un\nbesoin")
    assert await verbs(database) == ["project.started"], "who saved what, and when, is in the history"
    assert await revisions(database) == 2


async def test_saving_what_is_already_there_writes_nothing(awa: Visitor, scene: Scene, database: Database) -> None:
    await awa.open("/projet")
    await awa.submit("/projet", title="Deux rives")
    before = (await stored(database)).version, await revisions(database)
    await awa.submit("/projet")
    assert "Brouillon enregistré" in awa.flash
    assert ((await stored(database)).version, await revisions(database)) == before


async def test_a_text_too_long_is_refused_with_its_limit_and_kept(
    awa: Visitor, scene: Scene, database: Database
) -> None:
    await awa.open("/projet")
    await awa.submit("/projet", title="Deux rives", summary="é" * 401)
    assert awa.status == 422
    assert "400 caractères au plus" in awa.errors
    assert "é" * 401 in awa.response.text
    assert "maxlength" not in awa.response.text
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Project.id))) == 0


@pytest.mark.bar("F86")
async def test_a_save_after_the_closing_is_refused_with_the_text_kept(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    clock.move_to(CREATION_CLOSES - timedelta(minutes=5))
    await awa.sign_in_as(scene.people[0])
    await awa.open("/projet")
    clock.move_to(CREATION_CLOSES + timedelta(minutes=15))
    await awa.submit("/projet", title="Trop tard")
    assert awa.status == 403
    assert "close depuis le jeudi 20 mai 2027 à 9 h 00" in awa.errors
    assert awa.form("/projet").select_one("[name=title]")["value"] == "Trop tard"  # type: ignore[index]
    await awa.open("/projet")
    assert "close depuis le" in awa.text
    assert not awa.page.select("main textarea")


@pytest.mark.bar("G87")
@pytest.mark.parametrize("after", [timedelta(hours=-1), timedelta(hours=3)])
async def test_each_section_that_the_page_leads_to_is_on_it(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock, after: timedelta
) -> None:
    async with database.writing() as session:
        await make_draft(session, scene.edition, scene.team)
    clock.move_to(CREATION_CLOSES + after)
    await awa.sign_in_as(scene.people[0])
    await awa.open("/projet")
    names = [str(link["href"])[1:] for link in awa.page.select("main nav a[href^='#']")]
    assert len(names) >= 5
    assert [name for name in names if awa.page.find(id=name) is None] == []


async def test_a_form_without_version_is_answered_428(awa: Visitor, scene: Scene) -> None:
    await awa.open("/projet")
    await awa.submit("/projet", version=None, title="Sans version")
    assert awa.status == 428


@pytest.mark.bar("G87")
async def test_a_stale_save_shows_both_texts_and_loses_nothing(
    awa: Visitor, bastien: Visitor, scene: Scene, database: Database
) -> None:
    async with database.writing() as session:
        await make_draft(session, scene.edition, scene.team)
    await awa.open("/projet")
    await bastien.open("/projet")
    await awa.submit("/projet", need="Le besoin d’Awa <b>", title="Titre d’Awa")
    await bastien.submit("/projet", need="Le besoin de Bastien", solution="La réponse de Bastien")
    assert bastien.status == 409
    assert bastien.title == "Deux textes à rapprocher"
    assert "Le besoin d’Awa <b>" in bastien.text
    form = bastien.form("/projet")
    assert form.select_one("textarea[name=need]").get_text().strip() == "Le besoin de Bastien"  # type: ignore[union-attr]
    checked = {str(found["name"]): found["value"] for found in form.select("[type=radio][checked]")}
    assert checked == {"keep_need": "mine"}, "the title and the answer were changed by one of them only"
    assert (await stored(database)).need == "Le besoin d’Awa <b>"
    await bastien.submit("/projet", need="Les deux besoins")
    assert "Brouillon enregistré" in bastien.flash
    project = await stored(database)
    assert (project.title, project.need) == ("Titre d’Awa", "Les deux besoins")
    assert project.solution == "La réponse de Bastien"
    assert project.needs == ["langage_ecrit", "attention"]
    assert project.video_captioned


async def test_a_comparison_that_is_stale_in_its_turn_is_shown_again(
    awa: Visitor, bastien: Visitor, scene: Scene, database: Database
) -> None:
    async with database.writing() as session:
        await make_draft(session, scene.edition, scene.team)
    await awa.open("/projet")
    await bastien.open("/projet")
    await awa.submit("/projet", need="Premier texte d’Awa")
    await bastien.submit("/projet", need="Texte de Bastien")
    await awa.submit("/projet", need="Second texte d’Awa")
    await bastien.submit("/projet", keep_need="both")
    assert bastien.status == 409
    assert "Second texte d’Awa" in bastien.text
    mine = bastien.form("/projet").select_one("textarea[name=need]").get_text().strip()  # type: ignore[union-attr]
    assert mine == "Premier texte d’Awa\n\nTexte de Bastien"
    assert (await stored(database)).need == "Second texte d’Awa"
    await bastien.submit("/projet", keep_need="theirs")
    assert (await stored(database)).need == "Second texte d’Awa"


async def test_two_members_whose_first_saves_differ_are_compared(
    awa: Visitor, bastien: Visitor, scene: Scene, database: Database
) -> None:
    await awa.open("/projet")
    await bastien.open("/projet")
    await awa.submit("/projet", title="Un")
    await bastien.submit("/projet", title="Deux")
    assert bastien.status == 409
    assert (await stored(database)).title == "Un"


@pytest.mark.bar("G87")
async def test_savers_at_once_lose_no_update(awa: Visitor, bastien: Visitor, scene: Scene, database: Database) -> None:
    await awa.open("/projet")
    await bastien.open("/projet")
    acknowledged: list[str] = []

    async def write(browser: Visitor, name: str) -> None:
        for number in range(6):
            word = f"{name}{number}"
            typed = " ".join((*browser_text(browser), word))
            await browser.submit("/projet", need=typed)
            while browser.status == 409:
                theirs = browser.page.select_one("blockquote").get_text().split()  # type: ignore[union-attr]
                merged = " ".join((*theirs, word))
                await browser.submit("/projet", need=merged, keep_need="mine")
            assert browser.status == 200, browser.text
            acknowledged.append(word)

    await asyncio.gather(write(awa, "a"), write(bastien, "b"))
    assert sorted((await stored(database)).need.split()) == sorted(acknowledged)
    assert len(acknowledged) == 12
    assert await revisions(database) == (await stored(database)).version


def browser_text(browser: Visitor) -> list[str]:
    field = browser.form("/projet").select_one("textarea[name=need]")
    return field.get_text().split() if field else []

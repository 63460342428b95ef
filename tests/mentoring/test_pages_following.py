"""Interviews and notes, through the pages of the mentor, the team and the coordination."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.files import FileStore
from creathon.mentoring.models import Interview
from creathon.projects.queries import project_by_id
from creathon.settings import Settings
from tests.browsing import Visitor
from tests.factories.decision import forget_palmares
from tests.factories.editions import MENTORING, make_edition, paris
from tests.factories.jury import make_projects
from tests.factories.mentoring import FIRST_INTERVIEW, make_followed, make_interviews, reloaded
from tests.factories.projects import PDF, join_file, make_deposit
from tests.mentoring.conftest import Scene, mails_named, stored, verbs
from tests.personas import AWA, OMAR

CLOSED = paris(2028, 2, 2, 10)


async def test_the_mentor_reads_what_waits_in_both_zones(omar: Visitor, scene: Scene, database: Database) -> None:
    async with database.writing() as session:
        person = await session.get(type(scene.people["Omar"]), scene.people["Omar"].id)
        assert person is not None
        person.zone = "Indian/Reunion"
    await omar.open("/mentorat")
    assert "jeudi 28 octobre 2027 à 14 h 00 (heure de Paris), soit jeudi 28 octobre 2027 à 16 h 00" in omar.text
    assert "Compte rendu à écrire entretien du jeudi 14 octobre 2027" in omar.text
    assert "Protocole d’essai, mercredi 17 novembre 2027" in omar.text


async def test_the_mentor_reads_project_team_and_objective(omar: Visitor, scene: Scene) -> None:
    await omar.open(f"/mentorat/{scene.followed.pairing.id}")
    assert omar.title == "Consigne en escalier"
    for words in ("Awa, pédagogue", "Un seul indicateur.", "La consigne est souvent le premier obstacle."):
        assert words in omar.text
    assert "Riviere" not in omar.response.text
    assert AWA.email not in omar.response.text


async def test_the_mentor_fetches_the_file_of_the_deposit(
    omar: Visitor, scene: Scene, database: Database, settings: Settings
) -> None:
    path = f"/mentorat/{scene.followed.pairing.id}"
    await omar.open(f"{path}/fichiers/zzzzzzzzzzzz")
    assert omar.status == 404
    async with database.writing() as session:
        project = await project_by_id(session, scene.projects[0].id, lock=True)
        assert project is not None
        file = await join_file(session, scene.edition, project, store=FileStore(settings.data / "files"))
        await make_deposit(session, scene.edition, project)
    await omar.open(path)
    assert "dossier.pdf" in omar.text
    await omar.open(f"{path}/fichiers/{file.id}")
    assert omar.response.content == PDF
    assert omar.response.headers["content-disposition"].startswith("attachment")


async def test_interviews_are_planned_twice_a_month_with_one_mail_each(
    omar: Visitor, scene: Scene, database: Database
) -> None:
    path = f"{scene.pairing_path}/entretiens"
    await omar.open(path)
    assert omar.form(path).select_one("[value=deux_fois_par_mois][checked]")
    await omar.submit(path, first="2027-11-02T17:00", minutes="30")
    assert "7 entretiens sont planifiés" in omar.flash
    async with database.reading() as session:
        pairing = await reloaded(session, scene.followed.pairing)
    starts = [one.starts_at for one in pairing.interviews if one.minutes == 30]
    assert starts == [paris(2027, 11, 2, 17) + timedelta(days=14 * number) for number in range(7)]
    told = [mail for mail in await mails_named(database, "mentoring_interviews") if "2 novembre" in mail.body]
    assert {mail.recipient for mail in told} == {
        OMAR.email,
        *(one.person.email for one in pairing.project.team.members),
    }
    assert len(told) == 4
    body = told[0].body.replace("\xa0", " ")
    assert body.count("\n- ") == 8
    assert "- mardi 2 novembre 2027 à 17 h 00 (heure de Paris)" in body
    assert "14 octobre" not in body


@pytest.mark.parametrize(
    ("first", "sentence"),
    [
        ("2028-02-01T09:00", "Un entretien a lieu pendant l’accompagnement"),
        ("2027-10-28T14:00", "Un entretien est déjà prévu à cette heure"),
        ("2027-10-31T02:30", "Cette heure arrive deux fois"),
        ("", "Ce champ est obligatoire."),
    ],
)
async def test_interviews_that_cannot_be_are_refused_with_a_sentence(
    omar: Visitor, scene: Scene, database: Database, first: str, sentence: str
) -> None:
    path = f"{scene.pairing_path}/entretiens"
    await omar.open(path)
    await omar.submit(path, first=first, rhythm="une_fois")
    assert omar.status in (403, 422)
    assert sentence in omar.errors
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Interview.id))) == 2


async def test_an_interview_is_moved_then_cancelled(
    claire: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    coming = scene.interviews[1]
    path = f"{scene.pairing_path}/entretiens/{coming.id}"
    await claire.open(path)
    await claire.submit(path, starts_at="2027-10-29T10:30", minutes="60")
    assert "Le rendez-vous est enregistré" in claire.flash
    moved = await stored(database, coming)
    assert (moved.starts_at, moved.minutes) == (paris(2027, 10, 29, 10, 30), 60)
    told = await mails_named(database, "mentoring_interviews")
    assert sum("29 octobre" in mail.body for mail in told) == 4
    await claire.submit(path, starts_at="2027-10-14T14:00")
    assert claire.status == 403
    assert "déjà prévu à cette heure" in claire.errors
    await claire.open(path)
    await claire.submit("/annuler")
    assert "L’entretien est annulé" in claire.flash
    assert await stored(database, coming) is None
    assert await verbs(database, coming.id) == ["interview.moved", "interview.cancelled"]
    assert sum("Aucun entretien" in mail.body for mail in await mails_named(database, "mentoring_interviews")) == 4
    await claire.open(path)
    assert claire.status == 404


@pytest.mark.bar("G87")
async def test_two_people_move_one_interview(omar: Visitor, claire: Visitor, scene: Scene, database: Database) -> None:
    path = f"{scene.pairing_path}/entretiens/{scene.interviews[1].id}"
    await omar.open(path)
    await claire.open(path)
    await claire.submit(path, starts_at="2027-10-29T10:30")
    await omar.submit(path, starts_at="2027-10-30T10:30")
    assert omar.status == 409
    assert "vendredi 29 octobre 2027 à 10 h 30" in omar.text
    assert "samedi 30 octobre 2027 à 10 h 30" in omar.text
    assert (await stored(database, scene.interviews[1])).starts_at == paris(2027, 10, 29, 10, 30)
    await omar.submit(path, version=None)
    assert omar.status == 428


async def test_a_note_is_written_and_the_team_reads_it(
    omar: Visitor, awa: Visitor, claire: Visitor, scene: Scene, database: Database
) -> None:
    await omar.open(scene.held)
    await omar.submit("/compte-rendu", actions="Compter", decisions=" ")
    assert omar.status == 422
    assert "Compter" in omar.response.text
    await omar.submit("/compte-rendu", decisions="Un essai\ndans une classe", actions="Compter", next_step="Relire")
    assert "L’équipe peut le lire" in omar.flash
    noted = await stored(database, scene.interviews[0])
    assert (noted.decisions, noted.noted_by) == ("Un essai\ndans une classe", scene.people["Omar"].id)
    assert noted.noted_at == MENTORING
    assert await verbs(database, noted.id) == ["interview.noted"]
    told = await mails_named(database, "mentoring_note")
    assert len(told) == 3
    assert f"http://testserver{scene.held}" in told[0].body
    assert "Un essai" not in told[0].body
    await omar.submit("/compte-rendu", next_step="Relire deux fois")
    assert len(await mails_named(database, "mentoring_note")) == 3
    for visitor, path in (
        (awa, "/accompagnement"), (awa, scene.held),
        (claire, f"/coordination/accompagnement/projets/{scene.projects[0].id}"),
    ):  # fmt: skip
        await visitor.open(path)
        for words in ("Un essai dans une classe", "Compter", "Relire deux fois"):
            assert words in visitor.text, path
    await awa.open(scene.held)
    assert not awa.page.select("main form")
    await claire.open(scene.held)
    assert "sa date ne change plus" in claire.text or "ne s’annule plus" in claire.text
    await claire.open("/coordination/accompagnement")
    assert "1 tenu sur 2" in claire.text


async def test_a_note_is_written_by_its_mentor_in_its_time(
    omar: Visitor, awa: Visitor, claire: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    coming = f"{scene.pairing_path}/entretiens/{scene.interviews[1].id}"
    await omar.open(coming)
    assert "n’a pas encore commencé" in omar.text
    assert not omar.page.select("form[action$=compte-rendu]")
    for visitor in (awa, claire):
        await visitor.open(scene.held)
        assert not visitor.page.select("form[action$=compte-rendu]")
        token = str(visitor.page.select_one("input[name=_csrf]")["value"])  # type: ignore[index]
        await visitor.post(f"{scene.held}/compte-rendu", _csrf=token, version="1", decisions="Pas à moi")
        assert visitor.status == 403
    clock.move_to(CLOSED)
    await omar.sign_in_as(scene.people["Omar"])
    await omar.open(scene.held)
    assert "clos depuis le mardi 1er février 2028" in omar.text
    omar_token = str(omar.page.select_one("input[name=_csrf]")["value"])  # type: ignore[index]
    await omar.post(f"{scene.held}/compte-rendu", _csrf=omar_token, version="1", decisions="Écrit trop tard")
    assert omar.status == 403
    assert "Écrit trop tard" in omar.form("/compte-rendu").get_text()
    assert (await stored(database, scene.interviews[0])).decisions == ""


@pytest.mark.bar("G87")
async def test_two_windows_on_one_note_lose_nothing(
    app: Creathon, omar: Visitor, scene: Scene, database: Database
) -> None:
    async with Visitor(app) as other:
        await other.sign_in_as(scene.people["Omar"])
        await other.open(scene.held)
        await omar.open(scene.held)
        await omar.submit("/compte-rendu", decisions="Premier texte", actions="Premières actions")
        await other.submit("/compte-rendu", decisions="Second texte <b>")
        assert other.status == 409
        assert "Premier texte" in other.text
        assert "Second texte <b>" in other.text
        assert (await stored(database, scene.interviews[0])).decisions == "Premier texte"
        await other.submit("/compte-rendu", actions="Premières actions")
        noted = await stored(database, scene.interviews[0])
        assert (noted.decisions, noted.actions) == ("Second texte <b>", "Premières actions")
        await omar.submit("/compte-rendu", version=None)
        assert omar.status == 428


async def test_a_note_survives_an_interview_moved_meanwhile(
    omar: Visitor, claire: Visitor, scene: Scene, database: Database
) -> None:
    await omar.open(scene.held)
    await claire.open(scene.held)
    await claire.submit(scene.held, starts_at="2027-10-14T15:00")
    await omar.submit("/compte-rendu", decisions="Rien n’est perdu")
    assert "L’équipe peut le lire" in omar.flash
    noted = await stored(database, scene.interviews[0])
    assert (noted.decisions, noted.starts_at) == ("Rien n’est perdu", paris(2027, 10, 14, 15))


async def test_a_team_reads_its_follow_up_and_the_others_an_honest_page(
    app: Creathon, awa: Visitor, scene: Scene
) -> None:
    await awa.open("/accompagnement")
    for words in ("Votre mentor : Omar Passerelle", "jeudi 28 octobre 2027 à 14 h 00", "Protocole d’essai"):
        assert words in awa.text.replace("\xa0", " ")
    async with Visitor(app) as visitor:
        await visitor.sign_in_as(scene.people["Teva"])
        await visitor.open("/accompagnement")
        assert "Votre projet n’est pas dans l’accompagnement" in visitor.text
        assert visitor.page.select("main a[href='/projet/retours']")
        assert "Omar" not in visitor.response.text
        await visitor.sign_in_as(scene.people["Claire"])
        await visitor.open("/accompagnement")
        assert "Vous n’êtes dans aucune équipe" in visitor.text


async def test_a_selection_is_secret_until_it_is_published(
    app: Creathon, visitor: Visitor, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        chosen, other = await make_projects(session, edition, ("Les Marches", "Les Passeurs"))
        followed = await make_followed(session, edition, chosen)
        await make_interviews(session, followed, FIRST_INTERVIEW)
        await forget_palmares(session)
    said = []
    for project in (chosen, other):
        await visitor.sign_in_as(project.team.members[0].person)
        await visitor.open("/accompagnement")
        said.append(visitor.text.replace(project.team.name, ""))
    assert said[0] == said[1]
    assert "Le palmarès n’est pas encore publié" in said[0]

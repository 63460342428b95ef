"""/coordination/accompagnement: programme, pairing, another mentor."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from creathon.accounts.actions import grant_role
from creathon.accounts.models import Person
from creathon.app import Creathon
from creathon.core.actor import SYSTEM, Anonymous
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.errors import Refused
from creathon.editions.models import Role
from creathon.editions.queries import current_edition
from creathon.jury.models import Selection, Tier
from creathon.mentoring.actions import pair_project
from creathon.mentoring.models import Pairing, Programme, ProgrammeSession
from creathon.projects.models import Project
from tests.browsing import Visitor
from tests.factories.accounts import make_holder
from tests.factories.decision import choose, make_decision
from tests.factories.decision import publish as publish_decision
from tests.factories.editions import AFTER_PALMARES, DELIBERATION, make_edition
from tests.factories.jury import coordinator_of, evaluate, make_jury, make_projects, reads_of
from tests.factories.mentoring import link, make_mentor, make_selection, publish, reloaded
from tests.mentoring.conftest import Scene, mails_named, verbs
from tests.personas import CLAIRE, INES, NADIA, OMAR

LIST = "/coordination/accompagnement"


async def sessions(database: Database) -> list[ProgrammeSession]:
    async with database.reading() as session:
        query = select(ProgrammeSession).order_by(ProgrammeSession.starts_at)
        return list(await session.scalars(query))


async def test_nothing_is_shown_nor_done_before_the_palmares(
    app: Creathon, visitor: Visitor, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        project = (await make_projects(session, edition, ("Les Marches",)))[0]
        await make_selection(session, edition, project)
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        omar = await make_mentor(session, edition)
    clock.move_to(DELIBERATION)
    await visitor.sign_in_as(claire)
    await visitor.open(LIST)
    assert "Le palmarès n’est pas encore publié" in visitor.text
    assert "Consigne en escalier" not in visitor.response.text
    assert not visitor.page.select("main form")
    await visitor.open(f"{LIST}/projets/{project.id}")
    assert visitor.status == 404
    await visitor.open("/compte")
    token = str(visitor.page.select_one("input[name=_csrf]")["value"])  # type: ignore[index]
    await visitor.post(LIST, _csrf=token, title="Tremplin", first_day="2027-10-04")
    assert visitor.status == 403
    await visitor.post(f"{LIST}/projets/{project.id}", _csrf=token, mentor_id=omar.id, objective="Viser juste.")
    assert visitor.status == 404
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Programme.id))) == 0
        assert await session.scalar(select(func.count(Pairing.id))) == 0
    async with database.writing() as session:
        await publish(session, edition)
    clock.move_to(AFTER_PALMARES)
    await visitor.sign_in_as(claire)
    await visitor.open(LIST)
    assert "Consigne en escalier" in visitor.text
    assert "À trouver" in visitor.text


async def test_the_programme_is_made_then_changed(claire: Visitor, scene: Scene, database: Database) -> None:
    await claire.open(LIST)
    await claire.submit("/accompagnement", first_day="2027-10-04", place="Poitiers")
    assert "Le programme est créé" in claire.flash
    made = await sessions(database)
    assert len(made) == 11
    assert made[0].starts_at == datetime(2027, 10, 4, 7, tzinfo=UTC)
    assert "lundi 4 octobre 2027, de 9 h 00 à 17 h 30 (heure de Paris)" in claire.text
    assert "jusqu’au lundi 31 janvier 2028" in claire.text
    await claire.open(f"{LIST}/moments/{made[5].id}")
    path = f"/moments/{made[5].id}"
    await claire.submit(path, title="Atelier 1, à Poitiers", starts_at="2027-11-10T14:00", ends_at="2027-11-10T16:00")
    assert claire.path == LIST
    assert "Atelier 1, à Poitiers" in claire.text
    changed = (await sessions(database))[5]
    assert (changed.starts_at.hour, changed.version) == (13, 2)
    assert await verbs(database, changed.id) == ["programme.session-edited"]
    await claire.open(f"{LIST}/moments/nouveau")
    await claire.submit(
        "/moments/nouveau", kind="review", title="Point d’étape", starts_at="2027-12-01T09:00",
        ends_at="2027-12-01T10:00", place="À distance",
    )  # fmt: skip
    assert "Point d’étape" in claire.text
    added = next(one for one in await sessions(database) if one.title == "Point d’étape")
    await claire.open(f"{LIST}/moments/{added.id}")
    await claire.submit("/retirer")
    assert len(await sessions(database)) == 11
    assert await verbs(database, added.id) == ["programme.session-added", "programme.session-removed"]


async def test_a_programme_is_made_once(app: Creathon, claire: Visitor, scene: Scene, database: Database) -> None:
    await claire.open(LIST)
    async with Visitor(app) as other:
        await other.sign_in_as(scene.people["Claire"])
        await other.open(LIST)
        await claire.submit("/accompagnement", first_day="2027-10-04")
        await other.submit("/accompagnement", first_day="2027-10-04")
        assert other.status == 409
        assert "a déjà un programme" in other.text
    assert len(await sessions(database)) == 11


@pytest.mark.bar("F84")
async def test_the_hours_of_a_moment_are_checked_and_kept(claire: Visitor, scene: Scene, database: Database) -> None:
    await claire.open(LIST)
    await claire.submit("/accompagnement", first_day="2027-10-04")
    await claire.open(f"{LIST}/moments/nouveau")
    base = {"title": "Soirée", "place": "Poitiers", "ends_at": "2028-03-26T23:00"}
    for starts_at, sentence in (
        ("2028-03-26T02:30", "Cette heure n’existe pas"),
        ("2027-10-31T02:30", "Cette heure arrive deux fois"),
        ("2028-03-27T09:00", "La fin doit venir après le début."),
        ("n’importe quoi", "Écrivez une date et une heure."),
        ("1027-10-31T02:30", "Vérifiez l’année"),
    ):
        await claire.submit("/moments/nouveau", **base, starts_at=starts_at)
        assert claire.status == 422
        assert sentence in claire.errors
        assert 'value="Soirée"' in claire.response.text
    assert len(await sessions(database)) == 11


@pytest.mark.bar("G87")
async def test_two_people_change_one_moment(app: Creathon, claire: Visitor, scene: Scene, database: Database) -> None:
    await claire.open(LIST)
    await claire.submit("/accompagnement", first_day="2027-10-04")
    moment = (await sessions(database))[0]
    path = f"{LIST}/moments/{moment.id}"
    async with Visitor(app) as other:
        await other.sign_in_as(scene.people["Claire"])
        await other.open(path)
        await claire.open(path)
        await claire.submit(path, version=None)
        assert claire.status == 428
        await claire.open(path)
        await claire.submit(path, title="Titre de Claire", place="Poitiers")
        await other.submit(path, title="Titre de l’autre <b>")
        assert other.status == 409
        assert "Titre de Claire" in other.text
        assert "Titre de l’autre <b>" in other.text
        assert (await sessions(database))[0].title == "Titre de Claire"
        await other.submit(path)
        assert (await sessions(database))[0].title == "Titre de l’autre <b>"


@dataclass(frozen=True)
class Chosen:
    """A project that waits for a mentor, its team read by a jury; Ines has a link with it."""

    project: Project
    omar: Person
    ines: Person

    @property
    def path(self) -> str:
        return f"{LIST}/projets/{self.project.id}"


@pytest.fixture
async def chosen(visitor: Visitor, database: Database, clock: MovableClock) -> Chosen:
    async with database.writing() as session:
        edition = await make_edition(session)
        jury = await make_jury(session, edition, jurors=(NADIA,), teams=("Les Marches",), reads=1)
        await evaluate(session, jury, (await reads_of(session, NADIA))[0], 3)
        project = jury.projects[0]
        await make_selection(session, jury.edition, project, Tier.APPUI)
        await publish(session, jury.edition)
        omar, ines = [await make_mentor(session, jury.edition, persona) for persona in (OMAR, INES)]
        await link(session, jury.edition, ines, project.id)
        claire = await session.get(Person, (await coordinator_of(session, jury.edition)).person_id)
        assert claire is not None
    clock.move_to(AFTER_PALMARES)
    await visitor.sign_in_as(claire)
    return Chosen(project, omar, ines)


async def test_a_mentor_is_chosen_beside_the_remarks_for_the_team(
    visitor: Visitor, chosen: Chosen, database: Database
) -> None:
    await visitor.open(chosen.path)
    assert "Un besoin bien vu ; précisez l’essai." in visitor.text
    assert "Nadia" not in visitor.response.text
    options = [option["value"] for option in visitor.page.select("select[name=mentor_id] option")]
    assert options == ["", chosen.omar.id]
    for values in (
        {"mentor_id": chosen.ines.id, "objective": "Viser juste."},
        {"mentor_id": chosen.omar.id, "objective": " "},
        {"mentor_id": "nobody", "objective": "Viser juste."},
    ):
        await visitor.submit(chosen.path, **values)
        assert visitor.status == 422
        assert values["objective"].strip() in visitor.response.text
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Pairing.id))) == 0


async def test_a_project_is_given_to_a_mentor(visitor: Visitor, chosen: Chosen, database: Database) -> None:
    await visitor.open(chosen.path)
    await visitor.submit(chosen.path, mentor_id=chosen.omar.id, objective="Suivre un seul indicateur.")
    assert "Omar Passerelle suit désormais ce projet" in visitor.flash
    assert "Suivre un seul indicateur." in visitor.text
    async with database.reading() as session:
        pairing = (await session.scalars(select(Pairing))).one()
    assert (pairing.mentor_id, pairing.tier) == (chosen.omar.id, Tier.APPUI)
    assert await verbs(database, pairing.id) == ["pairing.created"]
    told = await mails_named(database, "mentoring_paired")
    assert {mail.recipient for mail in told} == {one.person.email for one in chosen.project.team.members}
    assert "Omar Passerelle" in told[0].body
    assert "http://testserver/accompagnement" in told[0].body
    assigned = await mails_named(database, "mentoring_assigned")
    assert [mail.recipient for mail in assigned] == [OMAR.email]
    assert f"http://testserver/mentorat/{pairing.id}" in assigned[0].body
    await visitor.open(LIST)
    assert "appui Omar Passerelle aucun aucun" in visitor.text


async def test_a_person_with_a_link_or_of_the_team_is_refused_by_the_action_too(
    chosen: Chosen, database: Database
) -> None:
    async with database.writing() as session:
        edition = await current_edition(session, Anonymous())
        selection = (await session.scalars(select(Selection))).one()
        assert edition is not None
        claire = await coordinator_of(session, edition)
        member = chosen.project.team.members[0].person
        await grant_role(session, SYSTEM, member, Role.MENTOR, edition, now=AFTER_PALMARES)
        for person in (chosen.ines, member, await session.get(Person, claire.person_id)):
            assert person is not None
            with pytest.raises(Refused):
                await pair_project(session, claire, selection, person, edition, objective="", now=AFTER_PALMARES)
        await pair_project(session, claire, selection, chosen.omar, edition, objective="", now=AFTER_PALMARES)


async def test_a_mentor_is_changed_and_both_are_told(claire: Visitor, scene: Scene, database: Database) -> None:
    async with database.writing() as session:
        ines = await make_mentor(session, scene.edition, INES)
    path = f"{LIST}/projets/{scene.projects[0].id}"
    await claire.open(path)
    await claire.submit("/mentor", mentor_id="")
    assert claire.status == 422
    assert "Choisissez une personne." in claire.errors
    await claire.submit("/mentor", mentor_id=ines.id)
    assert "Ines Verger suit désormais ce projet" in claire.flash
    assert await verbs(database, scene.followed.pairing.id) == [
        "pairing.created", "interviews.planned", "pairing.mentor-changed",
    ]  # fmt: skip
    assert [mail.recipient for mail in await mails_named(database, "mentoring_ended")] == [OMAR.email]
    assert [mail.recipient for mail in await mails_named(database, "mentoring_assigned")] == [OMAR.email, INES.email]
    assert len(await mails_named(database, "mentoring_paired")) == 6
    async with database.reading() as session:
        assert (await reloaded(session, scene.followed.pairing)).mentor.id == ines.id


@pytest.mark.bar("G87")
async def test_two_coordinators_change_one_mentor(
    app: Creathon, claire: Visitor, scene: Scene, database: Database
) -> None:
    async with database.writing() as session:
        ines, nadia = [await make_mentor(session, scene.edition, persona) for persona in (INES, NADIA)]
    path = f"{LIST}/projets/{scene.projects[0].id}"
    async with Visitor(app) as other:
        await other.sign_in_as(scene.people["Claire"])
        await other.open(path)
        await claire.open(path)
        await claire.submit("/mentor", version=None)
        assert claire.status == 428
        await claire.open(path)
        await claire.submit("/mentor", mentor_id=ines.id)
        await other.submit("/mentor", mentor_id=nadia.id)
        assert other.status == 409
        assert "Ines Verger" in other.text
        assert "Nadia Boussole" in other.text
        async with database.reading() as session:
            assert (await reloaded(session, scene.followed.pairing)).mentor.id == ines.id


@pytest.mark.bar("G88")
async def test_a_pairing_sent_twice_is_made_once(claire: Visitor, scene: Scene, database: Database) -> None:
    async with database.writing() as session:
        await make_selection(session, scene.edition, scene.projects[1])
    path = f"{LIST}/projets/{scene.projects[1].id}"
    await claire.open(path)
    form = claire.response
    await claire.submit(path, mentor_id=scene.people["Omar"].id, objective="Viser juste.")
    claire.response = form
    await claire.submit(path, mentor_id=scene.people["Omar"].id, objective="Viser juste.")
    assert claire.status == 200
    assert len(await mails_named(database, "mentoring_assigned")) == 2
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Pairing.id))) == 2


async def test_what_the_jury_selected_and_published_is_what_is_followed(
    app: Creathon, visitor: Visitor, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        decision = await make_decision(session, edition, reads=2)
        await choose(session, decision, "Les Marches")
        await choose(session, decision, "Les Passeurs", tier=Tier.APPUI)
        await publish_decision(session, decision)
        omar = await make_mentor(session, decision.edition)
        claire = await session.get(Person, (await coordinator_of(session, decision.edition)).person_id)
        assert claire is not None
    clock.move_to(AFTER_PALMARES)
    await visitor.sign_in_as(claire)
    await visitor.open(LIST)
    rows = [row.get_text(" ", strip=True) for row in visitor.page.select("main tbody tr")]
    assert [row.split(" Les ")[0] for row in rows] == ["Consigne en escalier", "Le passeur de mots"]
    assert "Lampe de lecture" not in visitor.response.text
    path = f"{LIST}/projets/{decision.project().id}"
    await visitor.open(path)
    assert "Pour Les Marches, de " in visitor.text
    assert "Entre nous" not in visitor.response.text
    await visitor.submit(path, mentor_id=omar.id, objective="Préciser l’essai.")
    assert "Omar Passerelle suit désormais ce projet" in visitor.flash
    await visitor.open(f"{LIST}/projets/{decision.project('Les Veilleuses').id}")
    assert visitor.status == 404

"""Milestones and the objective, through the pages of the mentor, the team and the coordination."""

import pytest
from sqlalchemy import select

from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.mentoring.models import Milestone, MilestoneState
from tests.browsing import Visitor
from tests.factories.editions import paris
from tests.factories.mentoring import reloaded
from tests.mentoring.conftest import Scene, mails_named, stored, verbs
from tests.personas import OMAR

CLOSED = paris(2028, 2, 2, 10)


async def test_a_milestone_goes_from_the_team_to_the_mentor_and_back(
    omar: Visitor, awa: Visitor, scene: Scene, database: Database
) -> None:
    path = scene.milestone_path
    await awa.open(path)
    await awa.submit(path, state="remis", text=" ")
    assert awa.status == 403
    assert "Dites ce qui montre que c’est fait" in awa.errors
    await awa.submit(path, state="en_cours", text="")
    assert "est en cours" in awa.flash
    await awa.open(path)
    await awa.submit(path, state="remis", text="https://exemple.test/protocole")
    assert "est remis" in awa.flash
    handed = await mails_named(database, "mentoring_handed_in")
    assert [mail.recipient for mail in handed] == [OMAR.email]
    assert f"http://testserver{path}" in handed[0].body
    await omar.open("/mentorat")
    assert "Jalon à valider Protocole d’essai" in omar.text
    await omar.open(path)
    assert "https://exemple.test/protocole" in omar.text
    await omar.submit(path, state="en_cours", text="")
    assert omar.status == 403
    assert "Dites à l’équipe ce qui manque" in omar.errors
    await omar.submit(path, state="en_cours", text="Il manque l’indicateur.")
    await awa.open(path)
    assert "Il manque l’indicateur." in awa.text
    await awa.submit(path, state="remis", text="https://exemple.test/protocole-2")
    await omar.open(path)
    await omar.submit(path, state="valide", text="Bravo.")
    milestone = await stored(database, scene.milestone)
    assert (milestone.state, milestone.answer) == (MilestoneState.VALIDE, "Bravo.")
    assert milestone.evidence == "https://exemple.test/protocole-2"
    assert await verbs(database, milestone.id) == ["milestone.added", *["milestone.moved"] * 5]
    subjects = [mail.subject.replace("\xa0", " ") for mail in await mails_named(database, "mentoring_milestone")]
    assert (
        sorted(subjects)
        == ["Jalon validé : « Protocole d’essai »"] * 3 + ["Jalon à compléter : « Protocole d’essai »"] * 3
    )
    await awa.open(path)
    assert not awa.page.select("main form")


async def test_a_milestone_is_abandoned_with_a_reason_by_mentor_or_coordination(
    awa: Visitor, claire: Visitor, scene: Scene, database: Database
) -> None:
    await claire.open(scene.milestone_path)
    states = [str(found["value"]) for found in claire.page.select("main input[name=state]")]
    assert states == ["abandonne"]
    await claire.submit(scene.milestone_path, state="abandonne", text="")
    assert claire.status == 403
    await claire.submit(scene.milestone_path, state="valide", text="Non")
    assert claire.status == 422
    await claire.submit(scene.milestone_path, state="abandonne", text="Le terrain a renoncé.")
    assert (await stored(database, scene.milestone)).state == MilestoneState.ABANDONNE
    await awa.open(scene.milestone_path)
    assert "Le terrain a renoncé." in awa.text
    assert len(await mails_named(database, "mentoring_milestone")) == 3


@pytest.mark.bar("G87")
async def test_team_and_mentor_on_one_milestone_lose_nothing(
    omar: Visitor, awa: Visitor, scene: Scene, database: Database
) -> None:
    path = scene.milestone_path
    await awa.open(path)
    await omar.open(path)
    await omar.submit(path, state="abandonne", text="Trop tôt.")
    await awa.submit(path, state="remis", text="Notre protocole")
    assert awa.status == 409
    assert "Notre protocole" in awa.text
    assert "abandonné" in awa.text
    milestone = await stored(database, scene.milestone)
    assert (milestone.state, milestone.evidence) == (MilestoneState.ABANDONNE, "")
    await omar.open(path)
    await awa.open(path)
    token = str(awa.page.select_one("input[name=_csrf]")["value"])  # type: ignore[index]
    await awa.post(path, _csrf=token, state="remis", text="Sans version")
    assert awa.status == 428
    await awa.post(path, _csrf=token, version="1", text="Sans état")
    assert awa.status == 422


async def test_a_milestone_is_added_by_the_mentor_while_the_mentoring_is_open(
    omar: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    path = f"{scene.pairing_path}/jalons"
    await omar.open(path)
    await omar.submit(path, title="Budget", due_on="demain")
    assert omar.status == 422
    assert "Écrivez une date." in omar.errors
    await omar.submit(path, title="Budget", due_on="2028-01-14")
    assert "« Budget » est ajouté" in omar.flash.replace("\xa0", " ")
    assert "vendredi 14 janvier 2028" in omar.text
    async with database.reading() as session:
        added = await session.scalar(select(Milestone).where(Milestone.title == "Budget"))
    assert added is not None
    assert await verbs(database, added.id) == ["milestone.added"]
    clock.move_to(CLOSED)
    await omar.sign_in_as(scene.people["Omar"])
    await omar.open(f"/mentorat/{scene.followed.pairing.id}")
    assert not omar.page.select(f"a[href='{path}']")
    await omar.open(path)
    assert omar.status == 403
    await omar.open(f"/accompagnement/{scene.followed.pairing.id}/jalons/{added.id}")
    assert not omar.page.select("main form")
    assert "clos depuis" in omar.text


@pytest.mark.bar("G87")
async def test_the_objective_is_changed_by_mentor_or_coordination(
    omar: Visitor, claire: Visitor, scene: Scene, database: Database
) -> None:
    path = f"{scene.pairing_path}/objectif"
    await omar.open(path)
    await claire.open(path)
    await omar.submit(path, objective=" ")
    assert omar.status == 422
    await omar.submit(path, objective="L’objectif d’Omar")
    await claire.submit(path, objective="L’objectif de Claire")
    assert claire.status == 409
    assert "L’objectif d’Omar" in claire.text
    assert "L’objectif de Claire" in claire.text
    await claire.submit(path)
    async with database.reading() as session:
        assert (await reloaded(session, scene.followed.pairing)).objective == "L’objectif de Claire"
    assert (await verbs(database, scene.followed.pairing.id))[-2:] == ["pairing.objective"] * 2
    await claire.open(path)
    await claire.submit(path, version=None)
    assert claire.status == 428

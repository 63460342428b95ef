"""A team contests a decision of admissibility, once and in time; another person of the coordination answers."""

import asyncio
from datetime import timedelta

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.models import Role
from tests.browsing import Visitor
from tests.factories.accounts import as_actor, make_holder
from tests.factories.admissibility import BUTTON, CAPTIONS, make_contest, make_decision
from tests.factories.editions import EVALUATION
from tests.personas import TEVA
from tests.projects.conftest import Scene
from tests.projects.court import URL, Court, checks, folded, mails, verbs


async def contested(database: Database, scene: Scene, court: Court) -> None:
    async with database.writing() as session:
        await make_contest(session, scene.edition, court.project, await as_actor(session, court.samir))


async def test_a_team_contests_and_another_person_lifts_the_decision(
    samir: Visitor, claire: Visitor, member: Visitor, scene: Scene, court: Court, database: Database
) -> None:
    async with database.writing() as session:
        await make_decision(
            session, scene.edition, court.project, await as_actor(session, court.samir), captions=CAPTIONS
        )
    await member.open("/projet")
    await member.submit("/projet/recevabilite", contest=BUTTON)
    assert "La contestation est envoyée" in member.flash
    assert "La coordination vous répondra" in member.text
    assert member.page.select("form[action$='/projet/recevabilite']") == []
    (told,) = await mails(database, "project_contested")
    assert told.recipient == court.claire.email, "whoever decided does not answer"
    assert BUTTON in told.body
    await samir.open(court.url)
    assert "une autre personne de la coordination répond" in samir.text
    await claire.open(f"{URL}?etat=contested")
    assert "Consigne en escalier" in claire.text
    await claire.open(court.url)
    await claire.submit("/reponse", lifted="oui", answer="Vous avez raison : nous les avons vus.")
    assert "La réponse est envoyée" in claire.flash
    assert "Décision 2 : recevable" in claire.text
    answered = await mails(database, "project_contest_answered")
    assert len(answered) == 3
    assert "devient recevable" in folded(answered[0].body)
    await member.open("/projet")
    assert "Recevable Décidé le" in member.text
    assert "Décision levée" in member.text
    assert "nous les avons vus" in member.text
    assert await verbs(database) == [
        ("project.admissibility_decided", court.samir.id),
        ("project.admissibility_contested", scene.people[1].id),
        ("project.contest_answered", court.claire.id),
        ("project.admissibility_decided", court.claire.id),
    ]


async def test_a_maintained_decision_is_told_and_not_contested_again(
    claire: Visitor, member: Visitor, scene: Scene, court: Court, database: Database
) -> None:
    await contested(database, scene, court)
    await claire.open(court.url)
    await claire.submit("/reponse", lifted="non", answer="Le bouton ne montre rien.")
    await member.open("/projet")
    for words in ("Non recevable", "Décision maintenue", "Le bouton ne montre rien.", BUTTON):
        assert words in member.text
    assert "Contester la décision" not in member.text
    assert "reste non recevable" in folded((await mails(database, "project_contest_answered"))[0].body)
    assert [one.lifted for one in await checks(database)] == [False]


async def test_an_answer_needs_a_choice_and_a_reason(
    claire: Visitor, scene: Scene, court: Court, database: Database
) -> None:
    await contested(database, scene, court)
    await claire.open(court.url)
    await claire.submit("/reponse", answer="Un texte gardé.")
    assert claire.status == 422
    assert "Choisissez une réponse" in claire.errors
    assert "Un texte gardé." in claire.text
    assert (await checks(database))[0].answered_at is None


async def test_two_who_answer_at_once_give_one_answer(
    app: Creathon, claire: Visitor, scene: Scene, court: Court, database: Database
) -> None:
    await contested(database, scene, court)
    async with database.writing() as session:
        other = await make_holder(session, TEVA, Role.NATIONAL_COORDINATOR, scene.edition)
    async with Visitor(app) as teva:
        await teva.sign_in_as(other)
        for browser in (claire, teva):
            await browser.open(court.url)
        await asyncio.gather(
            claire.submit("/reponse", lifted="non", answer="Réponse de Claire."),
            teva.submit("/reponse", lifted="non", answer="Réponse de Teva."),
        )
        assert sorted((claire.status, teva.status)) == [200, 409]
        late = teva if teva.status == 409 else claire
        assert "Une autre personne a répondu" in late.errors
        assert "Réponse de Claire." in late.text
        assert "Réponse de Teva." in late.text
    assert len(await mails(database, "project_contest_answered")) == 3


async def test_after_the_delay_the_contest_is_refused_and_its_text_kept(
    member: Visitor, scene: Scene, court: Court, database: Database, clock: MovableClock
) -> None:
    decided = EVALUATION - timedelta(days=3, minutes=-10)
    async with database.writing() as session:
        samir = await as_actor(session, court.samir)
        await make_decision(session, scene.edition, court.project, samir, now=decided, captions=CAPTIONS)
    await member.open("/projet")
    clock.move_to(EVALUATION + timedelta(minutes=10))
    await member.submit("/projet/recevabilite", contest=BUTTON)
    assert member.status == 403
    assert "ne peut plus être contestée depuis le jeudi 27 mai 2027 à 10 h 10" in member.errors
    assert BUTTON in member.text
    assert (await checks(database))[0].contested_at is None
    await member.open("/projet")
    assert "ne peut plus être contestée" in member.text
    assert "Contester la décision" not in member.text


async def test_an_empty_contest_comes_back(member: Visitor, scene: Scene, court: Court, database: Database) -> None:
    async with database.writing() as session:
        await make_decision(
            session, scene.edition, court.project, await as_actor(session, court.samir), captions=CAPTIONS
        )
    await member.open("/projet")
    await member.submit("/projet/recevabilite", contest="  ")
    assert member.status == 422
    assert "obligatoire" in member.errors
    assert await mails(database, "project_contested") == []


async def test_a_decision_replaced_is_not_contested_in_place_of_the_new_one(
    member: Visitor, scene: Scene, court: Court, database: Database
) -> None:
    async with database.writing() as session:
        samir = await as_actor(session, court.samir)
        await make_decision(session, scene.edition, court.project, samir, captions=CAPTIONS)
    await member.open("/projet")
    async with database.writing() as session:
        await make_decision(session, scene.edition, court.project, samir, flags="Un signal est sans réponse.")
    await member.submit("/projet/recevabilite", contest=BUTTON)
    assert member.status == 409
    assert "une autre décision entre-temps" in member.errors
    assert BUTTON in member.text
    assert "Un signal est sans réponse." in member.text

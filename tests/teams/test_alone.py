"""Applying without a team: what a coordination reads and proposes, what each accepts."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from sqlalchemy import select

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.models import Edition, Role
from creathon.teams.models import AloneApplication, AloneState, ApplicationState, Team
from creathon.teams.queries import team_by_id
from tests.browsing import Visitor
from tests.factories.accounts import force_role, make_holder
from tests.factories.editions import EVALUATION, site_of
from tests.factories.teams import make_alone, make_passeurs, make_questions, make_team, person_of
from tests.personas import AWA, BASTIEN, CHLOE, DORIS, EMIL, HUGO, INES, LEILA, OMAR, SAMIR, ZOE, Persona
from tests.queries import count_queries
from tests.teams.acting import an_edition, mails_named, sign_in, verbs

PATH = "/equipe/seul"
LIST = "/coordination/candidatures-individuelles"


async def coordinated(visitor: Visitor, database: Database, persona: Persona = SAMIR, site: str = "POI") -> Edition:
    """An edition and the coordinator of one of its sites, signed in."""
    edition = await an_edition(database)
    async with database.writing() as session:
        person = await make_holder(session, persona, Role.SITE_COORDINATOR, edition, site_of(edition, site))
    await visitor.sign_in_as(person)
    return edition


async def alone(database: Database, edition: Edition, *cast: Persona, site: str = "POI") -> list[str]:
    """People who apply alone; the ids of their applications."""
    async with database.writing() as session:
        return [(await make_alone(session, edition, persona, site=site)).id for persona in cast]


async def state_of(database: Database, alone_id: str) -> AloneState:
    async with database.reading() as session:
        return (await session.get_one(AloneApplication, alone_id)).state


async def teams(database: Database) -> list[Team]:
    async with database.reading() as session:
        ids = list(await session.scalars(select(Team.id).order_by(Team.name_key)))
        return [team for one in ids if (team := await team_by_id(session, one)) is not None]


async def answer(app: Creathon, database: Database, persona: Persona, button: str) -> Visitor:
    """Open « Mon équipe » and press a button of the proposal."""
    app.litestar.state.clock.advance(timedelta(minutes=1))
    async with Visitor(app) as visitor:
        await sign_in(visitor, database, persona)
        await visitor.open("/equipe")
        await visitor.submit(button=button)
        return visitor


async def test_somebody_applies_alone_reads_it_again_changes_it_and_takes_it_back(
    visitor: Visitor, database: Database
) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        questions = await make_questions(session, edition)
    await sign_in(visitor, database, ZOE)
    await visitor.open("/equipe")
    assert "Candidater sans équipe" in visitor.text
    await visitor.open(PATH)
    assert "Votre idée" not in visitor.text
    said = {"site_id": site_of(edition, "POI").id, "role": "conteur", "brings": "Je sais filmer."}
    await visitor.submit(**said)
    assert visitor.status == 422
    assert "Pourquoi participer ? – Répondez" in visitor.errors
    assert "Je sais filmer." in visitor.response.text
    answers = {f"question_{questions[0].id}": "Pour apprendre", f"question_{questions[4].id}": "y"}
    await visitor.submit(**said, **answers)
    assert "est envoyée à la coordination" in visitor.flash
    assert len(await mails_named(database, "alone_received")) == 1
    await visitor.open(PATH)
    assert "Pour apprendre" in visitor.response.text
    await visitor.submit(brings="Je sais filmer et monter.")
    assert len(await mails_named(database, "alone_received")) == 1
    await visitor.submit(button="Retirer ma candidature")
    assert "retirée" in visitor.flash
    assert [verb for verb in await verbs(database) if verb.startswith("alone")] == [
        "alone.applied",
        "alone.applied",
        "alone.withdrawn",
    ]


@pytest.mark.bar("G87")
async def test_two_tabs_of_one_application_show_both_texts(visitor: Visitor, app: Creathon, database: Database) -> None:
    edition = await an_edition(database)
    await alone(database, edition, ZOE)
    await sign_in(visitor, database, ZOE)
    await visitor.open(PATH)
    async with Visitor(app) as tab:
        await sign_in(tab, database, ZOE)
        await tab.open(PATH)
        await tab.submit(brings="Premier onglet")
    await visitor.submit(brings="Second onglet")
    assert visitor.status == 409
    assert "Premier onglet" in visitor.text
    assert "Second onglet" in str(visitor.page)


async def test_whoever_is_in_a_team_or_judges_does_not_apply_alone(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        await make_team(session, edition, (AWA,))
        await make_holder(session, HUGO, Role.JUROR, edition)
    for persona, status in ((AWA, 403), (HUGO, 403)):
        await sign_in(visitor, database, persona)
        await visitor.open(PATH)
        assert visitor.status in (status, 404)
        assert "Ce que vous apportez" not in visitor.text


async def test_joining_a_team_ends_the_search(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    (zoe,) = await alone(database, edition, ZOE)
    async with database.writing() as session:
        team = await make_team(session, edition, (AWA,))
    await sign_in(visitor, database, ZOE)
    await visitor.open("/equipe/rejoindre")
    await visitor.submit(code=team.code, role="conteur")
    assert await state_of(database, zoe) == AloneState.PLACED


async def test_a_coordinator_proposes_a_team_and_the_person_accepts(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition = await coordinated(visitor, database)
    (zoe,) = await alone(database, edition, ZOE)
    async with database.writing() as session:
        await make_team(session, edition, (AWA, BASTIEN))
        await make_team(session, edition, (DORIS, EMIL), name="Ailleurs", site="RUN")
    await visitor.open(f"{LIST}/{zoe}")
    assert "Je dessine et j’écris." in visitor.text
    assert ZOE.email not in visitor.response.text
    offered = [option.get_text() for option in visitor.page.select("select[name=team_id] option")]
    assert offered == ["Choisir…", "Les Marches (2 personnes)"]
    team_id = str(visitor.page.select("select[name=team_id] option")[1]["value"])
    await visitor.submit(team_id=team_id)
    assert "La proposition part" in visitor.flash
    assert "Les Marches" in (await mails_named(database, "alone_proposed"))[0].body
    await visitor.open(f"{LIST}/{zoe}")
    assert "Une proposition attend déjà sa réponse" in visitor.text
    zoes = await answer(app, database, ZOE, "Accepter")
    assert zoes.title == "Les Marches"
    assert await state_of(database, zoe) == AloneState.PLACED
    assert "Zoe Nuage" in next(mail.body for mail in await mails_named(database, "team_joined") if "Zoe" in mail.body)


async def test_a_proposal_declined_leaves_the_person_free(visitor: Visitor, app: Creathon, database: Database) -> None:
    edition = await coordinated(visitor, database)
    (zoe,) = await alone(database, edition, ZOE)
    async with database.writing() as session:
        team = await make_team(session, edition, (AWA, BASTIEN))
    await visitor.open(f"{LIST}/{zoe}")
    await visitor.submit(team_id=team.id)
    zoes = await answer(app, database, ZOE, "Refuser")
    assert "Vous avez refusé" in zoes.flash
    assert await state_of(database, zoe) == AloneState.SEARCHING
    assert [len(one.members) for one in await teams(database)] == [2]
    await visitor.open(f"{LIST}/{zoe}")
    await visitor.submit(team_id=team.id)
    assert "La proposition part" in visitor.flash


async def test_three_people_brought_together_found_a_team_once_each_said_yes(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition = await coordinated(visitor, database)
    ids = await alone(database, edition, ZOE, OMAR, INES)
    await visitor.open(LIST)
    await visitor.submit("/groupe", choisies=ids, name="Les Rencontres")
    assert "proposée à 3 personnes" in visitor.flash
    for persona in (INES, ZOE):
        page = await answer(app, database, persona, "Accepter")
        assert "L’équipe se formera" in page.flash
        assert "Avec vous :" in page.text
        assert "@" not in page.text
    assert await teams(database) == []
    last = await answer(app, database, OMAR, "Accepter")
    assert last.title == "Les Rencontres"
    (team,) = await teams(database)
    assert sorted(member.person.given_name for member in team.members) == ["Ines", "Omar", "Zoe"]
    assert [member.person.given_name for member in team.members if member.is_captain] == ["Ines"]
    assert team.state == ApplicationState.DRAFT
    assert len(await mails_named(database, "alone_placed")) == 3
    assert {await state_of(database, one) for one in ids} == {AloneState.PLACED}


async def test_a_group_that_becomes_too_small_is_given_up_and_said(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition = await coordinated(visitor, database)
    ids = await alone(database, edition, ZOE, OMAR, INES)
    await visitor.open(LIST)
    await visitor.submit("/groupe", choisies=ids, name="Les Rencontres")
    await answer(app, database, ZOE, "Accepter")
    await answer(app, database, OMAR, "Refuser")
    assert await teams(database) == []
    (told,) = await mails_named(database, "alone_not_grouped")
    assert told.recipient == ZOE.email
    assert {await state_of(database, one) for one in ids} == {AloneState.SEARCHING}
    await visitor.open(LIST)
    await visitor.submit("/groupe", choisies=ids, name="Les Rencontres")
    assert "proposée à 3 personnes" in visitor.flash


async def grouped(visitor: Visitor, database: Database, *cast: Persona) -> tuple[Edition, list[str]]:
    """These people, to whom a team is proposed; the ids of their applications."""
    edition = await coordinated(visitor, database)
    ids = await alone(database, edition, *cast)
    await visitor.open(LIST)
    await visitor.submit("/groupe", choisies=ids, name="Les Rencontres")
    assert "est proposée" in visitor.flash
    return edition, ids


async def test_the_last_awaited_who_withdraws_settles(visitor: Visitor, app: Creathon, database: Database) -> None:
    _of, ids = await grouped(visitor, database, ZOE, OMAR, INES)
    await answer(app, database, ZOE, "Accepter")
    await answer(app, database, OMAR, "Accepter")
    async with Visitor(app) as ines:
        await sign_in(ines, database, INES)
        await ines.open("/equipe")
        await ines.submit("/equipe/seul/retrait")
    assert await teams(database) == []
    assert {mail.recipient for mail in await mails_named(database, "alone_not_grouped")} == {ZOE.email, OMAR.email}
    await visitor.open(LIST)
    assert len(visitor.page.select("input[name=choisies]")) == 2, "they may be proposed something else"
    assert [await state_of(database, one) for one in ids][-1] == AloneState.WITHDRAWN


async def test_who_joined_elsewhere_keeps_nobody_waiting(visitor: Visitor, app: Creathon, database: Database) -> None:
    edition, _ids = await grouped(visitor, database, ZOE, OMAR, INES)
    async with database.writing() as session:
        team = await make_team(session, edition, (AWA, BASTIEN))
    async with Visitor(app) as ines:
        await sign_in(ines, database, INES)
        await ines.open("/equipe/rejoindre")
        await ines.submit(code=team.code, role="conteur")
        assert ines.status == 200
    await answer(app, database, ZOE, "Accepter")
    assert await mails_named(database, "alone_not_grouped") != []
    await visitor.open(LIST)
    assert len(visitor.page.select("input[name=choisies]")) == 2


async def test_who_became_a_juror_is_not_seated(visitor: Visitor, app: Creathon, database: Database) -> None:
    edition, _ids = await grouped(visitor, database, ZOE, OMAR, INES, EMIL)
    await answer(app, database, ZOE, "Accepter")
    async with database.writing() as session:
        force_role(session, await person_of(session, ZOE), Role.JUROR, edition)
    for persona in (OMAR, INES, EMIL):
        await answer(app, database, persona, "Accepter")
    (team,) = await teams(database)
    assert {member.person.given_name for member in team.members} == {"Omar", "Ines", "Emil"}


async def test_a_late_no_founds_no_team(
    visitor: Visitor, app: Creathon, database: Database, clock: MovableClock
) -> None:
    await grouped(visitor, database, ZOE, OMAR, INES, EMIL)
    for persona in (ZOE, OMAR, INES):
        await answer(app, database, persona, "Accepter")
    clock.move_to(EVALUATION)
    await answer(app, database, EMIL, "Refuser")
    assert await teams(database) == []
    assert len(await mails_named(database, "alone_not_grouped")) == 3


@pytest.mark.parametrize(
    ("number", "name", "sentence"),
    [
        (2, "Les Deux", "de 3 à 5 personnes"),
        (0, "Personne", "de 3 à 5 personnes"),
        (3, "", "obligatoire"),
        (3, "Les Marches", "porte déjà ce nom"),
        (3, "www.equipe.fr", "ni adresse ni lien"),
    ],
)
async def test_a_group_that_cannot_be_is_said_and_the_choice_kept(
    visitor: Visitor, database: Database, number: int, name: str, sentence: str
) -> None:
    edition = await coordinated(visitor, database)
    ids = await alone(database, edition, ZOE, OMAR, INES)
    async with database.writing() as session:
        await make_team(session, edition, (AWA,))
    await visitor.open(LIST)
    await visitor.submit("/groupe", choisies=ids[:number], name=name)
    assert visitor.status == 422
    assert sentence in visitor.errors
    assert len(visitor.page.select("input[name=choisies][checked]")) == number
    assert await mails_named(database, "alone_proposed") == []


@pytest.mark.bar("C30")
async def test_a_coordinator_sees_the_people_of_their_site_only(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition = await coordinated(visitor, database, LEILA, "RUN")
    ids = await alone(database, edition, ZOE, OMAR, INES)
    (mine,) = await alone(database, edition, CHLOE, site="RUN")
    await visitor.open(LIST)
    assert "Chloe" in visitor.text
    assert "Zoe" not in visitor.response.text
    await visitor.submit("/groupe", choisies=[*ids, mine], name="Volée")
    assert (visitor.status, "vous en avez choisi 1" in visitor.errors) == (422, True), "as if the others did not exist"
    await visitor.open(f"{LIST}/{ids[0]}")
    assert visitor.status == 404
    await visitor.open(f"{LIST}?site={site_of(edition, 'POI').id}")
    assert visitor.status == 404
    async with Visitor(app) as stranger:
        await sign_in(stranger, database, ZOE)
        await stranger.open(LIST)
        assert stranger.status == 403


async def test_a_seat_is_answered_by_its_person_only(visitor: Visitor, app: Creathon, database: Database) -> None:
    edition = await coordinated(visitor, database)
    (zoe,) = await alone(database, edition, ZOE)
    async with database.writing() as session:
        team = await make_team(session, edition, (AWA, BASTIEN))
        await make_alone(session, edition, OMAR)
    await visitor.open(f"{LIST}/{zoe}")
    await visitor.submit(team_id=team.id)
    async with Visitor(app) as other, Visitor(app) as owner:
        await sign_in(owner, database, ZOE)
        await owner.open("/equipe")
        path = str(owner.form(button="Accepter")["action"])
        await sign_in(other, database, OMAR)
        await other.open("/equipe")
        token = other.page.select_one("input[name=_csrf]")
        assert token is not None
        await other.post(path, _csrf=str(token["value"]), reponse="oui")
        assert other.status == 404
    assert [len(one.members) for one in await teams(database)] == [2]


@pytest.mark.bar("G93")
async def test_three_who_accept_at_once_found_one_team(visitor: Visitor, app: Creathon, database: Database) -> None:
    edition = await coordinated(visitor, database)
    cast = (ZOE, OMAR, INES)
    ids = await alone(database, edition, *cast)
    await visitor.open(LIST)
    await visitor.submit("/groupe", choisies=ids, name="Les Rencontres")
    async with AsyncExitStack() as stack:
        racers = []
        for persona in cast:
            racers.append(await stack.enter_async_context(Visitor(app)))
            await sign_in(racers[-1], database, persona)
            await racers[-1].open("/equipe")
        await asyncio.gather(*(racer.submit(button="Accepter") for racer in racers))
        assert [racer.status for racer in racers] == [200] * 3
    (team,) = await teams(database)
    assert len(team.members) == 3


@pytest.mark.bar("G93")
async def test_one_who_accepts_and_joins_elsewhere_at_once_is_in_one_team(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition = await coordinated(visitor, database)
    (zoe,) = await alone(database, edition, ZOE)
    async with database.writing() as session:
        team = await make_team(session, edition, (AWA, BASTIEN))
        other = await make_passeurs(session, edition)
    await visitor.open(f"{LIST}/{zoe}")
    await visitor.submit(team_id=team.id)
    async with Visitor(app) as first, Visitor(app) as second:
        for browser in (first, second):
            await sign_in(browser, database, ZOE)
        await first.open("/equipe")
        await second.open("/equipe/rejoindre")
        await asyncio.gather(first.submit(button="Accepter"), second.submit(code=other.code, role="conteur"))
        assert sorted(browser.status == 200 for browser in (first, second)) == [False, True]
    assert sorted(len(one.members) for one in await teams(database)) in ([2, 4], [3, 3])


async def test_the_list_asks_as_much_with_one_as_with_three(visitor: Visitor, database: Database) -> None:
    edition = await coordinated(visitor, database)
    counts = []
    for cast in ((ZOE,), (OMAR, INES)):
        await alone(database, edition, *cast)
        with count_queries(database) as asked:
            await visitor.open(LIST)
        counts.append(asked.count)
    assert len(visitor.page.select("main tbody tr")) == 3
    assert counts[0] == counts[1] < 12

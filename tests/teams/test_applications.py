"""/coordination/candidatures: each coordination its own sites; answers told to every member."""

import asyncio

import pytest

from creathon.app import Creathon
from creathon.core.database import Database
from creathon.editions.models import Edition, Role
from creathon.teams.actions import TeamValues, create_team
from creathon.teams.models import ApplicationState, TeamRole
from tests.browsing import Visitor
from tests.factories.accounts import as_actor, make_holder
from tests.factories.editions import APPLICATIONS, make_edition, site_of
from tests.factories.teams import make_passeurs, make_team, person_of
from tests.personas import AWA, BASTIEN, CHLOE, CLAIRE, LEILA, SAMIR, Persona
from tests.queries import MOST_QUERIES, count_queries
from tests.teams.acting import a_team, an_edition, mails_named, sign_in, stored

LIST = "/coordination/candidatures"


async def sign_in_coordinator(visitor: Visitor, database: Database, edition: Edition, site: str | None) -> None:
    persona = {"POI": SAMIR, "RUN": LEILA, None: CLAIRE}[site]
    role = Role.SITE_COORDINATOR if site else Role.NATIONAL_COORDINATOR
    async with database.writing() as session:
        person = await make_holder(session, persona, role, edition, site_of(edition, site) if site else None)
    await visitor.sign_in_as(person)


def names(visitor: Visitor) -> list[str]:
    return [cell.get_text() for cell in visitor.page.select("main tbody th a")]


@pytest.mark.bar("C30")
async def test_the_list_is_cut_to_the_sites_of_the_coordinator(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition = await an_edition(database)
    await a_team(database, edition, AWA, BASTIEN, CHLOE)
    async with database.writing() as session:
        await make_passeurs(session, edition, state=ApplicationState.SUBMITTED)
    await sign_in_coordinator(visitor, database, edition, None)
    await visitor.open(LIST)
    assert names(visitor) == ["Les Marches", "Les Passeurs"]
    assert "Une candidature attend votre réponse." in visitor.text
    async with Visitor(app) as other:
        await sign_in_coordinator(other, database, edition, "POI")
        await other.open(LIST)
        assert names(other) == ["Les Marches"]
        assert "Passeurs" not in other.response.text
        assert "Aucune candidature n’attend votre réponse." in other.text
        await other.open(f"{LIST}?site={site_of(edition, 'RUN').id}")
        assert other.status == 404


async def test_filters_by_site_and_state_live_in_the_address(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    await a_team(database, edition, AWA, BASTIEN, CHLOE)
    async with database.writing() as session:
        await make_passeurs(session, edition, state=ApplicationState.SUBMITTED)
    await sign_in_coordinator(visitor, database, edition, None)
    poitiers = site_of(edition, "POI").id
    for query, expected in (
        (f"site={poitiers}", ["Les Marches"]),
        ("etat=submitted", ["Les Passeurs"]),
        (f"site={poitiers}&etat=submitted", []),
        ("etat=refused", []),
    ):
        await visitor.open(f"{LIST}?{query}")
        assert names(visitor) == expected
    assert "Aucune candidature pour ce choix" in visitor.text
    for query in ("site=ailleurs", "etat=inconnu"):
        await visitor.open(f"{LIST}?{query}")
        assert visitor.status == 404
    await visitor.open(f"{LIST}?page=beaucoup")
    assert visitor.status == 400


async def test_the_list_says_what_will_come_when_it_is_empty(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    await sign_in_coordinator(visitor, database, edition, "POI")
    await visitor.open(LIST)
    assert "Aucune candidature pour l’instant" in visitor.text


async def test_the_list_is_paged_after_twenty_five_and_keeps_its_filters(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        for number in range(26):
            actor = await as_actor(session, await person_of(session, Persona(f"Ami{number}", "Nuage")))
            values = TeamValues(f"Équipe {number:02}", site_of(edition, "DIST").id, TeamRole.CONTEUR)
            await create_team(session, actor, edition, values, now=APPLICATIONS)
    await sign_in_coordinator(visitor, database, edition, None)
    await visitor.open(f"{LIST}?etat=draft")
    assert len(names(visitor)) == 25
    assert "26 résultats, page 1 sur 2" in visitor.text
    link = visitor.page.select_one("a[rel=next]")
    assert link is not None
    await visitor.open(str(link["href"]))
    assert names(visitor) == ["Équipe 25"]


async def test_the_list_asks_as_much_of_the_database_with_one_team_as_with_three(
    visitor: Visitor, database: Database
) -> None:
    edition = await an_edition(database)
    await a_team(database, edition, AWA)
    await sign_in_coordinator(visitor, database, edition, None)
    with count_queries(database) as asked:
        await visitor.open(LIST)
    async with database.writing() as session:
        await make_passeurs(session, edition)
        await make_team(session, edition, (BASTIEN, CHLOE), name="Les Seuils", site="DIST")
    with count_queries(database) as again:
        await visitor.open(LIST)
    assert len(names(visitor)) == 3
    assert asked.count == again.count <= MOST_QUERIES


@pytest.mark.bar("C30", "C31")
async def test_an_application_is_not_there_for_strangers(visitor: Visitor, app: Creathon, database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN, CHLOE, state=ApplicationState.SUBMITTED)
    await sign_in_coordinator(visitor, database, edition, "RUN")
    await visitor.open(LIST)
    token = str(visitor.page.select_one("input[name=_csrf]")["value"])  # type: ignore[index]
    answers = []
    for team_id in (team.id, "000000000000"):
        await visitor.open(f"{LIST}/{team_id}")
        answers.append((visitor.status, str(visitor.page.select_one("[data-error-message]"))))
        await visitor.post(f"{LIST}/{team_id}", _csrf=token, decision="accepted", reason="", version="2")
        answers.append((visitor.status, str(visitor.page.select_one("[data-error-message]"))))
    assert {status for status, _message in answers} == {404}
    assert len(set(answers)) == 1
    assert (await stored(database, team)).state == ApplicationState.SUBMITTED
    async with Visitor(app) as member:
        await sign_in(member, database, AWA)
        await member.open(f"{LIST}/{team.id}")
        assert member.status == 403


@pytest.mark.bar("C31")
async def test_a_coordinator_of_another_edition_finds_nothing(visitor: Visitor, database: Database) -> None:
    async with database.writing() as session:
        older = await make_edition(session, slug="2026", title="Créathon 2026")
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, older)
        newer = await make_edition(session)
        newer.created_at = APPLICATIONS
        team = await make_team(session, newer, state=ApplicationState.SUBMITTED)
    await visitor.sign_in_as(claire)
    await visitor.open(LIST)
    assert visitor.status == 200
    assert team.name not in visitor.text
    await visitor.open(f"{LIST}/{team.id}")
    assert visitor.status == 404


async def test_an_application_is_read_and_answered(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN, CHLOE, state=ApplicationState.SUBMITTED)
    await sign_in_coordinator(visitor, database, edition, "POI")
    await visitor.open(f"{LIST}/{team.id}")
    assert all(name in visitor.text for name in ("Awa Riviere", "Bastien Cerisier", "Chloe Lanterne", AWA.email))
    assert BASTIEN.email not in visitor.response.text
    await visitor.submit()
    assert visitor.status == 422
    assert "Choisissez une réponse." in visitor.errors
    await visitor.submit(decision="refused", reason=" ")
    assert visitor.status == 422
    assert "Écrivez la raison" in visitor.errors
    assert await mails_named(database, "team_decided") == []
    await visitor.submit(decision="refused", reason="Le site est complet. <b>Désolés</b>")
    assert "Messages aux membres de l’équipe : 3." in visitor.flash
    assert "Candidature non retenue" in visitor.text
    found = await stored(database, team)
    assert (found.state, found.decision_reason) == (ApplicationState.REFUSED, "Le site est complet. <b>Désolés</b>")
    mails = await mails_named(database, "team_decided")
    assert [mail.recipient for mail in mails] == [AWA.email, BASTIEN.email, CHLOE.email]


async def test_a_draft_is_read_but_not_answered(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA)
    await sign_in_coordinator(visitor, database, edition, "POI")
    await visitor.open(f"{LIST}/{team.id}")
    assert "L’équipe n’a pas envoyé sa candidature" in visitor.text
    assert visitor.page.select("main form") == []


@pytest.mark.bar("G87")
async def test_two_coordinators_answering_at_once_compare_their_answers(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN, CHLOE, state=ApplicationState.SUBMITTED)
    await sign_in_coordinator(visitor, database, edition, "POI")
    async with Visitor(app) as other:
        await sign_in_coordinator(other, database, edition, None)
        for browser in (visitor, other):
            await browser.open(f"{LIST}/{team.id}")
        await asyncio.gather(
            visitor.submit(decision="accepted", reason="Bienvenue."),
            other.submit(decision="waitlisted", reason="Plus tard."),
        )
        assert sorted((visitor.status, other.status)) == [200, 409]
        loser = visitor if visitor.status == 409 else other
    assert "Bienvenue." in loser.text
    assert "Plus tard." in loser.text
    assert len(await mails_named(database, "team_decided")) == 3


@pytest.mark.bar("G87")
async def test_an_answer_without_the_version_is_refused(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN, CHLOE, state=ApplicationState.SUBMITTED)
    await sign_in_coordinator(visitor, database, edition, "POI")
    await visitor.open(f"{LIST}/{team.id}")
    await visitor.submit(decision="accepted", version=None)
    assert visitor.status == 428
    assert (await stored(database, team)).state == ApplicationState.SUBMITTED

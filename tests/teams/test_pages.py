"""/equipe through its rendered forms."""

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.models import Role
from creathon.teams.models import ApplicationState, Team, TeamMember, TeamRole
from tests.browsing import Visitor
from tests.factories.accounts import make_holder
from tests.factories.editions import EVALUATION, site_of
from tests.factories.teams import make_passeurs
from tests.personas import AWA, BASTIEN, CHLOE, DORIS, EMIL, NADIA, TEVA, ZOE
from tests.queries import MOST_QUERIES, count_queries
from tests.teams.acting import a_team, agree, an_edition, mails_named, members_of, sign_in, stored, verbs

WRONG_CODE = "00000000"


async def count_teams(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count(Team.id))) or 0


async def test_mine_without_an_edition_says_what_will_come(visitor: Visitor, database: Database) -> None:
    await sign_in(visitor, database, ZOE)
    await visitor.open("/equipe")
    assert visitor.status == 200
    assert "Aucune édition n’est annoncée" in visitor.text
    await visitor.open("/equipe/nouvelle")
    assert visitor.status == 404


async def test_mine_sends_a_visitor_to_sign_in_and_back(visitor: Visitor, database: Database) -> None:
    await an_edition(database)
    await visitor.open("/equipe")
    assert visitor.path == "/connexion"
    assert visitor.page.select_one("input[name=suite]")["value"] == "/equipe"  # type: ignore[index]


async def test_a_team_is_founded_joined_completed_and_sent(visitor: Visitor, app: Creathon, database: Database) -> None:
    edition = await an_edition(database)
    await sign_in(visitor, database, AWA)
    await visitor.open("/equipe")
    assert "pas encore dans une équipe" in visitor.text
    await visitor.open("/equipe/nouvelle")
    await visitor.submit(name="Les Marches", site_id=site_of(edition, "POI").id, role="pedagogue")
    assert (visitor.path, visitor.title) == ("/equipe", "Les Marches")
    assert "Votre équipe est créée" in visitor.flash
    assert "Il manque encore 2 personnes." in visitor.text
    assert "Il faut 3 personnes au moins : pour l’instant, l’équipe n’en a qu’une." in visitor.text
    code = visitor.page.select_one("main code").get_text()  # type: ignore[union-attr]
    for persona in (BASTIEN, CHLOE):
        async with Visitor(app) as other:
            await sign_in(other, database, persona)
            await other.open("/equipe/rejoindre")
            await other.submit(code=f" {code.lower()} ", role="conteur")
            assert (other.path, other.title) == ("/equipe", "Les Marches")
    await agree(database, edition, AWA, BASTIEN, CHLOE)
    await visitor.open("/equipe")
    await visitor.submit("/equipe/candidature")
    assert "Votre candidature est envoyée" in visitor.flash
    assert "Candidature envoyée" in visitor.text
    assert len(await mails_named(database, "team_submitted")) == 3
    assert [verb for verb in await verbs(database) if verb.startswith(("team", "application"))] == [
        "team.created", "team.joined", "team.joined", "application.submitted",
    ]  # fmt: skip


async def test_create_with_a_wrong_form_keeps_the_text_and_stores_nothing(visitor: Visitor, database: Database) -> None:
    await an_edition(database)
    await sign_in(visitor, database, AWA)
    await visitor.open("/equipe/nouvelle")
    await visitor.submit(name="Les Marches <b>", site_id="", role=None)
    assert visitor.status == 422
    assert "Choisissez un site." in visitor.errors
    assert "Choisissez un rôle." in visitor.errors
    assert visitor.page.select_one("input[name=name]")["value"] == "Les Marches <b>"  # type: ignore[index]
    assert "Les Marches &lt;b&gt;" in visitor.response.text
    assert await count_teams(database) == 0


async def test_create_with_a_name_taken_says_so_on_the_field(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    await a_team(database, edition, BASTIEN)
    await sign_in(visitor, database, AWA)
    await visitor.open("/equipe/nouvelle")
    await visitor.submit(name="LES MARCHÉS", site_id=site_of(edition, "POI").id, role="conteur")
    assert visitor.status == 422
    assert "porte déjà ce nom" in visitor.errors
    assert await count_teams(database) == 1


@pytest.mark.bar("G88")
async def test_create_sent_twice_makes_one_team(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    await sign_in(visitor, database, AWA)
    await visitor.open("/equipe/nouvelle")
    page = visitor.response
    values = {"name": "Les Marches", "site_id": site_of(edition, "POI").id, "role": "conteur"}
    await visitor.submit(**values)
    visitor.response = page
    await visitor.submit(**values)
    assert (visitor.status, visitor.title) == (200, "Les Marches")
    assert await count_teams(database) == 1


@pytest.mark.bar("H95")
@pytest.mark.parametrize("way", ["found", "join"])
async def test_a_commit_that_fails_is_never_told_as_a_success(visitor: Visitor, database: Database, way: str) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, BASTIEN)
    await sign_in(visitor, database, AWA)
    values = {"role": "conteur"}
    if way == "found":
        await visitor.open("/equipe/nouvelle")
        values |= {"name": "Les Pas", "site_id": site_of(edition, "POI").id}
    else:
        await visitor.open("/equipe/rejoindre")
        values |= {"code": team.code}

    def fail(session: Session) -> None:
        if session.scalar(select(TeamMember.id).where(TeamMember.person_id != team.members[0].person_id)):
            raise OSError("disk full")

    event.listen(Session, "before_commit", fail)
    try:
        await visitor.submit(**values)
    finally:
        event.remove(Session, "before_commit", fail)
    assert visitor.status in (500, 503)
    assert await members_of(database, team) == [(1, "Bastien")]
    assert await count_teams(database) == 1
    assert await mails_named(database, "team_joined") == []


@pytest.mark.bar("D41")
async def test_create_without_the_token_of_the_form_is_refused(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    await sign_in(visitor, database, AWA)
    values = {"name": "Les Marches", "site_id": site_of(edition, "POI").id, "role": "conteur"}
    await visitor.post("/equipe/nouvelle", **values)
    assert visitor.status == 403
    assert await count_teams(database) == 0


async def test_a_juror_reads_why_nothing_is_open_to_them(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        nadia = await make_holder(session, NADIA, Role.JUROR, edition)
    await visitor.sign_in_as(nadia)
    await visitor.open("/equipe")
    assert visitor.text.count("Les membres du jury et des coordinations ne peuvent pas être dans une équipe.") == 2
    assert visitor.page.select("main form, main a.btn") == []
    await visitor.open("/equipe/nouvelle")
    assert visitor.status == 403


async def test_join_with_an_unknown_code_keeps_what_was_typed(visitor: Visitor, database: Database) -> None:
    await an_edition(database)
    await sign_in(visitor, database, ZOE)
    await visitor.open("/equipe/rejoindre")
    await visitor.submit(code=WRONG_CODE, role="conteur")
    assert visitor.status == 422
    assert "ne correspond à aucune équipe" in visitor.errors
    assert visitor.page.select_one("input[name=code]")["value"] == WRONG_CODE  # type: ignore[index]
    assert visitor.page.select_one("input[value=conteur]").has_attr("checked")  # type: ignore[union-attr]


async def test_join_a_team_of_another_edition_is_an_unknown_code(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA)
    async with database.writing() as session:
        other = await session.merge(team)
        other.code = "AAAAAAAA"
    await sign_in(visitor, database, ZOE)
    await visitor.open("/equipe/rejoindre")
    await visitor.submit(code=team.code, role="conteur")
    assert visitor.status == 422
    assert len(await members_of(database, team)) == 1


async def test_join_tries_are_counted_by_account_and_kept_when_they_fail(
    visitor: Visitor, app: Creathon, database: Database, clock: MovableClock
) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA)
    await sign_in(visitor, database, ZOE)
    await visitor.open("/equipe/rejoindre")
    for _try in range(10):
        await visitor.submit(code=WRONG_CODE, role="conteur")
        assert visitor.status == 422
    form = visitor.response
    await visitor.submit(code=team.code, role="conteur")
    assert visitor.status == 429
    assert "Revenez dans" in visitor.text
    async with Visitor(app) as other:
        await sign_in(other, database, BASTIEN)
        await other.open("/equipe/rejoindre")
        await other.submit(code=team.code, role="conteur")
        assert other.title == "Les Marches"
    clock.move_to(clock.now().replace(minute=59))
    visitor.response = form
    await visitor.submit(code=team.code, role="conteur")
    assert visitor.title == "Les Marches"


async def test_a_team_sees_in_each_state_what_it_may_do(
    visitor: Visitor, database: Database, clock: MovableClock
) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN, CHLOE, DORIS, EMIL, state=ApplicationState.WAITLISTED)
    await sign_in(visitor, database, AWA)
    await visitor.open("/equipe")
    assert "En liste d’attente" in visitor.text
    assert "Réponse de test." in visitor.text
    assert "L’équipe est complète : 5 personnes au plus." in visitor.text
    assert visitor.page.select("form[action='/equipe/invitations']") == []
    assert team.code not in visitor.response.text
    clock.move_to(EVALUATION)
    await sign_in(visitor, database, AWA)
    await visitor.open("/equipe")
    assert "La composition des équipes" in visitor.text
    assert visitor.page.select("main form, main a.btn") == []


async def test_addresses_are_shown_to_the_captain_only(visitor: Visitor, app: Creathon, database: Database) -> None:
    edition = await an_edition(database)
    await a_team(database, edition, AWA, BASTIEN, CHLOE)
    await sign_in(visitor, database, AWA)
    await visitor.open("/equipe")
    assert CHLOE.email in visitor.text
    await visitor.submit("/equipe/invitations", email="zoe@exemple.test", role="conteur")
    assert "zoe@exemple.test" in visitor.text
    async with Visitor(app) as other:
        await sign_in(other, database, BASTIEN)
        await other.open("/equipe")
        assert "Chloe Lanterne" in other.text
        assert "z…@exemple.test" in other.text
        for address in (AWA.email, CHLOE.email, "zoe@exemple.test"):
            assert address not in other.response.text


@pytest.mark.bar("C30", "C31")
async def test_ids_of_another_team_are_answered_as_ids_of_nobody(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN)
    async with database.writing() as session:
        other = await make_passeurs(session, edition)
    await sign_in(visitor, database, AWA)
    for path in ("/equipe/membres/{}/retrait", "/equipe/membres/{}/capitaine"):
        await visitor.open(path.format(team.members[1].id))
        assert visitor.status == 200
        token = visitor.page.select_one("main input[name=_csrf]")["value"]  # type: ignore[index]
        answers = []
        for member_id in (other.members[1].id, "000000000000"):
            await visitor.post(path.format(member_id), _csrf=str(token))
            answers.append((visitor.status, visitor.page.select_one("[data-error-message]")))
            await visitor.open(path.format(member_id))
            answers.append((visitor.status, visitor.page.select_one("[data-error-message]")))
        assert {status for status, _message in answers} == {404}
        assert len({str(message) for _status, message in answers}) == 1
    assert len(await members_of(database, other)) == 3
    assert len(await members_of(database, team)) == 2


async def test_the_captain_hands_over_removes_and_leaves_after_a_question(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN, CHLOE, state=ApplicationState.SUBMITTED)
    await sign_in(visitor, database, AWA)
    await visitor.open(f"/equipe/membres/{team.members[2].id}/retrait")
    assert visitor.title == "Retirer Chloe Lanterne de l’équipe ?"
    assert "redeviendra « en préparation »" in visitor.text
    await visitor.submit()
    assert await members_of(database, team) == [(1, "Awa"), (2, "Bastien")]
    assert (await stored(database, team)).state == ApplicationState.DRAFT
    await visitor.open("/equipe/quitter")
    assert visitor.status == 403
    await visitor.open(f"/equipe/membres/{team.members[1].id}/capitaine")
    await visitor.submit()
    assert "Bastien Cerisier est maintenant capitaine" in visitor.flash
    await visitor.open("/equipe/quitter")
    await visitor.submit()
    assert "Vous avez quitté l’équipe « Les Marches »" in visitor.flash
    assert await members_of(database, team) == [(2, "Bastien")]
    async with Visitor(app) as other:
        await sign_in(other, database, BASTIEN)
        await other.open("/equipe/quitter")
        assert "l’équipe disparaît" in other.text
        await other.submit()
        assert "pas encore dans une équipe" in other.text


async def test_the_captain_withdraws_the_application_after_a_question(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN, CHLOE, state=ApplicationState.SUBMITTED)
    await sign_in(visitor, database, AWA)
    await visitor.open("/equipe/retrait")
    await visitor.submit()
    assert "Votre candidature est retirée" in visitor.flash
    assert (await stored(database, team)).state == ApplicationState.WITHDRAWN
    await visitor.submit("/equipe/candidature")
    assert (await stored(database, team)).state == ApplicationState.SUBMITTED


async def test_a_member_changes_role_and_reads_why_the_rest_is_the_captain_s(
    visitor: Visitor, database: Database
) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN)
    await sign_in(visitor, database, BASTIEN)
    await visitor.open("/equipe")
    assert "Seule la personne capitaine de l’équipe peut le faire." in visitor.text
    await visitor.open("/equipe/role")
    await visitor.submit(role="gardien_ethique")
    assert "Votre rôle est enregistré" in visitor.flash
    assert (await stored(database, team)).members[1].role == TeamRole.GARDIEN_ETHIQUE
    await visitor.open("/equipe/modifier")
    assert visitor.status == 403
    await visitor.open("/equipe/role")
    await visitor.submit(role="chef")
    assert visitor.status == 422
    assert (await stored(database, team)).members[1].role == TeamRole.GARDIEN_ETHIQUE


@pytest.mark.bar("G87")
async def test_two_browsers_editing_the_team_compare_their_texts(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA)
    await sign_in(visitor, database, AWA)
    await visitor.open("/equipe/modifier")
    async with Visitor(app) as other:
        await sign_in(other, database, AWA)
        await other.open("/equipe/modifier")
        await other.submit(name="Les Pas", site_id=site_of(edition, "RUN").id)
        assert other.title == "Les Pas"
    await visitor.submit(name="Les Seuils <i>")
    assert visitor.status == 409
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in visitor.page.select("main tbody tr")]
    assert rows == [
        ["Nom de l’équipe", "Les Seuils <i>", "Les Pas"],
        ["Site", "Poitiers – Futuroscope", "Saint-Denis (La Réunion)"],
    ]
    assert (await stored(database, team)).name == "Les Pas"
    await visitor.submit()
    assert visitor.title == "Les Seuils <i>"
    assert (await stored(database, team)).site.code == "POI"


@pytest.mark.bar("G87")
async def test_an_edit_without_its_version_is_refused(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA)
    await sign_in(visitor, database, AWA)
    await visitor.open("/equipe/modifier")
    await visitor.submit(name="Les Pas", version=None)
    assert visitor.status == 428
    assert (await stored(database, team)).name == "Les Marches"


async def test_mine_asks_as_much_with_one_member_or_invitation_as_with_three(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition = await an_edition(database)
    await a_team(database, edition, AWA)
    async with database.writing() as session:
        await make_passeurs(session, edition)
    counts = []
    async with Visitor(app) as browser:
        await sign_in(browser, database, AWA)
        for number in range(3):
            await browser.open("/equipe")
            await browser.submit("/equipe/invitations", email=f"ami{number}@exemple.test", role="conteur")
            with count_queries(database) as asked:
                await browser.open("/equipe")
            counts.append(asked.count)
    async with Visitor(app) as browser:
        await sign_in(browser, database, TEVA)
        await browser.open("/equipe")
        await browser.submit("/equipe/invitations", email="ami@exemple.test", role="conteur")
        with count_queries(database) as asked:
            await browser.open("/equipe")
    assert {*counts, asked.count} == {counts[0]}
    assert counts[0] <= MOST_QUERIES

"""Free people and teams that look for somebody: who must not be seen, by whom, and what is never read before a yes."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import AgeBand, Person
from creathon.app import Creathon
from creathon.core.database import Database
from creathon.editions.models import Edition, EditionState, Role
from creathon.mail.models import Mail
from creathon.teams.actions import join_by_code
from creathon.teams.models import AloneApplication, ApplicationState, Approach, ApproachState, Team, TeamKind, TeamRole
from tests.browsing import Visitor
from tests.crawling import crawl
from tests.factories.accounts import LONG_AGO, as_actor, force_role, make_holder, make_person
from tests.factories.editions import APPLICATIONS, make_edition, site_of
from tests.factories.teams import make_alone, make_passeurs, make_team, person_of
from tests.personas import AWA, BASTIEN, CHLOE, CLAIRE, DORIS, EMIL, INES, NADIA, OMAR, SAMIR, TEVA, ZOE, Persona
from tests.teams.acting import a_team, an_edition, sign_in
from tests.teams.meeting import FREE, NEED, NEEDING, approach, approaches, free, press, seeking, token_of

HUGUES = Persona("Hugues", "Tonnelle")
"""Will become a juror."""


async def begun(database: Database) -> tuple[Edition, Team]:
    edition = await an_edition(database)
    return edition, await a_team(database, edition, AWA, BASTIEN)


async def test_who_must_not_be_seen_is_in_no_list_and_on_no_page(visitor: Visitor, database: Database) -> None:
    """Another edition, hidden, under eighteen, of an age never asked, a juror by now, disabled, placed, withdrawn."""
    edition, _team = await begun(database)
    (shown, hidden, minor, ageless, juror, gone, placed) = (
        *await free(database, edition, ZOE),
        *await free(database, edition, OMAR, shown=False),
        *await free(database, edition, INES, NADIA, HUGUES, DORIS, EMIL),
    )
    async with database.writing() as session:
        before = await make_edition(session, slug="2026", title="Créathon 2026")
        other = (await make_alone(session, before, CHLOE, shown=True)).id
        before.state = EditionState.CLOSED
        force_role(session, await person_of(session, HUGUES), Role.JUROR, edition)
        await make_team(session, edition, (EMIL,), name="Les Placés", accepted=False)
        for persona, values in (
            (INES, {"age_band": AgeBand.MINOR}),
            (NADIA, {"age_band": None}),
            (DORIS, {"disabled_at": LONG_AGO}),
        ):
            await session.execute(update(Person).where(Person.email == persona.email).values(**values))
    await sign_in(visitor, database, AWA)
    await visitor.open(FREE)
    assert [tile.get_text() for tile in visitor.page.select(".tile h2")] == ["Zoe N."]
    token = await token_of(visitor)
    for alone_id in (hidden, minor, ageless, juror, gone, placed, other, "000000000000"):
        await visitor.open(f"{FREE}/{alone_id}")
        assert visitor.status == 404
        await visitor.post(f"{FREE}/{alone_id}", _csrf=token, role="conteur", message="Venez !")
        assert visitor.status == 404
    assert await approaches(database) == []
    await visitor.open(f"{FREE}/{shown}")
    assert visitor.status == 200


@pytest.mark.parametrize("why", ["full", "class", "refused", "withdrawn"])
async def test_a_team_that_takes_nobody_in_neither_sees_nor_is_seen(
    visitor: Visitor, database: Database, why: str
) -> None:
    edition, team = await begun(database)
    (zoe,) = await free(database, edition, ZOE)
    await seeking(database, edition, team)
    values = {
        "class": {"kind": TeamKind.CLASS, "pupils_15_17": 12},
        "refused": {"state": ApplicationState.REFUSED},
        "withdrawn": {"state": ApplicationState.WITHDRAWN},
    }
    await sign_in(visitor, database, ZOE)
    await visitor.open(f"{NEEDING}/{team.id}")
    assert visitor.status == 200, "it could be seen"
    async with database.writing() as session:
        if why == "full":
            for persona in (CHLOE, DORIS, EMIL):
                await _join(session, edition, team, persona)
        else:
            await session.execute(update(Team).where(Team.id == team.id).values(**values[why]))
    await visitor.open(NEEDING)
    assert "Aucune équipe ne cherche quelqu’un" in visitor.text
    token = await token_of(visitor)
    await visitor.open(f"{NEEDING}/{team.id}")
    assert visitor.status == 404
    await visitor.post(f"{NEEDING}/{team.id}", _csrf=token, role="conteur", message="Moi !")
    assert visitor.status == 404
    await sign_in(visitor, database, AWA)
    token = await token_of(visitor)
    for path in (FREE, f"{FREE}/{zoe}", NEED):
        await visitor.open(path)
        assert visitor.status == 403
        await visitor.post(path, _csrf=token, role="conteur", message="Venez !", seeks="Tout", version="1")
        assert visitor.status in (403, 405)
    assert await approaches(database) == []


async def _join(session: AsyncSession, edition: Edition, team: Team, persona: Persona) -> None:
    actor = await as_actor(session, await person_of(session, persona))
    await join_by_code(session, actor, edition, code=team.code, role=TeamRole.CONTEUR, now=APPLICATIONS)


async def test_who_is_no_member_sees_no_free_people_and_who_is_not_alone_no_needing_teams(
    visitor: Visitor, database: Database
) -> None:
    edition, team = await begun(database)
    (zoe,) = await free(database, edition, ZOE)
    await seeking(database, edition, team)
    async with database.writing() as session:
        await make_holder(session, NADIA, Role.JUROR, edition)
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_alone(session, edition, OMAR)
        await make_person(session, INES, AgeBand.MINOR)
        await make_alone(session, edition, INES)
    for persona in (NADIA, SAMIR, CLAIRE, ZOE, TEVA):
        await sign_in(visitor, database, persona)
        token = await token_of(visitor)
        for path in (FREE, f"{FREE}/{zoe}", NEED):
            await visitor.open(path)
            assert visitor.status == 404, (persona, path)
            await visitor.post(path, _csrf=token, role="conteur", message="Venez !", seeks="Tout", version="1")
            assert visitor.status in (404, 405), (persona, path)
    for persona, status in ((NADIA, 404), (SAMIR, 404), (AWA, 404), (TEVA, 404), (INES, 403)):
        await sign_in(visitor, database, persona)
        token = await token_of(visitor)
        for path in (NEEDING, f"{NEEDING}/{team.id}"):
            await visitor.open(path)
            assert visitor.status == status, (persona, path)
        await visitor.post(f"{NEEDING}/{team.id}", _csrf=token, role="conteur", message="Moi !")
        assert visitor.status == status
    await sign_in(visitor, database, TEVA)
    await visitor.post("/equipe/seul/masquer", _csrf=await token_of(visitor))
    assert visitor.status == 404
    assert await approaches(database) == []


async def test_a_minor_is_not_asked_whether_to_be_shown(visitor: Visitor, database: Database) -> None:
    edition, _team = await begun(database)
    async with database.writing() as session:
        await make_person(session, ZOE, AgeBand.MINOR)
    await sign_in(visitor, database, ZOE)
    await visitor.open("/equipe/seul")
    assert visitor.page.select("input[name=is_shown]") == []
    assert "Avant 18 ans, votre fiche n’est lue que par la coordination" in visitor.text
    said = {"site_id": site_of(edition, "POI").id, "role": "conteur", "brings": "Je filme."}
    await visitor.submit(**said, is_shown="y")
    async with database.reading() as session:
        assert not (await session.scalars(select(AloneApplication))).one().is_shown
    with pytest.raises(Exception, match="Avant 18 ans"):
        async with database.writing() as session:
            await make_alone(session, edition, ZOE, shown=True)


async def test_an_approach_of_others_is_as_one_that_does_not_exist(visitor: Visitor, database: Database) -> None:
    edition, team = await begun(database)
    zoe, _omar = await free(database, edition, ZOE, OMAR)
    async with database.writing() as session:
        await make_passeurs(session, edition)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
    await seeking(database, edition, team)
    sent = await approach(database, edition, team, zoe)
    for persona in (OMAR, TEVA, CLAIRE):
        await sign_in(visitor, database, persona)
        token = await token_of(visitor)
        seen = set()
        for approach_id in (sent, "000000000000"):
            for act in ("reponse", "retrait"):
                await visitor.post(f"/equipe/demandes/{approach_id}/{act}", _csrf=token, reponse="oui")
                seen.add((visitor.status, str(visitor.page.select_one("[data-error-message]"))))
        assert len(seen) == 1
        assert {status for status, _words in seen} == {404}
    assert await approaches(database) == [ApproachState.WAITING]


async def test_an_approach_of_another_edition_is_not_there(visitor: Visitor, database: Database) -> None:
    edition, team = await begun(database)
    (zoe,) = await free(database, edition, ZOE)
    sent = await approach(database, edition, team, zoe)
    async with database.writing() as session:
        before = await make_edition(session, slug="2026", title="Créathon 2026")
        before.state = EditionState.CLOSED
        await session.execute(update(Approach).values(edition_id=before.id))
    await sign_in(visitor, database, ZOE)
    await visitor.post(f"/equipe/demandes/{sent}/reponse", _csrf=await token_of(visitor), reponse="oui")
    assert visitor.status == 404


async def test_a_captain_cannot_seat_who_judges_by_now(visitor: Visitor, database: Database) -> None:
    edition, team = await begun(database)
    (zoe,) = await free(database, edition, ZOE)
    await seeking(database, edition, team)
    sent = await approach(database, edition, team, zoe, by=ZOE)
    async with database.writing() as session:
        force_role(session, await person_of(session, ZOE), Role.JUROR, edition)
    await sign_in(visitor, database, AWA)
    await visitor.post(f"/equipe/demandes/{sent}/reponse", _csrf=await token_of(visitor), reponse="oui")
    assert visitor.status == 403
    assert await approaches(database) == [ApproachState.WAITING]


@pytest.mark.bar("C30")
@pytest.mark.parametrize("sender", ["team", "person"])
async def test_no_address_nor_surname_is_read_before_a_yes_and_both_are_after(
    visitor: Visitor, app: Creathon, database: Database, sender: str
) -> None:
    edition, team = await begun(database)
    (zoe,) = await free(database, edition, ZOE)
    await seeking(database, edition, team)
    await approach(database, edition, team, zoe, by=ZOE if sender == "person" else None)
    secrets = {
        AWA: (ZOE.email, ZOE.family_name),
        BASTIEN: (ZOE.email, ZOE.family_name),
        ZOE: (AWA.email, AWA.family_name, BASTIEN.email, BASTIEN.family_name, AWA.given_name, BASTIEN.given_name),
    }
    for persona, theirs in secrets.items():
        await sign_in(visitor, database, persona)
        paths = set()
        async for path in crawl(visitor, "/equipe", FREE, f"{FREE}/{zoe}", NEEDING, f"{NEEDING}/{team.id}", NEED, "/"):
            paths.add(path)
            assert [word for word in theirs if word in visitor.response.text] == [], (persona, path)
        assert len(paths) > 8
    async with database.reading() as session:
        sent = await session.execute(select(Mail.recipient, Mail.subject, Mail.body).where(Mail.name.like("approach%")))
    ((recipient, subject, body),) = sent.all()
    hidden = secrets[ZOE if recipient == ZOE.email else AWA]
    assert [word for word in hidden if word in subject + body] == []
    answering = ZOE if sender == "team" else AWA
    await press(app, database, answering, "Rejoindre" if sender == "team" else "Accepter")
    for persona, words in ((AWA, secrets[AWA]), (ZOE, (AWA.family_name, BASTIEN.family_name))):
        await sign_in(visitor, database, persona)
        await visitor.open("/equipe")
        assert [word for word in words if word not in visitor.response.text] == [], "they are in one team"

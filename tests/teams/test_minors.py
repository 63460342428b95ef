"""Members of fifteen to seventeen: suspended until a site has validated what was signed; never named in public."""

import asyncio
from contextlib import AsyncExitStack
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from creathon.accounts.models import AgeBand, Person
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.models import Edition, Role
from creathon.teams.models import ApplicationState, Authorisation, Team
from tests.browsing import Visitor
from tests.crawling import crawl
from tests.factories.accounts import make_holder, make_person
from tests.factories.editions import CREATION, make_edition, paris, site_of
from tests.factories.projects import make_deposited, make_draft
from tests.factories.teams import make_passeurs, make_team
from tests.personas import AWA, BASTIEN, CLAIRE, HUGO, INES, LEILA, NADIA, SAMIR, ZOE
from tests.queries import MOST_QUERIES, count_queries
from tests.teams.acting import mails_named, sign_in, verbs

LIST = "/coordination/mineurs"
SUSPENDED = "Votre participation est suspendue"


@pytest.fixture
async def edition(database: Database) -> Edition:
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        await make_holder(session, LEILA, Role.SITE_COORDINATOR, edition, site_of(edition, "RUN"))
        return edition


@pytest.fixture
async def team(database: Database, edition: Edition) -> Team:
    """« Les Marches » with Zoé, who is sixteen."""
    async with database.writing() as session:
        await make_person(session, ZOE, AgeBand.MINOR)
        return await make_team(session, edition, (AWA, BASTIEN, ZOE), state=ApplicationState.ACCEPTED)


@pytest.fixture
async def zoe(team: Team) -> Person:
    return next(member.person for member in team.members if member.person.given_name == ZOE.given_name)


async def stored(database: Database) -> list[tuple[str, int, date | None, bool]]:
    """(act, signatories, last day, withdrawn) of every authorisation, oldest first."""
    async with database.reading() as session:
        found = await session.scalars(select(Authorisation).order_by(Authorisation.validated_at, Authorisation.act))
        return [(one.act.value, one.signatories, one.ends_on, one.withdrawn_at is not None) for one in found]


async def validate(visitor: Visitor, zoe: Person) -> None:
    await visitor.open(f"{LIST}/{zoe.id}")
    await visitor.submit(f"{LIST}/{zoe.id}/participation", signed="y")


async def test_a_minor_waits_for_the_site_and_then_takes_part(
    visitor: Visitor, app: Creathon, database: Database, clock: MovableClock, zoe: Person
) -> None:
    (told,) = await mails_named(database, "minor_to_authorise")
    assert told.recipient == ZOE.email
    assert "/equipe/autorisations" in told.body
    clock.move_to(CREATION)
    async with Visitor(app) as minor:
        await sign_in(minor, database, ZOE)
        await minor.open("/equipe")
        assert "Autorisation attendue" in minor.text
        await minor.open("/equipe/autorisations")
        assert "votre participation est suspendue" in minor.text
        await minor.open("/projet")
        assert (minor.status, SUSPENDED in minor.text) == (200, True), "reading stays"
        await sign_in(visitor, database, SAMIR)
        await visitor.open("/coordination")
        assert "autorisation de mineur à valider" in visitor.text
        await visitor.open(LIST)
        assert "Une participation attend votre validation." in visitor.text
        assert f"{ZOE.given_name} {ZOE.family_name}" in visitor.text
        await validate(visitor, zoe)
        assert "participe désormais" in visitor.flash
        await minor.open("/projet")
        assert SUSPENDED not in minor.text
        await minor.submit("/projet", title="Un projet", summary="Une phrase.")
        assert minor.status == 200
    assert [mail.recipient for mail in await mails_named(database, "minor_authorised")] == [ZOE.email]
    assert await stored(database) == [("participation", 1, None, False)]
    assert "authorisation.validated" in await verbs(database)


async def test_a_suspended_minor_writes_and_deposits_nothing(
    visitor: Visitor, app: Creathon, database: Database, clock: MovableClock, edition: Edition, team: Team
) -> None:
    """Somebody else of the team may: the same form, the same instant."""
    clock.move_to(CREATION)
    async with AsyncExitStack() as stack:
        zoe, awa = [await stack.enter_async_context(Visitor(app)) for _ in range(2)]
        await sign_in(awa, database, AWA)
        await awa.open("/projet")
        token = {"title": "Un projet", "summary": "Une phrase.", "version": "0"}
        await sign_in(zoe, database, ZOE)
        await zoe.open("/equipe")
        csrf = zoe.page.select_one("[name=_csrf]")["value"]  # type: ignore[index]
        await zoe.post("/projet", _csrf=str(csrf), **token)
        assert (zoe.status, SUSPENDED in zoe.text) == (403, True)
        await awa.submit("/projet", title="Un projet", summary="Une phrase.")
        assert awa.status == 200
        async with database.writing() as session:
            other = await make_person(session, INES, AgeBand.MINOR)
            team = await make_team(session, edition, (HUGO, INES, NADIA), name="Les Loges")
            await make_draft(session, edition, team)
        await zoe.sign_in_as(other)
        await zoe.open("/projet/depot")
        assert SUSPENDED in zoe.text
        assert not zoe.page.select("main form")


async def test_a_minor_captain_sends_the_application_once_authorised(
    visitor: Visitor, app: Creathon, database: Database, edition: Edition
) -> None:
    async with database.writing() as session:
        zoe = await make_person(session, ZOE, AgeBand.MINOR)
        await make_team(session, edition, (ZOE, AWA, BASTIEN))
    await sign_in(visitor, database, ZOE)
    await visitor.open("/equipe")
    assert SUSPENDED in visitor.text
    assert visitor.page.select('form[action="/equipe/candidature"]') == []
    async with Visitor(app) as samir:
        await sign_in(samir, database, SAMIR)
        await validate(samir, zoe)
    await visitor.open("/equipe")
    await visitor.submit("/equipe/candidature")
    assert "est envoyée" in visitor.flash


async def test_images_need_two_signatures_a_last_day_and_an_opinion(
    visitor: Visitor, database: Database, clock: MovableClock, zoe: Person
) -> None:
    await sign_in(visitor, database, SAMIR)
    path = f"{LIST}/{zoe.id}"
    await visitor.open(path)
    await visitor.submit(f"{path}/image", capture="y", ends_on="2027-03-10", signatories="2")
    assert visitor.status == 422
    assert "Sans son avis, ne validez pas" in visitor.errors
    assert "Choisissez une date à venir" in visitor.errors
    assert await stored(database) == []
    await visitor.submit(f"{path}/image", capture=None, ends_on="2028-06-30", heard="y")
    assert "filmer, diffuser, ou les deux" in visitor.errors
    await visitor.submit(f"{path}/image", capture="y", ends_on="2032-04-01")
    assert "Cinq ans au plus" in visitor.errors
    await visitor.submit(f"{path}/image", ends_on="2028-06-30")
    assert "est enregistrée" in visitor.flash
    assert await stored(database) == [("capture", 2, date(2028, 6, 30), False)]
    await visitor.open(LIST)
    assert "filmer, ne pas diffuser" in visitor.text
    await visitor.open(path)
    await visitor.submit(f"{path}/image", capture="y", broadcast="y", heard="y", ends_on="2028-12-31", signatories="1")
    standing = [line for line in await stored(database) if not line[3]]
    assert standing == [("broadcast", 1, date(2028, 12, 31), False), ("capture", 1, date(2028, 12, 31), False)]
    clock.move_to(paris(2029, 1, 1))
    await sign_in(visitor, database, SAMIR)
    await visitor.open(LIST)
    assert "aucune image" in visitor.text, "an authorisation ends by itself"


async def test_what_is_withdrawn_is_told_and_images_are_to_be_taken_down(
    visitor: Visitor, app: Creathon, database: Database, clock: MovableClock, zoe: Person
) -> None:
    await sign_in(visitor, database, SAMIR)
    path = f"{LIST}/{zoe.id}"
    await validate(visitor, zoe)
    await visitor.submit(f"{path}/image", capture=None, broadcast="y", heard="y", ends_on="2028-06-30", signatories="2")
    for act in ("broadcast", "participation"):
        clock.advance(timedelta(minutes=1))
        form = next(form for form in visitor.page.select("form.action-form") if form.select(f'[value="{act}"]'))
        csrf = str(form.select_one("[name=_csrf]")["value"])  # type: ignore[index]
        await visitor.post(f"{path}/retrait", _csrf=csrf, acte=act)
        assert "est retirée" in visitor.flash
    assert [line[3] for line in await stored(database)] == [True, True]
    assert [mail.recipient for mail in await mails_named(database, "image_withdrawn")] == [CLAIRE.email]
    first, second = [mail.body for mail in await mails_named(database, "minor_withdrawn")]
    assert "Vous continuez de participer" in first + second
    assert "est suspendue" in first + second
    clock.move_to(CREATION)
    async with Visitor(app) as minor:
        await sign_in(minor, database, ZOE)
        await minor.open("/projet")
        assert SUSPENDED in minor.text
    await sign_in(visitor, database, SAMIR)
    await validate(visitor, zoe)
    assert [line[3] for line in await stored(database)] == [True, True, False]


async def test_only_the_coordination_of_the_site_reads_and_validates(
    visitor: Visitor, app: Creathon, database: Database, zoe: Person, team: Team, edition: Edition
) -> None:
    async with database.writing() as session:
        await make_passeurs(session, edition)
    await sign_in(visitor, database, LEILA)
    await visitor.open(LIST)
    assert (visitor.status, ZOE.family_name in visitor.text) == (200, False)
    csrf = str(visitor.page.select_one("[name=_csrf]")["value"])  # type: ignore[index]
    for path in (f"{LIST}/{zoe.id}", f"{LIST}/{team.members[0].person_id}", f"{LIST}/inconnu"):
        await visitor.open(path)
        assert visitor.status == 404, path
    await visitor.post(f"{LIST}/{zoe.id}/participation", _csrf=csrf, signed="y")
    assert visitor.status == 404
    for persona in (AWA, ZOE):
        async with Visitor(app) as member:
            await sign_in(member, database, persona)
            await member.open(f"{LIST}/{zoe.id}")
            assert member.status == 403
    assert await stored(database) == []


async def test_two_coordinators_validate_once(app: Creathon, database: Database, zoe: Person) -> None:
    async with AsyncExitStack() as stack:
        samir, claire = [await stack.enter_async_context(Visitor(app)) for _ in range(2)]
        for visitor, persona in ((samir, SAMIR), (claire, CLAIRE)):
            await sign_in(visitor, database, persona)
            await visitor.open(f"{LIST}/{zoe.id}")
        path = f"{LIST}/{zoe.id}/participation"
        await asyncio.gather(samir.submit(path, signed="y"), claire.submit(path, signed="y"))
        assert sorted((samir.status, claire.status)) == [200, 403]
    assert await stored(database) == [("participation", 1, None, False)]
    assert len(await mails_named(database, "minor_authorised")) == 1


async def test_the_papers_to_sign_name_the_minor_and_nobody_else(
    visitor: Visitor, app: Creathon, database: Database, zoe: Person
) -> None:
    await sign_in(visitor, database, ZOE)
    for paper, signatures in (("participation", 1), ("image", 2)):
        await visitor.open(f"/equipe/autorisations/{paper}")
        assert f"{ZOE.given_name} {ZOE.family_name}" in visitor.text
        assert len(visitor.page.select(".paper-signatures p")) == signatures
    await visitor.open("/equipe/autorisations/autre")
    assert visitor.status == 404
    async with Visitor(app) as captain:
        await sign_in(captain, database, AWA)
        await captain.open("/equipe/autorisations/participation")
        assert ZOE.family_name not in captain.text
        assert AWA.family_name not in captain.page.select_one("main").get_text()  # type: ignore[union-attr]


async def test_the_surname_of_a_minor_is_never_public(
    visitor: Visitor, app: Creathon, database: Database, clock: MovableClock, edition: Edition, team: Team
) -> None:
    """Every page a visitor reaches once everything is published; the coordination of the site reads the name."""
    async with database.writing() as session:
        await make_deposited(session, edition, team, title="Consigne en escalier")
    clock.move_to(paris(2027, 6, 18))
    read = 0
    async for path in crawl(visitor, "/", "/projets", "/palmares", "/edition/2027"):
        assert ZOE.family_name not in visitor.response.text, path
        read += 1
    assert read > 15
    async with Visitor(app) as samir:
        await sign_in(samir, database, SAMIR)
        await samir.open(f"/coordination/candidatures/{team.id}")
        assert ZOE.family_name in samir.text


async def test_the_list_asks_the_same_whatever_its_length(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await sign_in(visitor, database, CLAIRE)
    asked: list[int] = []
    for name, cast in (("Les Marches", (ZOE, AWA, BASTIEN)), ("Les Loges", (INES, HUGO, NADIA))):
        async with database.writing() as session:
            for persona in cast:
                await make_person(session, persona, AgeBand.MINOR)
            await make_team(session, edition, cast, name=name)
        with count_queries(database) as seen:
            await visitor.open(LIST)
        assert len(visitor.page.select("tbody tr")) == 3 * (len(asked) + 1)
        asked.append(seen.count)
    assert asked[0] == asked[1] <= MOST_QUERIES

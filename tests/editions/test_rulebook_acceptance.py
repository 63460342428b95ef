"""Reading and accepting the rulebook: each for oneself, the text in force, once."""

import asyncio
import hashlib
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.models import Edition, Role
from creathon.teams.models import ApplicationState
from creathon.teams.queries import team_by_id
from tests.browsing import Visitor
from tests.conftest import NOW
from tests.editions.rulebooks import acceptances, in_force, sign_in, verbs
from tests.factories.accounts import make_holder, make_person
from tests.factories.editions import make_edition
from tests.factories.jury import make_juror
from tests.factories.rulebook import make_amendment
from tests.factories.teams import make_team
from tests.personas import AWA, BASTIEN, CHLOE, CLAIRE, NADIA, ZOE
from tests.queries import count_queries

ASK = "/reglement/accepter"


@pytest.fixture
async def edition(database: Database) -> Edition:
    """« Créathon 2027 » with its rulebook, a team that has not accepted it and its coordinator."""
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_team(session, edition, accepted=False)
    return edition


async def amend(database: Database, edition: Edition) -> None:
    async with database.writing() as session:
        await make_amendment(session, edition)


async def accept(visitor: Visitor) -> Visitor:
    await visitor.open(ASK)
    return await visitor.submit(ASK, accepted="y")


async def test_a_person_accepts_the_text_in_force_for_oneself(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await sign_in(visitor, database, AWA)
    await visitor.open("/")
    assert "Lisez le règlement et acceptez-le, pour vous-même." in visitor.text
    await visitor.open(ASK)
    assert "Participer est gratuit." in visitor.text
    box = visitor.form(ASK).select_one("input[type=checkbox]")
    assert box is not None
    assert not box.has_attr("checked")
    await visitor.submit(ASK, accepted="y")
    assert "Vous avez accepté la version 1 du règlement." in visitor.flash
    (stored,) = await acceptances(database)
    current = await in_force(database, edition)
    assert (stored.rulebook_id, stored.sha256, stored.accepted_at) == (current.id, current.sha256, NOW)
    assert (await verbs(database))[-1] == "rulebook.accepted"
    await visitor.open("/")
    assert "acceptez-le" not in visitor.text
    await visitor.open(ASK)
    assert "il n’y a rien à faire" in visitor.text


async def test_an_empty_box_accepts_nothing(visitor: Visitor, database: Database, edition: Edition) -> None:
    await sign_in(visitor, database, AWA)
    await visitor.open(ASK)
    await visitor.submit(ASK)
    assert visitor.status == 422
    assert "Cochez la case pour accepter." in visitor.errors
    assert await acceptances(database) == []


async def test_accepting_twice_at_once_is_kept_once(app: Creathon, database: Database, edition: Edition) -> None:
    async with AsyncExitStack() as stack:
        racers = [await stack.enter_async_context(Visitor(app)) for _ in range(3)]
        for racer in racers:
            await sign_in(racer, database, AWA)
            await racer.open(ASK)
        await asyncio.gather(*(racer.submit(ASK, accepted="y") for racer in racers))
        assert [racer.status for racer in racers] == [200] * 3
    assert len(await acceptances(database)) == 1
    assert (await verbs(database)).count("rulebook.accepted") == 1


async def test_a_text_replaced_while_it_was_read_is_not_accepted(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await sign_in(visitor, database, AWA)
    await visitor.open(ASK)
    await amend(database, edition)
    await visitor.submit(ASK, accepted="y")
    assert visitor.status == 409
    assert "Lisez la nouvelle version avant de l’accepter." in visitor.errors
    assert "Participer reste gratuit, pour toujours." in visitor.text
    box = visitor.form(ASK).select_one("input[type=checkbox]")
    assert box is not None
    assert not box.has_attr("checked")
    assert await acceptances(database) == []
    await visitor.submit(ASK, accepted="y")
    assert [one.sha256 for one in await acceptances(database)] == [(await in_force(database, edition)).sha256]


async def test_an_amendment_and_an_acceptance_at_once_never_mix(
    app: Creathon, database: Database, edition: Edition
) -> None:
    """Whoever comes first: an acceptance of the old text, or a refusal that shows the new one."""
    old = await in_force(database, edition)
    async with Visitor(app) as awa:
        await sign_in(awa, database, AWA)
        await awa.open(ASK)
        await asyncio.gather(awa.submit(ASK, accepted="y"), amend(database, edition))
        kept = await acceptances(database)
        assert (awa.status, [one.sha256 for one in kept]) in [(200, [old.sha256]), (409, [])]
        await awa.open("/")
        assert "/reglement/accepter" in awa.response.text


async def test_an_amendment_is_read_by_what_changes_and_asked_again(
    visitor: Visitor, database: Database, edition: Edition, clock: MovableClock
) -> None:
    await accept(await sign_in(visitor, database, AWA))
    await amend(database, edition)
    clock.advance(timedelta(hours=1))
    await visitor.open("/")
    assert "Le règlement a changé : lisez ce qui change et acceptez-le." in visitor.text
    await visitor.open("/equipe")
    assert "Le règlement a changé" in visitor.text
    await visitor.open(ASK)
    assert visitor.title == "Le règlement a changé"
    assert "La gratuité est précisée." in visitor.text
    assert "[ajouté : reste" in visitor.text
    await visitor.submit(ASK, accepted="y")
    assert [one.accepted_at for one in await acceptances(database)] == [NOW, NOW + timedelta(hours=1)]


async def test_an_application_waits_for_every_member_and_names_those_who_miss(
    visitor: Visitor, app: Creathon, database: Database, edition: Edition
) -> None:
    await accept(await sign_in(visitor, database, AWA))
    await visitor.open("/equipe")
    assert "Chaque membre accepte d’abord le règlement. Il manque : Bastien, Chloe." in visitor.text
    assert not visitor.page.select("form[action$='/equipe/candidature']")
    token = visitor.page.select_one("input[name=_csrf]")
    assert token is not None
    await visitor.post("/equipe/candidature", _csrf=str(token["value"]))
    assert visitor.status == 403
    assert "Il manque : Bastien, Chloe." in visitor.text
    for persona in (BASTIEN, CHLOE):
        async with Visitor(app) as member:
            await accept(await sign_in(member, database, persona))
    await visitor.open("/equipe")
    await visitor.submit("/equipe/candidature")
    assert "Votre candidature est envoyée" in visitor.flash


async def test_an_amendment_does_not_undo_what_was_sent(visitor: Visitor, database: Database) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        team = await make_team(session, edition, state=ApplicationState.SUBMITTED)
    await amend(database, edition)
    await sign_in(visitor, database, AWA)
    await visitor.open("/equipe")
    assert "Il manque l’accord de : Awa, Bastien, Chloe, dont le vôtre." in visitor.text
    assert "Envoyée le" in visitor.text
    async with database.reading() as session:
        stored = await team_by_id(session, team.id)
    assert stored is not None
    assert stored.state == ApplicationState.SUBMITTED


async def test_a_juror_is_asked_until_it_is_done(visitor: Visitor, database: Database, edition: Edition) -> None:
    async with database.writing() as session:
        await make_juror(session, edition, NADIA)
    await sign_in(visitor, database, NADIA)
    await visitor.open("/jury")
    assert "Le jury s’engage sur le même règlement" in visitor.text
    await accept(visitor)
    await visitor.open("/jury")
    assert "Le jury s’engage" not in visitor.text


async def test_anybody_checks_the_seal_with_the_text_they_download(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await amend(database, edition)
    current = await in_force(database, edition)
    await visitor.open("/edition/2027/reglement/texte")
    assert hashlib.sha256(visitor.response.content).hexdigest() == current.sha256
    assert visitor.response.headers["content-disposition"] == 'attachment; filename="reglement-2027-v2.txt"'
    await visitor.open("/edition/2027/reglement")
    assert str(current.sha256) in visitor.text


async def test_every_version_stays_readable_with_what_changed(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await amend(database, edition)
    await visitor.open("/edition/2027/reglement?version=1")
    assert "Version remplacée" in visitor.text
    assert "Participer est gratuit." in visitor.text
    await visitor.open("/edition/2027/reglement")
    assert "En vigueur" in visitor.text
    assert "Participer reste gratuit, pour toujours." in visitor.text
    await visitor.open("/edition/2027/reglement/changements?version=2")
    assert "La gratuité est précisée." in visitor.text
    assert [mark.get_text() for mark in visitor.page.select("main del, main ins")] == [
        "[retiré\u00a0: est] ",
        "[ajouté\u00a0: reste] ",
        "[ajouté\u00a0: , pour toujours] ",
    ]
    for path in ("/edition/2027/reglement?version=3", "/edition/2026/reglement", "/edition/2027/reglement?version=0"):
        await visitor.open(path)
        assert visitor.status == 404, path


async def test_a_visitor_signs_in_to_accept_and_somebody_without_team_may(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await visitor.open(ASK)
    assert visitor.path == "/connexion"
    async with database.writing() as session:
        await make_person(session, ZOE)
    await accept(await sign_in(visitor, database, ZOE))
    assert len(await acceptances(database)) == 1


async def test_nothing_to_accept_is_not_there(visitor: Visitor, database: Database) -> None:
    async with database.writing() as session:
        edition = await make_edition(session, rules=False)
        await make_team(session, edition)
    await sign_in(visitor, database, AWA)
    await visitor.open(ASK)
    assert visitor.status == 404
    await visitor.open("/equipe")
    assert visitor.page.select("form[action$='/equipe/candidature']")


async def test_reading_asks_the_same_for_one_version_and_for_three(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await sign_in(visitor, database, AWA)
    asked: dict[str, list[int]] = {}
    for step in range(2):
        for path in ("/reglement", "/edition/2027/reglement", ASK, "/edition/2027/reglement/changements"):
            with count_queries(database) as counted:
                await visitor.open(path)
            asked.setdefault(path, []).append(counted.count)
        if not step:
            await amend(database, edition)
            await amend(database, edition)
    assert {path: counts for path, counts in asked.items() if max(counts) > 11 or len(set(counts)) > 1} == {}

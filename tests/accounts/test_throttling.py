"""Trying passwords: slower and slower for one account, never for a whole school behind one address."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from creathon.accounts import passwords
from creathon.accounts.models import Person
from creathon.accounts.rules import LINK_BY_ACCOUNT, SIGN_IN_BY_ACCOUNT, SIGN_IN_BY_ADDRESS, SIGN_IN_BY_PAIR
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.throttle import Limit, Tries, forget_tries, give_back_try, take_try
from creathon.core.web.visit import client_address
from creathon.settings import Settings
from tests.browsing import Visitor
from tests.conftest import NOW
from tests.core.trial import living
from tests.factories.accounts import make_person
from tests.personas import AWA, TEVA, Persona

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What argon2 costs is shown elsewhere; here 300 people sign in."""
    monkeypatch.setattr(passwords, "_verify", lambda hashed, password: hashed is not None and hashed == password)


async def person(database: Database, persona: Persona) -> Person:
    async with database.writing() as session:
        made = await make_person(session, persona)
        made.password_hash = "right"
    return made


def from_address(app: Creathon, address: str) -> Visitor:
    visitor = Visitor(app)
    visitor.http._transport = httpx.ASGITransport(app=app, client=(address, 1))  # type: ignore[arg-type]
    return visitor


async def attempt(visitor: Visitor, email: str, password: str) -> int:
    """Try a password; 200 is the page one lands on."""
    await visitor.open("/connexion")
    await visitor.submit(email=email, password=password)
    return visitor.status


@pytest.mark.bar("A4")
async def test_tenth_wrong_password_makes_the_account_wait(
    app: Creathon, database: Database, clock: MovableClock
) -> None:
    await person(database, AWA)
    for number in range(SIGN_IN_BY_ACCOUNT.free):
        async with from_address(app, f"198.51.100.{number}") as attacker:
            assert await attempt(attacker, AWA.email, "wrong") == 422
    async with from_address(app, "198.51.100.99") as attacker:
        assert await attempt(attacker, AWA.email, "wrong") == 429
        assert "Revenez dans 30 secondes" in attacker.text
        assert await attempt(attacker, AWA.email, "right") == 429, "or the wait would tell which one is right"
        assert await attempt(attacker, TEVA.email, "wrong") == 422, "nobody else waits"
        clock.advance(30 * SECOND)
        assert await attempt(attacker, AWA.email, "wrong") == 422
        clock.advance(59 * SECOND)
        assert await attempt(attacker, AWA.email, "wrong") == 429, "the wait doubles"
        clock.advance(SECOND)
        assert await attempt(attacker, AWA.email, "right") == 200


@pytest.mark.bar("A4")
async def test_pair_of_account_and_address_waits_sooner(app: Creathon, database: Database) -> None:
    await person(database, AWA)
    async with from_address(app, "198.51.100.1") as attacker, from_address(app, "203.0.113.1") as owner:
        for _ in range(SIGN_IN_BY_PAIR.free):
            assert await attempt(attacker, AWA.email, "wrong") == 422
        assert await attempt(attacker, AWA.email, "wrong") == 429
        assert await attempt(owner, AWA.email, "right") == 200


@pytest.mark.bar("A4")
async def test_spelling_and_forwarded_addresses_do_not_help(app: Creathon, database: Database) -> None:
    await person(database, AWA)
    async with from_address(app, "198.51.100.1") as attacker:
        statuses = []
        for number in range(SIGN_IN_BY_PAIR.free + 1):
            attacker.http.headers["x-forwarded-for"] = f"203.0.113.{number}"
            spelled = AWA.email.upper() if number % 2 else AWA.email
            statuses.append(await attempt(attacker, spelled, "wrong"))
    assert statuses == [422] * SIGN_IN_BY_PAIR.free + [429]


@pytest.mark.bar("A4")
@pytest.mark.slow
async def test_three_hundred_pupils_of_one_school_all_come_in(
    app: Creathon, database: Database, clock: MovableClock
) -> None:
    """One address, five minutes, one wrong try each before the right one: nobody is refused."""
    pupils = [Persona(f"Eleve{n:03}", "Ecole") for n in range(300)]
    async with database.writing() as session:
        for pupil in pupils:
            (await make_person(session, pupil)).password_hash = "right"
    answers = []
    for pupil in pupils:
        async with from_address(app, "192.0.2.1") as visitor:
            visitor.http.follow_redirects = False
            answers.append((await attempt(visitor, pupil.email, "wrong"), await attempt(visitor, pupil.email, "right")))
        clock.advance(SECOND)
    assert set(answers) == {(422, 303)}


@pytest.mark.bar("A4")
async def test_right_passwords_do_not_fill_the_counter_of_an_address(database: Database) -> None:
    async with database.writing() as session:
        for _ in range(SIGN_IN_BY_ADDRESS.free * 2):
            assert not await take_try(session, SIGN_IN_BY_ADDRESS, "192.0.2.1", now=NOW)
            await give_back_try(session, SIGN_IN_BY_ADDRESS, "192.0.2.1")


LIMIT = Limit("trial", 7, timedelta(minutes=1), timedelta(hours=1), timedelta(hours=2))


@pytest.mark.bar("A5")
async def test_parallel_tries_pass_exactly_as_often_as_allowed(database: Database, database_url: str) -> None:
    """Two processes, forty tries at the same instant, the first ones included."""
    other = Database(database_url)

    async def attempt_in(place: Database) -> bool:
        async with place.writing() as session:
            return not await take_try(session, LIMIT, "awa", now=NOW)

    allowed = await asyncio.gather(*(attempt_in(place) for place in (database, other) * 20))
    await other.close()
    assert sum(allowed) == LIMIT.free


@pytest.mark.bar("A5")
async def test_counters_survive_a_restart_and_hold_no_address(database: Database, database_url: str) -> None:
    async with database.writing() as session:
        for _ in range(LIMIT.free):
            await take_try(session, LIMIT, "awa@exemple.test", now=NOW)
    restarted = Database(database_url)
    async with restarted.writing() as session:
        assert await take_try(session, LIMIT, "awa@exemple.test", now=NOW) == timedelta(minutes=1)
        assert "awa" not in str([row.key for row in await session.scalars(select(Tries))])
        await forget_tries(session, LIMIT, "awa@exemple.test")
        assert not await take_try(session, LIMIT, "awa@exemple.test", now=NOW)
    await restarted.close()


@pytest.mark.parametrize(
    ("count", "since", "wait"),
    [
        (0, 0, 0), (6, 0, 0), (7, 0, 60), (7, 59, 1), (8, 0, 120), (9, 0, 240), (50, 0, 3600), (5000, 0, 3600),
        (50, 7199, -3599), (50, 7200, 0), (7, -10, 70),
    ],
)  # fmt: skip
@pytest.mark.bar("A4")
def test_wait_doubles_up_to_its_longest_and_is_forgotten(count: int, since: int, wait: int) -> None:
    assert LIMIT.wait(count, timedelta(seconds=since)) == timedelta(seconds=wait)


@pytest.mark.bar("A4")
async def test_asking_for_links_is_counted_whether_the_address_is_known_or_not(
    visitor: Visitor, database: Database
) -> None:
    await person(database, AWA)
    for email in (AWA.email, "nobody@exemple.test"):
        statuses = []
        for _ in range(LINK_BY_ACCOUNT.free + 1):
            await visitor.open("/mot-de-passe")
            await visitor.submit(email=email)
            statuses.append(visitor.status)
        assert statuses == [200] * LINK_BY_ACCOUNT.free + [429]


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "found"),
    [
        ("198.51.100.1", "203.0.113.9", (), "198.51.100.1"),
        ("10.0.0.1", "203.0.113.9", ("10.0.0.0/8",), "203.0.113.9"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.9", ("10.0.0.0/8",), "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", ("10.0.0.0/8",), "203.0.113.9"),
        ("198.51.100.1", "203.0.113.9", ("10.0.0.0/8",), "198.51.100.1"),
        ("10.0.0.1", None, ("10.0.0.0/8",), "10.0.0.1"),
        ("10.0.0.1", "junk", ("10.0.0.0/8",), "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", ("10.0.0.0/8",), "10.0.0.2"),
        ("::1", "2001:db8::7", ("::1",), "2001:db8::7"),
        ("", "203.0.113.9", ("10.0.0.0/8",), ""),
    ],
)
@pytest.mark.bar("D46")
def test_address_of_the_client(peer: str, forwarded: str | None, trusted: tuple[str, ...], found: str) -> None:
    assert client_address(peer, forwarded, trusted) == found


@pytest.mark.bar("A4", "D46")
async def test_behind_a_proxy_each_visitor_has_an_own_address(
    settings: Settings, database: Database, clock: MovableClock
) -> None:
    """Else one attacker would make everybody wait: all come from the proxy."""
    await person(database, AWA)
    behind = replace(settings, trusted_proxies=("10.0.0.0/8",))
    async with living(behind, clock, database) as app, from_address(app, "10.0.0.1") as browser:
        browser.http.headers["x-forwarded-for"] = "198.51.100.1"
        for _ in range(SIGN_IN_BY_PAIR.free):
            await attempt(browser, AWA.email, "wrong")
        assert await attempt(browser, AWA.email, "wrong") == 429
        browser.http.headers["x-forwarded-for"] = "203.0.113.1"
        assert await attempt(browser, AWA.email, "right") == 200

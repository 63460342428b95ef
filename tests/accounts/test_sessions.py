"""Sessions: rows of ours, made anew at sign-in, ended for good, never written by a read."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from http.cookies import SimpleCookie

import httpx
import pytest
from sqlalchemy import select, update

from creathon.accounts.actions import end_sessions, grant_role
from creathon.accounts.models import BrowserSession, Person
from creathon.accounts.passwords import hash_password
from creathon.accounts.rules import PRIVILEGED_SESSION_LASTS, SESSION_IDLE, SESSION_LASTS, SESSION_NOTED
from creathon.app import Creathon
from creathon.core.actor import SYSTEM
from creathon.core.clock import MovableClock
from creathon.core.database import Base, Database
from creathon.core.ids import digest
from creathon.core.web.authentication import read_cookies
from creathon.editions.models import Role
from creathon.settings import Settings
from tests.browsing import Visitor, form_values
from tests.core.trial import living
from tests.factories.accounts import make_person
from tests.factories.editions import make_edition
from tests.personas import AWA

PASSWORD = "girafe mauve sous orage"
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def awa(database: Database) -> Person:
    async with database.writing() as session:
        person = await make_person(session, AWA)
        person.password_hash = await hash_password(PASSWORD)
    return person


async def sign_in(visitor: Visitor, password: str = PASSWORD) -> str:
    """Sign in by the form; returns the raw token of the cookie."""
    await visitor.open("/connexion")
    await visitor.submit(email=AWA.email, password=password)
    assert "Bonjour Awa" in visitor.flash
    return str(visitor.http.cookies.get("session"))


async def is_in(visitor: Visitor) -> bool:
    await visitor.open("/compte")
    return visitor.path == "/compte"


async def rows(database: Database) -> list[BrowserSession]:
    async with database.reading() as session:
        return list(await session.scalars(select(BrowserSession).order_by(BrowserSession.created_at)))


@pytest.mark.bar("B15", "E9")
async def test_cookie_chosen_by_somebody_else_is_never_adopted(app: Creathon, visitor: Visitor, awa: Person) -> None:
    chosen = "token-of-the-attacker"
    visitor.http.cookies.set("session", chosen, domain="testserver.local", path="/")
    assert not await is_in(visitor)
    token = await sign_in(visitor)
    assert token != chosen
    async with Visitor(app) as attacker:
        attacker.http.cookies.set("session", chosen, domain="testserver.local", path="/")
        assert not await is_in(attacker)


@pytest.mark.bar("B15")
async def test_each_sign_in_gives_a_new_token_and_ends_the_old(
    app: Creathon, visitor: Visitor, awa: Person, database: Database
) -> None:
    first = await sign_in(visitor)
    async with Visitor(app) as same_browser:
        same_browser.http.cookies.set("session", first, domain="testserver.local", path="/")
        page = await same_browser.open("/compte")
        await page.submit("/compte/mot-de-passe", current=PASSWORD, password="lucarne tiède violon sept")
        assert "Votre mot de passe est changé" in page.flash
        assert await is_in(same_browser)
    assert not await is_in(visitor), "the old token is worth nothing"
    assert [row.revoked_at is None for row in await rows(database)] == [False, True]


@pytest.mark.bar("B16")
async def test_raw_token_is_nowhere_in_the_database(visitor: Visitor, awa: Person, database: Database) -> None:
    token = await sign_in(visitor)
    assert await is_in(visitor)
    dump = await everything(database)
    assert digest(token) in dump
    assert token not in dump
    assert PASSWORD not in dump


async def everything(database: Database) -> str:
    async with database.reading() as session:
        tables = [await session.execute(select(table)) for table in Base.metadata.sorted_tables]
        return "\n".join(str(row) for result in tables for row in result)


@pytest.mark.bar("B17", "E10")
async def test_signing_out_is_final_while_a_page_is_being_read(
    app: Creathon, visitor: Visitor, awa: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await sign_in(visitor)
    reading, signed_out = asyncio.Event(), asyncio.Event()
    load = app.litestar.state.page_context

    def wait_here(*_: object) -> dict[str, object]:
        reading.set()
        return {}

    app.litestar.state.page_context = (*load, wait_here)
    slow = asyncio.create_task(visitor.http.get("/compte"))
    await reading.wait()
    app.litestar.state.page_context = load
    async with Visitor(app) as other_tab:
        other_tab.http.cookies.set("session", token, domain="testserver.local", path="/")
        await other_tab.open("/compte")
        await other_tab.submit("/deconnexion")
        signed_out.set()
        answer = await slow
        assert "session" not in answer.headers.get("set-cookie", "")
        other_tab.http.cookies.set("session", token, domain="testserver.local", path="/")
        assert not await is_in(other_tab)


@pytest.mark.bar("E11")
async def test_two_writes_at_once_of_one_browser_are_both_kept(
    app: Creathon, visitor: Visitor, awa: Person, database: Database, clock: MovableClock
) -> None:
    """A profile is saved and another device signed out by two forms sent together; both also note the session's use."""
    await sign_in(visitor)
    async with Visitor(app) as phone:
        phone.http.headers["user-agent"] = "a phone"
        await sign_in(phone)
        clock.advance(SESSION_NOTED + MINUTE)
        await visitor.open("/compte")
        ending = visitor.form(button="Déconnecter")
        profile = form_values(visitor.form("/compte")) | {"zone": "Indian/Reunion"}
        saved, ended = await asyncio.gather(
            visitor.http.post("/compte", data=profile),
            visitor.http.post(str(ending["action"]), data=form_values(ending)),
        )
        assert "enregistré" in saved.text
        assert "Cet appareil est déconnecté." in ended.text
        assert not await is_in(phone)
    assert await is_in(visitor)
    assert visitor.form("/compte").select_one("option[value='Indian/Reunion'][selected]")
    async with database.reading() as session:
        own = (await session.scalars(select(BrowserSession).where(BrowserSession.revoked_at.is_(None)))).one()
    assert own.seen_at == clock.now()


@pytest.mark.bar("B18")
async def test_session_ends_when_nothing_is_saved_for_hours(
    visitor: Visitor, awa: Person, clock: MovableClock, database: Database
) -> None:
    await sign_in(visitor)
    clock.advance(SESSION_IDLE - MINUTE)
    assert await is_in(visitor), "reading notes nothing, and is still allowed"
    clock.advance(MINUTE)
    assert not await is_in(visitor)


@pytest.mark.bar("B18")
async def test_session_ends_for_good_after_a_day_of_work(
    visitor: Visitor, awa: Person, clock: MovableClock, database: Database
) -> None:
    await sign_in(visitor)
    for _ in range(11):
        clock.advance(timedelta(hours=2))
        assert await is_in(visitor)
        await visitor.submit("/compte", given_name="Awa", family_name="Riviere", zone="Europe/Paris")
    assert (await rows(database))[0].seen_at == clock.now()
    clock.advance(SESSION_LASTS - timedelta(hours=22) - MINUTE)
    assert await is_in(visitor)
    clock.advance(MINUTE)
    assert not await is_in(visitor)


@pytest.mark.bar("B18")
async def test_session_of_a_coordinator_is_half_as_long_even_when_the_role_came_later(
    visitor: Visitor, awa: Person, clock: MovableClock, database: Database
) -> None:
    await sign_in(visitor)
    async with database.writing() as session:
        edition = await make_edition(session)
        await grant_role(session, SYSTEM, awa, Role.NATIONAL_COORDINATOR, edition, now=clock.now())
        await session.execute(update(BrowserSession).values(seen_at=clock.now() + PRIVILEGED_SESSION_LASTS))
    clock.advance(PRIVILEGED_SESSION_LASTS - MINUTE)
    assert await is_in(visitor)
    clock.advance(MINUTE)
    assert not await is_in(visitor)


@pytest.mark.bar("B17", "B18", "D48")
async def test_use_is_noted_by_writes_only_and_coarsely(
    visitor: Visitor, awa: Person, clock: MovableClock, database: Database
) -> None:
    await sign_in(visitor)
    start = clock.now()
    clock.advance(SESSION_NOTED + MINUTE)
    await visitor.open("/compte")
    assert (await rows(database))[0].seen_at == start, "a read writes nothing"
    await visitor.submit("/compte", given_name="", family_name="", zone="Europe/Paris")
    assert visitor.status == 422
    assert (await rows(database))[0].seen_at == start, "what is refused writes nothing"
    await visitor.open("/compte")
    await visitor.submit("/compte", given_name="Awa", family_name="Riviere", zone="Europe/Paris")
    noted = clock.now()
    assert (await rows(database))[0].seen_at == noted
    clock.advance(SESSION_NOTED - MINUTE)
    await visitor.open("/compte")
    await visitor.submit("/compte", given_name="Awa", family_name="Rivière", zone="Europe/Paris")
    assert (await rows(database))[0].seen_at == noted, "noted a moment ago"


@pytest.mark.bar("B22")
async def test_new_password_ends_the_other_sessions_only(app: Creathon, visitor: Visitor, awa: Person) -> None:
    await sign_in(visitor)
    async with Visitor(app) as other:
        await sign_in(other)
        await visitor.open("/compte")
        await visitor.submit("/compte/mot-de-passe", current=PASSWORD, password="lucarne tiède violon sept")
        assert await is_in(visitor)
        assert not await is_in(other)


@pytest.mark.bar("B21")
async def test_person_sees_and_ends_own_sessions_and_nobody_elses(
    app: Creathon, visitor: Visitor, awa: Person, database: Database, clock: MovableClock
) -> None:
    await sign_in(visitor)
    async with Visitor(app) as phone:
        phone.http.headers["user-agent"] = "a phone"
        await sign_in(phone)
        await visitor.open("/compte")
        assert "a phone" in visitor.text
        await visitor.submit(button="Déconnecter")
        assert not await is_in(phone)
        assert await is_in(visitor)
        assert "a phone" not in visitor.text
    stranger = (await rows(database))[0]
    async with database.writing() as session:
        await session.execute(update(BrowserSession).where(BrowserSession.id != stranger.id).values(revoked_at=None))
        zoe = await make_person(session, replace(AWA, given_name="Zoe"))
    async with Visitor(app) as other:
        await other.sign_in_as(zoe)
        await other.open("/compte")
        token = other.form("/compte/mot-de-passe").select_one("input[name=_csrf]")["value"]  # type: ignore[index]
        await other.post(f"/compte/sessions/{stranger.id}", _csrf=str(token))
    assert await is_in(visitor), "a session is ended by its owner"


@pytest.mark.bar("A13", "C36")
async def test_disabled_person_is_refused_at_the_next_request(
    visitor: Visitor, awa: Person, database: Database, clock: MovableClock
) -> None:
    await sign_in(visitor)
    async with database.writing() as session:
        await session.execute(update(Person).values(disabled_at=clock.now()))
    assert not await is_in(visitor)


@pytest.mark.bar("C36")
async def test_role_taken_away_is_gone_at_the_next_request(
    visitor: Visitor, awa: Person, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        grant = await grant_role(session, SYSTEM, awa, Role.NATIONAL_COORDINATOR, edition, now=clock.now())
    await sign_in(visitor)
    await visitor.open("/coordination/invitations")
    assert visitor.status == 200
    async with database.writing() as session:
        await session.delete(await session.get_one(type(grant), grant.id))
    await visitor.open("/coordination/invitations")
    assert visitor.status == 403


async def test_sessions_of_a_person_can_all_be_ended(visitor: Visitor, awa: Person, database: Database) -> None:
    await sign_in(visitor)
    async with database.writing() as session:
        person_id = await session.scalar(select(Person.id))
        await end_sessions(session, str(person_id), now=awa.created_at)
    assert not await is_in(visitor)


@pytest.fixture
async def https(settings: Settings, clock: MovableClock, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """The platform as it is served in production: behind https."""
    secure = replace(settings, base_url="https://testserver")
    async with living(secure, clock, database) as app:
        transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
        headers = {"origin": "https://testserver", "sec-fetch-site": "same-origin"}
        async with httpx.AsyncClient(transport=transport, base_url="https://testserver", headers=headers) as client:
            yield client


@pytest.mark.bar("B20", "B23", "D44")
async def test_cookies_of_production_are_locked(https: httpx.AsyncClient, awa: Person) -> None:
    seen = [await https.get("/connexion")]
    token = seen[0].text.partition('name="_csrf" value="')[2].partition('"')[0]
    form = {"email": AWA.email, "password": PASSWORD, "_csrf": token}
    seen += [await https.post("/connexion", data=form), await https.get("/compte")]
    csrf = seen[-1].text.partition('name="_csrf" value="')[2].partition('"')[0]
    assert seen[-1].status_code == 200
    seen.append(await https.post("/deconnexion", data={"_csrf": csrf}))
    cookies = [value for answer in seen for value in answer.headers.get_list("set-cookie")]
    names = set()
    for header in cookies:
        ((name, morsel),) = SimpleCookie(header).items()
        names.add(name)
        assert name.startswith("__Host-"), header
        assert (morsel["secure"], morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, True, "Lax", "/")
        assert not morsel["domain"]
    assert names == {"__Host-session", "__Host-visitor", "__Host-message"}
    assert seen[-1].headers["clear-site-data"] == '"cache", "storage"'
    assert {answer.headers["cache-control"] for answer in seen[1:]} == {"private, no-store"}
    assert all("max-age=63072000" in answer.headers["strict-transport-security"] for answer in seen)


@pytest.mark.bar("D41")
async def test_plain_http_page_of_the_same_host_may_not_post_to_https(https: httpx.AsyncClient) -> None:
    https.headers.pop("sec-fetch-site")
    token = (await https.get("/connexion")).text.partition('name="_csrf" value="')[2].partition('"')[0]
    refused = await https.post("/connexion", data={"_csrf": token}, headers={"origin": "http://testserver"})
    assert (refused.status_code, "autre site" in refused.text) == (403, True)
    assert (await https.post("/connexion", data={"_csrf": token})).status_code == 422


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("session=abc; visitor=def", {"session": "abc", "visitor": "def"}),
        ('portal={"a": 1, "b": [2]}; session=abc', {"session": "abc"}),
        ("bad name{}=1;;; =x; session=abc", {"session": "abc"}),
        ("session=first; session=second", {"session": "first"}),
        ('message="a=b.c"', {"message": "a=b.c"}),
        ("session", {}),
        ("", {}),
    ],
)
def test_strange_cookie_hides_no_other(header: str, found: dict[str, str]) -> None:
    assert found.items() <= read_cookies(header).items()

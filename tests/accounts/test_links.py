"""Links sent by mail and invitations: once, by a button, for a while, and known to nobody but the mail."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from creathon.accounts.actions import invite_first
from creathon.accounts.models import BrowserSession, Invitation, MailedLink, Person, RoleGrant
from creathon.accounts.passwords import hash_password
from creathon.accounts.rules import INVITATION_LASTS, LINK_LASTS
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.errors import Refused
from creathon.core.ids import digest
from creathon.editions.models import Role
from creathon.mail.delivery import Postman, SmtpTransport
from creathon.mail.models import Mail
from creathon.settings import Settings
from tests.accounts.test_sessions import everything
from tests.browsing import Visitor
from tests.core.trial import living
from tests.factories.accounts import make_holder, make_person
from tests.factories.editions import make_edition, site_of
from tests.factories.teams import make_team
from tests.faults.sink import smtp_sink
from tests.personas import AWA, CLAIRE

PASSWORD, NEW = "girafe mauve sous orage", "lucarne tiède violon sept"


@pytest.fixture
async def awa(database: Database) -> Person:
    async with database.writing() as session:
        person = await make_person(session, AWA)
        person.password_hash = await hash_password(PASSWORD)
    return person


async def last_mail(database: Database) -> Mail:
    async with database.reading() as session:
        return (await session.scalars(select(Mail).order_by(Mail.created_at.desc(), Mail.id))).first()  # type: ignore[return-value]


async def asked_link(visitor: Visitor, database: Database, email: str = AWA.email) -> str:
    await visitor.open("/mot-de-passe")
    await visitor.submit(email=email)
    return link_in((await last_mail(database)).body)


def link_in(body: str) -> str:
    found = [word for word in body.split() if word.startswith("http")]
    assert len(found) == 1
    return found[0].removeprefix("http://testserver")


async def can_sign_in(app: Creathon, password: str) -> bool:
    async with Visitor(app) as fresh:
        await fresh.open("/connexion")
        await fresh.submit(email=AWA.email, password=password)
        return fresh.path == "/"


@pytest.mark.bar("A8", "A9", "D48")
async def test_link_survives_mail_scanners_and_is_used_once(
    app: Creathon, visitor: Visitor, awa: Person, database: Database
) -> None:
    link = await asked_link(visitor, database)
    for method in ("GET", "HEAD", "GET"):
        await visitor.http.request(method, link)
    await visitor.open(link)
    await visitor.submit(password=NEW)
    assert "Votre mot de passe est enregistré" in visitor.flash
    assert (await can_sign_in(app, NEW), await can_sign_in(app, PASSWORD)) == (True, False)
    async with Visitor(app) as other:
        await other.open(link)
        assert "a déjà servi" in other.text
        assert other.page.select("main form") == []
        await other.open("/mot-de-passe")
        token = str(other.form().select_one("input[name=_csrf]")["value"])  # type: ignore[index]
        await other.post(link, _csrf=token, password="encore un autre mot long")
        assert (other.status, "a déjà servi" in other.text) == (403, True)
    assert await can_sign_in(app, NEW)


@pytest.mark.bar("A8")
async def test_link_used_twice_at_once_serves_once(
    app: Creathon, visitor: Visitor, awa: Person, database: Database
) -> None:
    link = await asked_link(visitor, database)
    await visitor.open(link)
    token = str(visitor.form().select_one("input[name=_csrf]")["value"])  # type: ignore[index]
    visitor.http.follow_redirects = False
    forms = [{"_csrf": token, "password": f"{NEW} {number}"} for number in range(4)]
    answers = await asyncio.gather(*(visitor.http.post(link, data=form) for form in forms))
    assert sorted(answer.status_code for answer in answers)[0] == 303
    assert sorted(answer.status_code for answer in answers)[1] >= 403
    async with database.reading() as session:
        person = (await session.scalars(select(Person))).one()
        assert await session.scalar(select(func.count(BrowserSession.id))) == 1
    assert person.password_round == 2


@pytest.mark.bar("A8")
async def test_link_is_refused_after_half_an_hour(
    visitor: Visitor, awa: Person, database: Database, clock: MovableClock
) -> None:
    link = await asked_link(visitor, database)
    clock.advance(LINK_LASTS - timedelta(seconds=1))
    await visitor.open(link)
    assert visitor.page.select("main form")
    clock.advance(timedelta(seconds=1))
    await visitor.submit(password=NEW)
    assert visitor.status == 403
    await visitor.open(link)
    assert "n’est plus valable" in visitor.text


@pytest.mark.bar("A8")
async def test_link_is_worth_nothing_after_another_password(
    app: Creathon, visitor: Visitor, awa: Person, database: Database, clock: MovableClock
) -> None:
    first = await asked_link(visitor, database)
    clock.advance(timedelta(minutes=1))
    second = await asked_link(visitor, database)
    assert first != second
    await visitor.open(second)
    await visitor.submit(password=NEW)
    await visitor.open(first)
    assert "n’est plus valable" in visitor.text


@pytest.mark.bar("A8", "A13")
async def test_link_of_a_person_disabled_since_is_refused(
    visitor: Visitor, awa: Person, database: Database, clock: MovableClock
) -> None:
    link = await asked_link(visitor, database)
    async with database.writing() as session:
        await session.execute(update(Person).values(disabled_at=clock.now()))
    await visitor.open(link)
    assert visitor.page.select("main form") == []


@pytest.mark.bar("A8", "B22")
async def test_new_password_ends_every_session_and_tells_the_address(
    app: Creathon, visitor: Visitor, awa: Person, database: Database
) -> None:
    async with Visitor(app) as phone:
        await phone.sign_in_as(awa)
        link = await asked_link(visitor, database)
        await visitor.open(link)
        await visitor.submit(password=NEW)
        await phone.open("/compte")
        assert phone.path == "/connexion"
    async with database.reading() as session:
        told = (await session.scalars(select(Mail).where(Mail.name == "account_password_changed"))).one()
    assert told.recipient == AWA.email


@pytest.mark.bar("A9", "J119")
async def test_token_is_hashed_and_in_no_log(
    visitor: Visitor, awa: Person, database: Database, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="creathon")
    caplog.set_level(logging.DEBUG, logger="litestar")
    link = await asked_link(visitor, database)
    token = link.removeprefix("/lien/")
    await visitor.open(link)
    await visitor.submit(password="short")
    await visitor.post(link, password=NEW)
    await visitor.post(link + "x", password=NEW)
    assert len(token) >= 43
    async with database.reading() as session:
        stored = (await session.scalars(select(MailedLink))).one()
    assert stored.token_hash == digest(token)
    said = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]
    assert said, "refusals are logged, or this shows nothing"
    assert not any(token in line for line in said)
    assert token in await everything(database), "the message that waits holds it, of necessity"
    async with smtp_sink() as (sink, url):
        await Postman(database, SmtpTransport(url), clock, "Créathon <a@exemple.test>").deliver_due()
    assert token.encode() in sink.envelopes[0].content
    assert token not in await everything(database), "once it left, nobody who reads the database can use it"


@pytest.mark.bar("A10")
async def test_mail_never_holds_what_the_request_calls_us(visitor: Visitor, awa: Person, database: Database) -> None:
    visitor.http.headers.update({"x-forwarded-host": "evil.test", "forwarded": "host=evil.test"})
    assert (await asked_link(visitor, database)).startswith("/lien/")
    visitor.http.headers["host"] = "evil.test"
    answer = await visitor.http.post("/mot-de-passe", data={"email": AWA.email})
    assert answer.status_code == 400
    async with database.reading() as session:
        bodies = list(await session.scalars(select(Mail.body)))
    assert len(bodies) == 1
    assert "evil.test" not in bodies[0]


@pytest.mark.bar("A10")
async def test_mail_is_built_on_the_configured_address(
    settings: Settings, database: Database, clock: MovableClock, awa: Person
) -> None:
    public = replace(settings, base_url="https://creathon.exemple")
    async with living(public, clock, database) as app, Visitor(app) as visitor:
        visitor.http.base_url = "https://testserver"
        visitor.http.headers["origin"] = "https://testserver"
        await visitor.open("/mot-de-passe")
        await visitor.submit(email=AWA.email)
    assert "https://creathon.exemple/lien/" in (await last_mail(database)).body


@pytest.mark.bar("A13")
async def test_fresh_installation_has_no_account(database: Database) -> None:
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Person.id))) == 0


@pytest.mark.bar("A13")
async def test_first_coordinator_is_invited_from_the_command_line_and_once(
    visitor: Visitor, app: Creathon, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        _invitation, token = await invite_first(
            session, edition, email=CLAIRE.email, role=Role.NATIONAL_COORDINATOR, now=clock.now()
        )
    for _ in range(2):
        await visitor.open(f"/invitation/{token}")
    assert "coordination nationale" in visitor.text
    await visitor.submit(given_name="Claire", family_name="Bruyere", password="short")
    assert visitor.status == 422
    await visitor.submit(given_name="Claire", family_name="Bruyere", password=PASSWORD)
    assert "coordination nationale" in visitor.flash
    await visitor.open("/coordination/invitations")
    assert visitor.status == 200
    async with Visitor(app) as other:
        await other.open(f"/invitation/{token}")
        assert "a déjà servi" in other.text
    async with database.reading() as session:
        grant = (await session.scalars(select(RoleGrant))).one()
        assert (grant.role, grant.granted_by) == (Role.NATIONAL_COORDINATOR, "system")


async def test_site_role_is_not_offered_from_the_command_line(database: Database, clock: MovableClock) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        with pytest.raises(Refused):
            await invite_first(session, edition, email=AWA.email, role=Role.SITE_COORDINATOR, now=clock.now())


@pytest.mark.bar("A9")
async def test_invitation_belongs_to_its_address_and_ends(
    app: Creathon, visitor: Visitor, awa: Person, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
    await visitor.sign_in_as(claire)
    await visitor.open("/coordination/invitations")
    await visitor.submit("/coordination/invitations", email=AWA.email, role="juror")
    link = link_in((await last_mail(database)).body)
    await visitor.open(link)
    await visitor.submit()
    assert visitor.path != "/", "signed in as somebody else: sent to sign in as the invited person"
    async with database.reading() as session:
        assert (await session.scalars(select(Invitation))).one().accepted_at is None
    async with Visitor(app) as invited:
        await invited.sign_in_as(awa)
        before = invited.http.cookies["session"]
        await invited.open(link)
        await invited.submit()
        assert "jury" in invited.flash
        assert invited.http.cookies["session"] != before, "a new right comes with a new session"
    clock.advance(INVITATION_LASTS)
    async with Visitor(app) as late:
        await late.open(link)
        assert "n’est plus valable" in late.text


@pytest.mark.parametrize("role", ["juror", "site_coordinator", "mentor"])
async def test_who_is_in_a_team_takes_no_role_that_judges_or_runs_the_edition(
    app: Creathon, visitor: Visitor, awa: Person, database: Database, role: str
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_team(session, edition, [AWA])
        poitiers = site_of(edition, "POI").id if role == "site_coordinator" else ""
    await visitor.sign_in_as(claire)
    await visitor.open("/coordination/invitations")
    await visitor.submit("/coordination/invitations", email=AWA.email, role=role, site_id=poitiers)
    link = link_in((await last_mail(database)).body)
    async with Visitor(app) as invited:
        await invited.sign_in_as(awa)
        await invited.open(link)
        await invited.submit()
        taken = role == "mentor"
        assert invited.status == (200 if taken else 403)
        assert ("Vous êtes dans l’équipe « Les Marches »" in invited.text) is not taken
    async with database.reading() as session:
        assert (await session.scalars(select(Invitation))).one().accepted_at is None or taken
        held = await session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == awa.id))
        assert list(held) == ([Role.MENTOR] if taken else [])

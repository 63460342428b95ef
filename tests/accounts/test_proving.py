"""Acts that ask for the password again, and sessions that a coordinator ends."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from creathon.accounts.models import Invitation, Person
from creathon.accounts.passwords import hash_password
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.web.kept import PROOF_LASTS, SECRET_FIELDS
from creathon.core.web.policy import RoutePolicy, route_policies
from creathon.editions.models import Role
from creathon.mail.models import Mail
from creathon.policy import POLICIES
from creathon.settings import SOURCE_ROOT
from tests.browsing import Visitor
from tests.factories.accounts import make_holder, make_person
from tests.factories.editions import make_edition
from tests.personas import AWA, CLAIRE, NADIA, SAMIR
from tests.security.asking import address

PASSWORD = "girafe mauve sous orage"
ASKED_AGAIN = {
    "/coordination/editions/etat",
    "/coordination/invitations",
    "/coordination/palmares",
    "/coordination/phases/{phase_id:str}",
    "/coordination/propositions/{proposal_id:str}",
}
"""Granting a role, publishing, moving a deadline. Exporting data and changing an address will join them."""


@pytest.fixture
async def claire(database: Database) -> Person:
    async with database.writing() as session:
        edition = await make_edition(session)
        person = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        person.password_hash = await hash_password(PASSWORD)
    return person


async def invited(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count(Invitation.id))) or 0


async def invite(visitor: Visitor) -> None:
    await visitor.open("/coordination/invitations")
    await visitor.submit("/coordination/invitations", email=NADIA.email, role="juror")


@pytest.mark.bar("A12", "B15")
async def test_act_asks_for_the_password_again_and_keeps_the_demand(
    visitor: Visitor, claire: Person, database: Database, clock: MovableClock
) -> None:
    await visitor.sign_in_as(claire)
    clock.advance(PROOF_LASTS)
    await invite(visitor)
    assert (visitor.status, visitor.title, await invited(database)) == (401, "Confirmez que c’est bien vous", 0)
    await visitor.submit("/reprise", email=CLAIRE.email, password="not this one at all")
    assert (visitor.status, await invited(database)) == (422, 0)
    before = visitor.http.cookies["session"]
    await visitor.submit("/reprise", email=CLAIRE.email, password=PASSWORD)
    assert visitor.http.cookies["session"] != before, "more may be done: the token is a new one"
    await visitor.submit(button="Envoyer maintenant")
    assert (visitor.status, await invited(database)) == (200, 1)
    assert NADIA.email in visitor.text
    clock.advance(PROOF_LASTS - timedelta(seconds=1))
    await invite(visitor)
    assert await invited(database) == 2, "not asked again within a quarter of an hour"


@pytest.mark.bar("A12", "F82")
async def test_every_flagged_route_asks_and_no_other(
    app: Creathon, visitor: Visitor, claire: Person, clock: MovableClock
) -> None:
    routes: list[RoutePolicy] = route_policies(app.litestar, POLICIES)
    posts = [route for route in routes if route.method == "POST" and "national" in route.policy]
    assert len(posts) > 8
    await visitor.sign_in_as(claire)
    clock.advance(PROOF_LASTS)
    await visitor.open("/compte")
    token = str(visitor.page.select_one("main input[name=_csrf]")["value"])  # type: ignore[index]
    asked = set()
    for route in posts:
        await visitor.post(address(route), _csrf=token)
        if "Confirmez que c’est bien vous" in visitor.title:
            asked.add(route.path)
    assert asked == ASKED_AGAIN


@pytest.mark.bar("A12")
async def test_taking_a_role_without_password_proves_nothing(
    visitor: Visitor, claire: Person, database: Database, clock: MovableClock
) -> None:
    """An invitation accepted by somebody signed in gives a new token, not a fresh proof nor a longer life."""
    await visitor.sign_in_as(claire)
    await invite(visitor)
    await visitor.submit("/coordination/invitations", email=CLAIRE.email, role="mentor")
    await visitor.open("/courrier")
    link = await newest_link(database)
    clock.advance(PROOF_LASTS)
    before = visitor.http.cookies["session"]
    await visitor.open(link)
    await visitor.submit()
    assert visitor.http.cookies["session"] != before
    await invite(visitor)
    assert visitor.title == "Confirmez que c’est bien vous"


async def newest_link(database: Database) -> str:
    async with database.reading() as session:
        body = str(await session.scalar(select(Mail.body).where(Mail.recipient == CLAIRE.email)))
    return next(word.removeprefix("http://testserver") for word in body.split() if "/invitation/" in word)


@pytest.mark.bar("B21", "C36")
async def test_coordinator_ends_every_session_of_somebody(
    app: Creathon, visitor: Visitor, claire: Person, database: Database
) -> None:
    async with database.writing() as session:
        awa = await make_person(session, AWA)
    await visitor.sign_in_as(claire)
    async with Visitor(app) as phone, Visitor(app) as desk:
        for browser in (phone, desk):
            await browser.sign_in_as(awa)
        await visitor.open("/coordination/sessions")
        await visitor.submit("/coordination/sessions", email="pas une adresse")
        assert (visitor.status, bool(visitor.errors)) == (422, True)
        await visitor.submit("/coordination/sessions", email=AWA.email)
        assert "Plus aucun appareil" in visitor.flash
        for browser in (phone, desk):
            await browser.open("/compte")
            assert browser.path == "/connexion"
    await visitor.open("/compte")
    assert visitor.path == "/compte"
    await visitor.open("/coordination/sessions")
    known = visitor.flash
    await visitor.submit("/coordination/sessions", email="nobody@exemple.test")
    assert "Plus aucun appareil" in visitor.flash, "the same words for an address without account"
    assert known == ""


@pytest.mark.bar("B21")
async def test_site_coordination_ends_nobody_elses_sessions(
    app: Creathon, visitor: Visitor, claire: Person, database: Database
) -> None:
    async with database.writing() as session:
        samir = await make_person(session, SAMIR)
    await visitor.sign_in_as(samir)
    await visitor.open("/coordination/sessions")
    assert visitor.status == 403


@pytest.mark.bar("B19")
def test_every_field_of_a_password_is_known_as_secret() -> None:
    """Else what is kept for the next sign-in would show it."""
    files = [*(SOURCE_ROOT / "src").rglob("forms.py"), *(SOURCE_ROOT / "src").rglob("forms/*.py")]
    found = {name for path in files for name in re.findall(r"(\w+) = PasswordField\(", path.read_text())}
    assert found == SECRET_FIELDS

"""A session that runs out while somebody writes loses nothing: the form comes back after the password, once."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from creathon.accounts.models import BrowserSession, Person
from creathon.accounts.passwords import hash_password
from creathon.accounts.rules import SESSION_IDLE, SESSION_LASTS, SESSION_REMEMBERED, SIGN_IN_BY_PAIR
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.web.posted import FORM_LIMIT, TOO_OLD
from creathon.editions.models import Edition
from creathon.teams.models import Team
from tests.browsing import Visitor, form_values
from tests.factories.accounts import make_person
from tests.factories.editions import make_edition, site_of
from tests.personas import AWA, ZOE

PASSWORD = "girafe mauve sous orage"
NAME = 'L’Escalier <b>& "Cie"</b> d\'été'
SENTENCE = "Votre session est terminée : votre texte est là"


@pytest.fixture
async def edition(database: Database) -> Edition:
    async with database.writing() as session:
        return await make_edition(session)


@pytest.fixture
async def awa(database: Database) -> Person:
    async with database.writing() as session:
        for persona in (AWA, ZOE):
            (await make_person(session, persona)).password_hash = await hash_password(PASSWORD)
        return (await session.scalars(select(Person).where(Person.email == AWA.email))).one()


async def write_team(visitor: Visitor, person: Person, edition: Edition) -> dict[str, str]:
    """The form of a new team, filled but not sent."""
    await visitor.sign_in_as(person)
    await visitor.open("/equipe/nouvelle")
    values = form_values(visitor.form("/equipe/nouvelle"))
    return {**values, "name": NAME, "site_id": site_of(edition, "POI").id, "role": "pedagogue", "kind": "standard"}


async def teams(database: Database) -> list[str]:
    async with database.reading() as session:
        return list(await session.scalars(select(Team.name)))


def carried(visitor: Visitor) -> dict[str, object]:
    return {k: v for k, v in form_values(visitor.form("/equipe/nouvelle")).items() if k != "_csrf"}


@pytest.mark.bar("B19")
@pytest.mark.parametrize(
    "over", [SESSION_IDLE, SESSION_LASTS, SESSION_IDLE + SESSION_REMEMBERED - timedelta(minutes=1)]
)
async def test_form_sent_too_late_comes_back_after_the_password(
    visitor: Visitor, database: Database, clock: MovableClock, awa: Person, edition: Edition, over: timedelta
) -> None:
    values = await write_team(visitor, awa, edition)
    clock.advance(over)
    await visitor.post("/equipe/nouvelle", **values)
    assert (visitor.status, visitor.title) == (401, SENTENCE)
    assert NAME in visitor.text
    assert visitor.response.headers["cache-control"] == "private, no-store"
    assert await teams(database) == []
    await visitor.submit(email=AWA.email, password="not this one at all")
    assert (visitor.status, "incorrects" in visitor.errors) == (422, True)
    await visitor.submit(email=AWA.email, password=PASSWORD)
    assert (visitor.status, visitor.title) == (200, "Il reste à envoyer")
    assert carried(visitor) == {name: value for name, value in values.items() if name != "_csrf"}
    assert await teams(database) == [], "signing in sends nothing by itself"
    await visitor.submit(button="Envoyer maintenant")
    assert (visitor.path, visitor.title) == ("/equipe", NAME)
    assert await teams(database) == [NAME]


@pytest.mark.bar("B19")
async def test_button_pressed_twice_sends_once(
    visitor: Visitor, database: Database, clock: MovableClock, awa: Person, edition: Edition
) -> None:
    values = await write_team(visitor, awa, edition)
    clock.advance(SESSION_IDLE)
    await visitor.post("/equipe/nouvelle", **values)
    await visitor.submit(email=AWA.email, password=PASSWORD)
    form = form_values(visitor.form("/equipe/nouvelle"))
    answers = await asyncio.gather(*(visitor.http.post("/equipe/nouvelle", data=form) for _ in range(3)))
    assert {answer.url.path for answer in answers if answer.status_code == 200} == {"/equipe"}
    assert await teams(database) == [NAME]


@pytest.mark.bar("B19")
async def test_signing_in_in_another_tab_is_enough(
    visitor: Visitor, database: Database, clock: MovableClock, awa: Person, edition: Edition
) -> None:
    """The session goes on under a new token, so the form of the first tab still holds."""
    values = await write_team(visitor, awa, edition)
    old = visitor.http.cookies["session"]
    clock.advance(SESSION_IDLE)
    await visitor.open("/connexion")
    await visitor.submit(email=AWA.email, password=PASSWORD)
    assert visitor.http.cookies["session"] != old
    await visitor.post("/equipe/nouvelle", **values)
    assert await teams(database) == [NAME]
    async with Visitor(visitor.app) as thief:
        thief.http.cookies.set("session", old, domain="testserver.local", path="/")
        await thief.open("/compte")
        assert thief.path == "/connexion"


@pytest.mark.bar("B19")
async def test_somebody_else_cannot_take_the_text_over(
    visitor: Visitor, database: Database, clock: MovableClock, awa: Person, edition: Edition
) -> None:
    values = await write_team(visitor, awa, edition)
    clock.advance(SESSION_IDLE)
    await visitor.post("/equipe/nouvelle", **values)
    await visitor.submit(email=ZOE.email, password=PASSWORD)
    assert (visitor.status, "par une autre personne" in visitor.errors) == (422, True)
    assert visitor.title == SENTENCE, "the text stays where it is"
    await visitor.open("/compte")
    assert visitor.path == "/connexion", "and nobody was signed in"


@pytest.mark.bar("B19", "D41")
async def test_text_is_not_believed_without_the_token_of_that_session(
    app: Creathon, visitor: Visitor, clock: MovableClock, awa: Person, edition: Edition
) -> None:
    values = await write_team(visitor, awa, edition)
    async with Visitor(app) as other:
        foreign = (await write_team(other, awa, edition))["_csrf"]
    clock.advance(SESSION_IDLE)
    for token in (foreign, "0" * 64, ""):
        await visitor.post("/equipe/nouvelle", **{**values, "_csrf": token})
        assert (visitor.status, TOO_OLD in visitor.text, NAME in visitor.response.text) == (403, True, False)
    answer = await visitor.http.post("/equipe/nouvelle", data=values, headers={"origin": "https://evil.test"})
    assert (answer.status_code, "autre site" in answer.text) == (403, True)


@pytest.mark.bar("B19")
async def test_what_is_carried_cannot_be_written_by_hand(
    visitor: Visitor, clock: MovableClock, awa: Person, edition: Edition
) -> None:
    values = await write_team(visitor, awa, edition)
    clock.advance(SESSION_IDLE)
    await visitor.post("/equipe/nouvelle", **values)
    kept = form_values(visitor.form())
    for forged in ("", "e30.x", "x" + kept["garde"], kept["garde"][:-1] + "x", kept["garde"].partition(".")[0]):
        await visitor.post("/reprise", **{**kept, "garde": forged, "email": AWA.email, "password": PASSWORD})
        assert (visitor.status, "ne peut pas être lu" in visitor.text) == (400, True)
    await visitor.open("/compte")
    assert visitor.path == "/connexion"


@pytest.mark.bar("B19")
async def test_session_ended_by_somebody_is_refused_and_says_so(
    visitor: Visitor, database: Database, clock: MovableClock, awa: Person, edition: Edition
) -> None:
    values = await write_team(visitor, awa, edition)
    async with database.writing() as session:
        await session.execute(update(BrowserSession).values(revoked_at=clock.now()))
    await visitor.post("/equipe/nouvelle", **values)
    assert (visitor.status, "Votre session a été fermée" in visitor.text) == (401, True)
    assert NAME not in visitor.response.text


@pytest.mark.bar("B19")
@pytest.mark.parametrize("why", ["disabled", "too long ago"])
async def test_old_session_of_nobody_keeps_nothing(
    visitor: Visitor, database: Database, clock: MovableClock, awa: Person, edition: Edition, why: str
) -> None:
    values = await write_team(visitor, awa, edition)
    clock.advance(SESSION_IDLE + (SESSION_REMEMBERED if why == "too long ago" else timedelta()))
    async with database.writing() as session:
        if why == "disabled":
            await session.execute(update(Person).values(disabled_at=clock.now()))
    await visitor.post("/equipe/nouvelle", **values)
    assert (visitor.status, NAME in visitor.response.text) == (401, False)


@pytest.mark.bar("B19")
async def test_password_is_never_carried(visitor: Visitor, clock: MovableClock, awa: Person) -> None:
    await visitor.sign_in_as(awa)
    await visitor.open("/compte")
    values = form_values(visitor.form("/compte/mot-de-passe"))
    clock.advance(SESSION_IDLE)
    await visitor.post("/compte/mot-de-passe", **{**values, "current": PASSWORD, "password": "lucarne tiède violon"})
    assert (visitor.status, "Un mot de passe ne se garde pas" in visitor.text) == (401, True)
    assert PASSWORD not in visitor.response.text


@pytest.mark.bar("B19")
async def test_file_cannot_be_carried_and_is_named(
    visitor: Visitor, clock: MovableClock, awa: Person, edition: Edition
) -> None:
    values = await write_team(visitor, awa, edition)
    clock.advance(SESSION_IDLE)
    files = {"file": ("schéma.pdf", b"%PDF-1.7" * 200_000)}
    data = {"_csrf": values["_csrf"], "note": "une phrase gardée"}
    visitor.response = await visitor.http.post("/projet/fichier", data=data, files=files)
    assert (visitor.status, visitor.title) == (401, SENTENCE)
    assert "schéma.pdf" in visitor.text
    await visitor.submit(email=AWA.email, password=PASSWORD)
    assert "Un fichier ne peut pas être gardé ici : joignez de nouveau schéma.pdf" in visitor.text
    assert form_values(visitor.form("/projet/fichier"))["note"] == "une phrase gardée"


@pytest.mark.bar("B19", "D42")
async def test_limits_of_the_form_hold(visitor: Visitor, clock: MovableClock, awa: Person, edition: Edition) -> None:
    values = await write_team(visitor, awa, edition)
    long = "-" * (FORM_LIMIT - 1000)
    clock.advance(SESSION_IDLE)
    await visitor.post("/equipe/nouvelle", **{**values, "name": long + "-" * 2000})
    assert visitor.status == 413
    await visitor.post("/equipe/nouvelle", **{**values, "name": long})
    assert visitor.status == 401
    await visitor.submit(email=AWA.email, password=PASSWORD)
    assert carried(visitor)["name"] == long


@pytest.mark.bar("B19", "A4")
async def test_password_typed_in_place_is_throttled_like_any_other(
    visitor: Visitor, clock: MovableClock, awa: Person, edition: Edition
) -> None:
    values = await write_team(visitor, awa, edition)
    clock.advance(SESSION_IDLE)
    await visitor.post("/equipe/nouvelle", **values)
    kept = form_values(visitor.form())
    for _ in range(SIGN_IN_BY_PAIR.free):
        await visitor.post("/reprise", **{**kept, "email": AWA.email, "password": "not this one at all"})
        assert visitor.status == 422
    await visitor.post("/reprise", **{**kept, "email": AWA.email, "password": PASSWORD})
    assert (visitor.status, "Trop d’essais" in visitor.text) == (429, True)
    await visitor.open("/connexion")
    await visitor.submit(email=AWA.email, password=PASSWORD)
    assert visitor.status == 429, "one counter for both pages"


@pytest.mark.bar("B19")
async def test_fragment_is_told_that_the_session_is_over(
    visitor: Visitor, clock: MovableClock, awa: Person, edition: Edition
) -> None:
    values = await write_team(visitor, awa, edition)
    clock.advance(SESSION_IDLE)
    answer = await visitor.http.post("/equipe/nouvelle", data=values, headers={"hx-request": "true"})
    assert (answer.status_code, "Connectez-vous pour continuer" in answer.text) == (401, True)


@pytest.mark.bar("B19")
async def test_signing_out_of_a_session_that_ran_out_clears_the_browser(
    visitor: Visitor, clock: MovableClock, awa: Person, edition: Edition
) -> None:
    values = await write_team(visitor, awa, edition)
    clock.advance(SESSION_IDLE)
    answer = await visitor.http.post("/deconnexion", data={"_csrf": values["_csrf"]}, follow_redirects=False)
    assert (answer.status_code, answer.headers["clear-site-data"]) == (303, '"cache", "storage"')
    assert "session" not in visitor.http.cookies
    await visitor.post("/equipe/nouvelle", **values)
    assert (visitor.status, NAME in visitor.response.text) == (401, False)


@pytest.mark.bar("B19")
async def test_end_is_written_on_the_page_and_put_off_by_its_button(
    visitor: Visitor, clock: MovableClock, awa: Person
) -> None:
    await visitor.sign_in_as(awa)
    start = clock.now()
    clock.advance(SESSION_IDLE - timedelta(minutes=4))
    await visitor.open("/compte")
    region = visitor.page.select_one("#fin-de-session[role=alert]")
    assert region is not None
    assert region["data-idle-at"] == (start + SESSION_IDLE).isoformat()
    form = visitor.page.select("noscript form")[0]
    assert form["target"] == "_blank"
    await visitor.post(str(form["action"]), **form_values(form))
    assert (visitor.status, visitor.title) == (200, "Vous restez connecté")
    assert visitor.page.select_one("#fin-de-session")["data-idle-at"] == (clock.now() + SESSION_IDLE).isoformat()  # type: ignore[index]
    clock.advance(SESSION_IDLE - timedelta(minutes=1))
    await visitor.open("/compte")
    assert visitor.path == "/compte"
    assert (
        visitor.page.select_one("#fin-de-session")["data-idle-at"]
        == (  # type: ignore[index]
            clock.now() + timedelta(minutes=1)
        ).isoformat()
    )


@pytest.mark.bar("B18", "B19")
async def test_absolute_end_is_not_put_off(visitor: Visitor, clock: MovableClock, awa: Person) -> None:
    await visitor.sign_in_as(awa)
    start = clock.now()
    for _ in range(7):
        clock.advance(timedelta(hours=3))
        await visitor.open("/compte")
        form = visitor.page.select("noscript form")[0]
        await visitor.post(str(form["action"]), **form_values(form))
        assert visitor.status == 200
    ends = (start + SESSION_LASTS).isoformat()
    region = visitor.page.select_one("#fin-de-session")
    assert region is not None
    assert (region["data-idle-at"], region["data-ends-at"]) == (ends, ends)
    clock.advance(timedelta(hours=3))
    await visitor.open("/compte")
    assert visitor.path == "/connexion"

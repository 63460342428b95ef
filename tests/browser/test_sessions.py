"""Coming in, staying in, running out of time and leaving, in Chromium, with and without JavaScript."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from creathon.accounts.actions import open_session, send_password_link
from creathon.accounts.models import Person
from creathon.accounts.passwords import hash_password
from creathon.accounts.rules import SESSION_IDLE
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.models import Edition
from creathon.mail.models import Mail
from creathon.settings import Settings
from tests.browser.keyboard import AXE, RULES, VIOLATIONS
from tests.browser.serving import serving
from tests.browser.violations import note_violations
from tests.factories.accounts import make_person
from tests.factories.editions import make_edition, site_of
from tests.personas import AWA

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

PASSWORD = "girafe mauve sous orage"
NAME = "L’Escalier <b>&"
MINUTE = timedelta(minutes=1)


@dataclass
class Place:
    """The platform served on a port, and whom the tests come in as."""

    address: str
    clock: MovableClock
    database: Database
    edition: Edition
    awa: Person
    open_context: Callable[..., Awaitable[BrowserContext]]

    async def window(self, *, scripted: bool = True) -> Page:
        """A window in which Awa is signed in."""
        context = await self.open_context(scripted)
        async with self.database.writing() as session:
            token, _ = await open_session(session, self.awa, "Chromium", now=self.clock.now())
        await context.add_cookies([{"name": "session", "value": token, "url": self.address}])
        return await context.new_page()


@pytest.fixture
async def violations() -> list[str]:
    return []


@pytest.fixture
async def place(
    chromium: Browser, settings: Settings, clock: MovableClock, database: Database, violations: list[str]
) -> AsyncIterator[Place]:
    async with database.writing() as session:
        edition = await make_edition(session)
        awa = await make_person(session, AWA)
        awa.password_hash = await hash_password(PASSWORD)

    async def open_context(scripted: bool = True) -> BrowserContext:
        context = await chromium.new_context(locale="fr-FR", java_script_enabled=scripted, reduced_motion="reduce")
        await note_violations(context, violations)
        return context

    async with serving(settings, clock, database) as (address, _app):
        yield Place(address, clock, database, edition, awa, open_context)


async def fill_team(window: Page, place: Place) -> None:
    await window.goto(f"{place.address}/equipe/nouvelle")
    await window.fill("[name=name]", NAME)
    await window.select_option("[name=site_id]", site_of(place.edition, "POI").id)
    await window.check("[name=role][value=pedagogue]")


async def examine(window: Page) -> list[str]:
    await window.evaluate(AXE.read_text())
    return list(await window.evaluate(VIOLATIONS, RULES))


@pytest.mark.bar("B19", "D43")
async def test_end_is_told_in_time_and_put_off_without_leaving_the_page(place: Place, violations: list[str]) -> None:
    window = await place.window()
    await window.clock.install()
    await fill_team(window, place)
    warning = window.locator("#fin-de-session")
    await expect(warning).to_have_attribute("role", "alert")
    await window.clock.fast_forward((SESSION_IDLE - 6 * MINUTE) // MINUTE * 60_000)
    await expect(warning).to_have_text("")
    await window.clock.fast_forward(2 * 60_000)
    await expect(warning).to_contain_text("se termine dans quelques minutes")
    assert await examine(window) == []
    place.clock.advance(SESSION_IDLE - 4 * MINUTE)
    await warning.get_by_role("button", name="Rester connecté").click()
    await expect(window.locator("#annonces")).to_contain_text("Vous restez connecté")
    await expect(warning).to_have_text("")
    assert await window.input_value("[name=name]") == NAME
    assert window.url.endswith("/equipe/nouvelle")
    place.clock.advance(SESSION_IDLE - MINUTE)
    await window.click("main form button[type=submit]")
    await expect(window.locator("h1")).to_have_text(NAME)
    assert violations == []


@pytest.mark.bar("B19", "D43")
@pytest.mark.parametrize("scripted", [True, False], ids=["javascript", "without-javascript"])
async def test_text_written_past_the_end_is_sent_after_the_password(
    place: Place, violations: list[str], scripted: bool
) -> None:
    window = await place.window(scripted=scripted)
    await fill_team(window, place)
    place.clock.advance(SESSION_IDLE + MINUTE)
    await window.click("main form button[type=submit]")
    await expect(window.locator("h1")).to_have_text("Votre session est terminée : votre texte est là")
    await expect(window.locator("blockquote")).to_have_text(NAME)
    if scripted:
        assert await examine(window) == []
    await window.fill("[name=email]", AWA.email)
    await window.fill("[name=password]", PASSWORD)
    await window.click("main form button[type=submit]")
    await expect(window.locator("h1")).to_have_text("Il reste à envoyer")
    if scripted:
        assert await examine(window) == []
    await window.get_by_role("button", name="Envoyer maintenant").click()
    await expect(window.locator("h1")).to_have_text(NAME)
    assert violations == []


@pytest.mark.bar("B19")
async def test_without_javascript_the_end_is_written_and_put_off_in_another_tab(place: Place) -> None:
    window = await place.window(scripted=False)
    await fill_team(window, place)
    line = window.get_by_role("region", name="Session")
    await expect(line).to_contain_text("Sans enregistrement, votre session se termine le")
    place.clock.advance(SESSION_IDLE - MINUTE)
    async with window.expect_popup() as opened:
        await line.get_by_role("button").click()
    other = await opened.value
    await expect(other.locator("h1")).to_have_text("Vous restez connecté")
    assert await window.input_value("[name=name]") == NAME
    place.clock.advance(SESSION_IDLE - MINUTE)
    await window.click("main form button[type=submit]")
    await expect(window.locator("h1")).to_have_text(NAME)


@pytest.mark.bar("B23")
async def test_nothing_personal_is_left_after_signing_out(place: Place) -> None:
    window = await place.window()
    await window.goto(f"{place.address}/compte")
    assert AWA.email in await window.inner_text("body")
    await window.evaluate("sessionStorage.setItem('note', 'personal'); localStorage.setItem('note', 'personal')")
    async with window.expect_response("**/deconnexion") as answered:
        await window.get_by_role("button", name="Se déconnecter").click()
    headers = await (await answered.value).all_headers()
    assert headers["clear-site-data"] == '"cache", "storage"'
    await expect(window.locator("#annonces")).to_contain_text("Vous êtes déconnecté")
    assert await window.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]
    await window.go_back()
    await expect(window.locator("h1")).to_have_text("Se connecter")
    for word in (AWA.email, AWA.family_name):
        assert word not in await window.content()
    assert await window.evaluate("sessionStorage.length") == 0


TOKENS = {
    "/connexion": {"email": "username", "password": "current-password"},
    "/mot-de-passe": {"email": "email"},
    "/inscription": {"given_name": "given-name", "family_name": "family-name", "email": "email"},
    "/lien": {"password": "new-password"},
    "/compte": {"current": "current-password", "password": "new-password"},
}


@pytest.mark.bar("A14")
async def test_password_can_be_pasted_and_managers_know_the_fields(place: Place) -> None:
    context = await place.open_context()
    await context.grant_permissions(["clipboard-read", "clipboard-write"], origin=place.address)
    window, asked = await context.new_page(), list[str]()
    window.on("request", lambda request: asked.append(request.url))
    async with place.database.writing() as session:
        await send_password_link(session, place.awa, now=place.clock.now())
        body = str(await session.scalar(select(Mail.body)))
    link = next(word for word in body.split() if "/lien/" in word)
    for path, tokens in TOKENS.items():
        if path == "/compte":
            await window.goto(f"{place.address}/connexion")
            await paste(window, "[name=email]", AWA.email)
            await paste(window, "[name=password]", PASSWORD)
            await window.keyboard.press("Enter")
            await expect(window.locator("#annonces")).to_contain_text("Bonjour Awa")
        await window.goto(link if path == "/lien" else place.address + path)
        for name, token in tokens.items():
            assert await window.locator(f"main [name={name}]").last.get_attribute("autocomplete") == token, (path, name)
        assert await window.locator("main :is(img, iframe, canvas, audio, video, object)").count() == 0
        assert "captcha" not in (await window.content()).lower()
    assert {url.startswith((place.address, "data:")) for url in asked} == {True}, "nobody else is asked anything"


async def paste(window: Page, field: str, words: str) -> None:
    await window.evaluate("words => navigator.clipboard.writeText(words)", words)
    await window.focus(f"main {field}")
    await window.keyboard.press("Control+V")
    assert await window.input_value(f"main {field}") == words


@pytest.mark.bar("D43")
async def test_what_the_policy_of_contents_forbids_is_noticed(place: Place, violations: list[str]) -> None:
    """Else the empty lists above would show nothing."""
    window = await place.window()
    await window.goto(f"{place.address}/compte")
    await window.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    await window.evaluate("const s = document.createElement('script'); s.textContent = '1'; document.body.append(s)")
    await window.wait_for_function("1")
    assert {"CSP: style-src-attr", "CSP: script-src-elem"} <= set(violations)

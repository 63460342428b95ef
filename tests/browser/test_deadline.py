"""The deadline in Chromium: a browser whose clock is a day wrong, a save refused after T."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, BrowserContext

from creathon.accounts.actions import open_session
from creathon.accounts.models import Person
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.settings import Settings
from tests.browser.keyboard import Keyboard
from tests.browser.serving import serving
from tests.factories.editions import CREATION_CLOSES, make_edition
from tests.factories.projects import make_draft
from tests.factories.teams import make_team

DAY, GRACE = timedelta(days=1), timedelta(minutes=15)


async def prepare(database: Database) -> Person:
    """The captain of a team whose draft is complete."""
    async with database.writing() as session:
        edition = await make_edition(session)
        team = await make_team(session, edition)
        await make_draft(session, edition, team)
        return team.members[0].person


async def signed_in(chromium: Browser, database: Database, clock: MovableClock, address: str) -> BrowserContext:
    person = await prepare(database)
    async with database.writing() as session:
        token, _session = await open_session(session, person, "Chromium", now=clock.now())
    context = await chromium.new_context(locale="fr-FR", accept_downloads=True)
    await context.add_cookies([{"name": "session", "value": token, "url": address}])
    return context


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.bar("F85")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("wrong", [-DAY, timedelta(0), DAY], ids=["a day late", "right", "a day early"])
async def test_a_browser_whose_clock_is_wrong_counts_down_and_deposits_as_the_server_says(
    chromium: Browser, settings: Settings, clock: MovableClock, database: Database, wrong: timedelta
) -> None:
    clock.move_to(CREATION_CLOSES - timedelta(hours=2, minutes=30))
    async with serving(settings, clock, database) as (address, _app):
        context = await signed_in(chromium, database, clock, address)
        window = await context.new_page()
        await window.clock.install(time=clock.now() + wrong)
        await window.goto(f"{address}/projet")
        await window.clock.run_for(2000)
        countdown = window.locator("time[data-countdown]")
        assert (await countdown.inner_text()).replace("\u00a0", " ").startswith("2 h 29 min")
        live = await window.evaluate("document.querySelector('[data-countdown]').closest('[aria-live],[role=timer]')")
        assert live is None, "a screen reader is not told each second"
        await window.clock.run_for(3 * 3600 * 1000)
        assert "terminé" in await countdown.inner_text()
        link = window.get_by_role("link", name="Relire et déposer")
        assert await link.is_enabled()
        await link.click()
        button = window.get_by_role("button", name="Déposer le projet")
        assert await button.is_enabled(), "the browser believes it is over: the server decides"
        await button.click()
        await window.wait_for_url("**/projet/recepisses/*")
        assert "hors délai" not in await window.inner_text("main")
        clock.move_to(CREATION_CLOSES + GRACE)
        await window.goto(f"{address}/projet")
        assert await window.locator("time[data-countdown]").count() == 0, (
            "over for the server, whatever the browser says"
        )
        await context.close()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.bar("F86", "M137")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("scripted", [True, False], ids=["javascript", "without-javascript"])
async def test_a_save_refused_after_t_keeps_the_text_says_what_happened_and_can_be_downloaded(
    chromium: Browser, settings: Settings, clock: MovableClock, database: Database, scripted: bool
) -> None:
    clock.move_to(CREATION_CLOSES - timedelta(minutes=1))
    async with serving(settings, clock, database) as (address, _app):
        seated = await signed_in(chromium, database, clock, address)
        context = await chromium.new_context(java_script_enabled=scripted, accept_downloads=True)
        await context.add_cookies(await seated.cookies())
        window = await context.new_page()
        await window.goto(f"{address}/projet")
        typed = "Écrit à la dernière minute <b>« é »</b>,\nsur deux lignes & plus."
        await window.fill("#need", typed)
        clock.move_to(CREATION_CLOSES + GRACE)
        await window.locator("form[action='/projet'] button[type=submit]").first.click()
        await window.wait_for_selector("#refused-title")
        said = " ".join((await window.inner_text("main")).split())
        assert "close depuis le jeudi 20 mai 2027 à 9 h 00 (heure de Paris)" in said
        assert "Il est arrivé le jeudi 20 mai 2027 à 9 h 15 (heure de Paris)" in said
        assert settings.contact_email in said
        assert await window.input_value("#need") == typed
        async with window.expect_download() as download:
            await window.get_by_role("link", name="Télécharger ce texte").click()
        path = await (await download.value).path()
        kept = path.read_text(encoding="utf-8")
        assert typed in kept
        assert "Consigne en escalier" in kept
        met: dict[str, list[str]] = {}
        if scripted:
            await Keyboard(window, address, met)._look()
        assert not [found for found in met.values() if found]
        await context.close()
        await seated.close()

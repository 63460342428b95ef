"""Every page that the people of the demo can reach, in Chromium: axe, width, head, CSP, and what a failure leaves."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from playwright.async_api import Browser, BrowserContext, Error, Page, Route

from creathon.accounts.actions import open_session
from creathon.accounts.queries import person_by_email
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.web.assets import Assets
from creathon.core.web.errors import PAGES
from creathon.core.web.templates import make_environment
from creathon.demo.build import ADDRESSES, build_demo
from creathon.demo.calendar import Stage
from creathon.editions.models import Role
from creathon.settings import Settings
from tests.browser.examining import EVERY_LOOK, EVERYTHING, Examiner
from tests.browser.failing import Breaker
from tests.browser.serving import serving
from tests.crawling import kind_of, walk
from tests.demo.test_demo import NOW
from tests.factories.accounts import make_holder
from tests.factories.editions import make_edition
from tests.factories.projects import SIGNER
from tests.personas import CLAIRE

STARTS = ("/", "/coordination", "/jury", "/mentorat", "/equipe", "/projet", "/plan-du-site")
STAGES = list(Stage) if EVERYTHING else [Stage.ACCOMPAGNEMENT]
"""The latest holds the most; every page, met or not by the links of the demo, is in `test_every_route.py`."""
FEWEST_KINDS = 45
FEWEST_FORMS = 15
LINKS = "() => [...document.querySelectorAll('a[href]')].map(link => link.getAttribute('href'))"


async def open_context(
    chromium: Browser, database: Database, address: str, email: str | None, *, now: datetime = NOW
) -> BrowserContext | None:
    """A browser in which that person is signed in; None when the stage does not know them yet."""
    async with database.writing() as session:
        person = await person_by_email(session, email) if email else None
        if email and person is None:
            return None
        token = (await open_session(session, person, "Chromium", now=now))[0] if person else ""
    context = await chromium.new_context(locale="fr-FR", accept_downloads=False)
    if token:
        await context.add_cookies([{"name": "session", "value": token, "url": address, "httpOnly": True}])
    return context


async def examine_all(
    context: BrowserContext, address: str, breaker: Breaker, shapes: set[str]
) -> tuple[set[str], dict[str, set[str]]]:
    """The kinds of page reached, and what is wrong on them."""
    window = await context.new_page()
    examiner = Examiner(window, address, shapes)
    await examiner.start()

    async def read(path: str) -> list[str]:
        try:
            response = await window.goto(address + path)
        except Error as error:
            assert "Download" in str(error) or "ERR_ABORTED" in str(error), path  # noqa: PT017 — a file is no page
            return []
        if response is None or "text/html" not in response.headers.get("content-type", ""):
            return []
        await examiner.examine(kind_of(path))
        links: list[str] = await window.evaluate(LINKS)
        await breaker.try_forms(window)
        return links

    kinds = {kind_of(path) async for path in walk(read, *STARTS)}
    await context.close()
    return kinds, {name: wrong for name, wrong in examiner.wrong.items() if wrong}


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.bar("D43", "M137", "M142", "M145")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("stage", STAGES)
async def test_every_page_is_for_everybody(
    stage: Stage, chromium: Browser, settings: Settings, clock: MovableClock, database: Database
) -> None:
    clock.move_to(NOW)
    async with serving(settings, clock, database) as (address, _app):
        files = settings.data / "files"
        await build_demo(database, files, SIGNER, stage, password="girafe mauve", now=NOW, tell=lambda _words: None)
        breaker = Breaker(make_environment(settings.templates, Assets(settings.assets)))
        kinds: set[str] = set()
        shapes: set[str] = set()
        wrong: dict[str, dict[str, set[str]]] = {}
        for email in (None, *ADDRESSES):
            context = await open_context(chromium, database, address, email)
            if context is not None:
                met, found = await examine_all(context, address, breaker, shapes)
                kinds |= met
                wrong |= {email or "visitor": found} if found else {}
    print(f"{stage}: {len(kinds)} kinds of page, {len(shapes)} examined, {len(breaker.tried)} kinds of form")  # noqa: T201 — read with -s
    assert wrong == {}
    assert breaker.wrong == []
    assert len(kinds) >= FEWEST_KINDS
    assert len(breaker.tried) >= FEWEST_FORMS


def answer_with(html: str) -> Callable[[Route], Awaitable[None]]:
    """What a stubbed address answers."""

    async def answer(route: Route) -> None:
        await route.fulfill(body=html, content_type="text/html; charset=utf-8")

    return answer


async def write_over(first: Page, second: Page, address: str) -> None:
    """Two windows of one person edit the same name; the second one reads both texts."""
    for window in (first, second):
        await window.goto(address + "/coordination/edition")
    for window, words in ((first, "Créathon, le premier texte"), (second, "Créathon, le second texte")):
        await window.fill("[name=title]", words)
        await window.click("main form button[type=submit]")
        await window.wait_for_selector("#annonces .alert, [data-error-summary]")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.bar("M137")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_refused_is_for_everybody_too(
    chromium: Browser, settings: Settings, clock: MovableClock, database: Database
) -> None:
    """A form refused (422), two texts that meet (409), pages that are not there or not for this person, every error."""
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
    environment = make_environment(settings.templates, Assets(settings.assets))
    async with serving(settings, clock, database) as (address, _app):
        context = await open_context(chromium, database, address, CLAIRE.email, now=clock.now())
        assert context is not None
        window = await context.new_page()
        examiner = Examiner(window, address, set())
        await examiner.start()
        for path in ("/jury", "/nulle-part"):
            await window.goto(address + path)
            await examiner.examine(path, EVERY_LOOK)
        await window.goto(address + "/coordination/agenda/nouveau")
        await window.click("main form button[type=submit]")
        await window.wait_for_selector("[data-error-summary]")
        assert await window.evaluate("document.activeElement.hasAttribute('data-error-summary')")
        await examiner.examine("422", EVERY_LOOK)
        await write_over(await context.new_page(), window, address)
        assert "le premier texte" in await window.inner_text("main")
        assert await window.input_value("[name=title]") == "Créathon, le second texte"
        await examiner.examine("409", EVERY_LOOK)
        for status in sorted(PAGES):
            html = environment.get_template(f"errors/{status}.html").render(incident="7F3A91C2")
            await window.route("**/erreur", answer_with(html))
            await window.goto(address + "/erreur")
            await examiner.examine(f"error {status}", EVERY_LOOK)
            await window.unroute_all()
    assert {name: wrong for name, wrong in examiner.wrong.items() if wrong} == {}
    assert examiner.examined == 4 + len(PAGES)

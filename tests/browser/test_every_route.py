"""Every page and every form of the product in Chromium, counted against the routes: none can be forgotten.

The worlds are those of the policy, in which everything an address may name exists; each page is opened as somebody who
may see it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

import httpx
import pytest
from playwright.async_api import Browser, Page

from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.web.assets import Assets
from creathon.core.web.policy import RoutePolicy
from creathon.core.web.templates import make_environment
from creathon.mail.rendering import Renderer, use
from tests.browser.examining import Examiner
from tests.browser.failing import Breaker
from tests.browser.serving import serving
from tests.browser.visits import FILES, NO_FORM, Visit, visits
from tests.policy.book import Book, read_book
from tests.policy.running import all_routes, settings_for
from tests.policy.sending import PARAMETER, Sending, sending
from tests.policy.worlds import Workshop, World


@dataclass
class Tour:
    """What was met so far, and what is wrong."""

    book: Book
    routes: Mapping[str, RoutePolicy]
    breaker: Breaker
    shapes: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    wrong: dict[str, set[str]] = field(default_factory=dict)

    def request(self, world: World, visit: Visit) -> Sending:
        return sending(self.book, world, visit.cell, self.routes[visit.page])


def route_named(routes: Mapping[str, RoutePolicy]) -> Callable[[str], str]:
    """The page to which a form with that address is sent; the address itself when there is none."""
    posts = [
        (re.compile(PARAMETER.sub("[^/]+", route.path)), name)
        for name, route in routes.items()
        if route.method == "POST"
    ]
    posts.sort(key=lambda one: one[0].pattern.count("[^/]+"))

    def named(path: str) -> str:
        return next((name for pattern, name in posts if pattern.fullmatch(path)), path)

    return named


async def show(window: Page, address: str, visit: Visit, request: Sending) -> str:
    """Open the page of a visit, or what answers its form; what is wrong with it when it cannot be shown."""
    sent = {**(request.fields or {}), **visit.changed}
    async with httpx.AsyncClient(base_url=address, headers={"origin": address, **request.headers}) as client:
        answer = await client.request(
            request.method, request.path, params=request.query, data=sent or None, files=request.files
        )
    if answer.status_code != visit.status:
        return f"{visit.cell}: {answer.status_code}"
    is_page = "text/html" in answer.headers["content-type"]
    if is_page != (visit.page not in FILES):
        return "in FILES if and only if it is no page"
    if not is_page:
        return ""
    await window.context.clear_cookies()
    cookies = [{"name": name, "value": value, "url": address} for name, value in request.cookies.items()]
    await window.context.add_cookies(cookies)  # type: ignore[arg-type]
    if request.method == "GET":
        await window.goto(address + request.path)
        return ""
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    await window.route(
        address + request.path, lambda route: route.fulfill(status=200, headers=headers, body=answer.content), times=1
    )
    await window.goto(address + request.path)
    return ""


async def tour_world(window: Page, address: str, world: World, seen: list[Visit], tour: Tour) -> None:
    """Every visit in one world."""
    examiner = Examiner(window, address, tour.shapes)
    await examiner.start()
    for visit in seen:
        if wrong := await show(window, address, visit, tour.request(world, visit)):
            tour.wrong.setdefault(visit.page, set()).add(wrong)
            continue
        tour.read.add(visit.page)
        if visit.page not in FILES:
            await examiner.examine(visit.page)
            await tour.breaker.try_forms(window)
    for page, found in examiner.wrong.items():
        tour.wrong.setdefault(page, set()).update(found)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.bar("D43", "M137", "M142", "M145")
async def test_every_page_and_every_form_is_for_everybody(chromium: Browser) -> None:
    book, routes = read_book(), all_routes()
    with Workshop() as workshop:
        live = workshop.folder / "live.sqlite3"
        settings = settings_for(workshop.folder, live)
        use(Renderer(settings.templates, settings.base_url))
        environment = make_environment(settings.templates, Assets(settings.assets))
        tour = Tour(book, routes, Breaker(environment, route_named(routes)))
        for (phase, given), seen in groupby(visits(book, routes), lambda one: (one.phase, one.given)):
            world = await workshop.world(phase, given, settings)
            live.write_bytes(world.path.read_bytes())
            database = Database(f"sqlite:///{live}")
            async with serving(settings, MovableClock(world.now), database) as (address, _app):
                context = await chromium.new_context(locale="fr-FR", accept_downloads=False)
                await tour_world(await context.new_page(), address, world, list(seen), tour)
                await context.close()
            await database.close()
            for rest in workshop.folder.glob("live.sqlite3*"):
                rest.unlink()
    assert {name: wrong for name, wrong in tour.wrong.items() if wrong} == {}
    assert tour.breaker.wrong == []
    assert {name for name, route in routes.items() if route.method == "GET"} - tour.read == {"static"}
    assert {name for name, route in routes.items() if route.method == "POST"} - tour.breaker.tried == set(NO_FORM)

"""Makes the server fail under every form of a page and sees that the person is told, there, and loses no word."""

from collections.abc import Callable
from typing import Any
from zlib import crc32

from jinja2 import Environment
from playwright.async_api import Page, Route

from tests.browser.examining import EVERYTHING
from tests.crawling import kind_of

STATUSES = (409, 413, 422, 500, 503)
OFFLINE = 0
TYPED = "Texte que je ne veux pas perdre"

FORMS = """() => [...document.forms].filter(form => form.method === 'post')
  .map(form => new URL(form.getAttribute('action') || location.href, location.href).pathname)"""
SEND = """([index, typed]) => {
  const form = document.forms[index];
  form.noValidate = true;
  const kinds = ['text', 'search', 'email', 'url', 'textarea'];
  const fields = [...form.elements].filter(field => kinds.includes(field.type) && !field.readOnly);
  fields.forEach(field => { field.value = typed; });
  form.requestSubmit([...form.elements].find(element => element.type === 'submit'));
  return fields.length;
}"""
TOLD = """index => {
  const form = document.forms[index];
  const said = form.querySelector('[role=alert] p');
  return Boolean(said && said.getBoundingClientRect().height && !form.querySelector('[aria-disabled=true]'));
}"""
OUTCOME = """([index, typed]) => {
  const form = document.forms[index];
  const said = form.querySelector('[role=alert] p');
  const words = said ? said.textContent : '';
  const kept = [...form.elements].filter(field => field.value === typed).length;
  form.querySelector('[role=alert]')?.replaceChildren();
  return [words, kept];
}"""
INDEXES = """() => [...document.forms].map((form, index) => form.method === 'post' ? index : -1)
  .filter(index => index >= 0)"""


def failures_of(name: str) -> tuple[int, ...]:
    """`make axe` gives each form every failure; otherwise it is cut off, and the server fails in one of five ways."""
    return (*STATUSES, OFFLINE) if EVERYTHING else (STATUSES[crc32(name.encode()) % len(STATUSES)], OFFLINE)


class Breaker:
    """Tries each kind of form once; `wrong` says where a failure was silent or lost a text."""

    def __init__(self, environment: Environment, named: Callable[[str], str] = kind_of) -> None:
        self.environment = environment
        self.named = named
        """What forms sent to an address are called: those of one name are one kind."""
        self.tried: set[str] = set()
        self.wrong: list[str] = []

    async def try_forms(self, window: Page) -> None:
        """Every form of the page as it stands whose kind was not met yet."""
        actions, indexes = await window.evaluate(FORMS), await window.evaluate(INDEXES)
        for action, index in zip(actions, indexes, strict=True):
            name = self.named(action)
            if name not in self.tried:
                self.tried.add(name)
                for status in failures_of(name):
                    await self._try(window, action, index, status)

    async def _try(self, window: Page, action: str, index: int, status: int) -> None:
        async def fail(route: Route) -> None:
            if route.request.method != "POST":
                await route.continue_()
            elif status == OFFLINE:
                await route.abort("internetdisconnected")
            else:
                await route.fulfill(status=status, body=self._page(status), content_type="text/html; charset=utf-8")

        await window.route("**/*", fail)
        filled: Any = await window.evaluate(SEND, [index, TYPED])
        try:
            await window.wait_for_function(TOLD, arg=index, timeout=3000)
            words, kept = await window.evaluate(OUTCOME, [index, TYPED])
        except Exception as error:
            words, kept = "", f"{type(error).__name__}"
        await window.unroute("**/*", fail)
        if not words or kept != filled:
            self.wrong.append(f"{self.named(action)} {status or 'offline'}: {words!r}, {kept} of {filled} texts kept")

    def _page(self, status: int) -> str:
        return self.environment.get_template(f"errors/{status}.html").render(incident="7F3A91C2")

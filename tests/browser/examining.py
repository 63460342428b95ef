"""What a page must be for everybody, seen in Chromium: axe, its head, its width, whom it asks, what its CSP stops."""

import os
from collections import defaultdict
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from playwright.async_api import Page, Request

from tests.browser.keyboard import AXE, RULES, VIOLATIONS

NARROW, WIDE = 320, 1280
HEIGHT = 900


class Look(NamedTuple):
    """A width and a colour scheme."""

    width: int
    scheme: str


EVERY_LOOK = [Look(width, scheme) for width in (NARROW, WIDE) for scheme in ("light", "dark")]
EVERYTHING = os.environ.get("CREATHON_AXE") == "all"
"""`make axe`: every look, for every person, at every stage. Otherwise the hardest look of each different page, once;
the journey holds 1280 px, light."""
LOOKS = EVERY_LOOK if EVERYTHING else [Look(NARROW, "dark")]

WATCH_CSP = """window.stopped = [];
document.addEventListener(
  'securitypolicyviolation', event => window.stopped.push(`${event.violatedDirective} ${event.blockedURI}`));"""
FACTS = """() => {
  const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
  return {
    titles: document.querySelectorAll('h1').length,
    title: document.title.replace(/– Créathon$/, '').trim(),
    twice: [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))],
    stopped: window.stopped,
  };
}"""
SHAPE = """() => [...document.querySelectorAll('main, main *')].map(
  element => `${element.tagName}.${element.className}.${element.type || ''}`).join(' ')"""
TOO_WIDE = """() => {
  const most = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= most) return [];
  const wide = [...document.body.querySelectorAll('*')].filter(
    element => element.getBoundingClientRect().right > most + 1 && !element.closest('.table-scroll'));
  return wide.slice(0, 3).map(element => `${element.tagName}.${element.className} > ${most} px`);
}"""


class Examiner:
    """A window, and what is wrong on the pages it shows: sentences, by kind of page."""

    def __init__(self, window: Page, address: str, shapes: set[str]) -> None:
        self.window = window
        self.shapes = shapes
        """The main parts looked at before, by anybody: same kind of page, same elements."""
        self.host = urlsplit(address).netloc
        self.wrong: dict[str, set[str]] = defaultdict(set)
        self.name = ""
        self.examined = 0

    async def start(self) -> None:
        """Watch what is asked of whom from now on."""
        await self.window.add_init_script(WATCH_CSP)
        self.window.on("request", self._asked)
        self.window.on("pageerror", lambda error: self._note([f"script: {error.message}"]))

    async def examine(self, name: str, looks: list[Look] = LOOKS) -> None:
        """Look at the page as it stands, at every width and in every scheme, without loading it again."""
        self.name = name
        await self._read_facts()
        shape = name + await self.window.evaluate(SHAPE)
        if shape in self.shapes and self.examined and not EVERYTHING:
            return
        self.shapes.add(shape)
        self.examined += 1
        await self.window.evaluate(AXE.read_text())
        for look in looks:
            await self.window.set_viewport_size({"width": look.width, "height": HEIGHT})
            await self.window.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            mark = f"{look.width} px {look.scheme}: "
            self._note([mark + found for found in await self.window.evaluate(VIOLATIONS, RULES)])
            self._note([mark + found for found in await self.window.evaluate(TOO_WIDE)])

    async def _read_facts(self) -> None:
        facts: dict[str, Any] = await self.window.evaluate(FACTS)
        self._note([f"{facts['titles']} h1"] if facts["titles"] != 1 else [])
        self._note([] if facts["title"] else ["no title"])
        self._note([f"id twice: {one}" for one in facts["twice"]])
        self._note([f"CSP: {one}" for one in facts["stopped"]])

    def _asked(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme not in ("data", "blob") and asked.netloc != self.host:
            self._note([f"asks {asked.netloc}"])

    def _note(self, sentences: list[str]) -> None:
        if sentences:
            self.wrong[self.name].update(sentences)

"""What is measured: each scenario looks at its page once, to know what every answer must show, then asks again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, cycle
from urllib.parse import urlencode

from bs4 import BeautifulSoup, Tag
from markupsafe import escape

from creathon.core.ids import new_id
from creathon.projects.pages.gallery import PER_PAGE
from tests.bench.load import Script, Target
from tests.bench.loader import Loaded, Titled
from tests.bench.server import Answer, Server
from tests.browsing import form_values

DEEP_PAGE = 40
ENOUGH_ROWS = 20
SEVERAL = 50
LEVELS = 5


class ScenarioError(Exception):
    """A page is there but does not show what the measure needs."""


@dataclass(frozen=True)
class Scenario:
    """One line of the table.

    `budget` is in milliseconds: two processes on PostgreSQL keep that `quantile` under it with `held_at` connections.
    """

    name: str
    prepare: Callable[[Server, Loaded], "Plan | None"]
    budget: float | None = None
    quantile: str = "p99"
    held_at: int = 8
    is_bare: bool = False


@dataclass(frozen=True)
class Plan:
    """What to send, a word on what was found, and a check of what is stored after the load."""

    script: Script
    found: str = ""
    check: Callable[[], None] = lambda: None


def get(server: Server, path: str, token: str = "") -> bytes:
    """A GET as a browser signed in with that token sends it."""
    cookie = f"Cookie: __Host-session={token}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nHost: {server.host}\r\n{cookie}\r\n".encode()


def post(server: Server, path: str, token: str, fields: list[tuple[str, str]]) -> bytes:
    """A form sent by one of our own pages."""
    body = urlencode(fields).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {server.host}\r\nCookie: __Host-session={token}\r\n"
        f"Origin: https://{server.host}\r\nSec-Fetch-Site: same-origin\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def in_turn(targets: list[Target]) -> Script:
    """Every connection asks for the targets one after the other, each from its own place."""
    return lambda number: cycle([*targets[number % len(targets) :], *targets[: number % len(targets)]])


def read(server: Server, path: str, token: str = "") -> Answer | None:
    """A page, or None when the platform has no such page.

    Raises:
        ScenarioError: it answers anything but 200 or 404.
    """
    answer = server.ask(get(server, path, token))
    if answer.status not in (200, 404):
        raise ScenarioError(f"{path} answers {answer.status}: {_words(answer.text)}")
    return answer if answer.status == 200 else None


def bare_answer(server: Server, _loaded: Loaded) -> Plan:
    return Plan(in_turn([Target(get(server, "/"), b"ok")]))


def bare_rendering(server: Server, loaded: Loaded) -> Plan | None:
    return _list(server, "/page", loaded.projects)


def public_list(server: Server, loaded: Loaded) -> Plan | None:
    return _list(server, "/projets", loaded.projects)


def deep_list(server: Server, loaded: Loaded) -> Plan | None:
    return _list(server, f"/projets?page={min(DEEP_PAGE, len(loaded.projects) // PER_PAGE)}", loaded.projects)


def pile(server: Server, loaded: Loaded) -> Plan | None:
    return _list(server, "/jury", loaded.pile, loaded.token)


def _list(server: Server, path: str, expected: list[Titled], token: str = "") -> Plan | None:
    """A list that must show enough of the expected things; every answer must show the last of them."""
    answer = read(server, path, token)
    if answer is None:
        return None
    shown = [one.key for one in expected if f"/{one.key}" in answer.text]
    if len(shown) < min(ENOUGH_ROWS, len(expected)):
        raise ScenarioError(f"{path} shows {len(shown)} of the {len(expected)} rows: {_words(answer.text)}")
    found = f"{len(shown)} rows of {len(expected)}"
    return Plan(in_turn([Target(get(server, path, token), shown[-1].encode())]), found=found)


def project(server: Server, loaded: Loaded) -> Plan | None:
    return _pages(server, "/projets", loaded.projects[:: max(1, len(loaded.projects) // SEVERAL)])


def form(server: Server, loaded: Loaded) -> Plan | None:
    return _pages(server, "/jury/projets", loaded.open[:SEVERAL], loaded.token)


def _pages(server: Server, path: str, things: list[Titled], token: str = "") -> Plan | None:
    """Several pages of one kind, each of which must show its title."""
    if read(server, f"{path}/{things[0].key}", token) is None:
        return None
    targets = [Target(get(server, f"{path}/{one.key}", token), str(escape(one.title)).encode()) for one in things]
    return Plan(in_turn(targets), found=f"{len(targets)} in turn")


def save(server: Server, loaded: Loaded) -> Plan | None:
    """Saves of a draft, each connection on a read of its own."""
    drafts: dict[int, Draft] = {}
    if read(server, f"/jury/projets/{loaded.open[0].key}", loaded.token) is None:
        return None

    def script(number: int) -> Iterator[Target]:
        drafts[number] = Draft(server, loaded.token, f"/jury/projets/{loaded.open[number].key}")
        return drafts[number].saves()

    def check() -> None:
        for draft in drafts.values():
            draft.check()

    return Plan(script, found="303, version moves", check=check)


class Draft:
    """The scoring form of one read, saved over and over as the page sends it: its version moves with each save."""

    def __init__(self, server: Server, token: str, path: str) -> None:
        self.server = server
        self.token = token
        self.path = path
        self.number = count()
        self.refresh()
        self.save()
        before = self.refresh()
        self.save()
        self.step = self.refresh() - before
        if self.step < 1:
            raise ScenarioError(f"{path}: the version stays at {before} after a save")

    def refresh(self) -> int:
        """Read the form again: where it is sent, its fields, its version."""
        answer = read(self.server, self.path, self.token)
        if answer is None:
            raise ScenarioError(f"{self.path} is not there")
        found = scoring_form(answer.text)
        self.action = str(found.get("action") or self.path)
        self.fields = draft_fields(found)
        self.version = int(dict(self.fields)["version"] or 0)
        return self.version

    def save(self) -> None:
        """Save once, outside of the measures."""
        answer = self.server.ask(self.request())
        if answer.status != 303:
            raise ScenarioError(f"POST {self.action} answers {answer.status}: {_words(answer.text)}")

    def request(self) -> bytes:
        """The next save: another level for each criterion, another remark, a fresh key."""
        number = next(self.number)
        return post(
            self.server, self.action, self.token, [_changed(field, number, self.version) for field in self.fields]
        )

    def saves(self) -> Iterator[Target]:
        """Requests without end; each counts on the one before having been stored."""
        while True:
            yield Target(self.request(), b"location: /jury", status=303)
            self.version += self.step

    def check(self) -> None:
        """Every save acknowledged is stored: the version read is the one counted on."""
        counted = self.version + self.step
        if (stored := self.refresh()) != counted:
            raise ScenarioError(f"{self.path}: version {stored} is stored, {counted} was acknowledged")


def scoring_form(text: str) -> Tag:
    """The form of a page that carries a version."""
    forms = [one for one in BeautifulSoup(text, "lxml").select("form") if one.select('[name="version"]')]
    if len(forms) != 1:
        raise ScenarioError(f"{len(forms)} forms with a version on the page: {_words(text)}")
    return forms[0]


def draft_fields(found: Tag) -> list[tuple[str, str]]:
    """What a juror sends with « enregistrer le brouillon »: every criterion and both remarks."""
    radios = {str(one["name"]): str(LEVELS - 1) for one in found.select('input[type="radio"]')}
    named = [one for one in found.select("button[name]") if "brouillon" in one.get_text().lower()]
    buttons = {str(one["name"]): str(one.get("value", "")) for one in named}
    kept = {name: value[0] if isinstance(value, list) else value for name, value in form_values(found).items()}
    return list({**kept, **radios, **buttons}.items())


def _changed(field: tuple[str, str], number: int, version: int) -> tuple[str, str]:
    """One field of the save of that number."""
    name, value = field
    if name == "version":
        return name, str(version)
    if name == "_once":
        return name, new_id()
    if name.startswith("remark"):
        return name, f"La situation est bien posée ; la réponse en traite une moitié. Relecture {number}."
    return name, str((int(value) + number) % LEVELS) if value == str(LEVELS - 1) else value


def _words(text: str) -> str:
    """The beginning of what a page says."""
    main = BeautifulSoup(text, "lxml").find("main")
    return " ".join(main.get_text(" ").split() if main else text.split())[:300]


SCENARIOS = (
    Scenario("bare ASGI answer", bare_answer, is_bare=True),
    Scenario("bare template rendering", bare_rendering, is_bare=True),
    Scenario("public list, page 1", public_list, budget=40),
    Scenario(f"public list, page {DEEP_PAGE}", deep_list, budget=40),
    Scenario("project", project, budget=40),
    Scenario("pile", pile, budget=100),
    Scenario("scoring form, GET", form, budget=40),
    Scenario("scoring form, POST", save, budget=50),
)

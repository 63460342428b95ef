"""Asks the cells over HTTP, through the whole application, and says what was answered and what was stored."""

import hashlib
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher

from creathon.accounts import passwords
from creathon.app import Creathon, build, furnish
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.web.policy import RoutePolicy, route_policies
from creathon.mail.rendering import Renderer, use
from creathon.policy import POLICIES
from creathon.settings import Settings, read_settings
from tests.browsing import Visitor
from tests.databases import with_kept_statements
from tests.policy.book import Block, Book, Cell
from tests.policy.sending import sending
from tests.policy.worlds import SECRET, Workshop, World

CHANGING = (re.compile(rb"<strong>[0-9A-Z]{8}</strong>"), re.compile(rb'nonce="[^"]*"'))
"""What no two pages share: the number of an incident, a nonce."""
UNHEEDED = frozenset({"tries"})
"""Counters of tries, which a refusal must leave behind."""


@dataclass(frozen=True)
class Seen:
    """What one request was answered. `mark` is the digest of a refusal, to compare it with another."""

    cell: Cell
    answer: str
    mark: str = ""


def settings_for(folder: Path, live: Path) -> Settings:
    return read_settings(
        {
            "CREATHON_ENV": "test",
            "CREATHON_DATA": str(folder),
            "CREATHON_DATABASE_URL": f"sqlite:///{live}",
            "CREATHON_SECRET": SECRET,
            "CREATHON_BASE_URL": "http://testserver",
            "CREATHON_TRUSTED_HOSTS": "testserver",
            "CREATHON_EMBED_WORKER": "0",
        }
    )


def all_routes() -> dict[str, RoutePolicy]:
    """Every route × method of the application, by the name of its page."""
    with Workshop() as workshop:
        pages = build(settings_for(workshop.folder, workshop.folder / "none.sqlite3"))
        rows = route_policies(pages, POLICIES)
    found = {row.name: row for row in rows}
    assert len(found) == len(rows), "two routes share a name"
    return found


class Stage:
    """The application on one world, its browsers, and the database that is put back after each write."""

    def __init__(self, workshop: Workshop, book: Book, routes: Mapping[str, RoutePolicy]) -> None:
        self.workshop, self.book, self.routes = workshop, book, routes
        self.live = workshop.folder / "live.sqlite3"
        self.settings = settings_for(workshop.folder, self.live)
        self.pages = build(self.settings)
        use(Renderer(self.settings.templates, self.settings.base_url))

    async def ask_all(
        self, cells: Iterable[Cell], stop: Callable[[Seen], bool] = lambda _seen: False
    ) -> AsyncIterator[Seen]:
        """What each cell is answered, world by world, as far as the first answer that says to stop."""

        def key(cell: Cell) -> tuple[int, tuple[str, ...]]:
            return self.book.phases.index(cell.phase), self.book.block(cell.page).given

        for (number, given), group in groupby(sorted(cells, key=key), key):
            world = await self.workshop.world(self.book.phases[number], given, self.settings)
            async with self.playing(world) as player:
                for cell in group:
                    seen = await player.ask(cell)
                    yield seen
                    if stop(seen):
                        return

    @asynccontextmanager
    async def playing(self, world: World) -> AsyncIterator["Player"]:
        self.live.write_bytes(world.path.read_bytes())
        database = await with_kept_statements(Database(f"sqlite:///{self.live}"))
        app = furnish(self.pages, self.settings, clock=MovableClock(world.now), database=database)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(app.litestar.lifespan())
            player = Player(self, world, app)
            stack.callback(player.close)
            for who in self.book.columns:
                player.browsers[who] = await stack.enter_async_context(player.browser(who))
            yield player
        for rest in self.live.parent.glob("live.sqlite3*"):
            rest.unlink()


class Player:
    """Sends the requests of one world."""

    def __init__(self, stage: Stage, world: World, app: Creathon) -> None:
        self.stage, self.world, self.app = stage, world, app
        self.browsers: dict[str, Visitor] = {}
        self.template = sqlite3.connect(world.path)
        self.watcher = sqlite3.connect(stage.live)
        self.before = self._digest()
        self.data_version = self._data_version()

    def close(self) -> None:
        self.template.close()
        self.watcher.close()

    @asynccontextmanager
    async def browser(self, who: str) -> AsyncIterator[Visitor]:
        """The browser of a column, signed in when it is somebody."""
        async with Visitor(self.app) as visitor:
            visitor.http.follow_redirects = False
            yield visitor

    async def ask(self, cell: Cell) -> Seen:
        """Send one request; what it stored is undone."""
        block, route = self.stage.book.block(cell.page), self.stage.routes[cell.page]
        response = await self.send(cell, route)
        wrote = self._wrote()
        answer = judged(response, block, is_read=route.method == "GET", wrote=wrote)
        return Seen(cell, answer, mark_of(response) if answer in ("403", "404") else "")

    async def send(self, cell: Cell, route: RoutePolicy) -> httpx.Response:
        visitor, sent = self.browsers[cell.who], sending(self.stage.book, self.world, cell, route)
        visitor.http.cookies.clear()
        return await visitor.http.request(
            sent.method, sent.path, params=sent.query, data=sent.fields, files=sent.files, content=sent.content,
            headers=sent.headers,
        )  # fmt: skip

    def _wrote(self) -> bool:
        """Whether something was stored; if so it is put back."""
        if self._data_version() == self.data_version:
            return False
        changed = self._digest() != self.before
        self.template.backup(self.watcher)
        self.data_version = self._data_version()
        return changed

    def _data_version(self) -> int:
        """Changes when another connection commits, and only then."""
        return int(self.watcher.execute("PRAGMA data_version").fetchone()[0])

    def _digest(self) -> str:
        """All rows of all tables, but the counters of tries and the last use of a browser."""
        found = hashlib.sha256()
        tables = [row[0] for row in self.watcher.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in sorted(set(tables) - UNHEEDED):
            columns = [
                f'"{row[1]}"' for row in self.watcher.execute(f"PRAGMA table_info({table})") if row[1] != "seen_at"
            ]
            rows = self.watcher.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1").fetchall()  # noqa: S608
            found.update(f"{table} {rows}".encode())
        return found.hexdigest()


def judged(response: httpx.Response, block: Block, *, is_read: bool, wrote: bool) -> str:
    """The answer in the words of the policy file; what fits none of them is said as it is."""
    status = response.status_code
    location = response.headers.get("location", "")
    if status == 401 or (status == 303 and location.startswith("/connexion?suite=")):
        answer = "login"
    elif status in (200, 201, 204, 303):
        if is_read or block.reads:
            answer = "allow" if not block.shows or block.shows.encode() in response.content else "closed"
        else:
            return "allow" if wrote else "idle"
    else:
        answer = str(status)
    return f"{answer}, and something was stored" if wrote else answer


def mark_of(response: httpx.Response) -> str:
    """The digest of a refusal without what no two pages share."""
    body = response.content
    for pattern in CHANGING:
        body = pattern.sub(b"", body)
    names = sorted(name for name in response.headers if name != "content-length")
    return hashlib.sha256(body + repr((response.status_code, names)).encode()).hexdigest()


def cheap_passwords(patch: pytest.MonkeyPatch) -> None:
    """Argon2 at its smallest: the matrix asks who may, not how long a hash takes."""
    patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))

"""Random worlds, random requests, and an independent model that decides. Bar C28.

A short run at each `make test`; `make worlds` is the long one, twenty thousand requests and more. Hypothesis reduces
what differs to a small world; the seed is in the message.
"""

import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, note, seed, settings
from hypothesis import strategies as st

from creathon.app import furnish
from creathon.core import events
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.web.policy import route_policies
from creathon.policy import POLICIES
from creathon.settings import Settings, read_settings
from tests.browsing import Visitor
from tests.conftest import built
from tests.factories.editions import EVALUATION
from tests.policy import drawn, model
from tests.policy.drawn import Asked, Builder, content_of, name_of, title_of
from tests.policy.model import Team, World
from tests.services import WORLDS, WORLDS_SEED

SEED = WORLDS_SEED
"""The long run takes another each time; the one that found something is given again."""
SHORT = 12
UNHEEDED = {"development", "static", "probe"}
PHASES = (Phase.generate, Phase.shrink) if WORLDS else (Phase.generate,)
"""The short run says what it found, the long one reduces it."""
counted: Counter[str] = Counter()


@cache
def settings_of(folder: Path) -> Settings:
    return read_settings(
        {
            "CREATHON_ENV": "test",
            "CREATHON_DATA": str(folder),
            "CREATHON_DATABASE_URL": f"sqlite:///{folder / 'world.sqlite3'}",
            "CREATHON_SECRET": "a secret of tests",
            "CREATHON_BASE_URL": "http://testserver",
            "CREATHON_TRUSTED_HOSTS": "testserver",
            "CREATHON_EMBED_WORKER": "0",
        }
    )


@cache
def addresses() -> list[str]:
    """Every page that names nothing and that the model says nothing more of than who may know what."""
    known = read_settings({"CREATHON_ENV": "test"})
    routes = route_policies(built(known.templates, known.assets), POLICIES)
    pages = (one for one in routes if one.method == "GET" and "{" not in one.path and one.policy not in UNHEEDED)
    return sorted({one.path for one in pages} - set(model.OF_ALL))


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Where worlds lie; at the end, what was asked is said."""
    place = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="creathon-worlds-", dir=place if place.is_dir() else None) as held:
        yield Path(held)
    sys.stdout.write(json.dumps({"seed": SEED, **counted}) + "\n")


class Asking:
    """The application on one world, with a browser for everybody."""

    def __init__(self, world: World, builder: Builder) -> None:
        self.world, self.builder = world, builder
        self.visitors: dict[int | None, Visitor] = {}

    async def answer(self, asked: Asked) -> str:
        """What comes back, whatever its status; a fault of ours is none of the answers."""
        visitor = self.visitors[asked.who]
        response = await visitor.http.get(self.builder.path(asked), follow_redirects=False)
        assert response.status_code < 500, (asked, response.text)
        return response.text

    async def problems(self, asked: Asked) -> list[str]:
        """What the answer to a request shows and should not, or should and does not."""
        shown = self.shown(await self.answer(asked))
        counted["requests"] += 1
        counted["requests that show something"] += any(shown.values())
        return problems(self.world, asked, shown)

    def shown(self, text: str) -> dict[str, list[int]]:
        """The teams whose name, title or content is in a page."""
        marks = {"name": name_of, "title": title_of, "content": content_of}
        return {kind: [team.number for team in self.world.teams if mark(team) in text] for kind, mark in marks.items()}


@asynccontextmanager
async def living(world: World, folder: Path, template: Path) -> AsyncIterator[Asking]:
    known = settings_of(folder)
    for old in folder.glob("world.sqlite3*"):
        old.unlink()
    shutil.copyfile(template, folder / "world.sqlite3")
    database = Database(known.database_url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        app = furnish(built(known.templates, known.assets), known, clock=MovableClock(EVALUATION), database=database)
        async with database.writing() as session:
            builder = Builder(session, world, EVALUATION)
            await builder.build()
        asking = Asking(world, builder)
        for who in (None, *drawn.NUMBERS):
            visitor = asking.visitors[who] = await stack.enter_async_context(Visitor(app))
            if who is not None:
                visitor.http.cookies.set("session", builder.tokens[who], domain="testserver.local", path="/")
        yield asking


def expected(world: World, asked: Asked) -> list[int]:
    """The teams a page of the model shows to whoever asks."""
    if asked.page in model.OF_ONE:
        named: Team = next(team for team in world.teams if team.number == asked.team)
        here = asked.page not in AT_HAND or named in list(world.of(asked.who))
        return [named.number] if here and model.OF_ONE[asked.page](world, asked.who, named) else []
    return [team.number for team in world.of(asked.who) if model.OF_ALL[asked.page](world, asked.who, team)]


AT_HAND = ("application", "evaluation", "mentored")
"""Pages that open only what is of the edition the person works in."""
MARKS = {"application": "name", "/coordination/candidatures": "name", "/coordination/candidatures.csv": "name"}
BY_TITLE = {"receipt", *model.OF_ALL}


def mark_of(page: str) -> str:
    return MARKS.get(page) or ("title" if page in BY_TITLE else "content")


def problems(world: World, asked: Asked, shown: dict[str, list[int]]) -> list[str]:
    """What a page shows and should not, or should and does not."""
    found = []
    if asked.page in model.OF_ONE or asked.page in model.OF_ALL:
        told, wanted = shown[mark_of(asked.page)], expected(world, asked)
        if told != wanted:
            found.append(f"{asked}: shows {told}, the model says {wanted}")
    for team in world.teams:
        if team.number in shown["title"] and not (
            model.is_public(world, team) or model.may_know_of(world, asked.who, team)
        ):
            found.append(f"{asked}: tells the title of {team.number}")
        if team.number in shown["content"] and not model.may_read(world, asked.who, team):
            found.append(f"{asked}: tells what {team.number} wrote")
    return found


@pytest.mark.slow
@pytest.mark.bar("C28", "C34", "C35")
@seed(SEED)
@settings(
    max_examples=WORLDS or SHORT,
    deadline=None,
    database=None,
    print_blob=True,
    phases=PHASES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(world=drawn.worlds(), data=st.data())
async def test_random_world_shows_what_the_model_says(
    sqlite_template: Path, folder: Path, world: World, data: st.DataObject
) -> None:
    note(f"CREATHON_WORLDS_SEED={SEED}")
    wanted = data.draw(drawn.requests(world, addresses()), label="requests")
    counted["worlds"] += 1
    async with living(world, folder, sqlite_template) as asking:
        assert [problem for asked in wanted for problem in await asking.problems(asked)] == []


STRANGER, LINKED, JUROR = 0, 1, 2
KNOWN = World(
    {"2026": "creation", "2027": "accompagnement"},
    dict.fromkeys(drawn.NUMBERS, "2027"),
    (Team(10, "2026", "POI", frozenset(), "draft"), Team(20, "2027", "POI", frozenset(), "late")),
    frozenset(
        {
            (STRANGER, "site_coordinator", "2027", "RUN"),
            (LINKED, "national_coordinator", "2027", ""),
            (JUROR, "juror", "2026", ""),
        }
    ),
    links=frozenset({(LINKED, 20)}),
    readers=frozenset(),
    mentors=frozenset(),
)
"""A world in which each of these guards hides something, when the model is right."""


def deaf(patch: pytest.MonkeyPatch) -> None:
    """Nobody hears that a project is opened: a link hides nothing."""
    patch.setattr("creathon.app.listen", lambda: None)
    patch.setattr(events, "_handlers", events.defaultdict(list))


def dropped(place: str, answer: object = None) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setattr(f"creathon.{place}", lambda *_args, **_keywords: answer)


@pytest.mark.bar("C28")
@pytest.mark.parametrize(
    ("mutate", "asked"),
    [
        pytest.param(dropped("projects.pages.coordination.may_follow"), Asked("followed", STRANGER, 20), id="a site"),
        pytest.param(deaf, Asked("followed", LINKED, 20), id="a link that nobody hears of"),
        pytest.param(
            dropped("teams.pages.loading.may_see_application"), Asked("application", STRANGER, 20), id="an application"
        ),
        pytest.param(
            dropped("projects.pages.coordination.coordinated_sites"), Asked("/coordination/projets", STRANGER),
            id="the sites of a list",
        ),
        pytest.param(
            dropped("projects.pages.deposits.is_member", answer=True), Asked("receipt", JUROR, 20), id="a receipt"
        ),
    ],
)  # fmt: skip
async def test_guard_that_is_dropped_is_noticed_by_the_model(
    sqlite_template: Path, folder: Path, mutate: Callable[[pytest.MonkeyPatch], None], asked: Asked
) -> None:
    async with living(KNOWN, folder, sqlite_template) as asking:
        assert await asking.problems(asked) == []
        with pytest.MonkeyPatch.context() as patch:
            mutate(patch)
            noticed = await asking.problems(asked)
        assert noticed != []


@pytest.mark.bar("C28", "C35")
async def test_juror_who_is_in_a_team_has_no_pile(sqlite_template: Path, folder: Path) -> None:
    """Found by the random worlds: their pile named the projects that no page let them read."""
    teams = (Team(20, "2027", "POI", frozenset(), "on_time"), Team(21, "2027", "RUN", frozenset({JUROR}), "nothing"))
    both = frozenset({(who, "juror", "2027", "") for who in (STRANGER, JUROR)})
    read = frozenset({(STRANGER, 20), (JUROR, 20)})
    world = replace(KNOWN, moments={"2026": "creation", "2027": "evaluation"}, teams=teams, roles=both, readers=read)
    async with living(replace(world, links=frozenset()), folder, sqlite_template) as asking:
        piles = {who: asking.shown(await asking.answer(Asked("/jury", who)))["title"] for who in (STRANGER, JUROR)}
    assert piles == {STRANGER: [20], JUROR: []}


@pytest.mark.bar("C28", "C36")
@pytest.mark.parametrize(("edition", "read"), [("2027", [20]), ("2026", [])], ids=["juror here", "juror elsewhere"])
async def test_seat_without_the_role_reads_nothing(
    sqlite_template: Path, folder: Path, edition: str, read: list[int]
) -> None:
    """Found by the random worlds: whoever had lost the role here, and judges another edition, still read."""
    world = replace(
        KNOWN, moments={"2026": "evaluation", "2027": "evaluation"},
        teams=(Team(20, "2027", "POI", frozenset(), "on_time"),),
        roles=frozenset({(JUROR, "juror", edition, "")}), readers=frozenset({(JUROR, 20)}), links=frozenset(),
    )  # fmt: skip
    async with living(world, folder, sqlite_template) as asking:
        pile = asking.shown(await asking.answer(Asked("/jury", JUROR)))
        project = asking.shown(await asking.answer(Asked("evaluation", JUROR, 20)))
    assert (pile["title"], project["content"]) == (read, read)


@pytest.mark.bar("C28", "C36")
@pytest.mark.parametrize(("edition", "listed"), [("2027", [20]), ("2026", [])], ids=["mentor here", "mentor elsewhere"])
async def test_pairing_without_the_role_is_not_listed(
    sqlite_template: Path, folder: Path, edition: str, listed: list[int]
) -> None:
    """Found by the random worlds: whoever had lost the role here, and is mentor in another edition, had the list."""
    world = replace(
        KNOWN, teams=(Team(20, "2027", "POI", frozenset(), "on_time"),), links=frozenset(),
        roles=frozenset({(STRANGER, "mentor", edition, "")}), mentors=frozenset({(STRANGER, 20)}),
    )  # fmt: skip
    async with living(world, folder, sqlite_template) as asking:
        assert asking.shown(await asking.answer(Asked("/mentorat", STRANGER)))["title"] == listed

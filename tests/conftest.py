"""What every test stands on: a real database, the application on it, a clock that moves when told, browsers."""

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest
from litestar import Litestar

from creathon.app import Creathon, build, furnish
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.pdf import pdf_is_there
from creathon.core.web.pace import Pace
from creathon.editions.models import Edition, Role
from creathon.settings import Settings, read_settings
from tests import databases
from tests.browsing import Visitor
from tests.clusters import PROGRAMS
from tests.factories.accounts import make_holder
from tests.factories.editions import make_edition
from tests.factories.jury import make_rubric
from tests.personas import CLAIRE
from tests.services import FAKETIME, FFMPEG, NO_SKIP, RUN, STRACE, WORKER, chromium_is_there, postgres_answers

NOW = datetime(2027, 3, 10, 9, 0, tzinfo=UTC)
"""Where the clock of tests stands at first: applications of the 2027 edition are open."""

T = TypeVar("T")

logging.getLogger("httpx").setLevel(logging.WARNING)

_numbers = itertools.count()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--sqlite-only", action="store_true", help="run the tests of the database on SQLite only")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen = [name for mark in metafunc.definition.iter_markers("parametrize") for name in [mark.args[0]]]
    if "database_url" in metafunc.fixturenames and "database_url" not in chosen:
        kinds = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.postgres)]
        metafunc.parametrize(
            "database_url", kinds[: 1 if metafunc.config.getoption("--sqlite-only") else 2], indirect=True
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason, what needs a service that is not there; fail instead under CREATHON_NO_SKIP=1."""
    missing = {
        "postgres": None if postgres_answers() else "PostgreSQL does not answer (CREATHON_TEST_POSTGRES)",
        "cluster": None if PROGRAMS else "PostgreSQL is not installed (apt-get install postgresql)",
        "faketime": None if FAKETIME.exists() else "faketime is not installed (apt-get install faketime)",
        "strace": None if STRACE else "strace is not installed (apt-get install strace)",
        "ffmpeg": None if FFMPEG else "ffmpeg is not installed (apt-get install ffmpeg)",
        "pdf": None if pdf_is_there() else "Pango is not installed (apt-get install libpangoft2-1.0-0)",
        "browser": None if chromium_is_there() else "Chromium is not installed (apt-get install chromium)",
    }
    for item in items:
        for marker, reason in missing.items():
            if reason and item.get_closest_marker(marker) and not NO_SKIP:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Under CREATHON_NO_SKIP=1 a skipped test is a failed one."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"skipped under CREATHON_NO_SKIP: {report.longrepr}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests have to say that is no assertion: `record_property("said", …)`."""
    for report in terminalreporter.getreports("passed"):
        for name, words in report.user_properties:
            if name == "said" and report.when == "call":
                terminalreporter.write_line(str(words))


def _run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run to the end in a thread of its own: the fixture is asked for while the loop of the tests runs."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _run(databases.sqlite_template(tmp_path_factory.mktemp("template")))


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    yield _run(databases.postgres_template())
    _run(databases.drop(databases.TEMPLATE))


@pytest.fixture
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a fresh, migrated database: SQLite, then PostgreSQL."""
    if request.param == "sqlite":
        yield databases.sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    name = f"creathon_{RUN}_{WORKER}_{next(_numbers)}"
    yield await databases.postgres_copy(request.getfixturevalue("postgres_template"), name)
    await databases.drop(name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = await databases.with_kept_statements(Database(database_url))
    yield database
    await database.close()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return read_settings(
        {
            "CREATHON_ENV": "test",
            "CREATHON_DATA": str(tmp_path / "data"),
            "CREATHON_DATABASE_URL": database_url,
            "CREATHON_SECRET": "a secret of tests",
            "CREATHON_BASE_URL": "http://testserver",
            "CREATHON_TRUSTED_HOSTS": "testserver",
            "CREATHON_EMBED_WORKER": "0",
        }
    )


@cache
def built(templates: Path, assets: Path) -> Litestar:
    """Every page, without anything to work with."""
    env = {"CREATHON_ENV": "test", "CREATHON_TEMPLATES": str(templates), "CREATHON_ASSETS": str(assets)}
    return build(read_settings(env | {"CREATHON_SECRET": "a secret of tests"}))


@pytest.fixture
async def app(settings: Settings, clock: MovableClock, database: Database) -> AsyncIterator[Creathon]:
    """The application, started in a task of its own, on the test's database and clock.

    It is built once by each process, which takes a second, and furnished anew for each test.
    """
    application = furnish(built(settings.templates, settings.assets), settings, clock=clock, database=database)
    started, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with application.litestar.lifespan():
            started.set()
            await stop.wait()

    life = asyncio.create_task(live())
    await asyncio.wait({life, asyncio.ensure_future(started.wait())}, return_when=asyncio.FIRST_COMPLETED)
    application.litestar.state.pace = Pace()  # whatever else the machine does, a test's process is not behind
    yield application
    stop.set()
    await life


@pytest.fixture
async def visitor(app: Creathon) -> AsyncIterator[Visitor]:
    """A browser in which nobody is signed in."""
    async with Visitor(app) as visitor:
        yield visitor


@pytest.fixture
async def edition(database: Database) -> Edition:
    """« Créathon 2027 » with its grid and its national coordinator."""
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_rubric(session, edition)
    return edition

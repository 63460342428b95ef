"""Words that the source may not contain, because running them has shown harm (bar, section 0). Bar O163."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, calls, last_word, plant, python_files, relative, tree_of

HANDLERS = {"get", "post", "put", "patch", "delete", "head", "route", "HTTPRouteHandler"}
HANDLER_HOMES = HANDLERS | {"Router", "Litestar", "asgi", "websocket", "websocket_listener"}
OPENED_BY_PATTERN = ("Auth", "Config", "Middleware", "DefineMiddleware")
AUTOCOMMIT_VALUES = {"autocommit", "autocommit_include_redirects"}
CLOCK_CALLS = {"now", "utcnow", "today"}
MAY_COMMIT = (
    "core/database",
    "core/migrations.py",
    "core/web/transactions.py",
    "core/sqlite_inline.py",
    "cli",
    "demo/",
)
"""core/web/transactions.py ends a request's transaction; core/sqlite_inline.py *is* a driver's connection."""
MAY_SERVE_FOLDERS = ("app.py", "core/web/")

Found = tuple[int, str]
Checker = Callable[[str, ast.Module], Iterator[Found]]


def framework_transactions(_: str, tree: ast.Module) -> Iterator[Found]:
    """No ready-made transaction handler: it answers 201 though the commit failed (E1-E3)."""
    for node in ast.walk(tree):
        names = [getattr(node, field, None) for field in ("id", "attr", "arg", "name")]
        for name in names:
            if name == "before_send_handler" or (isinstance(name, str) and name.startswith("autocommit_")):
                yield getattr(node, "lineno", 0), str(name)
        if isinstance(node, ast.Constant) and node.value in AUTOCOMMIT_VALUES:
            yield node.lineno, str(node.value)


def opened_by_pattern(_: str, tree: ast.Module) -> Iterator[Found]:
    """No `exclude=`: its patterns are not anchored and open other pages (E13)."""
    for call, name in calls(tree):
        if name in HANDLER_HOMES or name.endswith(OPENED_BY_PATTERN):
            yield from ((call.lineno, "exclude=") for keyword in call.keywords if keyword.arg == "exclude")


def cached_pages(_: str, tree: ast.Module) -> Iterator[Found]:
    """No `cache=` on a handler: Bob gets Alice's page (E12)."""
    for call, name in calls(tree):
        if name in HANDLERS:
            yield from ((call.lineno, "cache=") for keyword in call.keywords if keyword.arg == "cache")


def other_clocks(place: str, tree: ast.Module) -> Iterator[Found]:
    """One clock: a handler that reads the time itself punishes slow links (E15)."""
    if place == "core/clock.py":
        return
    for call, name in calls(tree):
        of = last_word(call.func.value) if isinstance(call.func, ast.Attribute) else ""
        if name in CLOCK_CALLS and of in {"datetime", "date"}:
            yield call.lineno, f"datetime.{name}("


def stray_commits(place: str, tree: ast.Module) -> Iterator[Found]:
    """The transaction belongs to the request: only its own layer, the command line and the demo end it."""
    if place.startswith(MAY_COMMIT):
        return
    for call, name in calls(tree):
        if name in {"commit", "rollback"} and isinstance(call.func, ast.Attribute):
            yield call.lineno, f"{name}()"


def served_folders(place: str, tree: ast.Module) -> Iterator[Found]:
    """No static router beside the assets: an uploaded SVG or HTML would run inline (E16)."""
    if place.startswith(MAY_SERVE_FOLDERS):
        return
    for call, name in calls(tree):
        if name in {"create_static_files_router", "StaticFilesConfig"}:
            yield call.lineno, name


def trusted_markup(place: str, tree: ast.Module) -> Iterator[Found]:
    """HTML is trusted in one file only."""
    if place == "core/web/markup.py":
        return
    for call, name in calls(tree):
        if name == "Markup":
            yield call.lineno, "Markup("


CHECKERS: tuple[Checker, ...] = (
    framework_transactions,
    opened_by_pattern,
    cached_pages,
    other_clocks,
    stray_commits,
    served_folders,
    trusted_markup,
)


def banned(root: Path, check: Checker) -> list[str]:
    found = []
    for path in python_files(root, "src/creathon"):
        place = relative(root / "src/creathon", path)
        found += [f"{place}:{line} {word}" for line, word in check(place, tree_of(path))]
    return found


@pytest.mark.parametrize("check", CHECKERS, ids=lambda check: check.__name__)
@pytest.mark.bar("O163")
def test_words_are_not_in_the_source(check: Checker) -> None:
    assert banned(ROOT, check) == []


@pytest.mark.parametrize(
    ("check", "sample", "word"),
    [
        (framework_transactions, "Config(before_send_handler=maker)", "before_send_handler"),
        (framework_transactions, "from x import autocommit_handler_maker", "autocommit_handler_maker"),
        (framework_transactions, "handler = 'autocommit'", "autocommit"),
        (opened_by_pattern, "SessionAuth(exclude=['/login'])", "exclude="),
        (opened_by_pattern, "CSRFConfig(secret='s', exclude='/x')", "exclude="),
        (cached_pages, "@get('/', cache=60)\nasync def page(): ...", "cache="),
        (other_clocks, "datetime.now(UTC)", "datetime.now("),
        (other_clocks, "import datetime\nday = datetime.date.today()", "datetime.today("),
        (stray_commits, "async def f(session):\n    await session.commit()", "commit()"),
        (stray_commits, "def f(session):\n    session.rollback()", "rollback()"),
        (
            served_folders,
            "create_static_files_router(path='/files', directories=['x'])",
            "create_static_files_router",
        ),
        (trusted_markup, "html = Markup('<b>')", "Markup("),
    ],
)
@pytest.mark.bar("O163")
def test_words_are_found_when_planted(tmp_path: Path, check: Checker, sample: str, word: str) -> None:
    plant(tmp_path, "src/creathon/teams/actions.py", sample)
    assert [found.split(maxsplit=1)[1] for found in banned(tmp_path, check)] == [word]


@pytest.mark.parametrize(
    ("check", "place", "sample"),
    [
        (
            framework_transactions,
            "core/database.py",
            "engine.execution_options(isolation_level='AUTOCOMMIT')",
        ),
        (opened_by_pattern, "core/forms.py", "form.values(exclude='x')"),
        (cached_pages, "core/text.py", "lookup(cache=True)"),
        (other_clocks, "core/clock.py", "datetime.now(UTC)"),
        (other_clocks, "core/web/arrival.py", "clock.now()"),
        (stray_commits, "core/database.py", "session.commit()"),
        (stray_commits, "demo/build.py", "session.commit()"),
        (trusted_markup, "core/web/markup.py", "Markup('<b>')"),
    ],
)
def test_words_are_accepted_in_their_place(tmp_path: Path, check: Checker, place: str, sample: str) -> None:
    plant(tmp_path, f"src/creathon/{place}", sample)
    assert banned(tmp_path, check) == []

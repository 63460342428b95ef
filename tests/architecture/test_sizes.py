"""Files, functions and templates stay short; the list of exceptions only shrinks."""

import ast
from pathlib import Path

from tests.architecture.tree import ROOT, plant, python_files, relative, templates, tree_of

FILE_LIMIT = 400
FUNCTION_LIMIT = 40
TEMPLATE_LIMIT = 150

ALLOWED = Path(__file__).with_name("sizes_allowed.txt")
CEILING = 0
"""How many exceptions there may be. Lower it when one is removed; never raise it."""


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def too_long(root: Path) -> dict[str, int]:
    """Every place over its limit, with its number of lines."""
    found: dict[str, int] = {}
    for path in python_files(root, "src", "tests", "tools"):
        if lines(path) > FILE_LIMIT:
            found[relative(root, path)] = lines(path)
        found |= long_functions(root, path)
    for path in templates(root):
        if lines(path) > TEMPLATE_LIMIT:
            found[relative(root, path)] = lines(path)
    return found


def long_functions(root: Path, path: Path) -> dict[str, int]:
    found = {}
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LIMIT:
                found[f"{relative(root, path)}::{node.name}"] = length
    return found


def allowed(text: str) -> dict[str, int]:
    entries = [line.rsplit(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    return {place: int(number) for place, number in entries}


def complaints(found: dict[str, int], exceptions: dict[str, int]) -> list[str]:
    grown = [f"{place}: {n} lines" for place, n in found.items() if n > exceptions.get(place, 0)]
    healed = [f"{place}: now short, remove it from the list" for place in exceptions if place not in found]
    return sorted(grown + healed)


def test_sizes_stay_under_the_limits() -> None:
    assert complaints(too_long(ROOT), allowed(ALLOWED.read_text())) == []


def test_exceptions_only_shrink() -> None:
    assert len(allowed(ALLOWED.read_text())) <= CEILING


def test_sizes_finds_what_is_too_long(tmp_path: Path) -> None:
    plant(tmp_path, "src/long.py", "x = 1\n" * 401)
    plant(tmp_path, "src/fine.py", "x = 1\n" * 400)
    plant(tmp_path, "tests/test_deep.py", "class A:\n    async def slow(self):\n" + "        x = 1\n" * 40)
    plant(tmp_path, "templates/page.html", "<p>\n" * 151)
    assert too_long(tmp_path) == {
        "src/long.py": 401,
        "tests/test_deep.py::slow": 41,
        "templates/page.html": 151,
    }


def test_exceptions_are_outgrown_or_outlived() -> None:
    assert complaints({"a": 500}, {"a": 450, "b": 401}) == [
        "a: 500 lines",
        "b: now short, remove it from the list",
    ]

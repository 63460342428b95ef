"""Pages load editions through one door: a person works in one of several, a rehearsal has a clock of its own."""

import ast

from tests.architecture.tree import ROOT, python_files, relative, tree_of

LOADERS = {"current_edition", "edition_by_slug", "edition_by_id"}
DOOR = "src/creathon/editions/pages/at_hand.py"
ALLOWED = {
    ("src/creathon/editions/pages/listing.py", "current_edition"),
    ("src/creathon/editions/pages/making.py", "current_edition"),
    ("src/creathon/rehearsal/pages/stage.py", "edition_by_id"),
}
"""Lists that only tell which edition is at hand, and the way back from a rehearsal to the edition it rehearses."""


def loaders_in(tree: ast.AST) -> set[str]:
    """The loaders a page names."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return LOADERS & (names | attributes)


def test_pages_load_editions_through_one_door() -> None:
    pages = [path for path in python_files(ROOT, "src/creathon") if "pages" in (path.parent.name, path.stem)]
    found = {(relative(ROOT, path), name) for path in pages for name in loaders_in(tree_of(path))}
    assert {one for one in found if one[0] != DOOR} == ALLOWED


def test_a_page_that_loads_by_itself_is_found() -> None:
    assert loaders_in(ast.parse("edition = await queries.edition_by_slug(session, slug)")) == {"edition_by_slug"}

"""A sentence given to the catalogue is known to it: it holds no value, only the places of its values."""

import ast
from pathlib import Path

from tests.architecture.tree import ROOT, plant, python_files, relative, tree_of

ASKS = {"_", "ngettext", "ngettext_words"}


def unknown_to_the_catalogue(root: Path) -> list[str]:
    """Every sentence that is made before it is looked up."""
    return [
        f"{relative(root, path)}:{node.lineno}"
        for path in python_files(root, "src")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ASKS
        and any(isinstance(argument, ast.JoinedStr | ast.BinOp) for argument in node.args)
    ]


def test_no_sentence_is_made_before_it_is_looked_up() -> None:
    assert unknown_to_the_catalogue(ROOT) == []


def test_a_sentence_with_a_value_in_it_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "src/creathon/words.py", 'def say(name: str) -> str:\n    return _(f"Bonjour {name}")\n')
    plant(tmp_path, "src/creathon/good.py", 'def say(name: str) -> str:\n    return _("Bonjour %(name)s", name=name)\n')
    assert unknown_to_the_catalogue(tmp_path) == ["src/creathon/words.py:2"]

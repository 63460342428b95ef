"""Reading the tree. Every checker takes a root, so that it can be shown to fail on a planted sample."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def python_files(root: Path, *folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (root / folder).rglob("*.py"))


def templates(root: Path) -> list[Path]:
    return sorted(path for path in (root / "templates").rglob("*") if path.is_file())


def relative(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the last word of what it calls: `session.commit()` gives «commit»."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, last_word(node.func)


def last_word(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def without_comments(template: str) -> str:
    """The template with its comments blanked, lines kept, so that line numbers stay true."""
    return JINJA_COMMENT.sub(lambda found: "\n" * found[0].count("\n"), template)


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def plant(root: Path, name: str, text: str) -> Path:
    """Write a sample into a temporary tree."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path

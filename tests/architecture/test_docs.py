"""Documentation that fails when it lies: packages, settings, make targets, decision records."""

import ast
import re
from pathlib import Path

from tests.architecture.tree import ROOT, plant, python_files, relative, tree_of

SETTING = re.compile(r"\bCREATHON_[A-Z0-9_]+\b")
TARGET = re.compile(r"^([a-z][a-z-]*):(?!=)(.*)$", re.MULTILINE)
SENTENCE = re.compile(r"\w[^.]*\w\.(\s|$)")


def packages_without_promise(root: Path) -> list[str]:
    """Packages whose `__init__` does not say in a sentence what they own."""
    found = []
    for path in python_files(root, "src/creathon"):
        if path.name == "__init__.py" and not SENTENCE.search(ast.get_docstring(tree_of(path)) or ""):
            found.append(relative(root / "src", path.parent))
    folders = {path.parent for path in python_files(root, "src/creathon")}
    found += [relative(root / "src", folder) for folder in folders if not (folder / "__init__.py").exists()]
    return sorted(found)


def settings_in_source(root: Path) -> set[str]:
    """Names of CREATHON_* that settings.py reads: its string constants, sentences excepted."""
    path = root / "src/creathon/settings.py"
    texts = [node.value for node in ast.walk(tree_of(path)) if isinstance(node, ast.Constant)]
    return {text for text in texts if isinstance(text, str) and SETTING.fullmatch(text)}


def settings_in_docs(root: Path) -> set[str]:
    pages = [path for path in (root / "docs/operating.md", root / "README.md") if path.exists()]
    return {name for page in pages for name in SETTING.findall(page.read_text(encoding="utf-8"))}


def targets_without_help(makefile: str) -> list[str]:
    return [name for name, rest in TARGET.findall(makefile) if not re.search(r"## \S", rest)]


def unlisted_decisions(root: Path) -> list[str]:
    folder = root / "docs/decisions"
    index = (folder / "README.md").read_text(encoding="utf-8") if (folder / "README.md").exists() else ""
    return sorted(path.name for path in folder.glob("[0-9]*.md") if f"({path.name})" not in index)


def test_docs_every_package_says_what_it_owns() -> None:
    assert packages_without_promise(ROOT) == []


def test_docs_describe_every_setting() -> None:
    assert settings_in_source(ROOT) - settings_in_docs(ROOT) == set()


def test_docs_every_make_target_has_help() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert targets_without_help(makefile) == []
    assert {"run", "test", "check"} <= {name for name, _ in TARGET.findall(makefile)}


def test_docs_list_every_decision() -> None:
    assert unlisted_decisions(ROOT) == []


def test_docs_packages_without_promise_are_found(tmp_path: Path) -> None:
    plant(tmp_path, "src/creathon/__init__.py", '"""The platform of one edition."""')
    plant(tmp_path, "src/creathon/teams/__init__.py", "")
    plant(tmp_path, "src/creathon/jury/__init__.py", '"""Jury"""')
    plant(tmp_path, "src/creathon/mail/outbox.py", "")
    assert packages_without_promise(tmp_path) == ["creathon/jury", "creathon/mail", "creathon/teams"]


def test_docs_settings_without_words_are_found(tmp_path: Path) -> None:
    plant(tmp_path, "src/creathon/settings.py", 'a = env["CREATHON_DATA"], env.get("CREATHON_SMTP_URL", "none")')
    plant(tmp_path, "docs/operating.md", "`CREATHON_DATA` is the folder of the data.")
    assert settings_in_source(tmp_path) - settings_in_docs(tmp_path) == {"CREATHON_SMTP_URL"}


def test_docs_targets_without_help_are_found() -> None:
    assert targets_without_help("NAME := x\nrun: setup ## Serve\nhide: ## \ntest: dev\n\t@echo a: b\n") == [
        "hide",
        "test",
    ]


def test_docs_unlisted_decisions_are_found(tmp_path: Path) -> None:
    plant(tmp_path, "docs/decisions/README.md", "* [The ladder](0001-ladder.md)")
    plant(tmp_path, "docs/decisions/0001-ladder.md", "")
    plant(tmp_path, "docs/decisions/0002-time.md", "")
    assert unlisted_decisions(tmp_path) == ["0002-time.md"]

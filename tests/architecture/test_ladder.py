"""The ladder of packages and the shelf of files, as import-linter reads them from pyproject.toml."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, plant

HOUSE = {"app.py": "", "cli.py": "", "settings.py": "", "core/__init__.py": "", "mail/__init__.py": ""}
SHELF = {
    **{f"{package}/__init__.py": "" for package in ("projects", "jury", "accounts", "teams", "editions", "demo")},
    **{f"teams/{file}.py": "" for file in ("actions", "rules", "queries", "mails", "pages", "models", "forms")},
}


def lint(folder: Path, source: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter with the configuration of `folder` on the package found in `source`."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    env = {**os.environ, "PYTHONPATH": str(source), "COLUMNS": "200"}  # noqa: TID251 - the child needs ours
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def house(tmp_path: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A small creathon with these files, judged by our contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    plant(tmp_path, "creathon/__init__.py", "")
    for name, text in (HOUSE | files).items():
        path = plant(tmp_path, f"creathon/{name}", text)
        if path.parent.name != "creathon" and not (path.parent / "__init__.py").exists():
            plant(tmp_path, f"creathon/{path.parent.name}/__init__.py", "")
    return lint(tmp_path, tmp_path)


def test_ladder_holds() -> None:
    result = lint(ROOT, ROOT / "src")
    assert result.returncode == 0, result.stdout + result.stderr


def test_ladder_accepts_a_house_in_order(tmp_path: Path) -> None:
    result = house(
        tmp_path,
        {
            "cli.py": "import creathon.app",
            "app.py": "import creathon.teams.pages",
            "teams/pages.py": "import litestar\nimport creathon.teams.forms\nimport creathon.teams.actions",
            "teams/forms.py": "import wtforms\nimport creathon.teams.rules",
            "teams/actions.py": "import creathon.teams.queries\nfrom creathon.teams import mails",
            "teams/mails.py": "import creathon.teams.models",
            "teams/queries.py": "import creathon.teams.models",
            "teams/rules.py": "import creathon.teams.models",
            "teams/models.py": "import creathon.editions.models",
            "editions/models.py": "import creathon.core",
            "core/__init__.py": "import creathon.settings",
        },
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_ladder_accepts_an_empty_shelf(tmp_path: Path) -> None:
    assert house(tmp_path, SHELF).returncode == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("core/text.py", "import creathon.mail"),
        ("teams/rules.py", "import creathon.projects"),
        ("projects/models.py", "import creathon.jury"),
        ("editions/queries.py", "import creathon.accounts"),
        ("settings.py", "import creathon.core"),
        ("demo/build.py", "import creathon.app"),
        ("teams/rules.py", "def late():\n    import creathon.jury"),
        ("teams/models.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import creathon.jury"),
        ("teams/forms.py", "import creathon.teams.actions"),
        ("teams/forms.py", "import creathon.teams.queries"),
        ("teams/actions.py", "import creathon.teams.forms"),
        ("teams/mails.py", "import creathon.teams.actions"),
        ("teams/models.py", "import creathon.teams.rules"),
        ("teams/queries.py", "import creathon.teams.pages"),
        ("teams/rules.py", "import litestar"),
        ("teams/actions.py", "from litestar.exceptions import HTTPException"),
        ("teams/mails.py", "import wtforms"),
        ("jury/ranking.py", "import sqlalchemy"),
        ("services/__init__.py", ""),
    ],
)
def test_ladder_finds_a_planted_violation(tmp_path: Path, name: str, text: str) -> None:
    result = house(tmp_path, SHELF | {name: text})
    assert result.returncode == 1, result.stdout
    assert "broken" in result.stdout

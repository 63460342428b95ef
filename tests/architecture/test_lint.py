"""The lint rules that carry a decision are switched on: each has a sample that it refuses. Bar O163."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT


def lint(sample: str, place: str = "src/creathon/teams/actions.py") -> set[str]:
    """The codes of what ruff says of the sample, as if it stood at `place`."""
    command = [Path(sys.executable).with_name("ruff"), "check", "--no-cache", "--output-format=json"]
    command += ["--stdin-filename", ROOT / place, "-"]
    result = subprocess.run(command, input=sample, cwd=ROOT, capture_output=True, text=True, check=False)
    return {found["code"] for found in json.loads(result.stdout)}


@pytest.mark.bar("O163")
@pytest.mark.parametrize(
    ("code", "sample"),
    [
        ("TID251", "from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)\n"),
        ("TID251", "import datetime\n\nNOW = datetime.datetime.utcnow()\n"),
        ("TID251", "import time\n\nNOW = time.time()\n"),
        ("TID251", "import os\n\nHOME = os.environ['HOME']\n"),
        ("TID251", "from os import getenv\n\nHOME = getenv('HOME')\n"),
        ("TID252", "from . import rules\n\nRULES = rules\n"),
        ("PLC0415", "def late() -> object:\n    import json\n\n    return json\n"),
        ("DTZ001", "from datetime import datetime\n\nDAY = datetime(2027, 5, 19)\n"),
        ("S608", "def find(name: str) -> str:\n    return f\"SELECT * FROM team WHERE name = '{name}'\"\n"),
        ("S311", "import random\n\nDRAW = random.random()\n"),
        ("T201", "print('ici')\n"),
        ("B006", "def add(to: list[int] = []) -> None:\n    to.append(1)\n"),
    ],
)
def test_lint_refuses(code: str, sample: str) -> None:
    assert code in lint(sample)


@pytest.mark.parametrize(
    ("place", "sample"),
    [
        ("src/creathon/core/clock.py", "from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)\n"),
        ("src/creathon/settings.py", "import os\n\nHOME = os.environ['HOME']\n"),
        ("src/creathon/jury/mails.py", 'SUBJECT = "L’équipe « Cœur » a déposé – merci !"\n'),
        ("src/creathon/jury/rules.py", "import time\n\nSTART = time.perf_counter()\n"),
    ],
)
def test_lint_accepts_in_its_place(place: str, sample: str) -> None:
    assert lint(sample, place) == set()

"""Installed versions stand above the floors that known advisories set (bar, section 2). Bar O158, O159."""

import re
import tomllib
from collections.abc import Mapping
from importlib.metadata import distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.architecture.tree import ROOT

FLOORS = {
    "granian": "2.8.7",
    "jinja2": "3.1.6",
    "litestar": "2.25.0",
    "multipart": "1.3.1",
    "pillow": "13.0.0",
    "weasyprint": "70.0",
}
BELOW = {"litestar": "3"}
"""Litestar 3 is a beta in which an advisory was reproduced."""
NEVER = {"python-multipart", "advanced-alchemy"}
"""The first has a long list of advisories and is not needed; the second acknowledges lost writes."""
LOCKS = ("app", "dev", "build", "node")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def installed() -> dict[str, str]:
    return {canonicalize_name(found.metadata["Name"]): found.version for found in distributions()}


def complaints(versions: Mapping[str, str]) -> list[str]:
    low = [
        f"{name} {versions[name]} < {floor}"
        for name, floor in FLOORS.items()
        if name in versions and Version(versions[name]) < Version(floor)
    ]
    high = [
        f"{name} {versions[name]} ≥ {limit}"
        for name, limit in BELOW.items()
        if name in versions and Version(versions[name]) >= Version(limit)
    ]
    return low + high + [f"{name} is installed" for name in sorted(NEVER & versions.keys())]


def without_hash(lock: str) -> list[str]:
    """Pinned packages that have no sha256."""
    blocks = [block for block in re.split(r"\n(?=\S)", lock.strip()) if not block.startswith("#")]
    return [block.split()[0] for block in blocks if "--hash=sha256:" not in block]


@pytest.mark.bar("O159")
def test_versions_installed_are_above_the_floors() -> None:
    versions = installed()
    assert {"litestar", "multipart", "granian", "jinja2"} <= versions.keys()
    assert complaints(versions) == []


@pytest.mark.bar("O159")
@pytest.mark.parametrize("lock", LOCKS)
def test_versions_locked_are_above_the_floors(lock: str) -> None:
    text = (ROOT / f"requirements/{lock}.txt").read_text()
    assert complaints({canonicalize_name(name): version for name, version in PIN.findall(text)}) == []


@pytest.mark.bar("O158")
@pytest.mark.parametrize("lock", LOCKS)
def test_versions_are_locked_by_hash(lock: str) -> None:
    assert without_hash((ROOT / f"requirements/{lock}.txt").read_text()) == []


def test_versions_asked_for_are_the_same_in_both_places() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = (ROOT / "requirements/app.in").read_text().split("\n")
    assert sorted(project["dependencies"]) == sorted(line for line in asked if line and not line.startswith("#"))


@pytest.mark.parametrize(("name", "lock"), [("app", "app"), ("dev", "dev"), ("build", "build"), ("node", "node")])
def test_versions_locked_cover_what_is_asked(name: str, lock: str) -> None:
    lines = (ROOT / f"requirements/{name}.in").read_text().split("\n")
    wanted = {canonicalize_name(Requirement(line).name) for line in lines if line and line[0] not in "#-"}
    pinned = {canonicalize_name(found) for found, _ in PIN.findall((ROOT / f"requirements/{lock}.txt").read_text())}
    assert wanted - pinned == set()


def test_versions_that_are_too_low_are_found() -> None:
    versions = {"litestar": "2.21.0", "multipart": "1.2.1", "jinja2": "3.1.10", "python-multipart": "0.0.20"}
    assert complaints(versions) == [
        "litestar 2.21.0 < 2.25.0",
        "multipart 1.2.1 < 1.3.1",
        "python-multipart is installed",
    ]
    assert complaints({"litestar": "3.0.0"}) == ["litestar 3.0.0 ≥ 3"]


def test_versions_without_hash_are_found() -> None:
    assert without_hash("# lock\na==1 \\\n    --hash=sha256:00\nb==2\n") == ["b==2"]

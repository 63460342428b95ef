"""A short rush in every run, and a checker of histories that finds what is wrong; `make bench-rush` is the long one."""

from dataclasses import replace

import pytest

from tests.drills.history import Told, faults
from tests.drills.rush import parser, run

SAVED = Told(1, "équipe", "saved", "need", "Le besoin", 2)
STORED = {"équipe": {1: {"need": ""}, 2: {"need": "Le besoin"}, 3: {"solution": "Une autre"}}}


@pytest.mark.slow
@pytest.mark.bar("H107", "G94")
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_what_is_acknowledged_in_a_rush_is_there(database: str) -> None:
    asked = ["--teams", "6", "--uploads", "3", "--megabytes", "1", "--seconds", "3", "--database", database]
    total = run(parser().parse_args(asked))
    assert (total["savers"], total["acknowledged"], total["uploads"]) == (18, 18, 3)
    assert (total["lost"], total["server_errors"], total["unknown"]) == (0, 0, 0)


@pytest.mark.bar("G94")
def test_a_true_history_has_no_fault() -> None:
    told = [SAVED, Told(1, "équipe", "read", "", "", 3), Told(2, "équipe", "joined", "file", "ab", 0)]
    assert faults(told, STORED, {("équipe", "ab")}) == []
    assert faults([replace(SAVED, version=3, is_replay=True)], STORED, set()) == []


@pytest.mark.bar("G94")
@pytest.mark.parametrize(
    ("told", "words"),
    [
        ([replace(SAVED, value="Perdu")], "is not what was acknowledged"),
        ([replace(SAVED, version=4)], "is not what was acknowledged"),
        ([replace(SAVED, version=1, is_replay=True)], "is not what was acknowledged"),
        ([SAVED, replace(SAVED, client=2)], "was given to two saves"),
        ([Told(1, "équipe", "read", "", "", 3), SAVED], "read version 2 after 3"),
        ([Told(1, "équipe", "joined", "file", "cd", 0)], "cd is not there"),
    ],
)
def test_a_false_history_is_noticed(told: list[Told], words: str) -> None:
    found = faults(told, STORED, {("équipe", "ab")})
    assert len(found) == 1
    assert words in found[0]


@pytest.mark.bar("G94")
def test_versions_with_a_gap_are_noticed() -> None:
    assert faults([], {"équipe": {1: {}, 3: {}}}, set()) == ["équipe: the versions have a gap"]

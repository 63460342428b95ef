"""The ranking: published arithmetic, ties shared, the ladder, files; and what holds for any jury."""

import statistics
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creathon.core.spreadsheets import neutral
from creathon.jury.ranking import (
    Estimate,
    RankedProject,
    RankingFileError,
    Read,
    mean_of,
    points,
    rank,
    rank_csv,
    read_csv,
    spread_of,
)

WEIGHTS = (25, 20, 20, 10, 15, 10)
HEADER = "project,juror,C1,C2,C3,C4,C5,C6\n"


def read(project: str, juror: str, *levels: int) -> Read:
    given_levels = levels * 6 if len(levels) == 1 else levels
    return Read(project, juror, points(given_levels, WEIGHTS), given_levels)


def ranks(found: list[RankedProject]) -> dict[str, int]:
    return {one.project_id: one.rank for one in found}


reads_strategy = st.lists(
    st.tuples(st.sampled_from("ABCDE"), st.sampled_from("xyz"), st.tuples(*[st.integers(0, 4)] * 6)),
    max_size=15,
    unique_by=lambda one: one[:2],
).map(lambda found: [read(project, juror, *levels) for project, juror, levels in found])


@pytest.mark.parametrize(
    ("levels", "total"),
    [((4,) * 6, "100.00"), ((0,) * 6, "0.00"), ((3, 2, 4, 1, 0, 2), "56.25"), ((1, 0, 0, 0, 0, 0), "6.25")],
)
def test_points_follow_the_published_formula(levels: tuple[int, ...], total: str) -> None:
    assert points(levels, WEIGHTS) == Decimal(total)


@pytest.mark.parametrize(
    ("values", "mean"), [(("0.00", "0.01"), "0.01"), (("66.25", "66.25", "66.30"), "66.27"), (("1", "2", "2"), "1.67")]
)
def test_a_mean_rounds_halves_up(values: tuple[str, ...], mean: str) -> None:
    assert mean_of(map(Decimal, values)) == Decimal(mean)


def test_a_spread_is_that_of_a_sample_and_needs_two_reads() -> None:
    assert spread_of([Decimal(70), Decimal(80)]) == Decimal("7.07")
    assert spread_of([Decimal(50)]) is None


def test_low_high_and_reads_are_told_beside_the_mean() -> None:
    (one,) = rank([read("A", "x", 2), read("A", "y", 4)])
    assert (one.mean, one.low, one.high, one.reads) == (75, 50, 100, 2)
    assert one.criteria == (Decimal(3),) * 6
    assert one.estimate == Estimate()


def test_equal_projects_share_a_rank_and_the_next_one_is_skipped() -> None:
    found = rank([read("A", "x", 4), read("B", "x", 2), read("C", "x", 2), read("D", "x", 1)])
    assert ranks(found) == {"A": 1, "B": 2, "C": 2, "D": 4}
    assert [one.is_tied for one in found] == [False, True, True, False]
    assert all(one.settled_by is None for one in found)


@pytest.mark.parametrize(
    ("better", "worse", "step"),
    [
        ((2, 0, 0, 0, 0, 0), (0, 1, 1, 1, 0, 0), 0),  # 12.50 both: C1
        ((0, 2, 0, 0, 0, 0), (0, 1, 1, 0, 0, 0), 1),  # 10.00 both: C2
        ((0, 0, 1, 0, 0, 0), (0, 0, 0, 2, 0, 0), 2),  # 5.00 both: C3
    ],
)
def test_equal_means_are_separated_by_the_first_criteria(
    better: tuple[int, ...], worse: tuple[int, ...], step: int
) -> None:
    found = rank([read("A", "x", *worse), read("B", "x", *better)])
    assert found[0].mean == found[1].mean
    assert ranks(found) == {"B": 1, "A": 2}
    assert {one.settled_by for one in found} == {step}


def test_equal_ladders_are_separated_by_first_places() -> None:
    found = rank([
        read("A", "x", 3), read("C", "x", 2), read("B", "y", 3), read("D", "y", 4),
    ])  # fmt: skip
    assert ranks(found) == {"D": 1, "A": 2, "B": 3, "C": 4}
    assert {one.project_id: one.settled_by for one in found} == {"D": None, "A": 3, "B": 3, "C": None}


def test_a_pile_of_one_gives_no_first_place_and_equal_firsts_all_count() -> None:
    found = rank([read("A", "x", 3), read("B", "y", 3), read("C", "y", 3)])
    assert {one.project_id: one.firsts for one in found} == {"A": 0, "B": 1, "C": 1}


def test_what_is_compared_is_what_is_printed() -> None:
    """66.666… and 66.67 are both printed 66,67: nobody could tell why one would come first."""
    thirds = [Read("A", juror, Decimal(total)) for juror, total in (("x", 66), ("y", 67), ("z", 67))]
    found = rank([*thirds, Read("B", "w", Decimal("66.67"))])
    assert ranks(found) == {"A": 1, "B": 1}


def test_a_model_adds_its_estimates_and_changes_no_rank() -> None:
    reads = [read("A", "x", 4), read("B", "x", 1)]
    found = rank(reads, lambda seen: {"B": Estimate(adjusted=Decimal(len(seen)))})
    assert ranks(found) == {"A": 1, "B": 2}
    assert [one.estimate.adjusted for one in found] == [None, Decimal(2)]


@given(reads_strategy, st.randoms())
def test_the_order_of_the_reads_changes_nothing(reads: list[Read], chance: object) -> None:
    shuffled = list(reads)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rank(shuffled) == rank(reads)


@given(reads_strategy)
def test_every_project_read_is_there_once_with_its_reads_counted(reads: list[Read]) -> None:
    found = rank(reads)
    assert {one.project_id: one.reads for one in found} == {
        project: sum(one.project_id == project for one in reads) for project in {one.project_id for one in reads}
    }
    assert len(found) == len({one.project_id for one in reads})


@given(reads_strategy)
def test_means_and_spreads_are_those_of_exact_arithmetic(reads: list[Read]) -> None:
    for one in rank(reads):
        totals = [Fraction(given_read.total) for given_read in reads if given_read.project_id == one.project_id]
        exact = sum(totals, Fraction(0)) / len(totals)
        assert abs(Fraction(one.mean) - exact) <= Fraction(1, 200)
        assert one.low <= one.mean <= one.high
        if one.spread is not None:
            assert abs(float(one.spread) - statistics.stdev(map(float, totals))) <= 0.0051


@given(reads_strategy)
def test_a_rank_is_one_more_than_the_number_placed_before(reads: list[Read]) -> None:
    found = rank(reads)
    keys = {one.project_id: (one.mean, *one.criteria[:3], one.firsts) for one in found}
    for one in found:
        assert one.rank == 1 + sum(key > keys[one.project_id] for key in keys.values())
        assert one.is_tied == (list(keys.values()).count(keys[one.project_id]) > 1)


@given(reads_strategy, st.sampled_from("ABCDE"))
def test_projects_scored_alike_by_the_same_people_tie(reads: list[Read], copied: str) -> None:
    twins = [Read("twin", one.juror_id, one.total, one.levels) for one in reads if one.project_id == copied]
    found = ranks(rank([*reads, *twins]))
    assert found.get("twin") == found.get(copied)


@settings(max_examples=200)
@given(reads_strategy, st.data())
def test_a_withdrawn_read_is_out_as_if_it_never_was(reads: list[Read], data: st.DataObject) -> None:
    """It counts nowhere: not in its project's figures, and the means of the others never depended on it."""
    if not reads:
        return
    gone = data.draw(st.sampled_from(reads))
    left = {one.project_id: one for one in rank([one for one in reads if one is not gone])}
    whole = {one.project_id: one for one in rank(reads)}
    for project, one in left.items():
        expected = whole[project].reads - (project == gone.project_id)
        assert one.reads == expected
        if project != gone.project_id:
            assert (one.mean, one.spread, one.criteria) == (
                whole[project].mean,
                whole[project].spread,
                whole[project].criteria,
            )


def test_a_file_is_ranked_without_a_database() -> None:
    text = HEADER + "deux-rives,p1,3,3,3,3,3,3\ndeux-rives,p2,2,2,2,2,2,2\nescalier,p1,4,4,4,4,4,4\n"
    assert rank_csv(text).splitlines() == [
        "rank,project,mean,spread,reads,low,high,firsts,tied",
        "1,escalier,100.00,,1,100.00,100.00,1,0",
        "2,deux-rives,62.50,17.68,2,50.00,75.00,0,0",
    ]


def test_a_file_may_come_from_a_french_spreadsheet_and_say_its_weights() -> None:
    text = "\ufeffproject;juror;Clarté:60;Audace:40\r\nA;x;4;0\r\nA;y;2;2\r\n"
    assert [one.total for one in read_csv(text)] == [Decimal(60), Decimal(50)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("juror,C1\nx,2\n", "Il manque des colonnes dans le fichier : project."),
        ("project,juror\nA,x\n", "Il manque les colonnes des critères"),
        ("project,juror,C9\nA,x,2\n", "La colonne « C9 » doit dire son coefficient"),
        (HEADER + "A,x,2,2,5,2,2,2\n", "Ligne 2 : le niveau de C3 doit être un entier de 0 à 4."),
        (HEADER + "A,x,2,2,2,2,2,2\nA,y,2,2,2,,2,2\n", "Ligne 3 : le niveau de C4"),
        (HEADER + "A,x,2,2,2,2,2,2\nA,x,2,2,2,2,2,2\n", "Ligne 3 : cette personne a déjà lu ce projet"),
        (HEADER + ",x,2,2,2,2,2,2\n", "Ligne 2 : le projet ou la personne n’est pas nommé."),
        ("", "Il manque des colonnes"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(RankingFileError, match=r".*") as caught:
        rank_csv(text)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("text", ["=1+1", "+33", "-2", "@SUM(A1)", "\tx", " =1", "\u00a0=1", "＝1"])
def test_a_cell_never_starts_a_formula(text: str) -> None:
    assert neutral(text) == f"'{text}"
    assert neutral("Deux rives") == "Deux rives"


def test_halves_go_up_whatever_the_context_rounds_to() -> None:
    assert mean_of([Decimal("0.005")]) == Decimal("0.005").quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal("0.01")

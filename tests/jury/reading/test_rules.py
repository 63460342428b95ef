"""The rules of reading, without a database: totals, what is missing, a conflict above every role."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creathon.core.actor import Actor, Anonymous, Grant
from creathon.editions.models import Allowed, Edition, Phase, PhaseKind, Role
from creathon.jury.models import Assignment, Criterion, Evaluation, EvaluationState, Panel
from creathon.jury.rules.conflicts import has_declared, may_read_project
from creathon.jury.rules.evaluations import (
    EvaluationValues,
    Standing,
    may_read,
    may_recuse,
    may_reopen,
    may_score,
    problems,
    total_of,
    unknown_levels,
)
from creathon.jury.rules.rubric import CriterionValues, rubric_problem
from tests.factories.editions import APPLICATIONS, CREATION, CREATION_CLOSES, DELIBERATION, EVALUATION, paris
from tests.factories.jury import GRID

CRITERIA = [Criterion(id=code, code=code, title=title, weight=weight) for code, title, weight in GRID]
NOBODY_S = Standing(on_panel=True, declared_at=EVALUATION, in_conflict=False, in_team=False, arrived_at=CREATION)


def edition() -> Edition:
    review = Phase(
        kind=PhaseKind.EVALUATION, title="Évaluation", opens_at=CREATION_CLOSES, closes_at=paris(2027, 6, 10, 18),
        grace_seconds=0, allows=[Allowed.REVIEW, Allowed.DECLARE_LINKS],
    )  # fmt: skip
    talk = Phase(
        kind=PhaseKind.DELIBERATION, title="Délibération", opens_at=paris(2027, 6, 10, 18),
        closes_at=paris(2027, 6, 17, 17), grace_seconds=0, allows=[Allowed.DELIBERATE],
    )  # fmt: skip
    return Edition(id="edition", zone="Europe/Paris", phases=[review, talk])


def assignment(person: str = "nadia") -> Assignment:
    return Assignment(person_id=person, project_id="project", panel=Panel(edition_id="edition"))


def juror(*roles: Role) -> Actor:
    grants = frozenset(Grant(role, "edition") for role in roles)
    return Actor(person_id="nadia", display_name="Nadia", email="", grants=grants)


@pytest.mark.parametrize(
    ("levels", "total"),
    [((4,) * 6, "100.00"), ((0,) * 6, "0.00"), ((3, 2, 4, 1, 0, 2), "56.25"), ((1, 1, 1, 1, 1, 0), "22.50")],
)
def test_a_total_is_weight_by_level_over_four(levels: tuple[int, ...], total: str) -> None:
    given_levels = {criterion.id: level for criterion, level in zip(CRITERIA, levels, strict=True)}
    assert total_of(given_levels, CRITERIA) == Decimal(total)


@given(st.lists(st.integers(0, 4), min_size=6, max_size=6), st.integers(0, 5))
def test_a_total_stays_on_the_scale_and_grows_with_a_level(levels: list[int], place: int) -> None:
    named = {criterion.id: level for criterion, level in zip(CRITERIA, levels, strict=True)}
    total = total_of(named, CRITERIA)
    assert 0 <= total <= 100
    assert total == total.quantize(Decimal("0.01"))
    if levels[place] < 4:
        assert total_of(named | {CRITERIA[place].id: levels[place] + 1}, CRITERIA) > total


@given(st.lists(st.integers(0, 4), min_size=6, max_size=6), st.sampled_from(["", "  ", "Bien vu."]))
def test_a_remark_is_missing_exactly_at_the_extremes(levels: list[int], remark: str) -> None:
    named = {criterion.id: level for criterion, level in zip(CRITERIA, levels, strict=True)}
    missing = problems(EvaluationValues(named, remark, ""), CRITERIA)
    assert ("remark_team" in missing) == (bool({0, 1, 4} & set(levels)) and not remark.strip())


def test_a_missing_level_is_named() -> None:
    missing = problems(EvaluationValues({"C1": 2}, "", ""), CRITERIA)
    assert set(missing) == {"C2", "C3", "C4", "C5", "C6"}


@pytest.mark.parametrize("levels", [{"C9": 1}, {"C1": 5}, {"C1": -1}])
def test_levels_of_another_grid_are_refused(levels: dict[str, int]) -> None:
    assert unknown_levels(levels, CRITERIA) is not None
    assert unknown_levels({"C1": 4}, CRITERIA) is None


@pytest.mark.bar("C35")
@given(st.sets(st.sampled_from(list(Role))), st.booleans())
def test_a_conflict_wins_over_any_roles(roles: set[Role], in_conflict: bool) -> None:
    viewer = juror(*roles)
    assert (may_read_project(viewer, "project", {"project"} if in_conflict else set()) is not None) == in_conflict
    standing = replace(NOBODY_S, in_conflict=in_conflict)
    refused = may_read(viewer, assignment(), standing, edition(), now=EVALUATION) is not None
    assert refused == (in_conflict or Role.JUROR not in roles)


def test_a_visitor_has_no_conflict_to_hide_anything() -> None:
    assert may_read_project(Anonymous(), "project", {"project"}) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"in_team": True}, "Vous faites partie d’une équipe"),
        ({"on_panel": False}, "Vous ne faites plus partie"),
        ({"declared_at": None}, "Déclarez d’abord"),
        ({"declared_at": CREATION - timedelta(seconds=1)}, "Déclarez d’abord"),
        ({"arrived_at": None}, "ne vous est plus confié"),
    ],
)
def test_a_reader_in_the_wrong_standing_is_told_why(change: dict[str, object], reason: str) -> None:
    viewer = juror(Role.JUROR)
    refusal = may_read(viewer, assignment(), replace(NOBODY_S, **change), edition(), now=EVALUATION)  # type: ignore[arg-type]
    assert refusal is not None
    assert reason in refusal.reason
    assert not refusal.hidden


def test_a_reader_waits_for_the_review_and_may_look_back_after_it() -> None:
    early = may_read(juror(Role.JUROR), assignment(), NOBODY_S, edition(), now=APPLICATIONS)
    assert early is not None
    assert "L’évaluation ouvre le jeudi 20 mai 2027" in early.reason
    assert may_read(juror(Role.JUROR), assignment(), NOBODY_S, edition(), now=DELIBERATION) is None


@pytest.mark.bar("C36")
def test_a_seat_without_the_role_in_this_edition_reads_nothing() -> None:
    elsewhere = replace(juror(Role.MENTOR), grants=frozenset({Grant(Role.JUROR, "another")}))
    for viewer in (juror(), elsewhere):
        refusal = may_read(viewer, assignment(), NOBODY_S, edition(), now=EVALUATION)
        assert refusal is not None
        assert "Vous ne faites plus partie" in refusal.reason


def test_somebody_else_s_read_does_not_exist() -> None:
    refusal = may_read(juror(Role.NATIONAL_COORDINATOR), assignment("hugo"), NOBODY_S, edition(), now=EVALUATION)
    assert refusal is not None
    assert refusal.hidden


def test_a_withdrawn_read_is_refused_and_cannot_be_left_again() -> None:
    gone = assignment()
    gone.withdrawn_at = EVALUATION
    assert may_read(juror(), gone, NOBODY_S, edition(), now=EVALUATION) is not None
    assert may_recuse(juror(), gone, edition(), now=EVALUATION) is not None


def test_scoring_and_reopening_follow_the_state_and_the_review() -> None:
    draft, validated = (Evaluation(state=state) for state in EvaluationState)
    assert may_score(None, edition(), now=EVALUATION) is None
    assert may_score(draft, edition(), now=EVALUATION) is None
    assert may_score(validated, edition(), now=EVALUATION) is not None
    assert may_score(draft, edition(), now=DELIBERATION) is not None
    assert may_reopen(validated, edition(), now=EVALUATION) is None
    assert may_reopen(draft, edition(), now=EVALUATION) is not None
    assert may_reopen(validated, edition(), now=DELIBERATION) is not None


def test_stepping_aside_is_possible_until_the_end_of_the_deliberation() -> None:
    assert may_recuse(juror(), assignment(), edition(), now=DELIBERATION) is None
    assert may_recuse(juror(), assignment(), edition(), now=paris(2027, 6, 17, 17)) is not None


def test_a_project_that_arrives_with_the_declaration_is_declared() -> None:
    assert has_declared(EVALUATION, EVALUATION)
    assert not has_declared(EVALUATION, EVALUATION + timedelta(microseconds=1))
    assert not has_declared(None, CREATION)


def test_a_grid_makes_a_hundred_points_of_described_levels() -> None:
    five = ["a", "b", "c", "d", "e"]
    whole = [CriterionValues("A", "A", "?", 60, five), CriterionValues("B", "B", "?", 40, five)]
    assert rubric_problem(whole) is None
    assert "100 points" in str(rubric_problem(whole[:1]))
    assert "niveaux" in str(rubric_problem([whole[0], replace(whole[1], levels=five[:4])]))
    assert "même code" in str(rubric_problem([whole[0], replace(whole[1], code="A")]))

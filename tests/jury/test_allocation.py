"""Allocation: coverage, even piles, no conflict, readers from elsewhere, linkage; proven on small juries."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creathon.jury.allocation import Allocation, Pair, Party, allocate

SITES = (None, "POI", "RUN")


def jurors(count: int, *sites: str | None) -> list[Party]:
    return [Party(f"j{number}", (sites or (None,))[number % len(sites or (None,))]) for number in range(count)]


def projects(count: int, *sites: str | None) -> list[Party]:
    return [Party(f"p{number}", (sites or (None,))[number % len(sites or (None,))]) for number in range(count)]


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Party], list[Party], int, set[Pair], set[Pair]]:
    people = [Party(f"j{n}", draw(st.sampled_from(SITES))) for n in range(draw(st.integers(0, 5)))]
    works = [Party(f"p{n}", draw(st.sampled_from(SITES))) for n in range(draw(st.integers(0, 5)))]
    pairs = [(one.id, other.id) for one, other in product(people, works)]
    conflicts = {pair for pair in pairs if draw(st.integers(0, 3)) == 0}
    existing = {pair for pair in pairs if pair not in conflicts and draw(st.integers(0, 5)) == 0}
    return people, works, draw(st.integers(1, 4)), conflicts, existing


def all_pairs(result: Allocation, existing: set[Pair]) -> set[Pair]:
    return set(result.added) | existing


def best_spread(people: list[Party], works: list[Party], reads: int, conflicts: set[Pair], existing: set[Pair]) -> int:
    """The smallest difference of piles that full coverage allows, by looking at the pile sizes one can reach."""
    reached = {tuple(sum(juror.id == one for one, _ in existing) for juror in people)}
    for work in works:
        able = [n for n, one in enumerate(people) if (one.id, work.id) not in conflicts | existing]
        have = sum(project == work.id for _, project in existing)
        wanted = min(max(reads - have, 0), len(able))
        choices = [chosen for chosen in product((0, 1), repeat=len(able)) if sum(chosen) == wanted]
        reached = {
            tuple(size + (chosen[able.index(n)] if n in able else 0) for n, size in enumerate(sizes))
            for sizes in reached
            for chosen in choices
        }
    return min((max(sizes) - min(sizes) for sizes in reached if sizes), default=0)


@settings(max_examples=200, deadline=None)
@given(cases())
def test_allocation_covers_what_can_be_and_reports_the_rest(
    case: tuple[list[Party], list[Party], int, set[Pair], set[Pair]],
) -> None:
    people, works, reads, conflicts, existing = case
    result = allocate(people, works, reads, conflicts, existing)
    everything = all_pairs(result, existing)
    assert not everything & conflicts
    assert not set(result.added) & existing
    lacks = {lack.project_id: lack.missing for lack in result.report.lacks}
    for work in works:
        have = sum(project == work.id for _, project in everything)
        before = sum(project == work.id for _, project in existing)
        able = sum((one.id, work.id) not in conflicts for one in people)
        assert have == max(min(reads, able), before)
        assert lacks.get(work.id, 0) == max(reads - have, 0)


@settings(max_examples=150, deadline=None)
@given(cases())
def test_allocation_gives_the_most_even_piles_there_can_be(
    case: tuple[list[Party], list[Party], int, set[Pair], set[Pair]],
) -> None:
    people, works, reads, conflicts, existing = case
    result = allocate(people, works, reads, conflicts, existing)
    assert result.report.spread == best_spread(people, works, reads, conflicts, existing)
    assert sum(result.report.loads.values()) == len(all_pairs(result, existing))


@settings(max_examples=50, deadline=None)
@given(cases(), st.integers())
def test_allocation_is_the_same_for_a_seed_whatever_the_order(
    case: tuple[list[Party], list[Party], int, set[Pair], set[Pair]], seed: int
) -> None:
    people, works, reads, conflicts, existing = case
    first = allocate(people, works, reads, conflicts, existing, seed=seed)
    assert first == allocate(people[::-1], works[::-1], reads, conflicts, existing, seed=seed)


def test_allocation_sends_projects_elsewhere() -> None:
    result = allocate(jurors(6, "POI", "RUN", "DIST"), projects(12, "POI", "RUN", "DIST"), 3)
    assert (result.report.at_home, result.report.spread) == (0, 0)


def test_allocation_of_a_site_gives_every_project_a_reader_from_elsewhere_when_it_can() -> None:
    result = allocate(jurors(4, "POI", "POI", "POI", "RUN"), projects(4, "POI"), 2)
    assert result.report.spread == 0
    assert result.report.only_at_home == 2


def test_allocation_links_the_jurors() -> None:
    result = allocate(jurors(10), projects(20), 3)
    assert result.report.components == 1


def test_allocation_links_what_existed_apart() -> None:
    existing = {("j0", "p0"), ("j1", "p0"), ("j2", "p1"), ("j3", "p1")}
    result = allocate(jurors(4), projects(4), 2, (), existing)
    assert result.report.components == 1


def test_allocation_says_who_is_missing_and_why() -> None:
    result = allocate(jurors(3), projects(2), 3, {("j0", "p0")})
    (lack,) = result.report.lacks
    assert (lack.project_id, lack.missing, lack.barred) == ("p0", 1, 1)


def test_allocation_gives_back_only_what_is_missing() -> None:
    first = allocate(jurors(5), projects(10), 3)
    left = set(first.added) - {first.added[0]}
    second = allocate(jurors(5), projects(10), 3, {first.added[0]}, left)
    assert [project for _, project in second.added] == [first.added[0][1]]


@pytest.mark.slow
def test_allocation_of_a_whole_edition_is_quick() -> None:
    sites = [f"s{number}" for number in range(25)]
    result = allocate(jurors(40, *sites), projects(200, *sites), 3)
    assert (result.report.spread, result.report.components, result.report.lacks) == (0, 1, ())

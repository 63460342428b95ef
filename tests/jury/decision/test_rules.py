"""Who sees, chooses, publishes, reads; what is hidden leaves neither hole nor trace."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creathon.core.actor import Actor, Grant
from creathon.core.errors import Refusal
from creathon.editions.models import Edition, Phase, PhaseKind, Role
from creathon.jury.models import Tier
from creathon.jury.ranking import Read
from creathon.jury.rules.palmares import may_publish, opens_at, seal_of
from creathon.jury.rules.selection import (
    Entry,
    Order,
    beyond_plan,
    may_choose,
    may_prepare,
    may_see_ranking,
    ordered,
    ranking_of,
)
from tests.factories.editions import AFTER_PALMARES, CREATION, DELIBERATION, EVALUATION, MENTORING, PHASES, paris

ENTRY = Entry("p1", "abc", "Deux rives", "Les Passeurs", "s1", "Poitiers", late=False, asked=3, hidden=False)


def edition(*without: PhaseKind) -> Edition:
    phases = [Phase(**{**vars(phase), "allows": list(phase.allows)}) for phase in PHASES if phase.kind not in without]
    return Edition(id="e1", slug="2027", title="Créathon 2027", zone="Europe/Paris", phases=phases)


def holder(*roles: Role, site: str | None = None) -> Actor:
    grants = frozenset(Grant(role, "e1", site) for role in roles)
    return Actor("person", "Quelqu’un", "quelquun@exemple.test", grants=grants)


CLAIRE = holder(Role.NATIONAL_COORDINATOR)
SAMIR = holder(Role.SITE_COORDINATOR, site="s1")


def reason(refusal: Refusal | None) -> str:
    return refusal.reason if refusal else ""


@pytest.mark.parametrize(
    ("now", "said"),
    [(CREATION, "ouvre le"), (DELIBERATION, ""), (AFTER_PALMARES, ""), (MENTORING, "est close depuis")],
)
def test_choosing_waits_for_its_phase(now: datetime, said: str) -> None:
    refusal = may_prepare(CLAIRE, edition(), published=False, now=now)
    assert (refusal is None) == (not said)
    assert said in reason(refusal)


def test_choosing_ends_with_the_palmares() -> None:
    assert "est publié" in reason(may_prepare(CLAIRE, edition(), published=True, now=DELIBERATION))


@pytest.mark.parametrize("role", [role for role in Role if role != Role.NATIONAL_COORDINATOR])
def test_only_the_national_coordination_chooses(role: Role) -> None:
    assert "réservée à la coordination nationale" in reason(
        may_choose(holder(role), ENTRY, edition(), published=False, now=DELIBERATION)
    )


def test_a_late_project_is_not_chosen() -> None:
    refusal = may_choose(CLAIRE, replace(ENTRY, late=True), edition(), published=False, now=DELIBERATION)
    assert "hors délai" in reason(refusal)


def test_a_project_that_is_not_admissible_is_not_chosen() -> None:
    refusal = may_choose(CLAIRE, replace(ENTRY, refused=True), edition(), published=False, now=DELIBERATION)
    assert "non recevable" in reason(refusal)


@pytest.mark.bar("C35")
@given(st.sets(st.sampled_from(list(Role))), st.booleans(), st.sampled_from([CREATION, DELIBERATION, AFTER_PALMARES]))
def test_a_link_beats_any_union_of_roles(roles: set[Role], late: bool, now: datetime) -> None:
    linked = replace(ENTRY, hidden=True, late=late)
    refusal = may_choose(holder(*roles), linked, edition(), published=False, now=now)
    assert refusal is not None
    assert refusal.hidden
    assert ranking_of([linked], [Read("p1", "j1", Decimal(80), (3,))]).rows == ()


@pytest.mark.bar("C35")
@given(st.sets(st.sampled_from(list(Role))), st.sampled_from([CREATION, EVALUATION, DELIBERATION, AFTER_PALMARES]))
def test_a_union_of_roles_gives_no_more_than_its_parts(roles: set[Role], now: datetime) -> None:
    asks = (
        lambda viewer: may_choose(viewer, ENTRY, edition(), published=False, now=now),
        lambda viewer: may_see_ranking(viewer, edition(), now=now),
        lambda viewer: may_publish(viewer, edition(), 10, has_links=False, now=now),
    )
    for ask in asks:
        assert (ask(holder(*roles)) is None) == any(ask(holder(role)) is None for role in roles)


entries_strategy = st.lists(
    st.tuples(st.sampled_from("ABCDEF"), st.booleans(), st.booleans()), max_size=6, unique_by=lambda one: one[0]
).map(
    lambda found: [
        replace(ENTRY, project_id=name, title=name, hidden=hidden, late=late) for name, hidden, late in found
    ]
)
reads_strategy = st.lists(
    st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("xyz"), st.integers(0, 4)),
    max_size=14,
    unique_by=lambda one: one[:2],
).map(lambda found: [Read(project, juror, Decimal(25 * level), (level,) * 3) for project, juror, level in found])


@pytest.mark.bar("C35", "K126")
@given(entries_strategy, reads_strategy)
def test_a_hidden_project_leaves_no_trace_but_its_count(entries: list[Entry], reads: list[Read]) -> None:
    """What is seen is what would be seen, byte for byte, had the hidden projects never been read nor deposited."""
    seen = ranking_of(entries, reads)
    hidden = {entry.project_id for entry in entries if entry.hidden}
    without = ranking_of(
        [entry for entry in entries if not entry.hidden], [read for read in reads if read.project_id not in hidden]
    )
    assert (seen.rows, seen.late) == (without.rows, without.late)
    assert seen.hidden == len(hidden)


def test_late_projects_are_apart_and_unread_ones_come_last() -> None:
    entries = [replace(ENTRY, project_id=name, title=name, late=name == "C") for name in "ABC"]
    ranking = ranking_of(entries, [Read("B", "x", Decimal(50)), Read("C", "x", Decimal(99))])
    assert [(row.entry.project_id, row.ranked is not None) for row in ranking.rows] == [("B", True), ("A", False)]
    assert [entry.project_id for entry in ranking.late] == ["C"]
    assert [row.is_short for row in ranking.rows] == [True, True]
    assert ranking.missing_reads == 5


@pytest.mark.parametrize(
    ("order", "up", "down"),
    [
        (Order.RANK, "BAC", "ABC"),
        (Order.MEAN, "ABC", "BAC"),
        (Order.SPREAD, "BAC", "ABC"),
        (Order.READS, "CAB", "BAC"),
        (Order.TITLE, "ABC", "CBA"),
    ],
)
def test_rows_sort_by_a_column_and_those_without_a_value_come_last(order: Order, up: str, down: str) -> None:
    """A: 50 and 5; B: 75 and 50, first; C: read by nobody."""
    entries = [replace(ENTRY, project_id=name, title=name) for name in "ABC"]
    given_reads = (("A", "x", 50), ("A", "y", 5), ("B", "x", 75), ("B", "y", 50), ("B", "z", 62))
    reads = [Read(project, juror, Decimal(total)) for project, juror, total in given_reads]
    rows = ranking_of(entries, reads).rows
    for reverse, expected in ((False, up), (True, down)):
        assert "".join(row.entry.project_id for row in ordered(rows, order, reverse=reverse)) == expected


@pytest.mark.parametrize(("viewer", "hidden"), [(CLAIRE, None), (SAMIR, None), (holder(Role.JUROR), True)])
def test_the_ranking_is_for_coordinations(viewer: Actor, hidden: bool | None) -> None:
    refusal = may_see_ranking(viewer, edition(), now=DELIBERATION)
    assert (refusal.hidden if refusal else None) == hidden


def test_the_ranking_waits_for_the_jury() -> None:
    assert "L’évaluation ouvre le" in reason(may_see_ranking(CLAIRE, edition(), now=CREATION))


@pytest.mark.parametrize(
    ("now", "chosen", "said"),
    [
        (DELIBERATION, 10, "sous embargo jusqu’au jeudi 17 juin 2027 à 17"),
        (paris(2027, 6, 17, 16, 59), 10, "sous embargo"),
        (paris(2027, 6, 17, 17), 10, ""),
        (AFTER_PALMARES, 0, "Aucun projet n’est encore choisi"),
        (MENTORING, 10, "est close depuis"),
    ],
)
def test_publication_waits_for_the_embargo_and_for_a_choice(now: datetime, chosen: int, said: str) -> None:
    refusal = may_publish(CLAIRE, edition(), chosen, has_links=False, now=now)
    assert (refusal is None) == (not said)
    assert said in reason(refusal)


def test_without_a_planned_palmares_the_phase_alone_decides() -> None:
    without = edition(PhaseKind.PALMARES)
    assert may_publish(CLAIRE, without, 10, has_links=False, now=DELIBERATION) is None
    assert opens_at(without) == paris(2027, 6, 10, 18)


def test_a_link_with_any_project_leaves_publication_to_another() -> None:
    """With any, chosen or not: refusing only for the chosen ones would tell that they are."""
    refusal = may_publish(CLAIRE, edition(), 10, has_links=True, now=AFTER_PALMARES)
    assert "une autre personne de la coordination nationale" in reason(refusal)


def test_more_than_planned_is_said_and_allowed() -> None:
    assert beyond_plan({Tier.RENFORCE: 5, Tier.APPUI: 5}) == []
    (sentence,) = beyond_plan({Tier.RENFORCE: 6, Tier.APPUI: 0})
    assert "6 projets choisis pour 5 prévus" in sentence


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=4))
def test_the_seal_depends_on_the_content_only(content: dict[str, str]) -> None:
    turned = dict(reversed(list(content.items())))
    assert seal_of(turned) == seal_of(content)
    assert seal_of({**content, "one more": "x"}) != seal_of(content)

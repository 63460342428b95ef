"""Names, codes, seats, and who may be in a team."""

import pytest

from creathon.core.actor import Actor, Grant
from creathon.editions.models import Edition, Role
from creathon.teams.models import ApplicationState, Team, TeamMember
from creathon.teams.rules import (
    decision_problem,
    free_seats,
    masked_email,
    may_compete,
    name_key,
    name_problem,
    normal_code,
    shown_code,
    team_is_complete,
)

EDITION = Edition(id="edition27")


def team_on(*seats: int) -> Team:
    return Team(members=[TeamMember(seat=seat, person_id=f"person{seat}") for seat in seats])


@pytest.mark.parametrize(
    "spelling",
    ["Les Marches", "les marches", "  LES   MARCHES ", "Lés Mârches", "Les\u00a0Marches", "Les\u200b Marches"],
)
def test_name_key_is_the_same_for_spellings_people_confuse(spelling: str) -> None:
    assert name_key(spelling) == "les marches"


def test_name_key_differs_for_different_names() -> None:
    assert len({name_key(name) for name in ("Les Marches", "Les Marcheurs", "LesMarches", "L’été")}) == 4


def test_name_key_fits_its_column_for_the_longest_name() -> None:
    assert len(name_key("ﬃ" * 80)) <= 200


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Gagnez sur https://exemple.test", "lien"),
        ("www.exemple.test", "lien"),
        ("ecrivez@exemple.test", "lien"),
        ("– ! –", "lettre"),
        ("Les\u202eMarches", "invisible"),
        ("Les\u200bMarches", "invisible"),
    ],
)
def test_name_problem_is_told_for_names_that_lure(name: str, word: str) -> None:
    assert word in (name_problem(name) or "")


@pytest.mark.parametrize("name", ["Les Marches", "L’Atelier n° 4", "Ça & là !", "教室", "Équipe d'Awa"])
def test_name_problem_is_none_for_names_people_give(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize("typed", ["7F3A91C0", "7f3a91c0", " 7f3a-91c0 ", "7F3A 91 C0", "7F3A–91CO", "7f3a_91co"])
def test_normal_code_forgives_case_spaces_dashes_and_letters_like_digits(typed: str) -> None:
    assert normal_code(typed) == "7F3A91C0"


def test_shown_code_can_be_typed_back() -> None:
    assert shown_code("7F3A91C0") == "7F3A-91C0"
    assert normal_code(shown_code("7F3A91C0")) == "7F3A91C0"


def test_masked_email_keeps_the_first_letter_and_the_domain() -> None:
    assert masked_email("chloe@exemple.test") == "c…@exemple.test"


@pytest.mark.parametrize(("seats", "free"), [((), [1, 2, 3, 4, 5]), ((1, 3), [2, 4, 5]), ((1, 2, 3, 4, 5), [])])
def test_free_seats_are_the_lowest_first(seats: tuple[int, ...], free: list[int]) -> None:
    assert free_seats(team_on(*seats)) == free


@pytest.mark.parametrize(("count", "complete"), [(0, False), (2, False), (3, True), (5, True)])
def test_team_is_complete_from_three_to_five(count: int, complete: bool) -> None:
    assert team_is_complete(team_on(*range(1, count + 1))) is complete


@pytest.mark.parametrize("role", [Role.JUROR, Role.NATIONAL_COORDINATOR, Role.SITE_COORDINATOR])
def test_who_judges_or_runs_the_edition_may_not_compete(role: Role) -> None:
    holder = Actor("one", "", "", grants=frozenset({Grant(role, EDITION.id)}))
    elsewhere = Actor("one", "", "", grants=frozenset({Grant(role, "another")}))
    assert may_compete(holder, EDITION) is not None
    assert may_compete(elsewhere, EDITION) is None


def test_a_mentor_may_compete() -> None:
    assert may_compete(Actor("one", "", "", grants=frozenset({Grant(Role.MENTOR, EDITION.id)})), EDITION) is None


@pytest.mark.parametrize(
    ("state", "reason", "wrong"),
    [
        (ApplicationState.ACCEPTED, "", False),
        (ApplicationState.WAITLISTED, " ", True),
        (ApplicationState.REFUSED, "", True),
        (ApplicationState.REFUSED, "Le site est complet.", False),
        (ApplicationState.DRAFT, "Non.", True),
    ],
)
def test_decision_needs_a_reason_unless_it_accepts(state: ApplicationState, reason: str, wrong: bool) -> None:
    assert (decision_problem(state, reason) is not None) is wrong

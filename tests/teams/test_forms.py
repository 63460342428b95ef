"""What the forms of teams accept, and their sentences."""

import pytest

from creathon.core.forms import MultiDict
from creathon.teams.forms import DecisionForm, InviteMemberForm, JoinForm, TeamForm
from creathon.teams.models import ApplicationState, TeamKind, TeamRole

POITIERS = "poitiers0000"


def team_form(**values: str) -> TeamForm:
    given = {"name": "Les Marches", "site_id": POITIERS, "role": "conteur", "kind": "standard", **values}
    return TeamForm(MultiDict(given.items()), sites={POITIERS: "Poitiers – Futuroscope"})


def test_team_form_gives_the_values_of_the_action() -> None:
    form = team_form()
    assert form.accepts()
    values = form.values()
    assert (values.name, values.site_id, values.role) == ("Les Marches", POITIERS, TeamRole.CONTEUR)
    assert values.kind == TeamKind.STANDARD


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "x" * 81),
        ("name", "https://exemple.test"),
        ("site_id", ""),
        ("site_id", "ailleurs"),
        ("role", ""),
        ("role", "chef"),
    ],
)
def test_team_form_with_a_wrong_field_says_it_on_that_field(field: str, value: str) -> None:
    form = team_form(**{field: value})
    assert not form.accepts()
    assert list(form.errors) == [field]


@pytest.mark.parametrize("code", ["7F3A91C0", "7f3a-91co", " 7 f 3 a 9 1 c 0 "])
def test_join_form_accepts_a_code_however_it_is_typed(code: str) -> None:
    assert JoinForm(MultiDict({"code": code, "role": "conteur"}.items())).accepts()


@pytest.mark.parametrize("code", ["", "7F3A", "7F3A91C0Z", "--------"])
def test_join_form_refuses_what_cannot_be_a_code(code: str) -> None:
    form = JoinForm(MultiDict({"code": code, "role": "conteur"}.items()))
    assert not form.accepts()
    assert list(form.errors) == ["code"]


def test_invite_form_refuses_what_is_not_an_address() -> None:
    assert not InviteMemberForm(MultiDict({"email": "chloe", "role": "conteur"}.items())).accepts()


@pytest.mark.parametrize(
    ("decision", "reason", "accepted"),
    [
        ("accepted", "", True),
        ("refused", "", False),
        ("waitlisted", "Le site est complet.", True),
        ("draft", "Non.", False),
        ("", "", False),
        ("refused", "x" * 2001, False),
    ],
)
def test_decision_form_asks_for_a_reason_unless_it_accepts(decision: str, reason: str, accepted: bool) -> None:
    form = DecisionForm(MultiDict({"decision": decision, "reason": reason}.items()))
    assert form.accepts() is accepted
    if accepted:
        assert form.chosen == ApplicationState(decision)

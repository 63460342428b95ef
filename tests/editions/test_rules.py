"""What is open and until when, the frieze, local times."""

import itertools
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creathon.core.text import instant_words
from creathon.editions.models import Allowed, Edition, Phase, PhaseKind
from creathon.editions.rules import (
    ACTS,
    deadline,
    frieze,
    instants_of,
    is_second_time,
    is_tolerated,
    is_within,
    local_problem,
    local_time,
    may_move_phase,
    may_now,
    phase_state,
    until_words,
)
from tests.factories.editions import CREATION, CREATION_CLOSES, CREATION_OPENS, PHASES, paris

DEMO = Path(__file__).parents[2] / "src/creathon/demo/content/edition.toml"
MILLISECOND = timedelta(milliseconds=1)
ZONES = (
    "Europe/Paris", "America/Guadeloupe", "America/Martinique", "America/Cayenne", "Indian/Reunion", "Indian/Mayotte",
    "Pacific/Noumea", "Pacific/Tahiti", "Pacific/Marquesas", "Pacific/Gambier", "Pacific/Wallis", "America/Miquelon",
)  # fmt: skip

instants = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))  # noqa: DTZ001


def an_edition(*phases: Any) -> Edition:
    rows = [Phase(**{**vars(phase), "allows": list(phase.allows)}) for phase in phases or PHASES]
    return Edition(slug="2027", title="Créathon 2027", zone="Europe/Paris", phases=rows)


def the_demo() -> Edition:
    source = tomllib.loads(DEMO.read_text(encoding="utf-8"))
    phases = [
        Phase(
            kind=PhaseKind(phase["kind"]),
            title=phase["title"],
            opens_at=phase["opens"].replace(tzinfo=CREATION.tzinfo),
            closes_at=phase["closes"].replace(tzinfo=CREATION.tzinfo),
            grace_seconds=0,
            allows=phase["allows"],
        )
        for phase in source["phases"]
    ]
    return Edition(slug="2027", title="Créathon 2027", zone="Europe/Paris", phases=phases)


@pytest.mark.bar("F76")
@settings(deadline=None)
@given(opens=instants, lasts=st.timedeltas(timedelta(microseconds=1), timedelta(days=400)), at=instants)
def test_a_phase_is_half_open(opens: datetime, lasts: timedelta, at: datetime) -> None:
    phase = Phase(opens_at=opens, closes_at=opens + lasts, grace_seconds=0)
    assert is_within(phase, opens)
    assert is_within(phase, phase.closes_at - timedelta(microseconds=1))
    assert not is_within(phase, phase.closes_at)
    assert not is_within(phase, opens - timedelta(microseconds=1))
    assert is_within(phase, at) == (opens <= at < phase.closes_at)
    assert phase_state(phase, at) == ("coming" if at < opens else "current" if at < phase.closes_at else "passed")


@pytest.mark.bar("F76")
@settings(deadline=None)
@given(cuts=st.lists(instants, min_size=3, max_size=6, unique=True), at=instants)
def test_consecutive_phases_share_no_instant_and_leave_none(cuts: list[datetime], at: datetime) -> None:
    cuts = sorted(cuts)
    phases = [Phase(opens_at=a, closes_at=b, grace_seconds=0) for a, b in itertools.pairwise(cuts)]
    assert sum(is_within(phase, at) for phase in phases) == (cuts[0] <= at < cuts[-1])


@pytest.mark.bar("F77")
@settings(deadline=None)
@given(grace=st.integers(0, 3600), after=st.integers(0, 7200))
def test_the_tolerance_counts_as_in_time_and_ends(grace: int, after: int) -> None:
    phase = Phase(opens_at=CREATION_OPENS, closes_at=CREATION_CLOSES, grace_seconds=grace, allows=["deposit"])
    edition = Edition(zone="Europe/Paris", phases=[phase])
    at = CREATION_CLOSES + timedelta(seconds=after)
    assert is_tolerated(phase, at) == (after < grace)
    assert (may_now(edition, Allowed.DEPOSIT, now=at) is None) == (after < grace)


@pytest.mark.bar("F77")
def test_the_tolerance_is_no_deadline() -> None:
    edition = an_edition()
    assert deadline(edition, Allowed.DEPOSIT, now=CREATION) == CREATION_CLOSES
    assert deadline(edition, Allowed.DEPOSIT, now=CREATION_CLOSES) is None
    refusal = may_now(edition, Allowed.DEPOSIT, now=CREATION_CLOSES + timedelta(seconds=900))
    assert refusal is not None
    assert instant_words(CREATION_CLOSES) in refusal.reason
    assert "15" not in until_words(CREATION_CLOSES, "Europe/Paris")


@pytest.mark.bar("F79")
@pytest.mark.parametrize(("away", "allowed"), [(-MILLISECOND, False), (timedelta(0), True), (MILLISECOND, True)])
def test_an_act_opens_at_the_instant_itself(away: timedelta, allowed: bool) -> None:
    assert (may_now(an_edition(), Allowed.DEPOSIT, now=CREATION_OPENS + away) is None) == allowed


def test_a_refusal_says_when_it_opens_or_closed_and_agrees() -> None:
    edition = an_edition()
    early = may_now(edition, Allowed.REVIEW, now=CREATION)
    late = may_now(edition, Allowed.MANAGE_TEAM, now=paris(2027, 6, 1))
    never = may_now(edition, Allowed.COMPLAIN, now=CREATION)
    assert early is not None
    assert late is not None
    assert never is not None
    assert early.reason.startswith("L’évaluation ouvre le jeudi 20 mai 2027")
    assert late.reason.startswith("La composition des équipes est close depuis le jeudi 20 mai 2027")
    assert never.reason == "Le temps des réclamations n’est pas prévu dans cette édition."
    assert set(ACTS) == set(Allowed)


@pytest.mark.bar("F76")
def test_a_closing_at_midnight_is_said_by_its_last_second() -> None:
    words = " ".join(until_words(paris(2027, 4, 1), "Europe/Paris").split())
    assert words == "jusqu’au mercredi 31 mars 2027 à 23 h 59 min 59 s (heure de Paris)"
    words = " ".join(until_words(CREATION_CLOSES, "Europe/Paris", "Pacific/Tahiti").split())
    assert words == (
        "jusqu’au jeudi 20 mai 2027 à 9 h 00 (heure de Paris), soit mercredi 19 mai 2027 à 21 h 00 (heure de Tahiti)"
    )


@pytest.mark.parametrize(
    ("at", "title", "period"),
    [
        (paris(2027, 2, 15), "Candidatures", "jusqu’au 31 mars inclus"),
        (paris(2027, 4, 15), "Réponses et préparation des équipes", "jusqu’au 19 mai, 9 h 00"),
        (paris(2027, 5, 19, 12), "Les vingt-quatre heures de création", "jusqu’au 20 mai, 9 h 00"),
        (paris(2027, 5, 25), "Jurys de site", "jusqu’au 28 mai inclus"),
        (paris(2027, 6, 1), "Lectures du jury national", "jusqu’au 10 juin, 9 h 00"),
        (paris(2027, 6, 20), "Palmarès", "jusqu’au 3 oct. inclus"),
        (paris(2027, 12, 1), "Accompagnement : programme Tremplin", "jusqu’au 31 janv. inclus"),
    ],
)
def test_the_frieze_names_the_phase_that_is_open(at: datetime, title: str, period: str) -> None:
    steps = frieze(the_demo(), at)
    current = [step for step in steps if step.state == "current"]
    assert [tuple(" ".join(text.split()) for text in (step.title, step.period)) for step in current] == [
        (title, period)
    ]
    assert len(steps) == 7


def test_the_frieze_groups_eleven_phases_into_seven_steps_in_order() -> None:
    steps = frieze(the_demo(), paris(2026, 12, 1))
    assert [step.title for step in steps] == [
        "Candidatures", "Création", "Évaluation", "Délibération", "Palmarès", "Accompagnement", "Clôture",
    ]  # fmt: skip
    assert {step.state for step in steps} == {"coming"}
    assert steps[0].period == "1er févr. – 19 mai"
    assert steps[2].period == "20 mai – 10 juin"
    assert {step.state for step in frieze(the_demo(), paris(2031, 1, 1))} == {"passed"}


def test_a_step_over_new_year_says_its_years() -> None:
    edition = the_demo()
    edition.phases[0].opens_at = paris(2026, 11, 9)
    assert frieze(edition, paris(2026, 11, 1))[0].period == "9 nov. 2026 – 19 mai 2027"


@settings(deadline=None)
@given(at=instants)
def test_the_frieze_never_shows_more_than_seven_steps_nor_goes_back(at: datetime) -> None:
    order = {"passed": 0, "current": 1, "coming": 2}
    states = [order[step.state] for step in frieze(the_demo(), at)]
    assert len(states) == 7
    assert states == sorted(states)


@pytest.mark.bar("F84")
def test_a_local_time_that_does_not_exist_names_no_instant() -> None:
    skipped = datetime(2027, 3, 28, 2, 30)  # noqa: DTZ001
    assert instants_of(skipped, "Europe/Paris") == []
    assert "n’existe pas" in (local_problem(skipped, "Europe/Paris") or "")
    assert len(instants_of(skipped, "Indian/Reunion")) == 1


@pytest.mark.bar("F84")
def test_a_local_time_that_happens_twice_names_two_instants_an_hour_apart() -> None:
    twice = datetime(2027, 10, 31, 2, 30)  # noqa: DTZ001
    first, second = instants_of(twice, "Europe/Paris")
    assert second - first == timedelta(hours=1)
    assert (is_second_time(first, "Europe/Paris"), is_second_time(second, "Europe/Paris")) == (False, True)
    assert "deux fois" in (local_problem(twice, "Europe/Paris") or "")


@pytest.mark.bar("F83")
@settings(deadline=None)
@given(at=instants, zone=st.sampled_from(ZONES))
def test_a_local_time_leads_back_to_its_instant(at: datetime, zone: str) -> None:
    assert at in instants_of(local_time(at, zone).replace(fold=0), zone)


def test_a_phase_moves_only_to_another_interval_that_is_one() -> None:
    phase = Phase(opens_at=CREATION_OPENS, closes_at=CREATION_CLOSES)
    assert may_move_phase(phase, CREATION_OPENS, CREATION_CLOSES) is not None
    assert may_move_phase(phase, CREATION_CLOSES, CREATION_CLOSES) is not None
    assert may_move_phase(phase, CREATION_OPENS, CREATION_CLOSES + MILLISECOND) is None

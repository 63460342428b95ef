"""A calendar that holds together, what a move changes, the steps of the day."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creathon.core.text import ZONE_NAMES, exact_words, instant_words
from creathon.editions.models import Allowed, DayStep, Edition, Phase, PhaseKind
from creathon.editions.rules import (
    calendar_problems,
    day_rows,
    move_problems,
    moved,
    offset_minutes,
    offset_words,
    planned,
    shift_words,
    shifted_in,
    shifts,
    shortens,
    usual_calendar,
    usual_steps,
    window_of,
)
from tests.editions.test_rules import the_demo
from tests.factories.editions import CREATION_CLOSES, CREATION_OPENS, PHASES, paris

HOUR = timedelta(hours=1)


def a_calendar() -> Edition:
    phases = [
        Phase(id=f"p{number}", **{**vars(phase), "allows": list(phase.allows)}) for number, phase in enumerate(PHASES)
    ]
    return Edition(slug="2027", title="Créathon 2027", zone="Europe/Paris", phases=phases)


def plain(lines: list[str]) -> list[str]:
    return [" ".join(line.split()) for line in lines]


@pytest.mark.parametrize("edition", [the_demo(), a_calendar()], ids=["demo", "tests"])
def test_the_calendars_we_give_hold_together(edition: Edition) -> None:
    assert calendar_problems(edition.phases, edition.zone) == []
    assert calendar_problems(usual_calendar(CREATION_OPENS, "Europe/Paris"), "Europe/Paris") == []


def test_an_overlap_is_said_with_both_names_and_when() -> None:
    plans = planned(a_calendar())
    plans[2] = replace(plans[2], closes_at=CREATION_CLOSES + HOUR)
    assert plain(calendar_problems(plans, "Europe/Paris")) == [
        "« Création » et « Évaluation » se chevauchent du jeudi 20 mai 2027 à 9 h 00 (heure de Paris) "
        "au jeudi 20 mai 2027 à 10 h 00 (heure de Paris)."
    ]


def test_complaints_may_run_beside_the_palmares_and_not_beside_themselves() -> None:
    edition = the_demo()
    complaints = next(phase for phase in planned(edition) if phase.kind == PhaseKind.RECLAMATIONS)
    twice = [*planned(edition), replace(complaints, title="Encore des réclamations")]
    (problem,) = plain(calendar_problems(twice, edition.zone))
    assert problem.startswith("« Réclamations » et « Encore des réclamations » se chevauchent du jeudi 17 juin 2027")


def test_a_right_that_stops_and_comes_back_is_said() -> None:
    plans = [plan for plan in planned(a_calendar()) if plan.title != "Préparation des équipes"]
    assert plain(calendar_problems(plans, "Europe/Paris")) == [
        f"{name} s’interrompt du jeudi 1er avril 2027 à 0 h 00 (heure de Paris) "
        "au mercredi 19 mai 2027 à 9 h 00 (heure de Paris), puis reprend."
        for name in ("La composition des équipes", "L’écriture des projets")
    ]


def test_an_empty_phase_is_said_first() -> None:
    plans = planned(a_calendar())
    plans[0] = replace(plans[0], closes_at=plans[0].opens_at)
    assert calendar_problems(plans, "Europe/Paris") == [
        "«\u00a0Candidatures\u00a0»\u00a0: la fermeture doit venir après l’ouverture."
    ]


def test_what_touches_follows_and_an_old_fault_blocks_nobody() -> None:
    edition = a_calendar()
    after = moved(edition, edition.phases[2], CREATION_OPENS, CREATION_CLOSES + HOUR)
    assert after[3].opens_at == CREATION_CLOSES + HOUR
    assert move_problems(edition, after) == []
    edition.phases.pop(1)
    assert calendar_problems(edition.phases, edition.zone)
    assert move_problems(edition, moved(edition, edition.phases[1], CREATION_OPENS, CREATION_CLOSES + HOUR)) == []
    too_far = moved(edition, edition.phases[1], CREATION_OPENS, paris(2027, 7, 1))
    assert "la fermeture doit venir après" in move_problems(edition, too_far)[0]


@pytest.mark.bar("F82")
@pytest.mark.parametrize(
    ("opens", "closes", "taken"),
    [
        (timedelta(0), HOUR, False),
        (-HOUR, timedelta(0), True),
        (timedelta(0), -HOUR, True),
        (HOUR, timedelta(0), True),
        (HOUR, HOUR, True),
    ],
    ids=["closes later", "opens earlier: what precedes closes earlier", "closes earlier", "opens later", "all later"],
)
def test_what_takes_time_away_is_known(opens: timedelta, closes: timedelta, taken: bool) -> None:
    edition = a_calendar()
    after = moved(edition, edition.phases[2], CREATION_OPENS + opens, CREATION_CLOSES + closes)
    assert shortens(edition, edition.phases[2], after) is taken


def test_the_change_of_each_right_is_said_to_the_minute() -> None:
    edition = a_calendar()
    after = moved(edition, edition.phases[2], CREATION_OPENS, CREATION_CLOSES + HOUR * 1.5)
    lines = plain([line for shift in shifts(planned(edition), after) for line in shift_words(shift, "Europe/Paris")])
    assert lines == [
        "La composition des équipes ferme 1 heure 30 minutes plus tard : jeudi 20 mai 2027 à 10 h 30 (heure de Paris).",
        "L’écriture des projets ferme 1 heure 30 minutes plus tard : jeudi 20 mai 2027 à 10 h 30 (heure de Paris).",
        "Le dépôt des projets ferme 1 heure 30 minutes plus tard : jeudi 20 mai 2027 à 10 h 30 (heure de Paris).",
        "La déclaration des liens d’intérêts ouvre 1 heure 30 minutes plus tard : "
        "jeudi 20 mai 2027 à 10 h 30 (heure de Paris).",
        "L’évaluation ouvre 1 heure 30 minutes plus tard : jeudi 20 mai 2027 à 10 h 30 (heure de Paris).",
    ]
    assert window_of(after, Allowed.DEPOSIT) == (CREATION_OPENS, CREATION_CLOSES + HOUR * 1.5)


@pytest.mark.parametrize(
    ("launch", "local_end"),
    [
        (paris(2027, 3, 27, 9), "2027-03-28T10:00:00+02:00"),
        (paris(2027, 10, 30, 9), "2027-10-31T08:00:00+01:00"),
        (paris(2027, 5, 19, 9), "2027-05-20T09:00:00+02:00"),
    ],
)
@pytest.mark.bar("F84")
def test_the_last_hours_are_twenty_four_whatever_the_season(launch: datetime, local_end: str) -> None:
    """Made on the night of a change, or copied onto it: 24 real hours, and what follows opens when they end."""
    usual = [phase for phase in usual_calendar(launch, "Europe/Paris") if phase.kind == PhaseKind.CREATION]
    source = a_calendar()
    days = (launch.date() - CREATION_OPENS.date()).days
    opens, closes = (shifted_in(source, at, days) for at in (CREATION_OPENS, CREATION_CLOSES))
    for opens_at, closes_at in ((usual[0].opens_at, usual[0].closes_at), (opens, closes)):
        assert opens_at == launch
        assert closes_at.astimezone(UTC) - opens_at.astimezone(UTC) == timedelta(hours=24)
        assert closes_at.astimezone(ZoneInfo("Europe/Paris")).isoformat() == local_end
    copied = [
        Phase(kind=phase.kind, title=phase.title, allows=phase.allows,
              opens_at=shifted_in(source, phase.opens_at, days), closes_at=shifted_in(source, phase.closes_at, days))
        for phase in source.phases
    ]  # fmt: skip
    assert calendar_problems(copied, "Europe/Paris") == []


@pytest.mark.bar("F84")
def test_the_steps_of_the_day_are_real_hours_across_a_night_of_change() -> None:
    creation = Phase(kind=PhaseKind.CREATION, opens_at=paris(2027, 10, 30, 9), closes_at=paris(2027, 10, 31, 8))
    edition = Edition(zone="Europe/Paris", phases=[creation])
    steps = [DayStep(id=str(minutes), minutes=minutes, title=title) for minutes, title in usual_steps()]
    rows = {row.title: " ".join(row.when.split()) for row in day_rows(edition, steps, "Indian/Reunion")}
    assert rows["Accueil"].startswith("samedi 30 octobre 2027 à 8 h 00 (heure de Paris), soit")
    assert rows["Fermeture des dépôts"] == (
        "dimanche 31 octobre 2027 à 8 h 00 (heure de Paris), "
        "soit dimanche 31 octobre 2027 à 11 h 00 (heure de La Réunion)"
    )
    assert rows["Récépissés"].startswith("dimanche 31 octobre 2027 à 8 h 10")


@settings(deadline=None)
@given(st.integers(-999 * 60, 999 * 60))
def test_an_offset_is_read_as_it_is_written(minutes: int) -> None:
    assert offset_minutes(offset_words(minutes)) == minutes


@pytest.mark.parametrize("typed", ["", "neuf", "9", "9:60", "1:2", "9:30:00", "--1:00", "٣:30x"])
def test_an_offset_that_is_none_is_refused(typed: str) -> None:
    assert offset_minutes(typed) is None


def test_durations_are_exact_to_the_second() -> None:
    said = [exact_words(timedelta(**parts)) for parts in ({"days": 1, "hours": 1}, {"minutes": 15}, {"seconds": 1}, {})]
    assert plain(said) == ["1 jour 1 heure", "15 minutes", "1 seconde", "0 seconde"]


DATES = (
    datetime(2027, 1, 15, 8, tzinfo=UTC),
    datetime(2027, 3, 14, 12, tzinfo=UTC),
    datetime(2027, 3, 28, 1, tzinfo=UTC),
    datetime(2027, 5, 14, 21, 59, 59, tzinfo=UTC),
    datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
    datetime(2027, 11, 7, 6, 30, tzinfo=UTC),
)
"""Winter; Miquelon changed before Paris; the change itself; the bar's example; the two nights of autumn."""

TABLE = {
    "Europe/Paris": "15/1 9:00 | 14/3 13:00 | 28/3 3:00 | 14/5 23:59 | 31/10 2:30 | 7/11 7:30",
    "America/Guadeloupe": "15/1 4:00 | 14/3 8:00 | 27/3 21:00 | 14/5 17:59 | 30/10 20:30 | 7/11 2:30",
    "America/Martinique": "15/1 4:00 | 14/3 8:00 | 27/3 21:00 | 14/5 17:59 | 30/10 20:30 | 7/11 2:30",
    "America/Cayenne": "15/1 5:00 | 14/3 9:00 | 27/3 22:00 | 14/5 18:59 | 30/10 21:30 | 7/11 3:30",
    "America/Miquelon": "15/1 5:00 | 14/3 10:00 | 27/3 23:00 | 14/5 19:59 | 30/10 22:30 | 7/11 3:30",
    "Indian/Reunion": "15/1 12:00 | 14/3 16:00 | 28/3 5:00 | 15/5 1:59 | 31/10 4:30 | 7/11 10:30",
    "Indian/Mayotte": "15/1 11:00 | 14/3 15:00 | 28/3 4:00 | 15/5 0:59 | 31/10 3:30 | 7/11 9:30",
    "Pacific/Noumea": "15/1 19:00 | 14/3 23:00 | 28/3 12:00 | 15/5 8:59 | 31/10 11:30 | 7/11 17:30",
    "Pacific/Tahiti": "14/1 22:00 | 14/3 2:00 | 27/3 15:00 | 14/5 11:59 | 30/10 14:30 | 6/11 20:30",
    "Pacific/Marquesas": "14/1 22:30 | 14/3 2:30 | 27/3 15:30 | 14/5 12:29 | 30/10 15:00 | 6/11 21:00",
    "Pacific/Gambier": "14/1 23:00 | 14/3 3:00 | 27/3 16:00 | 14/5 12:59 | 30/10 15:30 | 6/11 21:30",
    "Pacific/Wallis": "15/1 20:00 | 15/3 0:00 | 28/3 13:00 | 15/5 9:59 | 31/10 12:30 | 7/11 18:30",
}
MONTHS = {"janvier": 1, "mars": 3, "mai": 5, "octobre": 10, "novembre": 11}
WORDS = re.compile(r"\w+ (\d+)(?:er)? (\w+) 2027 à (\d+) h (\d\d)(?: min 59 s)? \((.*)\)")


@pytest.mark.bar("F83")
@pytest.mark.parametrize("zone", TABLE)
def test_twelve_zones_read_six_dates(zone: str) -> None:
    """72 cells, each written by hand from the offsets of the law, none computed by the code under test."""
    cells = []
    for instant in DATES:
        found = WORDS.fullmatch(" ".join(instant_words(instant, zone).split()))
        assert found is not None, instant_words(instant, zone)
        day, month, hour, minute, name = found.groups()
        cells.append(f"{day}/{MONTHS[month]} {hour}:{minute}")
        assert name.startswith(ZONE_NAMES[zone])
    assert " | ".join(cells) == TABLE[zone]


@pytest.mark.bar("F83")
def test_the_table_has_every_french_zone_and_the_two_odd_ones_say_their_season() -> None:
    assert set(TABLE) == set(ZONE_NAMES)
    assert len(TABLE) * len(DATES) == 72
    assert "heure de Paris, heure d’été" in instant_words(DATES[4], "Europe/Paris")
    assert "heure d’hiver" not in instant_words(DATES[5], "America/Miquelon")
    twice = datetime(2027, 11, 7, 3, 30, tzinfo=UTC)
    assert "Saint-Pierre-et-Miquelon, heure d’été" in instant_words(twice, "America/Miquelon")

"""French as people read it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from creathon.core.clock import MovableClock, SystemClock
from creathon.core.text import (
    HARD,
    NARROW,
    _,
    clean,
    date_short,
    date_words,
    duration_words,
    french_spaces,
    instant_words,
    ngettext,
    number,
    size_words,
    time_words,
    wait_words,
    zone_name,
)


def plain(text: str) -> str:
    return text.replace(HARD, " ").replace(NARROW, " ")


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("day", "words", "short"),
    [
        (date(2027, 5, 1), "samedi 1er mai 2027", "1er mai"),
        (date(2027, 2, 1), "lundi 1er février 2027", "1er févr."),
        (date(2027, 5, 11), "mardi 11 mai 2027", "11 mai"),
        (date(2027, 12, 31), "vendredi 31 décembre 2027", "31 déc."),
        (date(2027, 1, 21), "jeudi 21 janvier 2027", "21 janv."),
    ],
)
@pytest.mark.bar("N154")
def test_date_is_written_as_in_french(day: date, words: str, short: str) -> None:
    assert (date_words(day), date_short(day)) == (words, short)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Paris", "vendredi 14 mai 2027 à 23 h 59 min 59 s (heure de Paris)"),
        ("Pacific/Noumea", "samedi 15 mai 2027 à 8 h 59 min 59 s (heure de Nouméa)"),
        ("Pacific/Tahiti", "vendredi 14 mai 2027 à 11 h 59 min 59 s (heure de Tahiti)"),
        ("America/Cayenne", "vendredi 14 mai 2027 à 18 h 59 min 59 s (heure de Guyane)"),
        ("Indian/Reunion", "samedi 15 mai 2027 à 1 h 59 min 59 s (heure de La Réunion)"),
        ("America/Miquelon", "vendredi 14 mai 2027 à 19 h 59 min 59 s (heure de Saint-Pierre-et-Miquelon)"),
        ("America/Montreal", "vendredi 14 mai 2027 à 17 h 59 min 59 s (heure de Montreal)"),
    ],
)
@pytest.mark.bar("F83")
def test_instant_names_the_zone_and_its_own_day(zone: str, words: str) -> None:
    assert plain(instant_words(at(2027, 5, 14, 21, 59, 59), zone)) == words


@pytest.mark.bar("F83")
def test_instant_adds_the_readers_time_only_when_it_differs() -> None:
    deadline = at(2027, 5, 20, 7)
    both = plain(instant_words(deadline, "Europe/Paris", "Indian/Reunion"))
    assert both.endswith("à 9 h 00 (heure de Paris), soit jeudi 20 mai 2027 à 11 h 00 (heure de La Réunion)")
    assert "soit" not in instant_words(deadline, "Europe/Paris", "Europe/Brussels")


@pytest.mark.parametrize(
    ("instant", "ending"),
    [
        (at(2027, 10, 31, 0, 30), "à 2 h 30 (heure de Paris, heure d’été)"),
        (at(2027, 10, 31, 1, 30), "à 2 h 30 (heure de Paris, heure d’hiver)"),
        (at(2027, 10, 30, 23, 59), "à 1 h 59 (heure de Paris)"),
        (at(2027, 10, 31, 2, 0), "à 3 h 00 (heure de Paris)"),
        (at(2027, 3, 28, 0, 59), "à 1 h 59 (heure de Paris)"),
        (at(2027, 3, 28, 1, 0), "à 3 h 00 (heure de Paris)"),
    ],
)
@pytest.mark.bar("F84")
def test_hour_that_comes_twice_is_told_apart(instant: datetime, ending: str) -> None:
    assert plain(instant_words(instant)).endswith(ending)


@pytest.mark.parametrize(
    ("value", "digits", "words"),
    [
        (1234567, 0, "1 234 567"),
        (12.345, 2, "12,35"),
        (2.5, 0, "3"),
        (Decimal("0.05"), 1, "0,1"),
        (3, 1, "3,0"),
        (-0.4, 0, "0"),
        (-12.5, 1, "-12,5"),
    ],
)
@pytest.mark.bar("N154")
def test_number_is_written_as_in_french(value: float, digits: int, words: str) -> None:
    assert number(value, digits) == words.replace(" ", NARROW)


@pytest.mark.bar("N154")
def test_sizes_durations_and_waits_are_said_in_words() -> None:
    assert plain(" ".join(map(size_words, (0, 1, 2, 2_400_000)))) == "0 octet 1 octet 2 octets 2,4 Mo"
    durations = [timedelta(seconds=20), timedelta(minutes=1), timedelta(minutes=35), timedelta(hours=3)]
    said = [plain(duration_words(duration)) for duration in durations]
    assert said == ["moins d’une minute", "environ 1 minute", "environ 35 minutes", "environ 3 heures"]
    assert [plain(wait_words(timedelta(seconds=n))) for n in (1, 40, 61)] == ["1 seconde", "40 secondes", "2 minutes"]
    assert [ngettext("équipe", "équipes", n) for n in (0, 1, 2)] == ["équipe", "équipe", "équipes"]
    assert plain(time_words(at(2027, 5, 19, 7))) == "9 h 00"


@pytest.mark.bar("N154")
def test_spaces_before_double_signs_do_not_break() -> None:
    assert french_spaces("Déjà ? Oui : « non » !") == f"Déjà{NARROW}? Oui{HARD}: «{HARD}non{HARD}»{NARROW}!"
    assert french_spaces("https://exemple.fr/?a=1;b") == "https://exemple.fr/?a=1;b"


@pytest.mark.bar("N153")
def test_french_is_the_source_and_values_stay_out_of_the_catalogue() -> None:
    assert _("Votre équipe est créée.") == "Votre équipe est créée."
    assert _("Bonjour %(name)s !", name="100 % ?") == f"Bonjour 100 % ?{NARROW}!"
    assert _("100 % sûr") == "100 % sûr"


@pytest.mark.bar("N155")
def test_user_text_is_kept_in_one_form() -> None:
    assert clean("  E\u0301cole\r\nà\rtous ") == "École\nà\ntous"


@pytest.mark.bar("F73")
def test_clocks_are_aware_and_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)
    clock = MovableClock(at(2027, 5, 19))
    assert clock.now() == clock.now()
    clock.move_to(datetime.fromisoformat("2027-05-20T09:00:00+02:00"))
    clock.advance(timedelta(seconds=1))
    assert clock.now() == at(2027, 5, 20, 7, 0, 1)
    assert clock.now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Africa/Algiers", "heure d’Alger"),
        ("Africa/Cairo", "heure du Caire"),
        ("Africa/Addis_Ababa", "heure d’Addis-Abeba"),
        ("America/New_York", "heure de New York"),
        ("Indian/Reunion", "heure de La Réunion"),
    ],
)
def test_a_zone_has_a_french_name(zone: str, words: str) -> None:
    assert zone_name(zone) == words

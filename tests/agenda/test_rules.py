"""Dates in words, kinds that are known."""

from datetime import date

import pytest

from creathon.agenda.rules import (
    ContributionValues,
    EventValues,
    PartnerValues,
    event_dates,
    may_be_event,
    may_be_partner,
)

DAY = date(2019, 5, 22)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "words"),
    [
        (DAY, DAY, "mercredi 22 mai 2019"),
        (date(2019, 9, 20), date(2019, 9, 22), "du 20 au 22 septembre 2019"),
        (date(2019, 9, 13), date(2019, 11, 15), "du 13 septembre au 15 novembre 2019"),
        (date(2019, 10, 1), date(2019, 10, 31), "octobre 2019"),
        (date(2019, 12, 20), date(2020, 1, 1), "du 20 décembre 2019 au 1er janvier 2020"),
        (date(2019, 2, 1), date(2019, 2, 11), "du 1er au 11 février 2019"),
    ],
)
def test_event_dates_are_said_as_people_say_them(starts_on: date, ends_on: date, words: str) -> None:
    assert event_dates(starts_on, ends_on) == words


def test_kinds_that_are_unknown_are_refused() -> None:
    assert may_be_partner(PartnerValues("SPN", "cluster", (ContributionValues("jury"),))) is None
    assert may_be_partner(PartnerValues("SPN", "secte")) is not None
    assert may_be_partner(PartnerValues("SPN", "cluster", (ContributionValues("rien"),))) is not None
    assert may_be_event(EventValues("Journée", "conference", DAY, DAY)) is None
    assert may_be_event(EventValues("Journée", "inconnu", DAY, DAY)) is not None


def test_an_event_may_not_end_before_it_starts() -> None:
    assert may_be_event(EventValues("Journée", "conference", DAY, date(2019, 5, 21))) is not None

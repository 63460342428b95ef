"""The only source of time. Everything is aware and in UTC; zones appear when a person reads."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the current instant, aware, in UTC."""

    def now(self) -> datetime: ...


COMPLETION = timedelta(minutes=15)
"""How long a request that arrived may take to be whole and done, its repeats included, and keep its arrival."""


def decision_time(arrived: datetime, ended: datetime) -> datetime:
    """The instant a request is judged by: its arrival, unless it ended too long after."""
    return arrived if ended - arrived <= COMPLETION else ended


def resumed_time(registered: datetime, arrived: datetime, ended: datetime) -> datetime:
    """The instant an upload in several requests is judged by: its registration, unless it ended too long after; then
    the arrival of its last request.
    """
    return min(decision_time(registered, ended), decision_time(arrived, ended))


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class MovableClock:
    """A clock that stands still until it is moved: tests, rehearsals, demos."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant

    def move_to(self, instant: datetime) -> None:
        self.instant = instant.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        self.instant += by

"""The calendar of the demo, moved by whole days so that the wanted stage is open now."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from creathon.demo.material import content

ZONE = ZoneInfo("Europe/Paris")


class Stage(StrEnum):
    """How far the demo edition has come."""

    CANDIDATURES = "candidatures"
    CREATION = "creation"
    EVALUATION = "evaluation"
    DELIBERATION = "deliberation"
    ACCOMPAGNEMENT = "accompagnement"
    CLOTURE = "cloture"

    def reached(self, other: "Stage") -> bool:
        """Whether this stage is `other` or comes after it."""
        order = list(Stage)
        return order.index(self) >= order.index(other)


PHASE_OF_STAGE = {
    Stage.CANDIDATURES: "candidature",
    Stage.CREATION: "creation",
    Stage.EVALUATION: "evaluation",
    Stage.DELIBERATION: "deliberation",
    Stage.ACCOMPAGNEMENT: "accompagnement",
    Stage.CLOTURE: "cloture",
}


@dataclass(frozen=True)
class Calendar:
    """Turns the dates of the material into instants of this demo."""

    days: int

    def instant(self, written: datetime) -> datetime:
        """The instant of a written local time; the time of day is kept whatever the season."""
        return (written + timedelta(days=self.days)).replace(tzinfo=ZONE).astimezone(UTC)

    def opens(self, code: str) -> datetime:
        return self.instant(phase_of(code)["opens"])

    def closes(self, code: str) -> datetime:
        return self.instant(phase_of(code)["closes"])


def phase_of(code: str) -> dict[str, Any]:
    """A phase of the material by its code."""
    phases: list[dict[str, Any]] = content("edition")["phases"]
    return next(phase for phase in phases if phase["code"] == code)


def calendar_for(stage: Stage, now: datetime) -> Calendar:
    """The calendar whose phase of that stage holds `now`: moved by weeks, or by days for the 24 hours of creation.

    A third of the phase is over when its length allows, so that there is something to see and time left.
    """
    phase, local = phase_of(PHASE_OF_STAGE[stage]), now.astimezone(ZONE).replace(tzinfo=None)
    step = 1 if stage == Stage.CREATION else 7
    into = timedelta(0) if stage == Stage.CREATION else (phase["closes"] - phase["opens"]) / 3
    days = (local - into - phase["opens"]).days // step * step
    candidates = (Calendar(days + step * shift) for shift in (1, 0, -1))
    code = PHASE_OF_STAGE[stage]
    return next(one for one in candidates if one.opens(code) <= now < one.closes(code))

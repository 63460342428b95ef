"""The frieze: the phases of an edition as at most seven steps, computed from the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from creathon.core.text import _, date_short, time_words
from creathon.editions.models import Edition, Phase, PhaseKind
from creathon.editions.rules.calendar import PhaseState, is_within, last_moment

STAGES = {
    "Candidatures": (PhaseKind.CANDIDATURE,),
    "Création": (PhaseKind.CREATION,),
    "Évaluation": (PhaseKind.EVALUATION, PhaseKind.EVALUATION_SITE),
    "Délibération": (PhaseKind.DELIBERATION,),
    "Palmarès": (PhaseKind.PALMARES, PhaseKind.RECLAMATIONS),
    "Accompagnement": (PhaseKind.ACCOMPAGNEMENT,),
    "Clôture": (PhaseKind.CLOTURE,),
}
"""The steps a reader knows, with their kinds, the one that names the step first: seven stay readable, eleven do not."""


@dataclass(frozen=True)
class FriezeStep:
    """One step: the phases of one stage together. When one of them is open, the step bears its name and its end."""

    title: str
    period: str
    state: PhaseState


def frieze(edition: Edition, now: datetime) -> list[FriezeStep]:
    """The phases as steps, in order of opening; the zone is the edition's."""
    grouped = {title: [phase for phase in edition.phases if phase.kind in kinds] for title, kinds in STAGES.items()}
    stages = sorted(
        ((title, phases) for title, phases in grouped.items() if phases), key=lambda one: one[1][0].opens_at
    )
    return [_step(title, phases, edition.zone, now) for title, phases in stages]


def _step(title: str, phases: Sequence[Phase], zone: str, now: datetime) -> FriezeStep:
    opened = [phase for phase in phases if is_within(phase, now)]
    if opened:
        order = STAGES[title]
        shown = min(opened, key=lambda phase: order.index(phase.kind))
        return FriezeStep(shown.title, _end(shown.closes_at, zone), "current")
    coming = [phase for phase in phases if now < phase.opens_at]
    told = coming or phases
    period = _range(told[0].opens_at, max(phase.closes_at for phase in told), zone)
    return FriezeStep(_(title), period, "coming" if coming else "passed")


def _end(closes_at: datetime, zone: str) -> str:
    if closes_at.astimezone(ZoneInfo(zone)).time() == time(0):
        return _("jusqu’au %(date_short)s inclus", date_short=date_short(last_moment(closes_at, zone), zone))
    return _(
        "jusqu’au %(date_short)s, %(time)s", date_short=date_short(closes_at, zone), time=time_words(closes_at, zone)
    )


def _range(opens_at: datetime, closes_at: datetime, zone: str) -> str:
    """The days of a step; with their years when the two differ."""
    first, last = (
        instant.astimezone(ZoneInfo(zone)).date() for instant in (opens_at, closes_at - timedelta.resolution)
    )
    if first == last:
        return date_short(first)
    years = (f" {first.year}", f" {last.year}") if first.year != last.year else ("", "")
    return f"{date_short(first)}{years[0]} – {date_short(last)}{years[1]}"

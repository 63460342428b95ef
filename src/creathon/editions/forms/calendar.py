"""One phase of the calendar, in local time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wtforms import DateTimeLocalField, Field, RadioField, SelectChoice

from creathon.core.forms import Form, paragraph, required
from creathon.core.text import _
from creathon.editions.models import Edition, Phase
from creathon.editions.rules import (
    PhaseMove,
    instants_of,
    is_second_time,
    local_problem,
    local_time,
    may_move_phase,
    may_move_to,
)

FORMATS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]
WHICH = [
    SelectChoice("0", "La première fois, avant de reculer les montres"),
    SelectChoice("1", "La seconde fois, une heure plus tard"),
]


class LocalTimeField(DateTimeLocalField):
    """A date and an hour as the clocks of the edition show them."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Écrivez une date et une heure. Exemple : 19/05/2027 09:00.")) from error


def which_time(label: str) -> RadioField:
    """Which of two hours of the same name; shown only when the question arises."""
    return RadioField(label, choices=WHICH, validate_choice=False)


class LocalForm(Form):
    """A form whose times are typed in the zone of an edition, `zone`."""

    zone: str

    def happens_twice(self, field: Field) -> bool:
        """Whether the time typed comes back when the clocks go back."""
        return field.data is not None and len(instants_of(field.data, self.zone)) == 2

    def instant(self, field: Field, fold: Field) -> datetime | None:
        """The instant typed; None, with the reason on the field, when there is none or one of two to choose."""
        if field.data is None:
            return None
        chosen = {"0": 0, "1": -1}.get(fold.data)
        problem = local_problem(field.data, self.zone)
        if problem and self.happens_twice(field) and chosen is not None:
            problem = None
        if problem:
            self.refuse(problem, (fold if self.happens_twice(field) else field).short_name)
            return None
        return instants_of(field.data, self.zone)[chosen or 0]


def shown(instant: datetime, zone: str) -> tuple[datetime, str]:
    """What fills a time and the choice beside it."""
    return local_time(instant, zone), str(int(is_second_time(instant, zone)))


class PhaseForm(LocalForm):
    """The interval of one phase, typed in the edition's zone."""

    opens_at = LocalTimeField("Ouverture", [required()], format=FORMATS, render_kw={"step": "1"})
    opens_fold = which_time("Ouverture : laquelle des deux heures ?")
    closes_at = LocalTimeField("Fermeture", [required()], format=FORMATS, render_kw={"step": "1"})
    closes_fold = which_time("Fermeture : laquelle des deux heures ?")
    reason = paragraph("Motif", 500, rows=3, hint="Il sera public, sur la page de l’édition. 500 caractères au plus.")

    def __init__(self, posted: Mapping[str, Any] | None = None, *, phase: Phase, edition: Edition) -> None:
        self.phase, self.edition, self.zone = phase, edition, edition.zone
        super().__init__(posted, **({} if posted is not None else self._stored()))

    def accepts(self) -> bool:
        """Whether both times name one instant each, in order, with a reason, in a calendar that still holds."""
        valid = super().accepts()
        opens_at = self.instant(self.opens_at, self.opens_fold)
        closes_at = self.instant(self.closes_at, self.closes_fold)
        if opens_at is None or closes_at is None:
            return False
        refusal = may_move_phase(self.phase, opens_at, closes_at) or may_move_to(
            self.edition, self.phase, opens_at, closes_at
        )
        if refusal:
            self.refuse(refusal.reason, "closes_at")
        return valid and refusal is None

    def values(self) -> PhaseMove:
        opens_at = self.instant(self.opens_at, self.opens_fold)
        closes_at = self.instant(self.closes_at, self.closes_fold)
        assert opens_at is not None and closes_at is not None  # noqa: PT018, S101 — accepted
        return PhaseMove(opens_at, closes_at, self.reason.data)

    def _stored(self) -> dict[str, Any]:
        opens_at, opens_fold = shown(self.phase.opens_at, self.zone)
        closes_at, closes_fold = shown(self.phase.closes_at, self.zone)
        return {"opens_at": opens_at, "opens_fold": opens_fold, "closes_at": closes_at, "closes_fold": closes_fold}

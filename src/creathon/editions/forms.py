"""Forms of an edition: its texts, and one phase of its calendar in local time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wtforms import DateTimeLocalField, Field, RadioField, SelectChoice

from creathon.core.forms import Form, line, paragraph, required
from creathon.core.text import _
from creathon.editions.models import Phase
from creathon.editions.rules import (
    EditionTexts,
    PhaseMove,
    instants_of,
    is_second_time,
    local_problem,
    local_time,
    may_move_phase,
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


def _which_time(label: str) -> RadioField:
    """Which of two hours of the same name; shown only when the question arises."""
    return RadioField(label, choices=WHICH, validate_choice=False)


class EditionForm(Form):
    """The texts of an edition."""

    title = line("Titre de l’édition", 120)
    pilot = line("Organisme pilote", 120)
    theme_title = line("Titre du thème", 200)
    theme_statement = paragraph("Énoncé du thème", 4000, rows=8, hint="4 000 caractères au plus.")

    def values(self) -> EditionTexts:
        return EditionTexts(self.title.data, self.pilot.data, self.theme_title.data, self.theme_statement.data)


class PhaseForm(Form):
    """The interval of one phase, typed in the edition's zone."""

    opens_at = LocalTimeField("Ouverture", [required()], format=FORMATS, render_kw={"step": "1"})
    opens_fold = _which_time("Ouverture : laquelle des deux heures ?")
    closes_at = LocalTimeField("Fermeture", [required()], format=FORMATS, render_kw={"step": "1"})
    closes_fold = _which_time("Fermeture : laquelle des deux heures ?")
    reason = paragraph("Motif", 500, rows=3, hint="Il sera public, sur la page de l’édition. 500 caractères au plus.")

    def __init__(self, posted: Mapping[str, Any] | None = None, *, phase: Phase, zone: str) -> None:
        self.phase, self.zone = phase, zone
        super().__init__(posted, **({} if posted is not None else self._stored()))

    @property
    def opens_twice(self) -> bool:
        """Whether the opening typed happens twice."""
        return self._happens_twice(self.opens_at.data)

    @property
    def closes_twice(self) -> bool:
        """Whether the closing typed happens twice."""
        return self._happens_twice(self.closes_at.data)

    def accepts(self) -> bool:
        """Whether both times name one instant each, in order, with a reason."""
        valid = super().accepts()
        opens_at = self._instant(self.opens_at, self.opens_fold)
        closes_at = self._instant(self.closes_at, self.closes_fold)
        if opens_at is None or closes_at is None:
            return False
        if refusal := may_move_phase(self.phase, opens_at, closes_at):
            self.refuse(refusal.reason, "closes_at")
            return False
        return valid

    def values(self) -> PhaseMove:
        opens_at = self._instant(self.opens_at, self.opens_fold)
        closes_at = self._instant(self.closes_at, self.closes_fold)
        assert opens_at is not None and closes_at is not None  # noqa: PT018, S101 — accepted
        return PhaseMove(opens_at, closes_at, self.reason.data)

    def _stored(self) -> dict[str, Any]:
        return {
            "opens_at": local_time(self.phase.opens_at, self.zone),
            "opens_fold": str(int(is_second_time(self.phase.opens_at, self.zone))),
            "closes_at": local_time(self.phase.closes_at, self.zone),
            "closes_fold": str(int(is_second_time(self.phase.closes_at, self.zone))),
        }

    def _happens_twice(self, local: datetime | None) -> bool:
        return local is not None and len(instants_of(local, self.zone)) == 2

    def _instant(self, field: Field, fold: Field) -> datetime | None:
        """The instant typed; None, with the reason on the field, when there is none or one of two to choose."""
        if field.data is None:
            return None
        chosen = {"0": 0, "1": -1}.get(fold.data)
        problem = local_problem(field.data, self.zone)
        if problem and self._happens_twice(field.data) and chosen is not None:
            problem = None
        if problem:
            self.refuse(problem, (fold if self._happens_twice(field.data) else field).name)
            return None
        return instants_of(field.data, self.zone)[chosen or 0]

"""The whole calendar of an edition on paper as one form: a row of fields per phase, and an empty one to add."""

from collections.abc import Iterator, Mapping
from typing import Any

from wtforms import BooleanField, IntegerField, SelectChoice, SelectField
from wtforms.validators import InputRequired, NumberRange

from creathon.core.forms import REQUIRED, ChecksField, line, required
from creathon.core.text import _, instant_words
from creathon.editions.forms.calendar import FORMATS, LocalForm, LocalTimeField, shown, which_time
from creathon.editions.models import Allowed, Edition, Phase, PhaseKind
from creathon.editions.rules import ACT_NAMES, PHASE_NAMES, PlannedPhase, calendar_problems

NEW = "new"
LONGEST_GRACE = 120


class PhaseRow(LocalForm):
    """One phase of the calendar."""

    title = line("Nom", 120, autocomplete="off")
    kind = SelectField("Sorte", choices=[SelectChoice(kind.value, name) for kind, name in PHASE_NAMES.items()])
    opens_at = LocalTimeField("Ouverture", [required()], format=FORMATS, render_kw={"step": "1"})
    opens_fold = which_time("Ouverture : laquelle des deux heures ?")
    closes_at = LocalTimeField("Fermeture", [required()], format=FORMATS, render_kw={"step": "1"})
    closes_fold = which_time("Fermeture : laquelle des deux heures ?")
    grace = IntegerField(
        "Tolérance technique, en minutes",
        [InputRequired(REQUIRED), NumberRange(0, LONGEST_GRACE, f"De 0 à {LONGEST_GRACE} minutes.")],
        default=0,
        render_kw={"inputmode": "numeric", "min": 0, "max": LONGEST_GRACE},
    )
    remove = BooleanField("Retirer cette phase")
    allows = ChecksField(
        "Ce qu’elle permet", choices=[SelectChoice(act.value, name) for act, name in ACT_NAMES.items()]
    )

    def __init__(self, posted: Mapping[str, Any] | None, *, phase: Phase | None, zone: str) -> None:
        self.phase, self.zone = phase, zone
        stored = self._stored(phase) if phase is not None and posted is None else {}
        super().__init__(posted, prefix=phase.id if phase is not None else NEW, **stored)

    @property
    def name(self) -> str:
        """What the row is called on the page, whatever was typed."""
        return self.phase.title if self.phase is not None else _("Nouvelle phase")

    @property
    def is_left(self) -> bool:
        """Whether the row says nothing: a phase to remove, or the empty row as it was."""
        typed = (self.title.data, self.opens_at.raw_data, self.closes_at.raw_data, self.allows.data)
        empty = not any(any(value) if isinstance(value, list) else value for value in typed)
        return empty if self.phase is None else bool(self.remove.data)

    def accepts(self) -> bool:
        """Whether the fields are there and both times name one instant each."""
        valid = super().accepts()
        bounds = (self.instant(self.opens_at, self.opens_fold), self.instant(self.closes_at, self.closes_fold))
        return valid and None not in bounds

    def values(self) -> PlannedPhase:
        opens_at = self.instant(self.opens_at, self.opens_fold)
        closes_at = self.instant(self.closes_at, self.closes_fold)
        assert opens_at is not None and closes_at is not None  # noqa: PT018, S101 — accepted
        return PlannedPhase(
            self.phase.id if self.phase is not None else None,
            PhaseKind(self.kind.data),
            self.title.data,
            opens_at,
            closes_at,
            tuple(act for act in Allowed if act in self.allows.data),
            self.grace.data * 60,
        )

    def _stored(self, phase: Phase) -> dict[str, Any]:
        opens_at, opens_fold = shown(phase.opens_at, self.zone)
        closes_at, closes_fold = shown(phase.closes_at, self.zone)
        return {
            "title": phase.title,
            "kind": phase.kind.value,
            "opens_at": opens_at,
            "opens_fold": opens_fold,
            "closes_at": closes_at,
            "closes_fold": closes_fold,
            "grace": phase.grace_seconds // 60,
            "allows": phase.allows,
        }


class CalendarForm:
    """Every phase of an edition and an empty row. Accepted whole, or refused whole with the text kept."""

    def __init__(self, posted: Mapping[str, Any] | None = None, *, edition: Edition) -> None:
        self.zone = edition.zone
        phases: list[Phase | None] = [*edition.phases, None]
        self.rows = [PhaseRow(posted, phase=phase, zone=edition.zone) for phase in phases]
        self.form_errors: list[str] = []

    def __iter__(self) -> Iterator[PhaseRow]:
        return iter(self.rows)

    def accepts(self) -> bool:
        """Whether each row is complete and the calendar holds together."""
        accepted = [row.accepts() for row in self.rows if not row.is_left]
        if not all(accepted):
            return False
        self.form_errors = calendar_problems(self.values(), self.zone)
        return not self.form_errors

    def values(self) -> list[PlannedPhase]:
        """The calendar drawn."""
        return [row.values() for row in self.rows if not row.is_left]

    def problems(self) -> list[tuple[str, str]]:
        """(id of the field or nothing, sentence) of all that was refused."""
        found = [("", error) for error in self.form_errors]
        for row in self.rows:
            for field in row:
                anchor = f"{field.id}-0" if field.type in ("RadioField", "ChecksField") else field.id
                found += [(anchor, f"« {row.name} », {field.label.text} – {error}") for error in field.errors]
        return found

    def differing(self, edition: Edition) -> list[tuple[str, str, str]]:
        """Phase, as typed, as stored: those another person changed meanwhile."""
        return [
            (row.name, typed, stored)
            for row in self.rows
            if row.phase is not None and (typed := _said(row)) != (stored := _told(row.phase, edition.zone))
        ]


def _said(row: PhaseRow) -> str:
    """A row as it was typed, in words."""
    if row.remove.data:
        return _("à retirer")
    if not row.accepts():
        return _("incomplet")
    return _told(row.values(), row.zone)


def _told(phase: Phase | PlannedPhase, zone: str) -> str:
    bounds = " – ".join(instant_words(instant, zone) for instant in (phase.opens_at, phase.closes_at))
    grace = _("tolérance : %(minutes)s min", minutes=phase.grace_seconds // 60)
    acts = ", ".join(ACT_NAMES[Allowed(act)] for act in phase.allows)
    return "\n".join([phase.title, PHASE_NAMES[phase.kind], bounds, acts, grace])

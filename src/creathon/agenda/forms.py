"""Forms of a partner with what it brings, of an event with its moments. An emptied row goes away."""

from collections.abc import Mapping
from typing import Any

from wtforms import FieldList, FormField, RadioField, SelectChoice, SelectField, StringField
from wtforms import Form as WTForm
from wtforms.validators import Optional, ValidationError

from creathon.agenda.models import EventStatus
from creathon.agenda.rules import (
    AUDIENCES,
    CONTRIBUTION_KINDS,
    EVENT_KINDS,
    PARTNER_KINDS,
    STATUS_NAMES,
    ContributionValues,
    EventValues,
    MomentValues,
    PartnerValues,
    in_order,
    may_be_event,
)
from creathon.core.forms import ChecksField, DayField, Form, line, paragraph, required
from creathon.core.text import _

SPARE_ROWS = 2
MOST_ROWS = 20
STATUS_HINTS = {
    EventStatus.ENVISAGE: "Envisagé : la date peut encore changer",
    EventStatus.CONFIRME: "Confirmé ; après son dernier jour, il se dit passé",
    EventStatus.ANNULE: "Annulé : il reste lisible, avec ce mot",
}


def _choices(names: Mapping[str, str], first: str) -> list[SelectChoice]:
    return [SelectChoice("", first), *(SelectChoice(code, name) for code, name in names.items())]


class _Row(WTForm):
    class Meta:
        locales = Form.Meta.locales


class ContributionRow(_Row):
    """One thing a partner brings."""

    kind = SelectField("Contribution", choices=_choices(CONTRIBUTION_KINDS, "Aucune"))
    note = line("Précision", 200, needed=False)

    def validate_kind(self, field: SelectField) -> None:
        """A precision says of which contribution."""
        if self.note.data and not field.data:
            raise ValidationError(_("Choisissez la contribution que cette précision décrit."))


class MomentRow(_Row):
    """A part of an event."""

    title = line("Titre du moment", 200, needed=False)
    day = DayField("Jour", [Optional()])
    audience = line("Public de ce moment", 200, needed=False)

    def validate_title(self, field: StringField) -> None:
        """A moment has a title."""
        if (self.day.data or self.audience.data) and not field.data:
            raise ValidationError(_("Donnez un titre à ce moment, ou videz ses autres champs."))


class PartnerForm(Form):
    """A partner and what it brings."""

    name = line("Nom du partenaire", 200)
    kind = SelectField("Type de partenaire", [required()], choices=_choices(PARTNER_KINDS, "Choisir"))
    contributions = FieldList(FormField(ContributionRow), max_entries=MOST_ROWS)

    def __init__(self, posted: Mapping[str, Any] | None = None, stored: PartnerValues | None = None) -> None:
        super().__init__(posted, **(vars(stored) if stored else {}))
        _add_spare_rows(self.contributions, posted)

    def values(self) -> PartnerValues:
        rows = (row.form for row in self.contributions if row.form.kind.data)
        brought = (ContributionValues(row.kind.data, row.note.data or None) for row in rows)
        return PartnerValues(self.name.data, self.kind.data, in_order(brought))


class EventForm(Form):
    """An event, its days, its moments."""

    title = line("Titre du rendez-vous", 200)
    kind = SelectField("Type de rendez-vous", [required()], choices=_choices(EVENT_KINDS, "Choisir"))
    status = RadioField(
        "État",
        choices=[SelectChoice(status.value, STATUS_HINTS[status]) for status in STATUS_NAMES],
        default=EventStatus.CONFIRME.value,
    )
    starts_on = DayField("Premier jour", [required()])
    ends_on = DayField("Dernier jour", [Optional()], description="Vide : le rendez-vous tient en un jour.")
    venue = line("Lieu", 200, needed=False)
    pilot = line("Piloté par", 200, needed=False)
    audience = ChecksField("Publics", choices=[])
    note = paragraph("Ce qu’il faut savoir", 2000, needed=False, rows=4, hint="2 000 caractères au plus.")
    moments = FieldList(FormField(MomentRow), max_entries=MOST_ROWS)

    def __init__(self, posted: Mapping[str, Any] | None = None, stored: EventValues | None = None) -> None:
        initial = vars(stored) | {"audience": _words(stored.audience), "status": stored.status.value} if stored else {}
        super().__init__(posted, **initial)
        known = AUDIENCES | {word: word for word in _words(stored.audience if stored else None)}
        self.audience.choices = [SelectChoice(code, AUDIENCES.get(code, code)) for code in known]
        _add_spare_rows(self.moments, posted)

    def accepts(self) -> bool:
        """Whether the days hold together too."""
        valid = super().accepts()
        if valid and (refusal := may_be_event(self.values())):
            self.refuse(refusal.reason, "ends_on" if self.ends_on.data else None)
            valid = False
        return valid

    def values(self) -> EventValues:
        rows = (row.form for row in self.moments if row.form.title.data)
        return EventValues(
            title=self.title.data,
            kind=self.kind.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data or self.starts_on.data,
            venue=self.venue.data or None,
            pilot=self.pilot.data or None,
            audience=", ".join(self.audience.data or ()) or None,
            note=self.note.data or None,
            status=EventStatus(self.status.data),
            moments=tuple(MomentValues(row.title.data, row.day.data, row.audience.data or None) for row in rows),
        )


def _words(audience: str | None) -> list[str]:
    return [word for word in (audience or "").split(", ") if word]


def _add_spare_rows(rows: FieldList, posted: Mapping[str, Any] | None) -> None:
    """Room to write more, on a form that was not sent yet."""
    if posted is None:
        for _number in range(min(SPARE_ROWS, MOST_ROWS - len(rows))):
            rows.append_entry()

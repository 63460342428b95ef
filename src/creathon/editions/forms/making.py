"""Making an edition, from nothing or from another one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from wtforms import DateField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import ValidationError

from creathon.core.forms import Form, at_most, line, not_blank, required, text_filter
from creathon.core.text import ZONE_NAMES
from creathon.editions.forms.calendar import FORMATS, WHICH, LocalTimeField
from creathon.editions.models import Edition
from creathon.editions.rules import instants_of, local_problem, weekday_problem

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLUG_HINT = "La fin de l’adresse de sa page : des lettres sans accent, des chiffres, des tirets. Exemple : 2028."


def _is_slug(_form: Any, field: Any) -> None:
    if not SLUG.fullmatch(field.data or ""):
        raise ValidationError("Écrivez des minuscules sans accent, des chiffres et des tirets. Exemple : 2028.")


def slug_field() -> StringField:
    """The end of the address of an edition."""
    return StringField(
        "Adresse courte",
        [not_blank(), at_most(40), _is_slug],
        filters=[text_filter],
        description=SLUG_HINT,
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


@dataclass(frozen=True)
class Founded:
    """An edition to make around its launch, an aware instant."""

    title: str
    slug: str
    pilot: str
    zone: str
    launch: datetime


class FoundForm(Form):
    """An edition from nothing: its names, its zone and the instant its subject is disclosed."""

    title = line("Titre de l’édition", 120, hint="Exemple : Créathon 2028.")
    slug = slug_field()
    pilot = line("Organisme pilote", 120)
    zone = SelectField("Fuseau horaire de l’édition", choices=[SelectChoice(*pair) for pair in ZONE_NAMES.items()])
    launch = LocalTimeField(
        "Lancement : le sujet est dévoilé",
        [required()],
        format=FORMATS,
        description="Le calendrier habituel se construit autour de cet instant. Tout se change ensuite.",
    )
    launch_fold = RadioField("Laquelle des deux heures ?", choices=WHICH, validate_choice=False)

    @property
    def launches_twice(self) -> bool:
        """Whether the hour typed happens twice."""
        return self.launch.data is not None and len(instants_of(self.launch.data, self.zone.data or "")) == 2

    def accepts(self) -> bool:
        """Whether the names are there and the launch is one instant."""
        if not super().accepts():
            return False
        problem = local_problem(self.launch.data, self.zone.data)
        if problem and not (self.launches_twice and self.launch_fold.data in ("0", "1")):
            self.refuse(problem, "launch_fold" if self.launches_twice else "launch")
            return False
        return True

    def values(self) -> Founded:
        instants = instants_of(self.launch.data, self.zone.data)
        launch = instants[-1 if self.launch_fold.data == "1" else 0]
        return Founded(self.title.data, self.slug.data, self.pilot.data, self.zone.data, launch)


@dataclass(frozen=True)
class Copied:
    """An edition to make from another."""

    title: str
    slug: str
    launch: date


class CopyForm(Form):
    """An edition from another one: its names and the day of its launch."""

    source = SelectField("Édition à copier")
    title = line("Titre de la nouvelle édition", 120, hint="Exemple : Créathon 2028.")
    slug = slug_field()
    launch = DateField(
        "Jour du lancement",
        [required()],
        description="Le même jour de la semaine que l’édition copiée : tout se décale de semaines entières.",
    )

    def __init__(self, posted: Mapping[str, Any] | None = None, *, sources: Sequence[Edition], **initial: Any) -> None:
        self.sources = {edition.slug: edition for edition in sources}
        super().__init__(posted, **initial)
        self.source.choices = [SelectChoice(slug, edition.title) for slug, edition in self.sources.items()]

    @property
    def copied(self) -> Edition:
        """The edition chosen."""
        return self.sources[self.source.data]

    def accepts(self) -> bool:
        """Whether the day is the same day of the week as the launch of the source."""
        if not super().accepts():
            return False
        if problem := weekday_problem(self.copied, self.launch.data):
            self.refuse(problem, "launch")
            return False
        return True

    def values(self) -> Copied:
        return Copied(self.title.data, self.slug.data, self.launch.data)

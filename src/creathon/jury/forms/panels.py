"""Composing juries."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, IntegerField, SelectChoice, SelectField
from wtforms.validators import NumberRange

from creathon.accounts.models import Person
from creathon.core.forms import Form, line, required
from creathon.jury.rules.panels import MOST_READS, PanelValues

_HOW_MANY = f"Un nombre entier, de 1 à {MOST_READS}."


class PanelForm(Form):
    """A new jury. `national`: whether the person may create one for the whole edition."""

    name = line("Nom du jury", 120, hint="Par exemple : jury national, jury de Poitiers.")
    site_id = SelectField("Projets à lire", choices=[], default="")
    reads = IntegerField(
        "Lectures par projet",
        [required(_HOW_MANY), NumberRange(1, MOST_READS, _HOW_MANY)],
        default=3,
        description="Combien de personnes lisent chaque projet. Trois est un bon début, quatre donne plus de sûreté.",
        render_kw={"min": 1, "max": MOST_READS},
    )

    def __init__(self, posted: Any = None, *, sites: Mapping[str, str], national: bool, **initial: Any) -> None:
        super().__init__(posted, **initial)
        whole = [SelectChoice("", "Ceux de toute l’édition")] if national else []
        of_sites = [SelectChoice(site_id, f"Ceux du site {name}") for site_id, name in sites.items()]
        self.site_id.choices = [*whole, *of_sites]

    def values(self) -> PanelValues:
        return PanelValues(self.name.data or "", self.site_id.data or None, int(self.reads.data or 0))


class JurorForm(Form):
    """Somebody to seat, with the capacity told to the public."""

    person_id = SelectField("Personne", [required("Choisissez une personne.")], choices=[])
    quality = line("Qualité", 160, hint="Ce que le public lira. Par exemple : enseignante spécialisée.")
    is_chair = BooleanField("Préside le jury")

    def __init__(self, posted: Any = None, *, people: Sequence[Person], **initial: Any) -> None:
        super().__init__(posted, **initial)
        names = [SelectChoice(person.id, f"{person.family_name} {person.given_name}") for person in people]
        self.person_id.choices = [SelectChoice("", "Choisir une personne"), *names]

"""Words of partners and events, dates in words, who may write them."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from creathon.core.actor import SYSTEM, Viewer
from creathon.core.errors import Refusal
from creathon.core.text import LOCALE, _, date_words
from creathon.editions.models import Edition
from creathon.editions.rules import may_coordinate

PARTNER_KINDS = {
    "operateur_etat": "opérateur de l’État",
    "collectivite": "collectivité",
    "autorite_independante": "autorité indépendante",
    "cluster": "réseau d’entreprises",
    "technopole": "technopole",
    "universite": "université",
    "research_network": "réseau de recherche",
    "culture_scientifique": "culture scientifique",
    "association": "association",
    "media": "média",
}
CONTRIBUTION_KINDS = {
    "pilotage": "pilotage",
    "co_organisation": "co-organisation",
    "pret_de_lieu": "prêt de lieu",
    "accompagnement_intervenants": "accompagnement des intervenants",
    "mise_en_relation": "mise en relation",
    "communication": "communication",
    "table_ronde": "participation aux tables rondes",
    "mentorat": "mentorat",
    "jury": "participation au jury",
    "dotation": "dotation",
    "terrain_experimentation": "terrain d’expérimentation",
}
EVENT_KINDS = {
    "challenge": "défi",
    "conference": "rencontre",
    "exhibition": "exposition",
    "mentoring": "accompagnement",
    "workshop": "atelier",
    "webinar": "webinaire",
    "ceremony": "cérémonie",
}

AUDIENCES = {
    "enseignants": "enseignants",
    "eleves": "élèves",
    "familles": "familles",
    "grand_public": "grand public",
    "professionnels": "professionnels",
}


@dataclass(frozen=True)
class PartnerValues:
    """A partner to make."""

    name: str
    kind: str


@dataclass(frozen=True)
class EventValues:
    """An event to make: whole days, both included."""

    title: str
    kind: str
    starts_on: date
    ends_on: date
    venue: str | None = None
    pilot: str | None = None
    audience: str | None = None
    note: str | None = None


def may_write_agenda(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether somebody may write partners and events: its coordination, or the platform building an archive."""
    return None if viewer == SYSTEM else may_coordinate(viewer, edition)


def may_be_partner(kind: str) -> Refusal | None:
    """Whether a kind of partner is known."""
    return None if kind in PARTNER_KINDS else Refusal(_("Choisissez le type du partenaire dans la liste."))


def may_be_contribution(kind: str) -> Refusal | None:
    """Whether a kind of contribution is known."""
    return None if kind in CONTRIBUTION_KINDS else Refusal(_("Choisissez la contribution dans la liste."))


def may_be_event(values: EventValues) -> Refusal | None:
    """Whether an event is of a known kind and ends after it starts."""
    if values.kind not in EVENT_KINDS:
        return Refusal(_("Choisissez le type de l’événement dans la liste."))
    if values.ends_on < values.starts_on:
        return Refusal(_("Le dernier jour doit venir après le premier."))
    return None


def audience_words(audience: str | None) -> str:
    """« enseignants, élèves » of what is stored; words that are not codes are kept as they are."""
    return ", ".join(_(AUDIENCES.get(word, word)) for word in (audience or "").split(", ") if word)


def event_dates(starts_on: date, ends_on: date) -> str:
    """« mercredi 22 mai 2019 », « du 20 au 22 septembre 2019 », « octobre 2019 » for a whole month."""
    if starts_on == ends_on:
        return date_words(starts_on)
    same_month = (starts_on.year, starts_on.month) == (ends_on.year, ends_on.month)
    if same_month and (starts_on.day, ends_on.day) == (1, monthrange(ends_on.year, ends_on.month)[1]):
        return format_date(starts_on, "MMMM y", locale=LOCALE)
    pattern = "d" if same_month else "d MMMM" if starts_on.year == ends_on.year else "d MMMM y"
    return _(f"du {_day(starts_on, pattern)} au {_day(ends_on, 'd MMMM y')}")


def _day(value: date, pattern: str) -> str:
    text = format_date(value, pattern, locale=LOCALE)
    return f"1er{text[1:]}" if value.day == 1 else text

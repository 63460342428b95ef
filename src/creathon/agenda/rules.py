"""Words of partners and events, dates in words, who may write them."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from creathon.agenda.models import AgendaEvent, AgendaMoment, EventStatus, Partner, PartnerContribution
from creathon.core.actor import SYSTEM, Viewer
from creathon.core.errors import Refusal
from creathon.core.text import LOCALE, _, date_words
from creathon.editions.models import Edition
from creathon.editions.rules import may_change_edition

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


STATUS_NAMES = {
    EventStatus.ENVISAGE: "envisagé",
    EventStatus.CONFIRME: "confirmé",
    EventStatus.ANNULE: "annulé",
}
PAST = "passé"
PILLS = {EventStatus.ENVISAGE: "wait", EventStatus.CONFIRME: "ok", EventStatus.ANNULE: "ko"}


@dataclass(frozen=True)
class ContributionValues:
    """What a partner brings."""

    kind: str
    note: str | None = None


@dataclass(frozen=True)
class PartnerValues:
    """A partner as somebody writes it."""

    name: str
    kind: str
    contributions: tuple[ContributionValues, ...] = ()


@dataclass(frozen=True)
class MomentValues:
    """A part of an event."""

    title: str
    day: date | None = None
    audience: str | None = None


@dataclass(frozen=True)
class EventValues:
    """An event as somebody writes it: whole days, both included."""

    title: str
    kind: str
    starts_on: date
    ends_on: date
    venue: str | None = None
    pilot: str | None = None
    audience: str | None = None
    note: str | None = None
    status: EventStatus = EventStatus.CONFIRME
    moments: tuple[MomentValues, ...] = ()


def may_write_agenda(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether somebody may write partners and events: its coordination, or the platform building an archive."""
    return None if viewer == SYSTEM else may_change_edition(viewer, edition)


def may_be_partner(values: PartnerValues) -> Refusal | None:
    """Whether the kinds of a partner and of what it brings are known."""
    if values.kind not in PARTNER_KINDS:
        return Refusal(_("Choisissez le type du partenaire dans la liste."))
    if any(one.kind not in CONTRIBUTION_KINDS for one in values.contributions):
        return Refusal(_("Choisissez la contribution dans la liste."))
    return None


def may_be_event(values: EventValues) -> Refusal | None:
    """Whether an event is of a known kind, ends after it starts and holds the days of its moments."""
    if values.kind not in EVENT_KINDS:
        return Refusal(_("Choisissez le type de l’événement dans la liste."))
    if values.ends_on < values.starts_on:
        return Refusal(_("Le dernier jour doit venir après le premier."))
    if any(one.day and not values.starts_on <= one.day <= values.ends_on for one in values.moments):
        return Refusal(_("Le jour de chaque moment doit être l’un des jours du rendez-vous."))
    return None


def values_of_partner(partner: Partner) -> PartnerValues:
    """A partner as it is stored."""
    brought = (ContributionValues(one.kind, one.note) for one in partner.contributions)
    return PartnerValues(partner.name, partner.kind, in_order(brought))


def in_order(contributions: Iterable[ContributionValues]) -> tuple[ContributionValues, ...]:
    """What a partner brings, by kind then note, whatever the order it was written in."""
    return tuple(sorted(contributions, key=lambda one: (one.kind, one.note or "")))


def values_of_event(event: AgendaEvent) -> EventValues:
    """An event as it is stored."""
    stored = {name: getattr(event, name) for name in EventValues.__dataclass_fields__ if name != "moments"}
    moments = (MomentValues(one.title, one.day, one.audience) for one in event.moments)
    return EventValues(**stored, moments=tuple(moments))


def event_state(event: AgendaEvent, today: date) -> tuple[str, str]:
    """The pill of an event: its kind and its word, « passé » once a confirmed one is over."""
    if event.status == EventStatus.CONFIRME and event.ends_on < today:
        return "neutral", _(PAST)
    return PILLS[event.status], _(STATUS_NAMES[event.status])


def contribution_words(one: ContributionValues | PartnerContribution) -> str:
    """« prêt de lieu : salons de Blossac »."""
    name = _(CONTRIBUTION_KINDS.get(one.kind, one.kind))
    return f"{name} : {one.note}" if one.note else name


def moment_words(one: MomentValues | AgendaMoment) -> str:
    """« vendredi 20 septembre 2019 : ateliers (enseignants, élèves) »."""
    day = f"{date_words(one.day)} : " if one.day else ""
    return day + one.title + (f" ({audience_words(one.audience)})" if one.audience else "")


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
    return _("du %(start)s au %(end)s", start=_day(starts_on, pattern), end=_day(ends_on, "d MMMM y"))


def _day(value: date, pattern: str) -> str:
    text = format_date(value, pattern, locale=LOCALE)
    return f"1er{text[1:]}" if value.day == 1 else text

"""The sites of an edition: who changes what, what a code is, what the accessibility sheet says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _, instant_words
from creathon.editions.models import AccessAnswer, AccessItem, Edition, EditionState, PhaseKind, Site, SiteKind
from creathon.editions.rules.access import may_change_edition, may_coordinate, may_coordinate_site

ACCESS_NAMES = {
    AccessItem.STEP_FREE: "Accès en fauteuil roulant, de la rue à la salle",
    AccessItem.TOILETS: "Sanitaires accessibles",
    AccessItem.PARKING: "Place de stationnement adaptée",
    AccessItem.TRANSPORT: "Arrêt de transport accessible à proximité",
    AccessItem.HEARING_LOOP: "Boucle magnétique",
    AccessItem.SIGN_LANGUAGE: "Interprétation en langue des signes (LSF)",
    AccessItem.QUIET_ROOM: "Espace calme",
    AccessItem.CATERING: "Restauration adaptée",
    AccessItem.ASSISTANCE_ANIMAL: "Animal d’assistance accueilli",
}
ANSWER_NAMES = {
    AccessAnswer.UNKNOWN: "non renseigné",
    AccessAnswer.YES: "oui",
    AccessAnswer.ON_REQUEST: "sur demande",
    AccessAnswer.NO: "non",
}
KIND_NAMES = {SiteKind.ONSITE: "sur place", SiteKind.REMOTE: "à distance"}
CODE = re.compile(r"[A-Z0-9]{2,10}")
CODE_HINT = "De 2 à 10 lettres sans accent ou chiffres. Exemple : POI."
MOST_PLACES = 1000
DETAIL_LIMIT = 200
TEXT_LIMIT = 2000
REMOTE_CODE, REMOTE_PLACES = "DIST", 40


@dataclass(frozen=True, kw_only=True)
class SiteSheet:
    """What a site tells its teams and its visitors: a site coordination writes it too."""

    address: str = ""
    directions: str = ""
    opening: str = ""
    public_note: str = ""
    accessibility: Mapping[str, Any] = field(default_factory=dict)
    access_contact: str = ""


@dataclass(frozen=True)
class SiteValues(SiteSheet):
    """A whole site: what it is, which only the national coordination says, and its sheet."""

    code: str
    name: str
    city: str
    academy: str
    zone: str
    capacity: int
    kind: SiteKind = SiteKind.ONSITE


@dataclass(frozen=True)
class AccessRow:
    """One line of an accessibility sheet, in words."""

    item: AccessItem
    title: str
    answer: AccessAnswer
    said: str
    detail: str


def normal_code(value: str) -> str:
    """A code as it is kept: in capitals."""
    return value.strip().upper()


def may_edit_site(viewer: Viewer, edition: Edition, site: Site) -> Refusal | None:
    """Whether somebody may write the sheet of a site and name its facilitators: its coordination, not in an archive."""
    if refusal := may_coordinate_site(viewer, edition, site.id):
        return refusal
    if edition.state == EditionState.ARCHIVED:
        return Refusal(_("Cette édition est archivée : elle ne change plus."))
    return None


def may_redefine_site(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether somebody may add sites and change their code, name, kind, zone and capacity: the national coordination.

    The capacity decides how many teams are promised a place, and the zone what time they read: both are promises of
    the whole edition.
    """
    return may_change_edition(viewer, edition)


def may_remove_site(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether a site may be taken away: while the edition is on paper."""
    if refusal := may_coordinate(viewer, edition):
        return refusal
    if edition.state != EditionState.DRAFT:
        return Refusal(_("L’édition est annoncée : un site ne se retire plus. Ramenez sa capacité à 0 pour le fermer."))
    return None


def may_add_remote_site(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether « à distance » may be added in one click: the edition has none."""
    if refusal := may_redefine_site(viewer, edition):
        return refusal
    if any(site.kind == SiteKind.REMOTE for site in edition.sites):
        return Refusal(_("Cette édition a déjà un site à distance."))
    return None


def remote_site(edition: Edition) -> SiteValues:
    """The usual site for the teams that come to no place."""
    taken = {site.code for site in edition.sites}
    code = next(code for code in (REMOTE_CODE, *(f"{REMOTE_CODE}{n}" for n in range(2, 100))) if code not in taken)
    return SiteValues(code, _("À distance"), "", "", edition.zone, REMOTE_PLACES, SiteKind.REMOTE)


def code_problem(code: str) -> str | None:
    """Why a code is none, in a sentence."""
    return None if CODE.fullmatch(code) else _("Ce code n’est pas valable. %(code_hint)s", code_hint=CODE_HINT)


def site_coded(edition: Edition, code: str) -> Site | None:
    """The site of the edition with that code."""
    return next((site for site in edition.sites if site.code == code), None)


def sheet_of(answers: Mapping[AccessItem, tuple[AccessAnswer, str]]) -> dict[str, Any]:
    """An accessibility sheet as it is kept, without what nobody answered."""
    return {
        item.value: {"answer": answer.value, "detail": detail}
        for item, (answer, detail) in answers.items()
        if answer != AccessAnswer.UNKNOWN or detail
    }


def access_rows(sheet: Mapping[str, Any]) -> list[AccessRow]:
    """Every line of the sheet, in the order people read it; what nobody answered is said « non renseigné »."""
    return [_access_row(item, sheet.get(item.value, {})) for item in AccessItem]


def answered(sheet: Mapping[str, Any]) -> int:
    """How many items somebody answered."""
    return sum(1 for row in access_rows(sheet) if row.answer != AccessAnswer.UNKNOWN)


def window_words(edition: Edition, zone: str) -> list[tuple[str, str]]:
    """When each creation begins and ends by the clock of a zone; the edition's own when it differs."""
    creations = [phase for phase in edition.phases if phase.kind == PhaseKind.CREATION]
    return [
        (instant_words(phase.opens_at, zone, edition.zone), instant_words(phase.closes_at, zone, edition.zone))
        for phase in creations
    ]


def differing(stored: Mapping[str, Any], values: SiteSheet) -> list[str]:
    """The fields of a site that the values change."""
    return [name for name, value in vars(values).items() if stored[name] != value]


def stored_values(site: Site, names: Sequence[str]) -> dict[str, Any]:
    """Those fields of a site as they are stored."""
    return {name: getattr(site, name) for name in names}


def _access_row(item: AccessItem, entry: Mapping[str, str]) -> AccessRow:
    answer = AccessAnswer(entry.get("answer", AccessAnswer.UNKNOWN))
    return AccessRow(item, _(ACCESS_NAMES[item]), answer, _(ANSWER_NAMES[answer]), entry.get("detail", ""))

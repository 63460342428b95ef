"""A line of a table as a site."""

from collections.abc import Mapping
from zoneinfo import available_timezones

from creathon.core.text import ZONE_NAMES, _
from creathon.editions.models import AccessAnswer, AccessItem, Edition, SiteKind
from creathon.editions.rules import (
    ACCESS_NAMES,
    ANSWER_NAMES,
    KIND_NAMES,
    MOST_PLACES,
    TEXT_LIMIT,
    SiteValues,
    code_problem,
    normal_code,
    sheet_of,
)
from creathon.imports.rules.plans import Kind, LineProblem, Plan, plan_lines
from creathon.imports.rules.tables import Column, Table, heading_key

SITES = (
    Column("code", "Code", needed=True, other_titles=("Code du site",)),
    Column("name", "Nom", needed=True, other_titles=("Nom du site",)),
    Column("city", "Ville"),
    Column("academy", "Académie"),
    Column("kind", "Type"),
    Column("zone", "Fuseau horaire", other_titles=("Fuseau",)),
    Column("capacity", "Capacité", needed=True, other_titles=("Places", "Capacité (équipes)")),
    Column("address", "Adresse", limit=500, lines=True),
    Column("directions", "Comment venir", limit=TEXT_LIMIT, lines=True),
    Column("opening", "Ouverture le jour même", limit=TEXT_LIMIT, lines=True, other_titles=("Ouverture",)),
    Column("public_note", "Note publique", limit=TEXT_LIMIT, lines=True, other_titles=("Note",)),
    *(Column(item.value, title) for item, title in ACCESS_NAMES.items()),
)
_KINDS = {heading_key(name): kind for kind, name in KIND_NAMES.items()} | {"": SiteKind.ONSITE}
_ANSWERS = {heading_key(name): answer for answer, name in ANSWER_NAMES.items()} | {"": AccessAnswer.UNKNOWN}
_ZONES = {heading_key(name): zone for zone, name in ZONE_NAMES.items()}


def plan_sites(table: Table, edition: Edition) -> Plan[SiteValues]:
    """What importing these sites would do; a code that is there already is left as it is.

    Raises:
        HeadingProblem: a column is missing or twice there.
    """
    known = {site.code for site in edition.sites}
    plan: Plan[SiteValues] = Plan(Kind.SITES)
    return plan_lines(table, SITES, plan, lambda cells: _site(cells, edition), lambda site: site.code, known)


def site_words(site: SiteValues) -> str:
    """A site to add, as somebody looks at it before an import."""
    return _(
        "%(code)s, %(name)s, %(kind_names)s, places : %(capacity)s",
        code=site.code,
        name=site.name,
        kind_names=KIND_NAMES[site.kind],
        capacity=site.capacity,
    )


def _site(cells: Mapping[str, str], edition: Edition) -> SiteValues:
    code = normal_code(cells["code"])
    if problem := code_problem(code):
        raise LineProblem("code", problem)
    capacity = cells["capacity"]
    if not (capacity.isascii() and capacity.isdigit() and int(capacity[:9]) <= MOST_PLACES):
        raise LineProblem("capacity", _("Écrivez un nombre entier de 0 à %(most_places)s.", most_places=MOST_PLACES))
    return SiteValues(
        code=code,
        name=cells["name"],
        city=cells["city"],
        academy=cells["academy"],
        kind=_kind(cells["kind"]),
        zone=_zone(cells["zone"], edition.zone),
        capacity=int(capacity),
        address=cells["address"],
        directions=cells["directions"],
        opening=cells["opening"],
        public_note=cells["public_note"],
        accessibility=sheet_of({item: (_answer(item, cells[item.value]), "") for item in AccessItem}),
    )


def _kind(text: str) -> SiteKind:
    kind = _KINDS.get(heading_key(text))
    if kind is None:
        raise LineProblem("kind", _("Écrivez « sur place » ou « à distance »."))
    return kind


def _zone(text: str, usual: str) -> str:
    if not text:
        return usual
    zone = _ZONES.get(heading_key(text), text)
    if zone not in available_timezones():
        raise LineProblem("zone", _("Ce fuseau n’est pas connu. Exemples : Europe/Paris, Indian/Reunion."))
    return zone


def _answer(item: AccessItem, text: str) -> AccessAnswer:
    answer = _ANSWERS.get(heading_key(text))
    if answer is None:
        raise LineProblem(item.value, _("Écrivez « oui », « non », « sur demande », ou rien."))
    return answer

"""A line of a table as an invitation to a role."""

from collections.abc import Collection, Mapping

from creathon.accounts.rules import ROLE_NAMES, Offer, email_key, normal_email, site_problem
from creathon.core.text import _
from creathon.editions.models import Edition, Role
from creathon.imports.rules.plans import Kind, LineProblem, Plan, plan_lines
from creathon.imports.rules.tables import Column, Table, heading_key

PEOPLE = (
    Column(
        "email", "E-mail", needed=True, limit=190,
        other_titles=("Courriel", "Mail", "Adresse électronique", "Adresse e-mail"),
    ),
    Column("given_name", "Prénom", needed=True, limit=80),
    Column("family_name", "Nom", needed=True, limit=80, other_titles=("Nom de famille",)),
    Column("role", "Rôle", needed=True),
    Column("site", "Site", other_titles=("Code du site", "Code")),
)  # fmt: skip
_ROLES = {heading_key(name): role for role, name in ROLE_NAMES.items()} | {
    "coordinationdesite": Role.SITE_COORDINATOR,
    "jure": Role.JUROR,
    "juree": Role.JUROR,
    "mentor": Role.MENTOR,
    "mentore": Role.MENTOR,
    "accompagnement": Role.MENTOR,
    "dpo": Role.DPO,
}
_SAID = "coordination nationale, coordination d’un site, jury, mentor, protection des données"

Held = tuple[str, Role, str | None]
"""A role held or offered: the key of the address, the role, the site."""


def plan_people(table: Table, edition: Edition, held: Collection[Held]) -> Plan[Offer]:
    """What importing these people would do; a role that somebody holds or was offered is left as it is.

    Raises:
        HeadingProblem: a column is missing or twice there.
    """
    plan: Plan[Offer] = Plan(Kind.PEOPLE)
    return plan_lines(table, PEOPLE, plan, lambda cells: _offer(cells, edition), held_key, held)


def offer_words(offer: Offer, edition: Edition) -> str:
    """A person to invite, as somebody looks at it before an import."""
    places = [site.name for site in edition.sites if site.id == offer.site_id]
    return ", ".join([f"{offer.given_name} {offer.family_name}", offer.email, _(ROLE_NAMES[offer.role]), *places])


def held_key(offer: Offer) -> Held:
    """What makes two offers the same."""
    return email_key(offer.email), offer.role, offer.site_id


def _offer(cells: Mapping[str, str], edition: Edition) -> Offer:
    email = normal_email(cells["email"])
    if email is None:
        raise LineProblem("email", _("Cette adresse ne semble pas complète. Exemple : prenom.nom@exemple.fr"))
    role = _ROLES.get(heading_key(cells["role"]))
    if role is None:
        raise LineProblem("role", _("Ce rôle n’est pas connu. Écrivez l’un de ceux-ci : %(said)s.", said=_SAID))
    site_id = _site_id(cells["site"], edition)
    if problem := site_problem(role, site_id):
        raise LineProblem("site", problem)
    return Offer(email, role, site_id, cells["given_name"], cells["family_name"])


def _site_id(text: str, edition: Edition) -> str | None:
    """The site somebody named by its code or its name."""
    if not text:
        return None
    key = heading_key(text)
    found = [site.id for site in edition.sites if key in (heading_key(site.code), heading_key(site.name))]
    if len(found) != 1:
        raise LineProblem("site", _("Ce site n’est pas un site de cette édition : écrivez son code."))
    return found[0]

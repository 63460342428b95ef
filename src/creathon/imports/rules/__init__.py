"""What a table must say to become sites or invitations. Pure: tables in, plans out."""

from creathon.imports.rules.people import PEOPLE, Held, offer_words, plan_people
from creathon.imports.rules.plans import Fault, HeadingProblem, Kind, Plan, may_import
from creathon.imports.rules.sites import SITES, plan_sites, site_words
from creathon.imports.rules.tables import Column, Row, Table

COLUMNS = {Kind.SITES: SITES, Kind.PEOPLE: PEOPLE}
KIND_NAMES = {Kind.SITES: "Des sites", Kind.PEOPLE: "Des personnes à inviter"}

__all__ = [
    "COLUMNS",
    "KIND_NAMES",
    "PEOPLE",
    "SITES",
    "Column",
    "Fault",
    "HeadingProblem",
    "Held",
    "Kind",
    "Plan",
    "Row",
    "Table",
    "may_import",
    "offer_words",
    "plan_people",
    "plan_sites",
    "site_words",
]

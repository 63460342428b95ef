"""Who asks: one person for each column of the policy, the same in every phase."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import grant_role
from creathon.accounts.models import Person
from creathon.core.actor import SYSTEM
from creathon.editions.models import Edition, Role
from tests.factories.accounts import LONG_AGO
from tests.factories.editions import site_of
from tests.factories.teams import person_of
from tests.personas import (
    AWA,
    BASTIEN,
    CHLOE,
    CLAIRE,
    DIANE,
    DORIS,
    EMIL,
    HUGO,
    INES,
    LEILA,
    NADIA,
    OMAR,
    SAMIR,
    TEVA,
    ZOE,
    Persona,
)

COLINE = Persona("Coline", "Estuaire")
"""National coordinator with a link with « Les Marches »."""
EVE = Persona("Eve", "Horizon")
"""National coordinator of the edition before."""
DAN = Persona("Dan", "Eclipse")
"""National coordinator whose account was disabled, his browser still signed in."""
JOSEPH = Persona("Joseph", "Balance")
"""Presides the jury of Poitiers."""
SOLAL = Persona("Solal", "Coulisse")
"""Sits in the jury of La Réunion, with nothing to read yet."""
ODILE = Persona("Odile", "Sillage")
"""Mentor of « Les Passeurs »."""

COLUMNS = {
    "nobody": ZOE,
    "captain": AWA,
    "member": BASTIEN,
    "other_member": DORIS,
    "juror": NADIA,
    "unassigned_juror": INES,
    "linked_juror": HUGO,
    "chair": JOSEPH,
    "mentor": OMAR,
    "other_mentor": ODILE,
    "site": SAMIR,
    "other_site": LEILA,
    "national": CLAIRE,
    "linked_national": COLINE,
    "other_edition": EVE,
    "dpo": DIANE,
    "disabled": DAN,
}
"""Who each column is; « anonymous » is nobody."""


@dataclass(frozen=True)
class Troupe:
    """Who lives an edition: two teams (of Poitiers and of La Réunion) and those who judge and follow each."""

    slug: str
    teams: tuple[tuple[Persona, ...], tuple[Persona, ...]]
    jurors: tuple[tuple[Persona, ...], tuple[Persona, ...]]
    mentors: tuple[Persona, Persona]
    alone: tuple[tuple[Persona, ...], tuple[Persona, ...]]
    """Who applies alone at each of the two sites; the last has a proposal to answer."""


def _extras(*names: str) -> tuple[Persona, ...]:
    return tuple(Persona(name, "Coulisse") for name in names)


def _seekers(family: str, *names: str) -> tuple[Persona, ...]:
    return tuple(Persona(name, family) for name in names)


NOW = Troupe(
    "2027",
    ((AWA, BASTIEN, CHLOE), (TEVA, DORIS, EMIL)),
    ((NADIA, INES, HUGO, JOSEPH), (*_extras("Rachel"), SOLAL)),
    (OMAR, ODILE),
    (_seekers("Girandole", "Prune", "Paul", "Perle", "Pia"), _seekers("Filao", "Rose", "Remi", "Rita", "Ravi")),
)
BEFORE = Troupe(
    "2026",
    (_extras("Anne", "Boris", "Cleo"), _extras("Denis", "Elsa", "Fanny")),
    (_extras("Gilles", "Henri"), _extras("Irma", "Jean")),
    _extras("Karim", "Lise"),  # type: ignore[arg-type]
    (_seekers("Girandole", "Ada", "Axel", "Agathe", "Aldo"), _seekers("Filao", "Una", "Ugo", "Ursule", "Urbain")),
)


async def give_roles(session: AsyncSession, edition: Edition, before: Edition) -> dict[str, Person]:
    """Accounts of every column, with the roles they hold whatever the phase."""
    people = {column: await person_of(session, persona) for column, persona in COLUMNS.items()}
    roles: dict[str, tuple[Role, str | None]] = {
        "mentor": (Role.MENTOR, None),
        "other_mentor": (Role.MENTOR, None),
        "site": (Role.SITE_COORDINATOR, "POI"),
        "other_site": (Role.SITE_COORDINATOR, "RUN"),
        "national": (Role.NATIONAL_COORDINATOR, None),
        "linked_national": (Role.NATIONAL_COORDINATOR, None),
        "dpo": (Role.DPO, None),
        "disabled": (Role.NATIONAL_COORDINATOR, None),
        **dict.fromkeys(("juror", "unassigned_juror", "linked_juror", "chair"), (Role.JUROR, None)),
    }
    for column, (role, code) in roles.items():
        site_id = site_of(edition, code).id if code else None
        await grant_role(session, SYSTEM, people[column], role, edition, now=LONG_AGO, site_id=site_id)
    await grant_role(session, SYSTEM, people["other_edition"], Role.NATIONAL_COORDINATOR, before, now=LONG_AGO)
    people["disabled"].disabled_at = LONG_AGO
    return people

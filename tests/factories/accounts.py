"""People of the cast, with accounts and roles."""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import PersonValues, create_person, grant_role
from creathon.accounts.models import AgeBand, Person, RoleGrant
from creathon.accounts.queries import actor_of
from creathon.core.actor import SYSTEM, Actor
from creathon.editions.models import Edition, Role, Site
from tests.personas import Persona

LONG_AGO = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


async def make_person(session: AsyncSession, persona: Persona, age: AgeBand = AgeBand.ADULT) -> Person:
    """An account whose address is proved; without password, as tests sign in by `Visitor.sign_in_as`."""
    values = PersonValues(persona.email, persona.given_name, persona.family_name, age_band=age)
    return await create_person(session, values, now=LONG_AGO, verified=True)


async def make_holder(
    session: AsyncSession, persona: Persona, role: Role, edition: Edition, site: Site | None = None
) -> Person:
    """Somebody who holds a role in an edition, on one site when it is given."""
    person = await make_person(session, persona)
    await grant_role(session, SYSTEM, person, role, edition, now=LONG_AGO, site_id=site.id if site else None)
    return person


async def as_actor(session: AsyncSession, person: Person) -> Actor:
    """The person as actions know them."""
    return await actor_of(session, person)


def force_role(session: AsyncSession, person: Person, role: Role, edition: Edition) -> None:
    """A role no rule was asked about, as a row written before the rule was there."""
    session.add(
        RoleGrant(
            person_id=person.id, role=role, edition_id=edition.id, granted_by=SYSTEM.person_id, granted_at=LONG_AGO
        )
    )

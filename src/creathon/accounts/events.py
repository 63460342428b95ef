"""What accounts answer to what happens below them."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import grant_role, work_in
from creathon.accounts.models import Invitation, RoleGrant
from creathon.accounts.queries import person_by_id
from creathon.core.errors import Refused
from creathon.core.text import _
from creathon.editions.events import EditionFounded, SiteRemoving
from creathon.editions.models import Role


async def coordinate_founded(session: AsyncSession, founded: EditionFounded) -> None:
    """Whoever makes an edition coordinates it, and works in it from now on."""
    person = await person_by_id(session, founded.actor.person_id)
    if person is not None:
        role = Role.NATIONAL_COORDINATOR
        await grant_role(session, founded.actor, person, role, founded.edition, now=founded.now)
        await work_in(session, founded.actor, person.id, founded.edition, now=founded.now)


async def keep_site_of_people(session: AsyncSession, removing: SiteRemoving) -> None:
    """A role on a site, held or offered, needs the site.

    Raises:
        Refused: somebody holds or was offered one.
    """
    for table in (RoleGrant, Invitation):
        if await session.scalar(select(table.id).where(table.site_id == removing.site.id).limit(1)):
            raise Refused(_("Quelqu’un a un rôle sur ce site ou y est invité : il ne peut pas être retiré."))

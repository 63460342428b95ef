"""What is there already, in two questions whatever the number of lines."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Invitation, Person, RoleGrant
from creathon.accounts.rules import email_key
from creathon.imports.rules import Held


async def roles_held_or_offered(session: AsyncSession, edition_id: str, *, now: datetime) -> set[Held]:
    """Every role of an edition that somebody holds, or was offered and may still accept."""
    holds = select(Person.email_key, RoleGrant.role, RoleGrant.site_id).join(Person, Person.id == RoleGrant.person_id)
    offered = select(Invitation.email, Invitation.role, Invitation.site_id).where(
        Invitation.edition_id == edition_id, Invitation.accepted_at.is_(None), Invitation.expires_at > now
    )
    held = {
        (key, role, site) for key, role, site in await session.execute(holds.where(RoleGrant.edition_id == edition_id))
    }
    return held | {(email_key(email), role, site) for email, role, site in await session.execute(offered)}

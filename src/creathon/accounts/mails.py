"""The messages about accounts."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Invitation, LinkPurpose, MailedLink, Person
from creathon.accounts.rules import LINK_LASTS, ROLE_NAMES
from creathon.editions.models import Edition
from creathon.mail.actions import enqueue_mail


async def send_link(session: AsyncSession, person: Person, link: MailedLink, token: str, *, now: datetime) -> None:
    """The link that proves an address, or that lets one choose a new password.

    The first says no name: anybody can ask for it, and would write to strangers in our name.
    """
    name = "account_verify" if link.purpose == LinkPurpose.VERIFY else "account_reset"
    await enqueue_mail(
        session, name, to=link.email, key=link.id, now=now, person_id=person.id,
        given_name=person.given_name, token=token, lasts=LINK_LASTS,
    )  # fmt: skip


async def tell_password_changed(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Told after each change, so that a stranger's change does not pass unseen."""
    key = f"{person.id}:{person.password_round}"
    await enqueue_mail(
        session, "account_password_changed", to=person.email, key=key, now=now, person_id=person.id,
        given_name=person.given_name, at=now, zone=person.zone or "Europe/Paris",
    )  # fmt: skip


async def send_invitation(
    session: AsyncSession, invitation: Invitation, edition: Edition, token: str, *, now: datetime
) -> None:
    """A role offered."""
    await enqueue_mail(
        session, "account_invitation", to=invitation.email, key=invitation.id, now=now, edition_id=edition.id,
        is_new=True, edition=edition.title, role=ROLE_NAMES[invitation.role], token=token,
        expires_at=invitation.expires_at, zone=edition.zone,
    )  # fmt: skip

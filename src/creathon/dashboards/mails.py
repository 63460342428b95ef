"""The message about a calendar that changed."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.queries import people_with_role
from creathon.editions.events import PhaseMoved
from creathon.editions.models import Role
from creathon.editions.rules import interval_words
from creathon.mail.actions import enqueue_mail


async def tell_phase_moved(session: AsyncSession, event: PhaseMoved) -> None:
    """Tell each national coordinator what moved, from when to when, why and by whom."""
    edition, change = event.edition, event.change
    context: dict[str, Any] = {
        "edition": edition.title,
        "phase": event.phase.title,
        "author": event.actor.display_name,
        "before": interval_words(change.old_opens_at, change.old_closes_at, edition.zone),
        "after": interval_words(change.new_opens_at, change.new_closes_at, edition.zone),
        "reason": change.reason,
    }
    for person in await people_with_role(session, edition.id, Role.NATIONAL_COORDINATOR):
        await enqueue_mail(
            session, "phase_moved", to=person.email, key=f"{change.id}:{person.id}", now=event.now,
            person_id=person.id, edition_id=edition.id, given_name=person.given_name, **context,
        )  # fmt: skip

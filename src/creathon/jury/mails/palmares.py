"""The answer to every team, sent with the publication."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.text import _
from creathon.editions.models import Allowed, Edition
from creathon.editions.rules import may_now, phases_allowing
from creathon.jury.models import Palmares, Selection
from creathon.jury.rules.palmares import Addressee
from creathon.jury.rules.selection import TIER_HINTS, TIER_NAMES
from creathon.mail.actions import enqueue_mail
from creathon.mail.composing import compose

SELECTED = "palmares_selected"
NOT_SELECTED = "palmares_not_selected"


async def tell_teams(
    session: AsyncSession,
    palmares: Palmares,
    chosen: Mapping[str, Selection],
    people: Sequence[Addressee],
    edition: Edition,
    *,
    now: datetime,
) -> int:
    """Write to every member of every team that deposited; how many messages. `chosen` by project id."""
    told = 0
    for person in people:
        selection = chosen.get(person.project_id)
        context = _context(person, selection, edition, now)
        mail = await enqueue_mail(
            session, _name_of(selection), to=person.email, key=f"{palmares.id}:{person.person_id}", now=now,
            person_id=person.person_id, edition_id=edition.id, **context,
        )  # fmt: skip
        told += mail is not None
    return told


async def sample(
    session: AsyncSession, person: Addressee, selection: Selection | None, edition: Edition, *, now: datetime
) -> tuple[str, str]:
    """Subject and body of the message somebody would receive, to look at before."""
    return await compose(session, _name_of(selection), edition.id, _context(person, selection, edition, now))


def _name_of(selection: Selection | None) -> str:
    return SELECTED if selection else NOT_SELECTED


def _context(person: Addressee, selection: Selection | None, edition: Edition, now: datetime) -> dict[str, Any]:
    told = ("given_name", "team", "title", "late")
    context = {
        **{name: value for name, value in asdict(person).items() if name in told},
        "edition": edition.title,
        "zone": edition.zone,
        "reader_zone": person.zone,
        "feedback_from": _feedback_from(edition, now),
    }
    if selection is None:
        return context
    starts = phases_allowing(edition, Allowed.MENTOR)
    return context | {
        "tier": _(TIER_NAMES[selection.tier]),
        "tier_hint": _(TIER_HINTS[selection.tier]),
        "prize": selection.prize,
        "reason": selection.reason,
        "mentoring_from": starts[0].opens_at if starts else None,
    }


def _feedback_from(edition: Edition, now: datetime) -> datetime | None:
    """When the remarks can be read, if not already; None now, or when no phase of the edition allows it."""
    if may_now(edition, Allowed.READ_FEEDBACK, now=now) is None:
        return None
    phases = phases_allowing(edition, Allowed.READ_FEEDBACK)
    return next((phase.opens_at for phase in phases if phase.opens_at > now), None)

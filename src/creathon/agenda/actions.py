"""Writing the partners and the events of an edition."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.agenda.models import AgendaEvent, AgendaMoment, Partner, PartnerContribution
from creathon.agenda.rules import (
    EventValues,
    MomentValues,
    PartnerValues,
    may_be_event,
    may_be_partner,
    may_write_agenda,
    values_of_event,
    values_of_partner,
)
from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Stale, check
from creathon.core.text import _
from creathon.editions.models import Edition

CHANGED_MEANWHILE = "Quelqu’un a modifié cette fiche pendant que vous écriviez. Comparez, puis choisissez."


async def create_partner(
    session: AsyncSession, actor: Actor, edition: Edition, values: PartnerValues, *, now: datetime
) -> Partner:
    """Add a partner to an edition, with what it brings.

    Raises:
        Refused: the actor does not coordinate the edition, it is an archive, or a kind is unknown.
    """
    check(may_write_agenda(actor, edition))
    check(may_be_partner(values))
    partner = Partner(edition_id=edition.id, name=values.name, kind=values.kind)
    partner.contributions = [PartnerContribution(**vars(one)) for one in values.contributions]
    session.add(partner)
    await session.flush()
    journal.record(
        session, actor, "partner.created", partner, now=now, kind=values.kind, contributions=len(values.contributions)
    )
    return partner


async def edit_partner(
    session: AsyncSession, actor: Actor, partner: Partner, edition: Edition, values: PartnerValues, *,
    version: int, now: datetime,
) -> None:  # fmt: skip
    """Change a partner and what it brings; saving what is already there writes nothing.

    Raises:
        Refused: the actor does not coordinate the edition, it is an archive, or a kind is unknown.
        Stale: it was changed in between; `current` holds what is stored.
    """
    check(may_write_agenda(actor, edition))
    check(may_be_partner(values))
    stored = values_of_partner(partner)
    if version != partner.version:
        raise Stale(_(CHANGED_MEANWHILE), vars(stored))
    changed = [name for name, value in vars(values).items() if value != getattr(stored, name)]
    if not changed:
        return
    partner.name, partner.kind = values.name, values.kind
    if "contributions" in changed:
        partner.contributions = [PartnerContribution(**vars(one)) for one in values.contributions]
    partner.version += 1
    await session.flush()
    journal.record(session, actor, "partner.edited", partner, now=now, fields=changed)


async def add_event(
    session: AsyncSession, actor: Actor, edition: Edition, values: EventValues, *, now: datetime
) -> AgendaEvent:
    """Put an event in the agenda.

    Raises:
        Refused: the actor does not coordinate the edition, it is an archive, or the event does not hold together.
    """
    check(may_write_agenda(actor, edition))
    check(may_be_event(values))
    event = AgendaEvent(edition_id=edition.id, **(vars(values) | {"moments": _moments(values.moments)}))
    session.add(event)
    await session.flush()
    journal.record(session, actor, "event.created", event, now=now, kind=values.kind, status=values.status)
    return event


async def edit_event(
    session: AsyncSession, actor: Actor, event: AgendaEvent, edition: Edition, values: EventValues, *,
    version: int, now: datetime,
) -> None:  # fmt: skip
    """Change an event and its moments; saving what is already there writes nothing.

    Raises:
        Refused: the actor does not coordinate the edition, it is an archive, or the event does not hold together.
        Stale: it was changed in between; `current` holds what is stored.
    """
    check(may_write_agenda(actor, edition))
    check(may_be_event(values))
    stored = values_of_event(event)
    if version != event.version:
        raise Stale(_(CHANGED_MEANWHILE), vars(stored))
    changed = [name for name, value in vars(values).items() if value != getattr(stored, name)]
    if not changed:
        return
    for name in changed:
        setattr(event, name, _moments(values.moments) if name == "moments" else getattr(values, name))
    event.version += 1
    await session.flush()
    journal.record(session, actor, "event.edited", event, now=now, fields=changed, status=values.status)


async def withdraw_partner(
    session: AsyncSession, actor: Actor, partner: Partner, edition: Edition, *, now: datetime
) -> None:
    """Take a partner off the public page; twice changes nothing."""
    check(may_write_agenda(actor, edition))
    if partner.withdrawn_at is None:
        partner.withdrawn_at = now
        journal.record(session, actor, "partner.withdrawn", partner, now=now)


async def restore_partner(
    session: AsyncSession, actor: Actor, partner: Partner, edition: Edition, *, now: datetime
) -> None:
    """Put a partner back on the public page; twice changes nothing."""
    check(may_write_agenda(actor, edition))
    if partner.withdrawn_at is not None:
        partner.withdrawn_at = None
        journal.record(session, actor, "partner.restored", partner, now=now)


async def withdraw_event(
    session: AsyncSession, actor: Actor, event: AgendaEvent, edition: Edition, *, now: datetime
) -> None:
    """Take an event off the public agenda; twice changes nothing."""
    check(may_write_agenda(actor, edition))
    if event.withdrawn_at is None:
        event.withdrawn_at = now
        journal.record(session, actor, "event.withdrawn", event, now=now)


async def restore_event(
    session: AsyncSession, actor: Actor, event: AgendaEvent, edition: Edition, *, now: datetime
) -> None:
    """Put an event back in the public agenda; twice changes nothing."""
    check(may_write_agenda(actor, edition))
    if event.withdrawn_at is not None:
        event.withdrawn_at = None
        journal.record(session, actor, "event.restored", event, now=now)


def _moments(values: tuple[MomentValues, ...]) -> list[AgendaMoment]:
    return [AgendaMoment(position=position, **vars(one)) for position, one in enumerate(values)]

"""Writing the partners and the events of an edition."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.agenda.models import AgendaEvent, Partner, PartnerContribution
from creathon.agenda.rules import (
    EventValues,
    PartnerValues,
    may_be_contribution,
    may_be_event,
    may_be_partner,
    may_write_agenda,
)
from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import check
from creathon.editions.models import Edition

__all__ = ["EventValues", "PartnerValues", "add_contribution", "add_event", "create_partner"]


async def create_partner(
    session: AsyncSession, actor: Actor, edition: Edition, values: PartnerValues, *, now: datetime
) -> Partner:
    """Add a partner to an edition.

    Raises:
        Refused: the actor does not coordinate the edition, or the kind is unknown.
    """
    check(may_write_agenda(actor, edition))
    check(may_be_partner(values.kind))
    partner = Partner(edition_id=edition.id, name=values.name, kind=values.kind)
    session.add(partner)
    await session.flush()
    journal.record(session, actor, "partner.created", partner, now=now, kind=values.kind)
    return partner


async def add_contribution(
    session: AsyncSession,
    actor: Actor,
    partner: Partner,
    edition: Edition,
    *,
    kind: str,
    now: datetime,
    note: str | None = None,
) -> PartnerContribution:
    """Say what a partner brings.

    Raises:
        Refused: the actor does not coordinate the edition, or the kind is unknown.
    """
    check(may_write_agenda(actor, edition))
    check(may_be_contribution(kind))
    contribution = PartnerContribution(partner_id=partner.id, kind=kind, note=note)
    session.add(contribution)
    await session.flush()
    journal.record(session, actor, "partner.contribution", partner, now=now, kind=kind)
    return contribution


async def add_event(
    session: AsyncSession, actor: Actor, edition: Edition, values: EventValues, *, now: datetime
) -> AgendaEvent:
    """Put an event in the agenda.

    Raises:
        Refused: the actor does not coordinate the edition, the kind is unknown, or it ends before it starts.
    """
    check(may_write_agenda(actor, edition))
    check(may_be_event(values))
    event = AgendaEvent(edition_id=edition.id, **vars(values))
    session.add(event)
    await session.flush()
    journal.record(session, actor, "event.created", event, now=now, kind=values.kind)
    return event

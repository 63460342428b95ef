"""Composing juries."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import NotThere, check
from creathon.editions.models import Edition
from creathon.editions.queries import edition_by_id, site_names
from creathon.jury.mails.panels import remind_juror, tell_juror_added
from creathon.jury.models import Panel, PanelJuror
from creathon.jury.queries.assignments import JurorProgress, lock_reads, unfinished_reads
from creathon.jury.queries.panels import is_in_a_team, is_invited_juror, panel_by_id, panel_names
from creathon.jury.rules.panels import PanelValues, may_add_juror, may_create_panel, may_see_panel


async def create_panel(
    session: AsyncSession, actor: Actor, edition: Edition, *, name: str, site_id: str | None, reads: int, now: datetime
) -> Panel:
    """Create a jury, national or of one site.

    Raises:
        Refused: the actor does not coordinate there, or the name is taken.
    """
    values = PanelValues(name, site_id, reads)
    sites, names = await site_names(session, edition.id), await panel_names(session, edition.id)
    check(may_create_panel(actor, edition, values, sites=sites, names=names))
    panel = Panel(edition_id=edition.id, site_id=site_id, name=name, reads=reads, created_at=now, jurors=[])
    session.add(panel)
    await session.flush()
    journal.record(session, actor, "panel.created", panel, now=now, site=site_id, reads=reads)
    return panel


async def add_juror(
    session: AsyncSession,
    actor: Actor,
    panel: Panel,
    person: Person,
    *,
    quality: str,
    now: datetime,
    is_chair: bool = False,
) -> PanelJuror:
    """Seat somebody in a panel, with the capacity told to the public, and tell them.

    Raises:
        Refused: they were not invited as juror, are in a team, sit there already, or another person presides.
    """
    edition = await _edition(session, panel)
    locked = await panel_by_id(session, panel.id, lock=True) or panel
    check(may_see_panel(actor, locked, edition))
    is_invited = await is_invited_juror(session, person.id, locked)
    in_team = await is_in_a_team(session, person.id, edition.id)
    check(may_add_juror(locked, person.id, is_chair=is_chair, is_invited=is_invited, in_team=in_team))
    seat = PanelJuror(panel_id=panel.id, person_id=person.id, quality=quality, is_chair=is_chair, person=person)
    locked.jurors.append(seat)
    await session.flush()
    journal.record(
        session, actor, "panel.juror_added", seat, now=now, edition_id=edition.id, panel=panel.id, person=person.id
    )
    await tell_juror_added(session, seat, person, locked, edition, now=now)
    return seat


async def remove_juror(session: AsyncSession, actor: Actor, panel: Panel, seat: PanelJuror, *, now: datetime) -> int:
    """Take somebody off a panel at once: what they have not validated goes back to be allocated.

    Returns how many reads went back; what was validated still counts.
    """
    edition = await _edition(session, panel)
    locked = await panel_by_id(session, panel.id, lock=True) or panel
    check(may_see_panel(actor, locked, edition))
    if seat not in locked.jurors:
        raise NotThere()
    await lock_reads(session, panel.id, seat.person_id)
    back = await unfinished_reads(session, panel.id, seat.person_id)
    for read in back:
        read.withdrawn_at, read.withdrawn_reason = now, "removed"
    details = {"panel": panel.id, "person": seat.person_id, "reads": len(back)}
    journal.record(session, actor, "panel.juror_removed", seat, now=now, edition_id=edition.id, **details)
    locked.jurors.remove(seat)
    await session.delete(seat)
    await session.flush()
    return len(back)


async def remind_jurors(
    session: AsyncSession,
    actor: Actor,
    panel: Panel,
    rows: list[JurorProgress],
    edition: Edition,
    *,
    closes_at: datetime | None,
    now: datetime,
) -> int:
    """Write to the jurors of a panel who have something left to do; returns to how many, each at most once a day."""
    check(may_see_panel(actor, panel, edition))
    told = 0
    for row in rows:
        if row.panel_id == panel.id and row.is_late:
            told += await remind_juror(
                session, panel, edition, person_id=row.person_id, email=row.email,
                has_declared=row.declared_at is not None, left=row.left, closes_at=closes_at, now=now,
            )  # fmt: skip
    journal.record(session, actor, "panel.reminded", panel, now=now, people=told)
    return told


async def _edition(session: AsyncSession, panel: Panel) -> Edition:
    edition = await edition_by_id(session, panel.edition_id)
    if edition is None:
        raise NotThere()
    return edition

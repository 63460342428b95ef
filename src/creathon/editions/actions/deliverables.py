"""What an edition asks its teams to hand in."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Refused, Stale, check
from creathon.core.text import _
from creathon.editions.actions.texts import CHANGED_MEANWHILE
from creathon.editions.models import Deliverable, DeliverableKind, Edition
from creathon.editions.queries import deliverables_of
from creathon.editions.rules import Deliverables, limits_of, may_change_deliverables, narrowings


def deliverables_for(edition: Edition, limits: Deliverables) -> list[Deliverable]:
    """The rows of an edition."""
    return [Deliverable(edition_id=edition.id, kind=kind, **_columns(limits, kind)) for kind in limits]


async def edit_deliverables(
    session: AsyncSession, actor: Actor, edition: Edition, limits: Deliverables, *, version: int, now: datetime
) -> None:
    """Change the limits of an edition, whose version guards them; once it runs, they only widen.

    Raises:
        Refused: the actor does not coordinate the edition, it is an archive, or something accepted would be refused.
        Stale: the edition was changed in between.
    """
    check(may_change_deliverables(actor, edition))
    if version != edition.version:
        raise Stale(_(CHANGED_MEANWHILE), {})
    rows = await deliverables_of(session, edition.id)
    stored = limits_of(rows)
    if problems := narrowings(edition, stored, limits):
        raise Refused(problems[0][1])
    changed = [row for row in rows if limits[row.kind] != stored[row.kind]]
    if not changed:
        return
    for row in changed:
        for name, value in _columns(limits, row.kind).items():
            setattr(row, name, value)
    edition.version += 1
    await session.flush()
    kinds = {kind.value: _columns(limits, kind) for kind in (row.kind for row in changed)}
    journal.record(session, actor, "deliverables.edited", edition, now=now, edition_id=edition.id, **kinds)


def _columns(limits: Deliverables, kind: DeliverableKind) -> dict[str, Any]:
    return {**vars(limits[kind]), "formats": list(limits[kind].formats)}

"""Giving piles."""

import random
from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Conflict, NotThere, check
from creathon.core.text import _
from creathon.editions.models import Allowed, Edition
from creathon.editions.rules import deadline
from creathon.jury.allocation import AllocationReport, Pair
from creathon.jury.mails.panels import tell_pile_ready
from creathon.jury.models import Assignment, Panel
from creathon.jury.queries.assignments import last_positions, situation_of
from creathon.jury.queries.panels import panel_by_id
from creathon.jury.rules.panels import Situation, may_see_panel, plan, plan_mark

CHANGED = "La situation a changé depuis l’aperçu : un lien, une personne ou un projet de plus. Relisez l’aperçu."


async def allocate(
    session: AsyncSession, actor: Actor, panel: Panel, edition: Edition, *, now: datetime, mark: str | None = None
) -> AllocationReport:
    """Give the projects of a panel to its jurors who have declared their links; what was given stays.

    `mark` is the preview the actor agreed to (`rules.panels.plan_mark`). The report is on the whole, old and new.

    Raises:
        Conflict: the situation is no longer the one previewed.
    """
    locked = await panel_by_id(session, panel.id, lock=True)
    if locked is None:
        raise NotThere()
    check(may_see_panel(actor, locked, edition))
    situation = await situation_of(session, locked)
    allocation = plan(situation)
    if mark is not None and mark != plan_mark(allocation):
        raise Conflict(_(CHANGED))
    piles = _piles(allocation.added)
    await _store(session, locked, piles, now=now)
    counts: dict[str, Any] = {
        "reads": len(allocation.added),
        "jurors": len(piles),
        "lacking": len(allocation.report.lacks),
    }
    journal.record(session, actor, "panel.allocated", locked, now=now, **counts)
    await _tell(session, situation, piles, edition, now=now)
    return allocation.report


def _piles(added: tuple[Pair, ...]) -> dict[str, list[str]]:
    piles: dict[str, list[str]] = defaultdict(list)
    for person_id, project_id in added:
        piles[person_id].append(project_id)
    return piles


async def _store(session: AsyncSession, panel: Panel, piles: dict[str, list[str]], *, now: datetime) -> None:
    """Each pile in an order drawn by lot, after what the juror already has."""
    last = await last_positions(session, panel.id)
    for person_id, projects in piles.items():
        random.Random(f"{panel.id} {person_id}").shuffle(projects)  # noqa: S311 — a lot, no secret
        for position, project_id in enumerate(projects, last.get(person_id, 0) + 1):
            session.add(
                Assignment(
                    panel_id=panel.id,
                    person_id=person_id,
                    project_id=project_id,
                    position=position,
                    assigned_at=now,
                )
            )
    await session.flush()


async def _tell(
    session: AsyncSession, situation: Situation, piles: dict[str, list[str]], edition: Edition, *, now: datetime
) -> None:
    closes_at = deadline(edition, Allowed.REVIEW, now=now)
    for seat in situation.seats:
        if projects := piles.get(seat.person_id):
            await tell_pile_ready(
                session, seat.person, situation.panel, edition, len(projects), closes_at, now=now
            )  # fmt: skip

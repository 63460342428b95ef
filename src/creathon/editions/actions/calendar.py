"""The calendar and the day of an edition on paper: completed, then drawn again as a whole."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Refused, Stale, check
from creathon.core.text import _
from creathon.editions.actions.texts import CHANGED_MEANWHILE
from creathon.editions.models import DayStep, Edition, Phase, PhaseChange, PhaseProposal
from creathon.editions.queries import day_steps
from creathon.editions.rules import (
    PlannedPhase,
    calendar_problems,
    launch_of,
    may_complete_calendar,
    may_redraw_calendar,
    missing_phases,
    usual_launch,
    usual_steps,
)


async def complete_calendar(
    session: AsyncSession, actor: Actor, edition: Edition, *, version: int, now: datetime
) -> int:
    """Add the usual phases a calendar on paper lacks, around its launch; returns how many.

    A phase that allows nothing gives its place to the usual ones of its kind: an archive only told its days. A day
    without steps takes the usual ones.

    Raises:
        Refused: the edition is announced, the calendar lacks nothing, or the actor does not coordinate it.
        Stale: the edition was changed in between.
    """
    check(may_complete_calendar(actor, edition))
    if version != edition.version:
        raise Stale(_(CHANGED_MEANWHILE), {})
    launch, added = usual_launch(edition), missing_phases(edition)
    for empty in [phase for phase in edition.phases if not phase.allows]:
        await _remove(session, edition, empty)
    edition.phases.extend(Phase(edition_id=edition.id, **{**vars(one), "allows": list(one.allows)}) for one in added)
    edition.theme.revealed_at = launch
    if not await day_steps(session, edition.id):
        session.add_all(steps_of(edition, usual_steps()))
    edition.version += 1
    await session.flush()
    journal.record(session, actor, "phase.completed", edition, now=now, edition_id=edition.id, added=len(added))
    return len(added)


async def redraw_calendar(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    phases: Sequence[PlannedPhase],
    *,
    version: int,
    now: datetime,
) -> None:
    """Make the calendar of an edition on paper what somebody drew: phases added, changed, removed, rights included.

    The theme stays revealed at the launch when it was.

    Raises:
        Refused: the edition is announced, the calendar would not hold, or the actor does not coordinate it.
        Stale: the edition was changed in between.
    """
    check(may_redraw_calendar(actor, edition))
    if version != edition.version:
        raise Stale(_(CHANGED_MEANWHILE), {})
    if problems := calendar_problems(phases, edition.zone):
        raise Refused(" ".join(problems))
    with_launch = edition.theme.revealed_at == launch_of(edition)
    stored = {phase.id: phase for phase in edition.phases}
    kept = {phase.id for phase in phases}
    for gone in [phase for phase in edition.phases if phase.id not in kept]:
        await _remove(session, edition, gone)
    for plan in phases:
        phase = stored.get(plan.id or "") or Phase(edition_id=edition.id)
        for name, value in vars(plan).items():
            if name != "id":
                setattr(phase, name, list(value) if name == "allows" else value)
        if phase.id not in stored:
            edition.phases.append(phase)
    if with_launch and edition.phases:
        edition.theme.revealed_at = launch_of(edition)
    edition.version += 1
    await session.flush()
    journal.record(session, actor, "phase.redrawn", edition, now=now, edition_id=edition.id, phases=len(phases))


async def redraw_steps(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    steps: Sequence[tuple[int, str]],
    *,
    version: int,
    now: datetime,
) -> None:
    """Make the steps of the day of an edition on paper what somebody wrote: minutes after the launch, title.

    Raises:
        Refused: the edition is announced, or the actor does not coordinate it.
        Stale: the edition was changed in between.
    """
    check(may_redraw_calendar(actor, edition))
    if version != edition.version:
        raise Stale(_(CHANGED_MEANWHILE), {})
    await session.execute(delete(DayStep).where(DayStep.edition_id == edition.id))
    session.add_all(steps_of(edition, steps))
    edition.version += 1
    await session.flush()
    journal.record(session, actor, "steps.redrawn", edition, now=now, edition_id=edition.id, steps=len(steps))


def steps_of(edition: Edition, steps: Sequence[tuple[int, str]]) -> list[DayStep]:
    """The rows of a day: minutes after the launch, title."""
    return [DayStep(edition_id=edition.id, minutes=minutes, title=title) for minutes, title in steps]


async def _remove(session: AsyncSession, edition: Edition, phase: Phase) -> None:
    """Take a phase away from a calendar nobody was told of, with what was noted of it."""
    for noted in (PhaseChange, PhaseProposal):
        await session.execute(delete(noted).where(noted.phase_id == phase.id))
    edition.phases.remove(phase)
    await session.delete(phase)

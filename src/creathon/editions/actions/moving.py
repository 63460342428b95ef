"""Moving a phase of an announced calendar: at once when it gives time, by two people when it takes some away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Refused, Stale, check
from creathon.core.events import publish
from creathon.core.text import _
from creathon.editions.actions.texts import CHANGED_MEANWHILE
from creathon.editions.events import PhaseMoved
from creathon.editions.models import Edition, Phase, PhaseChange, PhaseProposal, ProposalState
from creathon.editions.queries import day_steps
from creathon.editions.rules import (
    PhaseMove,
    PlannedPhase,
    calendar_mark,
    day_minutes,
    may_confirm,
    may_move_dates,
    may_move_phase,
    may_move_to,
    may_settle,
    moved,
    planned,
    shortens,
    steps_at_the_end,
    theme_follows,
)

TWO_PEOPLE = "Ce changement retire du temps annoncé : une seconde personne doit le confirmer."


@dataclass(frozen=True)
class _Authors:
    """Who changes the calendar: one person, or two when the second confirmed what the first proposed."""

    actor: Actor
    proposer: str | None = None

    @property
    def first(self) -> str:
        return self.proposer or self.actor.person_id


async def move_phase(
    session: AsyncSession, actor: Actor, edition: Edition, phase: Phase, move: PhaseMove, *, version: int, now: datetime
) -> list[PhaseChange]:
    """Change the interval of a phase, and what touches it, with a reason told to everybody.

    A theme that was to be revealed when the phase opens stays so: no change of dates tells it early.

    Raises:
        Refused: the calendar would not hold, two people are needed, or the actor does not coordinate the edition.
        Stale: the edition was changed in between; `current` holds the stored bounds.
    """
    after = _checked(actor, edition, phase, move, version)
    if shortens(edition, phase, after):
        raise Refused(_(TWO_PEOPLE))
    return await _apply(session, _Authors(actor), edition, phase, move, now=now)


async def propose_move(
    session: AsyncSession, actor: Actor, edition: Edition, phase: Phase, move: PhaseMove, *, version: int, now: datetime
) -> PhaseProposal:
    """Write down a change that shortens what was announced, for a second person to confirm. Nothing moves yet.

    Raises:
        Refused: the calendar would not hold, or the actor does not coordinate the edition.
        Stale: the edition was changed in between.
    """
    _checked(actor, edition, phase, move, version)
    proposal = PhaseProposal(
        edition_id=edition.id,
        phase_id=phase.id,
        calendar=calendar_mark(edition),
        opens_at=move.opens_at,
        closes_at=move.closes_at,
        reason=move.reason,
        proposed_by=actor.person_id,
        proposer_name=actor.display_name,
        proposed_at=now,
    )
    session.add(proposal)
    await session.flush()
    journal.record(session, actor, "phase.proposed", phase, now=now, edition_id=edition.id, proposal=proposal.id)
    return proposal


async def confirm_move(
    session: AsyncSession, actor: Actor, edition: Edition, proposal: PhaseProposal, *, now: datetime
) -> list[PhaseChange]:
    """Apply what somebody else proposed. The edition is locked by the caller: two people who confirm apply it once.

    Raises:
        Refused: the proposal has its answer, is the actor's own, or was made from another calendar.
    """
    check(may_confirm(actor, edition, proposal))
    phase = next(one for one in edition.phases if one.id == proposal.phase_id)
    check(may_move_to(edition, phase, proposal.opens_at, proposal.closes_at))
    _settle(proposal, ProposalState.APPLIED, actor, now)
    move = PhaseMove(proposal.opens_at, proposal.closes_at, proposal.reason)
    return await _apply(session, _Authors(actor, proposal.proposed_by), edition, phase, move, now=now)


async def refuse_move(
    session: AsyncSession, actor: Actor, edition: Edition, proposal: PhaseProposal, *, now: datetime
) -> None:
    """Put a proposal aside: by its author it is withdrawn, by another it is refused.

    Raises:
        Refused: the proposal has its answer.
    """
    check(may_settle(actor, edition, proposal))
    _settle(proposal, ProposalState.REFUSED, actor, now)
    await session.flush()
    details = {"proposal": proposal.id, "proposed_by": proposal.proposed_by}
    journal.record(session, actor, "phase.refused", proposal.phase, now=now, edition_id=edition.id, **details)


def _checked(actor: Actor, edition: Edition, phase: Phase, move: PhaseMove, version: int) -> list[PlannedPhase]:
    """The calendar after the move, once every rule agreed."""
    check(may_move_dates(actor, edition))
    if version != edition.version:
        raise Stale(_(CHANGED_MEANWHILE), {"opens_at": phase.opens_at, "closes_at": phase.closes_at})
    check(may_move_phase(phase, move.opens_at, move.closes_at))
    check(may_move_to(edition, phase, move.opens_at, move.closes_at))
    return moved(edition, phase, move.opens_at, move.closes_at)


async def _apply(
    session: AsyncSession, authors: _Authors, edition: Edition, phase: Phase, move: PhaseMove, *, now: datetime
) -> list[PhaseChange]:
    before, stored = tuple(planned(edition)), {one.id: one for one in edition.phases}
    if move.opens_at != phase.opens_at and theme_follows(edition, phase, now=now):
        edition.theme.revealed_at = move.opens_at
    lasted = day_minutes(edition)
    changes = []
    for plan in sorted(moved(edition, phase, move.opens_at, move.closes_at), key=lambda one: one.id != phase.id):
        one = stored[str(plan.id)]
        if (one.opens_at, one.closes_at) != (plan.opens_at, plan.closes_at):
            changes.append(_change_of(one, plan, move.reason, authors, now))
            one.opens_at, one.closes_at = plan.opens_at, plan.closes_at
    session.add_all(changes)
    for step in steps_at_the_end(await day_steps(session, edition.id), lasted):
        step.minutes += day_minutes(edition) - lasted
    edition.version += 1
    await session.flush()
    for change in changes:
        _record(session, authors, stored[change.phase_id], change, now)
    await publish(session, PhaseMoved(authors.actor, edition, phase, tuple(changes), before, now))
    return changes


def _change_of(phase: Phase, plan: PlannedPhase, reason: str, authors: _Authors, now: datetime) -> PhaseChange:
    """The public trace of a move, before it is made."""
    return PhaseChange(
        edition_id=phase.edition_id,
        phase_id=phase.id,
        old_opens_at=phase.opens_at,
        old_closes_at=phase.closes_at,
        new_opens_at=plan.opens_at,
        new_closes_at=plan.closes_at,
        reason=reason,
        changed_by=authors.first,
        confirmed_by=authors.actor.person_id if authors.proposer else None,
        changed_at=now,
    )


def _record(session: AsyncSession, authors: _Authors, phase: Phase, change: PhaseChange, now: datetime) -> None:
    before = [change.old_opens_at.isoformat(), change.old_closes_at.isoformat()]
    after = [change.new_opens_at.isoformat(), change.new_closes_at.isoformat()]
    details: dict[str, Any] = {"before": before, "after": after, "change": change.id}
    if authors.proposer:
        details["proposed_by"] = authors.proposer
    journal.record(session, authors.actor, "phase.moved", phase, now=now, **details)


def _settle(proposal: PhaseProposal, state: ProposalState, actor: Actor, now: datetime) -> None:
    proposal.state, proposal.settled_by, proposal.settled_at = state, actor.person_id, now

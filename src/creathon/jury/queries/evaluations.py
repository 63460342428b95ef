"""Evaluations, and where a juror stands to what they read."""

from dataclasses import dataclass

from sqlalchemy import and_, bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from creathon.jury.models import (
    Assignment,
    ConflictOfInterest,
    Evaluation,
    EvaluationState,
    Panel,
    PanelJuror,
    Rubric,
)
from creathon.jury.queries.rubric import rubric_of
from creathon.jury.rules.evaluations import Standing
from creathon.projects.models import Deposit
from creathon.teams.models import TeamMember


async def assignment_by_id(session: AsyncSession, assignment_id: str, *, lock: bool = False) -> Assignment | None:
    """One assignment with panel, evaluation and scores. Locked, it is read again whatever the session knew.

    The lock comes first and alone: what is read with it would be as old as the wait.
    """
    query = (
        select(Assignment)
        .where(Assignment.id == assignment_id)
        .options(
            joinedload(Assignment.panel),
            joinedload(Assignment.evaluation).selectinload(Evaluation.scores),
        )
    )
    if lock:
        await session.scalar(select(Assignment.id).where(Assignment.id == assignment_id).with_for_update())
        query = query.execution_options(populate_existing=True)
    return await session.scalar(query)


@dataclass(frozen=True)
class Reading:
    """A read with all that is asked before it is shown: where its juror stands to it now, the grid."""

    assignment: Assignment
    standing: Standing
    rubric: Rubric | None


class HeldReading(Reading):
    """A read locked in this transaction, then read: what may be written. Only `hold_reading` makes one."""


async def reading_by_id(session: AsyncSession, assignment_id: str) -> Reading | None:
    """A read by its assignment, with panel, evaluation and scores."""
    found = await _reading(session, assignment_id)
    return Reading(*found) if found else None


async def hold_reading(session: AsyncSession, assignment_id: str, person_id: str) -> HeldReading | None:
    """The read of that juror, locked; nothing when it is somebody else's.

    The lock comes first and alone: what is read with it would be as old as the wait.
    """
    mine = select(Assignment.id).where(Assignment.id == assignment_id, Assignment.person_id == person_id)
    if await session.scalar(mine.with_for_update()) is None:
        return None
    found = await _reading(session, assignment_id)
    return HeldReading(*found) if found else None


async def _reading(session: AsyncSession, assignment_id: str) -> tuple[Assignment, Standing, Rubric | None] | None:
    row = (await session.execute(_READING, {"assignment_id": assignment_id})).unique().one_or_none()
    if row is None:
        return None
    assignment, seat_id, declared_at, in_conflict, in_team, arrived_at = row
    standing = Standing(seat_id is not None, declared_at, bool(in_conflict), bool(in_team), arrived_at)
    return assignment, standing, await rubric_of(session, assignment.panel.edition_id)


_CONFLICT = exists().where(
    ConflictOfInterest.person_id == Assignment.person_id, ConflictOfInterest.project_id == Assignment.project_id
)
_READING = (
    select(
        Assignment,
        PanelJuror.id,
        PanelJuror.links_declared_at,
        _CONFLICT,
        exists().where(TeamMember.person_id == Assignment.person_id, TeamMember.edition_id == Panel.edition_id),
        Deposit.arrived_at,
    )
    .join(Assignment.panel)
    .outerjoin(
        PanelJuror,
        and_(PanelJuror.panel_id == Assignment.panel_id, PanelJuror.person_id == Assignment.person_id),
    )
    .outerjoin(Deposit, and_(Deposit.project_id == Assignment.project_id, Deposit.superseded_at.is_(None)))
    .where(Assignment.id == bindparam("assignment_id"))
    .options(
        contains_eager(Assignment.panel),
        joinedload(Assignment.evaluation).joinedload(Evaluation.scores),
    )
    .execution_options(populate_existing=True)
)


async def validated_evaluations(
    session: AsyncSession, edition_id: str, *, project_id: str | None = None
) -> list[Evaluation]:
    """The evaluations that count in an edition, with assignment and scores: validated, not withdrawn, no conflict.

    Of one project when it is given.
    """
    query = (
        select(Evaluation)
        .join(Evaluation.assignment)
        .join(Panel, Panel.id == Assignment.panel_id)
        .where(Panel.edition_id == edition_id, Evaluation.state == EvaluationState.VALIDATED)
        .where(Assignment.withdrawn_at.is_(None), ~_CONFLICT)
        .options(joinedload(Evaluation.assignment), selectinload(Evaluation.scores))
        .order_by(Assignment.project_id, Assignment.person_id, Evaluation.id)
    )
    if project_id is not None:
        query = query.where(Assignment.project_id == project_id)
    return list(await session.scalars(query))

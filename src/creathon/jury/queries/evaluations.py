"""Evaluations, and where a juror stands to what they read."""

from sqlalchemy import and_, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from creathon.jury.models import Assignment, ConflictOfInterest, Evaluation, EvaluationState, Panel, PanelJuror
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


async def standing_of(session: AsyncSession, assignment: Assignment) -> Standing:
    """Where the juror of an assignment (with its panel) stands to it now, in one query."""
    conflict = exists().where(
        ConflictOfInterest.person_id == assignment.person_id, ConflictOfInterest.project_id == assignment.project_id
    )
    member = exists().where(
        TeamMember.person_id == assignment.person_id, TeamMember.edition_id == assignment.panel.edition_id
    )
    seat = and_(PanelJuror.panel_id == Assignment.panel_id, PanelJuror.person_id == Assignment.person_id)
    deposit = and_(Deposit.project_id == Assignment.project_id, Deposit.superseded_at.is_(None))
    query = (
        select(PanelJuror.id, PanelJuror.links_declared_at, conflict, member, Deposit.arrived_at)
        .select_from(Assignment)
        .outerjoin(PanelJuror, seat)
        .outerjoin(Deposit, deposit)
        .where(Assignment.id == assignment.id)
    )
    seat_id, declared_at, in_conflict, in_team, arrived_at = (await session.execute(query)).one()
    return Standing(seat_id is not None, declared_at, bool(in_conflict), bool(in_team), arrived_at)


async def validated_evaluations(
    session: AsyncSession, edition_id: str, *, project_id: str | None = None
) -> list[Evaluation]:
    """The evaluations that count in an edition, with assignment and scores: validated, not withdrawn, no conflict.

    Of one project when it is given.
    """
    conflict = exists().where(
        ConflictOfInterest.person_id == Assignment.person_id, ConflictOfInterest.project_id == Assignment.project_id
    )
    query = (
        select(Evaluation)
        .join(Evaluation.assignment)
        .join(Panel, Panel.id == Assignment.panel_id)
        .where(Panel.edition_id == edition_id, Evaluation.state == EvaluationState.VALIDATED)
        .where(Assignment.withdrawn_at.is_(None), ~conflict)
        .options(joinedload(Evaluation.assignment), selectinload(Evaluation.scores))
        .order_by(Assignment.project_id, Assignment.person_id, Evaluation.id)
    )
    if project_id is not None:
        query = query.where(Assignment.project_id == project_id)
    return list(await session.scalars(query))

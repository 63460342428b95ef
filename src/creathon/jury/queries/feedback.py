"""What the jury validated about the project of a team."""

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.jury.models import Evaluation
from creathon.jury.queries.evaluations import validated_evaluations
from creathon.jury.rules.palmares import TeamDeposit
from creathon.projects.models import Deposit, Project


async def deposit_of_team(session: AsyncSession, team_id: str) -> TeamDeposit | None:
    """What a team deposited; None when it deposited nothing."""
    current = and_(Deposit.project_id == Project.id, Deposit.superseded_at.is_(None))
    query = select(Project.id, Project.slug, Deposit.title, Deposit.late).join(Deposit, current)
    row = (await session.execute(query.where(Project.team_id == team_id))).first()
    return TeamDeposit(*row) if row else None


async def evaluations_of_project(session: AsyncSession, edition_id: str, project_id: str) -> list[Evaluation]:
    """The evaluations of a project that count, with scores, by their random id: the order tells nobody's name."""
    found = await validated_evaluations(session, edition_id, project_id=project_id)
    return sorted(found, key=lambda evaluation: evaluation.id)

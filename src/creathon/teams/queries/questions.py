"""The questions of an edition and their answers."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.teams.models import Answer, Question


async def questions_of(session: AsyncSession, edition_id: str, *, of_person: bool = False) -> list[Question]:
    """The questions of an edition, in order; `of_person`: those asked of somebody alone."""
    query = select(Question).where(Question.edition_id == edition_id).order_by(Question.position, Question.id)
    return list(await session.scalars(query.where(Question.of_person) if of_person else query))


async def question_by_id(session: AsyncSession, edition_id: str, question_id: str) -> Question | None:
    """One question of that edition."""
    return await session.scalar(select(Question).where(Question.edition_id == edition_id, Question.id == question_id))


async def questions_count(session: AsyncSession, edition_id: str) -> int:
    """How many questions an edition asks."""
    return await session.scalar(select(func.count(Question.id)).where(Question.edition_id == edition_id)) or 0


async def is_answered(session: AsyncSession, question_id: str) -> bool:
    """Whether somebody answered a question."""
    return await session.scalar(select(Answer.id).where(Answer.question_id == question_id).limit(1)) is not None


async def answer_rows(session: AsyncSession, *, team_id: str = "", alone_id: str = "") -> list[Answer]:
    """The answers of a team, or of somebody alone."""
    mine = Answer.team_id == team_id if team_id else Answer.alone_id == alone_id
    return list(await session.scalars(select(Answer).where(mine)))


async def answers_of(session: AsyncSession, *, team_id: str = "", alone_id: str = "") -> dict[str, str]:
    """The answers of a team, or of somebody alone, by question id."""
    return {one.question_id: one.value for one in await answer_rows(session, team_id=team_id, alone_id=alone_id)}


async def answers_to(session: AsyncSession, question_ids: Collection[str]) -> dict[tuple[str, str], str]:
    """Every answer of a team to these questions, by team and question."""
    query = select(Answer.team_id, Answer.question_id, Answer.value)
    rows = await session.execute(query.where(Answer.question_id.in_(question_ids), Answer.team_id.is_not(None)))
    return {(team_id or "", question_id): value for team_id, question_id, value in rows}

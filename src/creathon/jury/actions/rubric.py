"""The grid is given once and frozen by the first evaluation."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Refused, check
from creathon.editions.models import Edition
from creathon.jury.models import Criterion, Level, Rubric
from creathon.jury.queries.rubric import rubric_of
from creathon.jury.rules.panels import CriterionValues, may_write_rubric, rubric_problem

__all__ = ["CriterionValues", "create_rubric", "freeze_rubric"]


async def create_rubric(
    session: AsyncSession, actor: Actor, edition: Edition, criteria: Sequence[CriterionValues], *, now: datetime
) -> Rubric:
    """Give an edition its grid, criteria in order.

    Raises:
        Refused: the edition has one, or these criteria make none.
    """
    check(may_write_rubric(actor, edition, exists=await rubric_of(session, edition.id) is not None))
    if problem := rubric_problem(criteria):
        raise Refused(problem)
    rubric = Rubric(edition_id=edition.id, criteria=[_criterion(place, one) for place, one in enumerate(criteria, 1)])
    session.add(rubric)
    await session.flush()
    journal.record(session, actor, "rubric.created", rubric, now=now, criteria=len(criteria))
    return rubric


async def freeze_rubric(session: AsyncSession, actor: Actor, rubric: Rubric, *, now: datetime) -> None:
    """From the first evaluation on, the grid does not change; freezing it again does nothing."""
    if rubric.frozen_at is not None:
        return
    frozen = update(Rubric).where(Rubric.id == rubric.id, Rubric.frozen_at.is_(None)).values(frozen_at=now)
    done = await session.execute(frozen.returning(Rubric.id).execution_options(synchronize_session=False))
    if done.first() is not None:
        journal.record(session, actor, "rubric.frozen", rubric, now=now)


def _criterion(place: int, values: CriterionValues) -> Criterion:
    return Criterion(
        code=values.code,
        title=values.title,
        question=values.question,
        weight=values.weight,
        position=place,
        levels=[Level(value=value, text=text) for value, text in enumerate(values.levels)],
    )

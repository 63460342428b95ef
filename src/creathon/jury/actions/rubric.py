"""The grid: given once, changed as long as nothing was scored, frozen by the first evaluation."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Conflict, NotThere, Refused, Stale, check
from creathon.core.events import publish
from creathon.core.text import _
from creathon.editions.events import RulebookTouched
from creathon.editions.models import Edition
from creathon.jury.models import Criterion, Level, Rubric
from creathon.jury.queries.rubric import rubric_of
from creathon.jury.rules.rubric import (
    CriterionValues,
    criteria_of,
    may_edit_rubric,
    may_write_rubric,
    rubric_problem,
)

__all__ = ["CriterionValues", "create_rubric", "edit_rubric", "freeze_rubric", "give_rubric"]

CHANGED_MEANWHILE = "Quelqu’un a modifié la grille pendant que vous écriviez. Comparez, puis choisissez."
CHANGED_WHILE_READING = "La grille vient de changer. Rechargez la page : votre texte reste dans l’onglet d’avant."


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
    return await give_rubric(session, actor, edition, criteria, now=now)


async def give_rubric(
    session: AsyncSession, actor: Actor, edition: Edition, criteria: Sequence[CriterionValues], *, now: datetime
) -> Rubric:
    """Write a grid already found good on an edition that has none."""
    rubric = Rubric(edition_id=edition.id, criteria=[_criterion(place, one) for place, one in enumerate(criteria, 1)])
    session.add(rubric)
    await session.flush()
    journal.record(session, actor, "rubric.created", rubric, now=now, criteria=len(criteria))
    return rubric


async def edit_rubric(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    criteria: Sequence[CriterionValues],
    *,
    version: int,
    now: datetime,
) -> bool:
    """Change the whole grid at once; False when nothing changes. A rulebook that shows the old one needs an amendment.

    Raises:
        NotThere: the edition has no grid.
        Refused: an evaluation froze it, the actor may not, or these criteria make no grid.
        Stale: somebody saved in between; `current` holds the stored criteria.
    """
    rubric = await rubric_of(session, edition.id, lock=True)
    if rubric is None:
        raise NotThere()
    check(may_edit_rubric(actor, edition, rubric))
    stored = criteria_of(rubric)
    if version != rubric.version:
        raise Stale(_(CHANGED_MEANWHILE), {"criteria": stored})
    if problem := rubric_problem(criteria):
        raise Refused(problem)
    if list(criteria) == stored:
        return False
    await _replace(session, rubric, criteria)
    journal.record(session, actor, "rubric.edited", rubric, now=now, criteria=len(criteria), version=rubric.version)
    await publish(session, RulebookTouched(actor, edition, now))
    return True


async def _replace(session: AsyncSession, rubric: Rubric, criteria: Sequence[CriterionValues]) -> None:
    """Write new criteria in place of the old ones: nothing was scored with these."""
    old = [criterion.id for criterion in rubric.criteria]
    for gone in (delete(Level).where(Level.criterion_id.in_(old)), delete(Criterion).where(Criterion.id.in_(old))):
        await session.execute(gone.execution_options(synchronize_session=False))
    for criterion in rubric.criteria:
        for level in criterion.levels:
            session.expunge(level)
        session.expunge(criterion)
    session.expire(rubric, ["criteria"])
    session.add_all(_criterion(place, one, rubric.id) for place, one in enumerate(criteria, 1))
    rubric.version += 1
    await session.flush()


async def freeze_rubric(session: AsyncSession, actor: Actor, rubric: Rubric, *, now: datetime) -> None:
    """From the first evaluation on, the grid does not change; freezing it again does nothing.

    Raises:
        Conflict: the grid was changed since it was read for this evaluation.
    """
    if rubric.frozen_at is not None:
        return
    frozen = update(Rubric).where(Rubric.id == rubric.id, Rubric.frozen_at.is_(None))
    frozen = frozen.where(Rubric.version == rubric.version).values(frozen_at=now)
    done = await session.execute(frozen.returning(Rubric.id).execution_options(synchronize_session=False))
    if done.first() is not None:
        journal.record(session, actor, "rubric.frozen", rubric, now=now)
    elif await session.scalar(select(Rubric.version).where(Rubric.id == rubric.id)) != rubric.version:
        raise Conflict(_(CHANGED_WHILE_READING))


def _criterion(place: int, values: CriterionValues, rubric_id: str | None = None) -> Criterion:
    return Criterion(
        rubric_id=rubric_id,
        code=values.code,
        title=values.title,
        question=values.question,
        weight=values.weight,
        position=place,
        levels=[Level(value=value, text=text) for value, text in enumerate(values.levels)],
    )

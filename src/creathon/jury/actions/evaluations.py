"""Scoring: drafts, validation, reopening. All or nothing: only a read held under its lock can be written."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Refused, Stale, check
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.jury.actions.rubric import freeze_rubric
from creathon.jury.models import Assignment, Criterion, Evaluation, EvaluationState, Score
from creathon.jury.queries.evaluations import HeldReading
from creathon.jury.rules.evaluations import (
    EvaluationValues,
    may_read,
    may_reopen,
    may_score,
    may_validate,
    total_of,
    unknown_levels,
    values_of,
)

__all__ = ["EvaluationValues", "reopen_evaluation", "save_evaluation", "validate_evaluation"]

STALE = "Cette évaluation a été enregistrée dans un autre onglet entre-temps. Rien n’est perdu : comparez les deux."


async def save_evaluation(
    session: AsyncSession,
    actor: Actor,
    reading: HeldReading,
    values: EvaluationValues,
    edition: Edition,
    *,
    version: int,
    now: datetime,
) -> Evaluation:
    """Keep a draft, complete or not. `version` is 0 for the first one.

    Raises:
        Stale: something else was saved in between; `current` holds the stored values.
        Refused: not theirs to read any more, validated, or the review is over.
    """
    state = EvaluationState.DRAFT
    return await _write(session, actor, reading, values, edition, state, version=version, now=now)


async def validate_evaluation(
    session: AsyncSession,
    actor: Actor,
    reading: HeldReading,
    values: EvaluationValues,
    edition: Edition,
    *,
    version: int,
    now: datetime,
) -> Evaluation:
    """Give the total: every criterion has its level, and the extremes are explained to the team.

    Raises:
        Stale, Refused: as for a draft; Refused also when something is missing.
    """
    state = EvaluationState.VALIDATED
    return await _write(session, actor, reading, values, edition, state, version=version, now=now)


async def reopen_evaluation(
    session: AsyncSession, actor: Actor, reading: HeldReading, edition: Edition, *, now: datetime
) -> Evaluation:
    """Take a validation back: a draft again, without total.

    Raises:
        Refused: it is not validated, or the review is over.
    """
    evaluation = _evaluation(actor, reading, edition, now)
    check(may_reopen(evaluation, edition, now=now))
    assert evaluation is not None  # noqa: S101 — the rule has said so
    evaluation.state, evaluation.total, evaluation.validated_at = EvaluationState.DRAFT, None, None
    _touch(evaluation, now)
    await session.flush()
    journal.record(session, actor, "evaluation.reopened", evaluation, now=now, edition_id=edition.id)
    return evaluation


async def _write(
    session: AsyncSession,
    actor: Actor,
    reading: HeldReading,
    values: EvaluationValues,
    edition: Edition,
    state: EvaluationState,
    *,
    version: int,
    now: datetime,
) -> Evaluation:
    evaluation = _evaluation(actor, reading, edition, now)
    if evaluation is not None and evaluation.version != version:
        if evaluation.state == state and _same(evaluation, values):
            return evaluation
        raise Stale(_(STALE), asdict(values_of(evaluation)))
    check(may_score(evaluation, edition, now=now))
    if (rubric := reading.rubric) is None:
        raise Refused(_("La grille de cette édition n’est pas encore prête."))
    check(unknown_levels(values.levels, rubric.criteria))
    if state == EvaluationState.VALIDATED:
        check(may_validate(values, rubric.criteria))
    await freeze_rubric(session, actor, rubric, now=now)
    evaluation = evaluation or _begin(session, reading.assignment, now)
    _fill(evaluation, values, state, rubric.criteria, now)
    await session.flush()
    verb = "evaluation.validated" if state == EvaluationState.VALIDATED else "evaluation.saved"
    details = {"assignment": reading.assignment.id, "version": evaluation.version}
    journal.record(session, actor, verb, evaluation, now=now, edition_id=edition.id, **details)
    return evaluation


def _evaluation(actor: Actor, reading: HeldReading, edition: Edition, now: datetime) -> Evaluation | None:
    """What is written so far, once the right to read was asked again under the lock."""
    check(may_read(actor, reading.assignment, reading.standing, edition, now=now))
    return reading.assignment.evaluation


def _begin(session: AsyncSession, assignment: Assignment, now: datetime) -> Evaluation:
    evaluation = Evaluation(assignment_id=assignment.id, scores=[], updated_at=now)
    assignment.evaluation = evaluation
    session.add(evaluation)
    return evaluation


def _fill(
    evaluation: Evaluation,
    values: EvaluationValues,
    state: EvaluationState,
    criteria: list[Criterion],
    now: datetime,
) -> None:
    evaluation.remark_team, evaluation.remark_jury = values.remark_team, values.remark_jury
    _set_levels(evaluation, values)
    evaluation.state = state
    if state == EvaluationState.VALIDATED:
        evaluation.total, evaluation.validated_at = total_of(values.levels, criteria), now
    _touch(evaluation, now)


def _set_levels(evaluation: Evaluation, values: EvaluationValues) -> None:
    known = {score.criterion_id: score for score in evaluation.scores}
    for criterion_id, level in values.levels.items():
        if criterion_id in known:
            known[criterion_id].level = level
        else:
            evaluation.scores.append(Score(criterion_id=criterion_id, level=level))
    for criterion_id in set(known) - set(values.levels):
        evaluation.scores.remove(known[criterion_id])


def _touch(evaluation: Evaluation, now: datetime) -> None:
    """Count a new version even when only a score changed, or nothing did but the instant."""
    evaluation.updated_at = now
    flag_modified(evaluation, "updated_at")


def _same(evaluation: Evaluation, values: EvaluationValues) -> bool:
    return values_of(evaluation) == EvaluationValues(dict(values.levels), values.remark_team, values.remark_jury)

"""Who reads and scores what, when; what is missing before a validation; how a total is computed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.editions.models import Allowed, Edition, Role
from creathon.editions.rules import may_now, phases_allowing
from creathon.jury.models import HIGHEST_LEVEL, Assignment, Criterion, Evaluation, EvaluationState
from creathon.jury.ranking import points
from creathon.jury.rules.conflicts import has_declared

REMARK_LIMIT = 4000
EXPLAINED = frozenset({0, 1, HIGHEST_LEVEL})
"""The levels that ask for a remark to the team."""


@dataclass(frozen=True)
class EvaluationValues:
    """What a juror wrote: levels by criterion id, perhaps not all yet, and the two remarks."""

    levels: Mapping[str, int]
    remark_team: str = ""
    remark_jury: str = ""


@dataclass(frozen=True)
class Standing:
    """What the right to read one assignment depends on, read at once and never kept."""

    on_panel: bool
    declared_at: datetime | None
    in_conflict: bool
    in_team: bool
    arrived_at: datetime | None


def may_read(
    viewer: Viewer, assignment: Assignment, standing: Standing, edition: Edition, *, now: datetime
) -> Refusal | None:
    """Whether somebody reads the project of an assignment. To anybody but its juror it does not exist."""
    if assignment.person_id != viewer.person_id or assignment.panel.edition_id != edition.id:
        return Refusal(_("Cette lecture n’est pas la vôtre."), hidden=True)
    if standing.in_conflict:
        return Refusal(_("Un lien d’intérêts est déclaré entre vous et ce projet : vous ne pouvez pas le lire."))
    if standing.in_team:
        return Refusal(_("Vous faites partie d’une équipe de cette édition : vous ne pouvez lire aucun projet."))
    if not (standing.on_panel and viewer.holds(Role.JUROR, edition.id)):
        return Refusal(_("Vous ne faites plus partie de ce jury."))
    if assignment.withdrawn_at is not None or standing.arrived_at is None:
        return Refusal(_("Ce projet ne vous est plus confié."))
    if not has_declared(standing.declared_at, standing.arrived_at):
        return Refusal(_("Déclarez d’abord vos liens d’intérêts : rien ne peut être lu avant."))
    if not any(phase.opens_at <= now for phase in phases_allowing(edition, Allowed.REVIEW)):
        return may_now(edition, Allowed.REVIEW, now=now)
    return None


def may_score(evaluation: Evaluation | None, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether the juror who reads a project may write their evaluation now."""
    if refusal := may_now(edition, Allowed.REVIEW, now=now):
        return refusal
    if evaluation is not None and evaluation.state == EvaluationState.VALIDATED:
        return Refusal(_("Votre évaluation est validée. Rouvrez-la pour la changer."))
    return None


def may_reopen(evaluation: Evaluation | None, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether a juror may take a validation back: while the review is open."""
    if evaluation is None or evaluation.state != EvaluationState.VALIDATED:
        return Refusal(_("Cette évaluation n’est pas validée."))
    return may_now(edition, Allowed.REVIEW, now=now)


def may_recuse(viewer: Viewer, assignment: Assignment, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether a juror may step aside from a project: as long as the jury works."""
    if assignment.person_id != viewer.person_id or assignment.panel.edition_id != edition.id:
        return Refusal(_("Cette lecture n’est pas la vôtre."), hidden=True)
    if assignment.withdrawn_at is not None:
        return Refusal(_("Ce projet ne vous est plus confié."))
    review = may_now(edition, Allowed.REVIEW, now=now)
    return review if review and may_now(edition, Allowed.DELIBERATE, now=now) else None


def unknown_levels(levels: Mapping[str, int], criteria: Sequence[Criterion]) -> Refusal | None:
    """Why levels are not of this grid."""
    known = {criterion.id for criterion in criteria}
    if set(levels) <= known and all(0 <= level <= HIGHEST_LEVEL for level in levels.values()):
        return None
    return Refusal(_("Un de ces niveaux n’est pas dans la grille. Rechargez la page."))


def problems(values: EvaluationValues, criteria: Sequence[Criterion]) -> dict[str, str]:
    """What is missing before a validation: a sentence by criterion id, or by « remark_team »."""
    found = {
        criterion.id: _("Choisissez un niveau.") for criterion in criteria if criterion.id not in values.levels
    }  # fmt: skip
    if EXPLAINED & set(values.levels.values()) and not values.remark_team.strip():
        found["remark_team"] = _("Commentaire obligatoire à 0, 1 et 4 : dites à l’équipe pourquoi.")
    return found


def may_validate(values: EvaluationValues, criteria: Sequence[Criterion]) -> Refusal | None:
    """Whether nothing is missing."""
    found = problems(values, criteria)
    if not found:
        return None
    return Refusal(_("L’évaluation n’est pas complète. %(list)s", list=" ".join(dict.fromkeys(found.values()))))


def total_of(levels: Mapping[str, int], criteria: Sequence[Criterion]) -> Decimal:
    """The score of a read by the grid's weights, as the ranking counts it (`ranking.points`)."""
    return points([levels[one.id] for one in criteria], [one.weight for one in criteria])


def values_of(evaluation: Evaluation) -> EvaluationValues:
    """What an evaluation (with its scores) says."""
    levels = {score.criterion_id: score.level for score in evaluation.scores}
    return EvaluationValues(levels, evaluation.remark_team, evaluation.remark_jury)

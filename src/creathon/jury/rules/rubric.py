"""The grid: what makes a good one, who writes it and until when, and what a rulebook shows of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _, instant_words
from creathon.editions.models import Edition
from creathon.editions.rules import may_change_edition, may_coordinate
from creathon.editions.rules.rulebook import Table
from creathon.jury.models import HIGHEST_LEVEL, Rubric

POINTS = 100
LEVELS = range(HIGHEST_LEVEL + 1)
FEWEST_CRITERIA, MOST_CRITERIA = 1, 12
RUBRIC_MISSING = "L’édition n’a pas encore sa grille d’évaluation."


@dataclass(frozen=True)
class CriterionValues:
    """A line of the grid; `levels` are the sentences of levels 0 to 4, in order."""

    code: str
    title: str
    question: str
    weight: int
    levels: Sequence[str]


def rubric_problem(criteria: Sequence[CriterionValues]) -> str | None:
    """Why a grid cannot be: weights make 100 points, every level is described, codes are unique."""
    if not FEWEST_CRITERIA <= len(criteria) <= MOST_CRITERIA:
        return _(
            "Une grille compte de %(fewest_criteria)s à %(most_criteria)s critères.",
            fewest_criteria=FEWEST_CRITERIA,
            most_criteria=MOST_CRITERIA,
        )
    total = sum(criterion.weight for criterion in criteria)
    if total != POINTS or any(criterion.weight < 1 for criterion in criteria):
        return _(
            "Les coefficients doivent faire %(points)s points en tout : ils en font %(total)s.",
            points=POINTS,
            total=total,
        )
    if any(len(criterion.levels) != HIGHEST_LEVEL + 1 or not all(criterion.levels) for criterion in criteria):
        return _("Chaque critère décrit ses niveaux, de 0 à %(highest_level)s.", highest_level=HIGHEST_LEVEL)
    if len({criterion.code.casefold() for criterion in criteria}) != len(criteria):
        return _("Deux critères portent le même code.")
    return None


def criteria_of(rubric: Rubric) -> list[CriterionValues]:
    """The lines of a grid as they are stored, in order."""
    return [
        CriterionValues(one.code, one.title, one.question, one.weight, tuple(level.text for level in one.levels))
        for one in rubric.criteria
    ]


def may_write_rubric(viewer: Viewer, edition: Edition, *, exists: bool) -> Refusal | None:
    """Whether somebody may give the edition its grid: the national coordination, once."""
    if refusal := may_coordinate(viewer, edition):
        return refusal
    return Refusal(_("Cette édition a déjà sa grille.")) if exists else None


def may_edit_rubric(viewer: Viewer, edition: Edition, rubric: Rubric) -> Refusal | None:
    """Whether somebody may change the grid: the national coordination, until the first evaluation is written."""
    if refusal := may_change_edition(viewer, edition):
        return refusal
    if rubric.frozen_at is not None:
        when = instant_words(rubric.frozen_at, edition.zone)
        return Refusal(
            _("La grille est figée depuis la première évaluation, le %(when)s : elle ne change plus.", when=when)
        )
    return None


def criteria_table(rubric: Rubric) -> Table:
    """The criteria as a rulebook shows them."""
    return Table(
        (_("Critère"), _("Ce qu’on se demande"), _("Coefficient")),
        tuple((f"{one.code} – {one.title}", one.question, str(one.weight)) for one in rubric.criteria),
    )


def rubric_lines(criteria: Sequence[CriterionValues]) -> dict[str, str]:
    """A grid cell by cell, each under its name: what two versions are compared by."""
    lines: dict[str, str] = {}
    for place, one in enumerate(criteria, start=1):
        cells = {_("code"): one.code, _("titre"): one.title, _("question"): one.question}
        cells |= {_("coefficient"): str(one.weight)}
        cells |= {_("niveau %(number)s", number=value): level for value, level in enumerate(one.levels)}
        lines |= {_("Critère %(place)s, %(name)s", place=place, name=name): cell for name, cell in cells.items()}
    return lines


def differing(typed: Sequence[CriterionValues], stored: Sequence[CriterionValues]) -> list[tuple[str, str, str]]:
    """The cells in which two grids differ: name, typed, stored."""
    ours, theirs = rubric_lines(typed), rubric_lines(stored)
    names = [*theirs, *(name for name in ours if name not in theirs)]
    return [(name, ours.get(name, ""), theirs.get(name, "")) for name in names if ours.get(name) != theirs.get(name)]

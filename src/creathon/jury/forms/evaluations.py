"""The scoring form: one group of levels for each criterion of the grid, two remarks."""

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, SelectChoice
from wtforms.validators import Optional

from creathon.core.forms import Form, paragraph
from creathon.jury.models import Criterion
from creathon.jury.rules.evaluations import REMARK_LIMIT, EvaluationValues, problems

PREFIX = "niveau_"


class EvaluationForm(Form):
    """Made for a grid by `evaluation_form`. A draft may be partial; `is_complete` says what a validation needs."""

    criteria: Sequence[Criterion] = ()

    def values(self) -> EvaluationValues:
        chosen = {one.id: self[level_name(one)].data for one in self.criteria}
        levels = {criterion_id: int(level) for criterion_id, level in chosen.items() if level}
        return EvaluationValues(levels, self["remark_team"].data or "", self["remark_jury"].data or "")

    def is_complete(self) -> bool:
        """Whether nothing is missing; what is, is said on its field."""
        missing = problems(self.values(), self.criteria)
        names = {one.id: level_name(one) for one in self.criteria}
        for place, sentence in missing.items():
            self.refuse(sentence, names.get(place, place))
        return not missing


def level_name(criterion: Criterion) -> str:
    """The name of a criterion's field."""
    return f"{PREFIX}{criterion.id}"


def evaluation_form(criteria: Sequence[Criterion], posted: Any = None, *, stored: EvaluationValues) -> EvaluationForm:
    """The form of a grid, filled with what is stored unless something is posted."""
    radios = {
        level_name(one): RadioField(
            one.title, [Optional()], choices=[SelectChoice(str(level.value), level.text) for level in one.levels]
        )
        for one in criteria
    }
    remarks = {
        "remark_team": paragraph(
            "Pour l’équipe — elle lira ce texte après le palmarès", REMARK_LIMIT, needed=False,
            hint="Commentaire obligatoire à 0, 1 et 4. Dites ce qui est réussi, puis ce qui ferait avancer le projet.",
        ),
        "remark_jury": paragraph(
            "Pour le jury — jamais montré à l’équipe", REMARK_LIMIT, needed=False, rows=4,
            hint="Un doute, une question à poser en délibération.",
        ),
    }  # fmt: skip
    form_class = type("GridForm", (EvaluationForm,), {"criteria": criteria, **radios, **remarks})
    initial = {f"{PREFIX}{criterion_id}": str(level) for criterion_id, level in stored.levels.items()}
    return form_class(posted, remark_team=stored.remark_team, remark_jury=stored.remark_jury, **initial)  # type: ignore[no-any-return]

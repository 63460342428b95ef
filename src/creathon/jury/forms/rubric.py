"""The whole grid in one form: criteria are added, moved and removed in it before anything is stored."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import FieldList, FormField, StringField
from wtforms.validators import ValidationError

from creathon.core.forms import Form, line, not_blank, paragraph, text_filter
from creathon.core.text import _
from creathon.jury.rules.rubric import LEVELS, MOST_CRITERIA, POINTS, CriterionValues, rubric_problem

LEVEL_NAMES = [f"level_{value}" for value in LEVELS]
STEPS = ("add", "up", "down", "remove")


def _is_weight(_form: Any, field: Any) -> None:
    text = (field.data or "").strip()
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= POINTS):
        raise ValidationError(_("Écrivez un nombre entier de 1 à %(points)s.", points=POINTS))


class CriterionForm(Form):
    """One line of the grid."""

    code = line("Code", 10, hint="Court, par exemple C1.", autocomplete="off")
    title = line("Titre", 120)
    question = paragraph("Ce qu’on se demande", 400, rows=2)
    weight = StringField(
        "Coefficient", [not_blank(), _is_weight], filters=[text_filter],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "size": 4},
    )  # fmt: skip
    level_0 = paragraph("Niveau 0", 400, rows=2)
    level_1 = paragraph("Niveau 1", 400, rows=2)
    level_2 = paragraph("Niveau 2", 400, rows=2)
    level_3 = paragraph("Niveau 3", 400, rows=2)
    level_4 = paragraph("Niveau 4", 400, rows=2)

    def __init__(self, formdata: Mapping[str, Any] | None = None, **initial: Any) -> None:
        super().__init__(formdata, **initial)


class RubricForm(Form):
    """All the lines of the grid, in order."""

    criteria = FieldList(FormField(CriterionForm), max_entries=MOST_CRITERIA)

    def __init__(
        self, posted: Mapping[str, Any] | None = None, *, criteria: Sequence[Mapping[str, Any]] | None = None
    ) -> None:
        super().__init__(posted, **({} if criteria is None else {"criteria": criteria}))
        for place, entry in enumerate(self.criteria, start=1):
            entry.label.text = _("Critère %(place)s", place=place)
            for field in entry.form:
                field.label.text = _("%(text)s (critère %(place)s)", text=field.label.text, place=place)

    def accepts(self) -> bool:
        """Whether every line is whole and they make a grid together."""
        if not super().accepts():
            return False
        if problem := rubric_problem(self.values()):
            self.refuse(problem)
            return False
        return True

    def values(self) -> list[CriterionValues]:
        return [_values(entry.form) for entry in self.criteria]

    @property
    def total(self) -> int:
        """What the weights make for now."""
        return sum(_weight(entry.form) for entry in self.criteria)

    def rearranged(self, step: str) -> "RubricForm":
        """The same lines after « add », « up-2 », « down-2 » or « remove-2 »; nothing is stored."""
        lines = [dict(entry.form.data) for entry in self.criteria]
        verb, _dash, typed = step.partition("-")
        place = int(typed) if typed.isascii() and typed.isdigit() else -1
        if verb == "add" and len(lines) < MOST_CRITERIA:
            lines.append({})
        elif 0 <= place < len(lines):
            line_ = lines.pop(place)
            if verb in ("up", "down"):
                lines.insert(max(0, place + (-1 if verb == "up" else 1)), line_)
        return RubricForm(criteria=lines)


def lines_of(criteria: Sequence[CriterionValues]) -> list[dict[str, Any]]:
    """The lines of a grid as the form is filled with them."""
    return [
        {
            "code": one.code,
            "title": one.title,
            "question": one.question,
            "weight": str(one.weight),
            **dict(zip(LEVEL_NAMES, one.levels, strict=True)),
        }
        for one in criteria
    ]


def _values(form: Any) -> CriterionValues:
    levels = tuple(form[name].data or "" for name in LEVEL_NAMES)
    return CriterionValues(form.code.data or "", form.title.data or "", form.question.data or "", _weight(form), levels)


def _weight(form: Any) -> int:
    text = (form.weight.data or "").strip()
    return int(text[:4]) if text.isascii() and text.isdigit() else 0

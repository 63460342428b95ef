"""What a team says it looks for; what it writes to somebody alone, and they to it."""

from typing import Any

from wtforms import Field
from wtforms.validators import ValidationError

from creathon.core.forms import Form, paragraph
from creathon.teams.forms.teams import role_choices
from creathon.teams.models import TeamRole
from creathon.teams.rules import MESSAGE_LENGTH, SEEKS_LENGTH, contact_problem


def _no_contact(field: Field) -> None:
    if problem := contact_problem(field.data or ""):
        raise ValidationError(problem)


class NeedForm(Form):
    """Whom a team looks for."""

    seeks = paragraph(
        "Qui vous cherchez",
        SEEKS_LENGTH,
        rows=4,
        hint=f"Ce que fait l’équipe, ce qui lui manque, quand elle se retrouve. {SEEKS_LENGTH} caractères au plus.",
    )

    def validate_seeks(self, field: Field) -> None:
        _no_contact(field)


class ApproachForm(Form):
    """A seat offered or asked for, with a word."""

    role = role_choices("Rôle")
    message = paragraph(
        "Votre message",
        MESSAGE_LENGTH,
        rows=4,
        hint=f"{MESSAGE_LENGTH} caractères au plus, sans adresse ni téléphone.",
    )

    def __init__(self, posted: Any = None, *, role_label: str, **initial: Any) -> None:
        super().__init__(posted, **initial)
        self.role.label.text = role_label

    @property
    def chosen_role(self) -> TeamRole:
        return TeamRole(self.role.data)

    def validate_message(self, field: Field) -> None:
        _no_contact(field)

"""Writing the questions of an edition."""

from typing import Any

from wtforms import BooleanField, Field, RadioField, SelectChoice, SelectField
from wtforms.validators import ValidationError

from creathon.core.forms import Form, line, paragraph, required
from creathon.editions.models import Seating
from creathon.teams.models import QuestionKind
from creathon.teams.rules import (
    GREATEST,
    HINT_LENGTH,
    LABEL_LENGTH,
    MOST_OPTIONS,
    OPTION_LENGTH,
    QUESTION_KINDS,
    QuestionValues,
    question_problem,
)

SEATING_NAMES = {
    Seating.ON_ANSWER: "Sur réponse : la coordination du site répond à chaque équipe",
    Seating.ON_ARRIVAL: "Au premier arrivé : une place est prise dès l’envoi, puis c’est la liste d’attente",
}


class WordingForm(Form):
    """The words of a question: all that changes once applications are open."""

    label = paragraph("Question", LABEL_LENGTH, rows=2)
    hint = paragraph(
        "Aide", HINT_LENGTH, needed=False, rows=2, hint="Facultatif : une phrase sous la question, pour s’y retrouver."
    )


class QuestionForm(WordingForm):
    """A question to ask."""

    kind = SelectField(
        "Réponse attendue",
        choices=[SelectChoice(kind.value, name.capitalize()) for kind, name in QUESTION_KINDS.items()],
    )
    required = BooleanField("La réponse est obligatoire pour envoyer la candidature")
    of_person = BooleanField(
        "Poser aussi la question aux personnes qui candidatent seules",
        description="À cocher seulement si la question a un sens pour une personne sans équipe.",
    )
    options = paragraph(
        "Réponses possibles",
        MOST_OPTIONS * (OPTION_LENGTH + 1),
        needed=False,
        rows=4,
        hint="Pour un choix seulement : une réponse par ligne, deux au moins.",
    )
    limit = line(
        "Maximum",
        7,
        needed=False,
        hint="Facultatif : le nombre de caractères d’un texte, ou le plus grand nombre accepté.",
        inputmode="numeric",
    )

    def validate_limit(self, field: Field) -> None:
        if field.data and not field.data.isdecimal():
            raise ValidationError("Écrivez un nombre entier, ou laissez vide.")

    def accepts(self) -> bool:
        if not super().accepts():
            return False
        if problem := question_problem(self.values()):
            self.refuse(problem, "options" if self.kind.data == QuestionKind.CHOICE else "limit")
            return False
        return True

    def values(self) -> QuestionValues:
        kind = QuestionKind(self.kind.data)
        lines = (line.strip() for line in (self.options.data or "").split("\n"))
        return QuestionValues(
            kind=kind,
            label=self.label.data,
            hint=self.hint.data or "",
            required=bool(self.required.data),
            of_person=bool(self.of_person.data),
            options=tuple(option for option in lines if option) if kind == QuestionKind.CHOICE else (),
            limit=int(self.limit.data or 0),
        )


class SeatingForm(Form):
    """How the places of the sites are given."""

    seating = RadioField(
        "Comment les places se donnent",
        [required("Choisissez une façon de donner les places.")],
        choices=[SelectChoice(seating.value, name) for seating, name in SEATING_NAMES.items()],
    )


def shown(values: QuestionValues) -> dict[str, Any]:
    """A question as its form shows it."""
    whole = GREATEST[values.kind]
    return {
        **vars(values),
        "kind": values.kind.value,
        "options": "\n".join(values.options),
        "limit": "" if values.limit in (0, whole) else str(values.limit),
    }

"""The questions of an edition as a form; the pupils of a class."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from wtforms import BooleanField, Field, IntegerField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from creathon.core.forms import Form, paragraph, text_filter
from creathon.teams.forms.teams import role_cards, site_choices
from creathon.teams.models import Question, QuestionKind, TeamRole
from creathon.teams.rules import (
    BRINGS_LENGTH,
    SEEKS_LENGTH,
    YES,
    AloneValues,
    PupilValues,
    contact_problem,
    pupil_names_problem,
    unanswered,
    unanswered_words,
    value_problem,
)

MOST_PUPILS = 200
NAMES_LENGTH = 4000


def field_of(question: Question) -> str:
    """The name of the field that answers a question."""
    return f"question_{question.id}"


class AnswersForm(Form):
    """The answers to the questions of an edition, kept as a draft: required ones may still be empty."""

    questions: Sequence[Question] = ()

    @classmethod
    def asking(cls, questions: Sequence[Question]) -> type[Self]:
        """The form of these questions."""
        fields = {field_of(question): _field(question) for question in questions}
        return type(cls.__name__, (cls,), {"questions": questions, **fields})

    @staticmethod
    def initial(questions: Sequence[Question], answers: Mapping[str, str]) -> dict[str, Any]:
        """The fields of answers that are stored."""
        kept = {question: answers.get(question.id, "") for question in questions}
        return {
            field_of(question): value == YES if question.kind == QuestionKind.CONSENT else value
            for question, value in kept.items()
        }

    def answers(self) -> dict[str, str]:
        """What was answered, by question id."""
        return {question.id: self._value(question) for question in self.questions}

    def validate(self, *arguments: Any, **keywords: Any) -> bool:
        right = bool(super().validate(*arguments, **keywords))
        for question, value in ((question, self._value(question)) for question in self.questions):
            if problem := value_problem(question, value):
                self.refuse(problem, field_of(question))
                right = False
        return right

    def refuse_unanswered(self) -> bool:
        """Say, question by question, what is required and missing; whether something is."""
        left = unanswered(self.questions, self.answers())
        for question in left:
            self.refuse(unanswered_words(question), field_of(question))
        return bool(left)

    def rows(self, stored: Mapping[str, object]) -> list[tuple[str, str, object]]:
        """The questions whose typed and stored answers differ: label, typed, stored."""
        typed = ((question, self._value(question)) for question in self.questions)
        return [
            (question.label, value, stored.get(question.id, ""))
            for question, value in typed
            if value != stored.get(question.id, "")
        ]

    def _value(self, question: Question) -> str:
        data = self[field_of(question)].data
        if question.kind == QuestionKind.CONSENT:
            return YES if data else ""
        return str(data or "").strip()


class AloneForm(AnswersForm):
    """What somebody alone says of themselves, with the questions asked of a person."""

    site_id = site_choices("Site souhaité")
    role = role_cards("Le rôle que vous préférez")
    brings = paragraph(
        "Ce que vous apportez",
        BRINGS_LENGTH,
        rows=4,
        hint="Ce que vous savez faire, ce qui vous plaît. La coordination du site le lit.",
    )
    seeks = paragraph(
        "Ce que vous cherchez",
        SEEKS_LENGTH,
        needed=False,
        rows=3,
        hint="Facultatif. Une idée à porter, des personnes avec qui travailler, des moments où vous êtes libre.",
    )
    is_shown = BooleanField(
        "Montrer ma fiche aux équipes qui cherchent quelqu’un",
        description="Elles lisent votre prénom, l’initiale de votre nom, le site, le rôle, ce que vous apportez et ce "
        "que vous cherchez. Jamais votre adresse ni votre nom de famille. Vous pouvez la retirer à tout moment.",
    )

    def values(self) -> AloneValues:
        shown = bool(self.is_shown.data) if "is_shown" in self else False
        return AloneValues(self.site_id.data, TeamRole(self.role.data), self.brings.data, self.seeks.data or "", shown)

    def validate(self, *arguments: Any, **keywords: Any) -> bool:
        right = super().validate(*arguments, **keywords)
        for field in (self.brings, self.seeks) if "is_shown" in self and self.is_shown.data else ():
            if problem := contact_problem(field.data or ""):
                self.refuse(problem, field.name)
                right = False
        return right


class PupilsForm(Form):
    """The pupils of a class, who have no account."""

    under_15 = IntegerField("Élèves de moins de 15 ans", [InputRequired("Écrivez un nombre, 0 s’il n’y en a pas.")])
    from_15 = IntegerField("Élèves de 15 à 17 ans", [InputRequired("Écrivez un nombre, 0 s’il n’y en a pas.")])
    adult = IntegerField("Élèves majeurs", [InputRequired("Écrivez un nombre, 0 s’il n’y en a pas.")])
    names = paragraph(
        "Prénoms",
        NAMES_LENGTH,
        needed=False,
        rows=4,
        hint="Facultatif. Un par ligne : le prénom et une initiale au plus (« Léa M. »). Jamais un nom de famille.",
    )
    certified = BooleanField(
        "Je certifie détenir, pour chaque élève, les autorisations de participer.",
        description="Elles restent dans l’établissement : ne les envoyez pas ici. Nécessaire pour candidater.",
    )

    def values(self) -> PupilValues:
        counts = (self.under_15.data, self.from_15.data, self.adult.data)
        return PupilValues(*counts, names=self.names.data or "", certified=bool(self.certified.data))

    def validate_names(self, field: Field) -> None:
        counts = [one.data or 0 for one in (self.under_15, self.from_15, self.adult)]
        if problem := pupil_names_problem(field.data or "", sum(counts)):
            raise ValidationError(problem)

    def _count(self, field: Field) -> None:
        NumberRange(0, MOST_PUPILS, f"Écrivez un nombre entre 0 et {MOST_PUPILS}.")(self, field)

    validate_under_15 = validate_from_15 = validate_adult = _count


class _Expected:
    """Marks a field as one that the application needs; a draft may still leave it empty."""

    field_flags = {"required": True}

    def __call__(self, _form: Any, _field: Field) -> None:
        return None


def _field(question: Question) -> Field:
    """The field of a question, unbound."""
    common: dict[str, Any] = {"description": question.hint, "validators": [_Expected()] if question.required else []}
    if question.kind == QuestionKind.CONSENT:
        return BooleanField(question.label, **common)
    if question.kind == QuestionKind.CHOICE:
        choices = [SelectChoice(option, option) for option in question.options]
        return RadioField(question.label, choices=choices, validate_choice=False, **common)
    common |= {"filters": [text_filter]}
    if question.kind == QuestionKind.LONG_TEXT:
        return TextAreaField(question.label, render_kw={"rows": 5}, **common)
    number = {"inputmode": "numeric", "autocomplete": "off"}
    return StringField(question.label, render_kw=number if question.kind == QuestionKind.NUMBER else None, **common)

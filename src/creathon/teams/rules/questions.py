"""The questions of an application: who writes them, until when, and what answers they take."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.editions.models import Allowed, Edition, EditionState
from creathon.editions.rules import may_change_edition, phases_allowing
from creathon.teams.models import Question, QuestionKind

MOST_QUESTIONS = 30
MOST_OPTIONS = 20
LABEL_LENGTH = 300
HINT_LENGTH = 500
OPTION_LENGTH = 120
YES = "oui"
"""The answer of a consent that is given; one that is not has none."""

QUESTION_KINDS = {
    QuestionKind.SHORT_TEXT: "texte court",
    QuestionKind.LONG_TEXT: "texte long",
    QuestionKind.CHOICE: "choix dans une liste",
    QuestionKind.NUMBER: "nombre entier",
    QuestionKind.CONSENT: "accord à donner",
}
GREATEST = {
    QuestionKind.SHORT_TEXT: 200,
    QuestionKind.LONG_TEXT: 5000,
    QuestionKind.CHOICE: OPTION_LENGTH,
    QuestionKind.NUMBER: 1_000_000,
    QuestionKind.CONSENT: len(YES),
}
"""The highest limit of each kind, and the one taken when none is given."""


@dataclass(frozen=True)
class QuestionValues:
    """A question as it is written. `limit` 0 means the highest of its kind."""

    kind: QuestionKind
    label: str
    hint: str = ""
    required: bool = False
    of_person: bool = False
    options: tuple[str, ...] = ()
    limit: int = 0


def applications_opened(edition: Edition, *, now: datetime) -> bool:
    """Whether somebody may have answered already."""
    if edition.state == EditionState.DRAFT:
        return False
    return any(phase.opens_at <= now for phase in phases_allowing(edition, Allowed.APPLY))


def may_change_questions(viewer: Viewer, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether somebody may add, move, remove questions and change how the places are given."""
    if refusal := may_change_edition(viewer, edition):
        return refusal
    if applications_opened(edition, now=now):
        return Refusal(_("Les candidatures sont ouvertes : seuls l’énoncé et l’aide d’une question se corrigent."))
    return None


def question_problem(values: QuestionValues) -> str | None:
    """Why a question cannot be asked so."""
    if values.kind == QuestionKind.CHOICE and len(values.options) < 2:
        return _("Écrivez au moins deux réponses possibles, une par ligne.")
    if len(values.options) > MOST_OPTIONS or any(len(option) > OPTION_LENGTH for option in values.options):
        return _(
            "%(most_options)s réponses possibles au plus, de %(option_length)s caractères chacune.",
            most_options=MOST_OPTIONS,
            option_length=OPTION_LENGTH,
        )
    if len(set(values.options)) < len(values.options):
        return _("Deux réponses possibles sont les mêmes.")
    if not 0 <= values.limit <= GREATEST[values.kind]:
        return _("Choisissez un maximum entre 1 et %(greatest)s, ou laissez vide.", greatest=GREATEST[values.kind])
    return None


def value_problem(question: Question, value: str) -> str | None:
    """Why an answer is not one to that question; an empty one always may be kept."""
    if not value:
        return None
    if question.kind == QuestionKind.CHOICE and value not in question.options:
        return _("Choisissez une des réponses proposées.")
    if question.kind == QuestionKind.NUMBER and not (value.isdecimal() and int(value[:20]) <= question.limit):
        return _("Écrivez un nombre entier entre 0 et %(limit)s.", limit=question.limit)
    if question.kind == QuestionKind.CONSENT and value != YES:
        return _("Cochez la case pour donner votre accord.")
    if question.kind in (QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT) and len(value) > question.limit:
        return _("Ce texte est trop long : %(limit)s caractères au plus.", limit=question.limit)
    return None


def unanswered(questions: Iterable[Question], answers: Mapping[str, str]) -> list[Question]:
    """The required questions that have no answer."""
    return [question for question in questions if question.required and not answers.get(question.id, "").strip()]


def unanswered_words(question: Question) -> str:
    """What is asked of whoever left a required question."""
    if question.kind == QuestionKind.CONSENT:
        return _("Cet accord est nécessaire pour candidater : cochez la case.")
    if question.kind == QuestionKind.CHOICE:
        return _("Choisissez une réponse : elle est obligatoire.")
    return _("Répondez à cette question : elle est obligatoire.")

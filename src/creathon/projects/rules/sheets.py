"""The two questionnaires of a project: what is kept of their answers, what they signal, what they hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from creathon.core.text import _, french_spaces
from creathon.projects.rules.ethics import ETHICS_1
from creathon.projects.rules.inclusion import INCLUSION_1
from creathon.projects.rules.questions import Alert, Kind, Part, Question, Sheet

SHEETS = (INCLUSION_1, ETHICS_1)
"""What a team answers now."""
EVERY_VERSION = {(sheet.key, sheet.version): sheet for sheet in SHEETS}
"""With the former versions: what was deposited is read with the questions that were asked."""
VERSIONS = "sheets"
"""In a bundle: the version of each questionnaire that its answers belong to."""
_PARTS = [(question, part) for sheet in SHEETS for question in sheet.questions for part in question.parts]
ANSWERS = tuple(part.name for _question, part in _PARTS)
BLANK: Mapping[str, Any] = {part.name: [] if part.kind is Kind.MANY else "" for _question, part in _PARTS}
ANSWER_LABELS = {
    part.name: french_spaces(f"{question.code}. {part.label or question.text}") for question, part in _PARTS
}
ANSWER_LIMITS = {part.name: part.limit for _question, part in _PARTS if part.kind is Kind.TEXT}
SEVERAL = {part.name: part.choices for _question, part in _PARTS if part.kind is Kind.MANY and part.choices}
SINGLE = {part.name: part.choices for _question, part in _PARTS if part.kind is Kind.ONE and part.choices}


@dataclass(frozen=True)
class Signal:
    """An alert for people to talk about. Never a point."""

    code: str
    sentence: str
    red: bool


@dataclass(frozen=True)
class Hold:
    """What a questionnaire still asks before a deposit; `field` is where."""

    field: str
    sentence: str


@dataclass(frozen=True)
class Answered:
    """One question as it is read: (label, words) of each part that was answered."""

    code: str
    text: str
    parts: list[tuple[str, str]]


@dataclass(frozen=True)
class SheetRead:
    """One questionnaire as it is read."""

    title: str
    version: int
    questions: list[Answered]
    signals: list[Signal]


def given(answers: Mapping[str, Any], sheet: Sheet) -> dict[str, Any]:
    """The answers to one questionnaire, without what is empty."""
    return {part.name: answers[part.name] for part in sheet.parts if answers.get(part.name)}


def versions_of(answers: Mapping[str, Any]) -> dict[str, int]:
    """The version of each questionnaire that has an answer."""
    return {sheet.key: sheet.version for sheet in SHEETS if given(answers, sheet)}


def signals_of(answers: Mapping[str, Any], sheet: Sheet) -> list[Signal]:
    """What the answers to one questionnaire signal; nothing while it has no answer at all."""
    if not given(answers, sheet):
        return []
    return [
        Signal(question.code, _(alert.sentence), alert.red)
        for question in sheet.questions
        for alert in question.alerts
        if alert.sentence and alert.when(answers)
    ]


def held_by(answers: Mapping[str, Any]) -> list[Hold]:
    """What the questionnaires ask before a deposit: the questions that must be answered, and the red flags."""
    return [hold for sheet in SHEETS for question in sheet.questions for hold in _holds(sheet, question, answers)]


def sheets_read(content: Mapping[str, Any]) -> list[SheetRead]:
    """The questionnaires of a bundle, each as it was asked; none in what was deposited before there were any."""
    versions = content.get(VERSIONS) or {}
    asked = [EVERY_VERSION[sheet.key, versions[sheet.key]] for sheet in SHEETS if sheet.key in versions]
    return [_read(sheet, content) for sheet in asked]


def choice_words(part: Part, value: Any) -> str:
    """An answer as a text."""
    choices = part.choices or {}
    if part.kind is Kind.MANY:
        return ", ".join(choices.get(one, one) for one in value)
    return choices.get(value, str(value)) if part.kind is Kind.ONE else str(value)


def _read(sheet: Sheet, content: Mapping[str, Any]) -> SheetRead:
    questions = [
        Answered(
            question.code,
            question.text,
            [(part.label, choice_words(part, content[part.name])) for part in question.parts if content.get(part.name)],
        )
        for question in sheet.questions
    ]
    return SheetRead(sheet.title, sheet.version, questions, signals_of(content, sheet))


def _holds(sheet: Sheet, question: Question, answers: Mapping[str, Any]) -> list[Hold]:
    first = question.parts[0].name
    if question.required and not answers.get(first):
        return [Hold(first, _("%(sheet)s, question %(code)s : à répondre", sheet=sheet.title, code=question.code))]
    return [
        Hold(
            alert.until or first,
            _("%(sheet)s, question %(code)s : %(ask)s", sheet=sheet.title, code=question.code, ask=_(alert.ask)),
        )
        for alert in question.alerts
        if _is_open(alert, answers)
    ]


def _is_open(alert: Alert, answers: Mapping[str, Any]) -> bool:
    """Whether an alert holds the deposit: it applies, and what it asks is not answered."""
    asks = alert.red or bool(alert.until)
    return asks and alert.when(answers) and not (alert.until and answers.get(alert.until))


def unanswered(answers: Mapping[str, Any]) -> list[str]:
    """The questions that must be answered and are not, « Fiche inclusion, question I03 »; red flags are apart."""
    return [
        _("%(sheet)s, question %(code)s", sheet=sheet.title, code=question.code)
        for sheet in SHEETS
        for question in sheet.questions
        if (question.required and not answers.get(question.parts[0].name))
        or any(_is_open(alert, answers) for alert in question.alerts if not alert.red)
    ]


def flags_of(answers: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The codes of the questions whose answer raises a red flag: those nothing justifies, those the team justifies."""
    red = [
        (question.code, _is_open(alert, answers))
        for sheet in SHEETS
        for question in sheet.questions
        for alert in question.alerts
        if alert.red and alert.when(answers)
    ]
    return [code for code, still_open in red if still_open], [code for code, still_open in red if not still_open]

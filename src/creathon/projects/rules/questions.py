"""What a questionnaire is made of: its questions, their parts, and which answers raise an alert. Data, no question."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Answers = Mapping[str, Any]
Condition = Callable[[Answers], bool]
YES_NO = {"oui": "Oui", "non": "Non"}
TRIED = {"oui": "Oui", "non": "Non", "pas_essaye": "Pas encore essayé"}


class Kind(StrEnum):
    """How a part is answered."""

    TEXT = "text"
    ONE = "one"
    MANY = "many"


@dataclass(frozen=True)
class Part:
    """One field of the form. `name` is what is stored and merged; `label` is empty when the question says it."""

    name: str
    kind: Kind
    label: str = ""
    choices: Mapping[str, str] | None = None
    limit: int = 0


@dataclass(frozen=True)
class Alert:
    """What some answers call for. Never a point: something to look at, or something to answer first.

    `red` holds the deposit until the part named `until` is filled, or for ever when it names none; so does, without
    being red, anything that has `until`. An alert without `sentence` is asked of the team and shown to nobody.
    """

    when: Condition
    sentence: str = ""
    red: bool = False
    until: str = ""
    ask: str = ""


@dataclass(frozen=True)
class Question:
    """One question, with its alerts. `required` holds the deposit until its first part is answered."""

    code: str
    text: str
    parts: tuple[Part, ...]
    alerts: tuple[Alert, ...] = ()
    required: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Sheet:
    """One version of a questionnaire. It is never changed once published: the next one is another version."""

    key: str
    version: int
    title: str
    intro: str
    questions: tuple[Question, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(part for question in self.questions for part in question.parts)


def text(name: str, limit: int, label: str = "") -> Part:
    """A text of at most `limit` characters."""
    return Part(name, Kind.TEXT, label, limit=limit)


def one(name: str, choices: Mapping[str, str], label: str = "") -> Part:
    """One choice, or none yet."""
    return Part(name, Kind.ONE, label, choices)


def many(name: str, choices: Mapping[str, str], label: str = "") -> Part:
    """Several choices."""
    return Part(name, Kind.MANY, label, choices)


def empty(name: str) -> Condition:
    """No answer."""
    return lambda answers: not answers.get(name)


def has(name: str, *choices: str) -> Condition:
    """One of these choices is made."""

    def found(answers: Answers) -> bool:
        given = answers.get(name) or ()
        return bool({given} & set(choices)) if isinstance(given, str) else bool(set(given) & set(choices))

    return found


def count(name: str, least: int, most: int = 999) -> Condition:
    """That many choices are made."""
    return lambda answers: least <= len(answers.get(name) or ()) <= most


def both(first: Condition, second: Condition) -> Condition:
    """The two at once."""
    return lambda answers: first(answers) and second(answers)


def neither(name: str, *choices: str) -> Condition:
    """Answered, with none of these choices."""
    return lambda answers: bool(answers.get(name)) and not has(name, *choices)(answers)

"""Writing the questions of an edition, and how the places of its sites are given. The edition is held by the caller."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import NotThere, Refused, Stale, check
from creathon.core.text import _
from creathon.editions.models import Edition, Seating
from creathon.editions.rules import may_change_edition
from creathon.teams.models import Question
from creathon.teams.queries import is_answered, questions_of
from creathon.teams.rules import (
    GREATEST,
    MOST_QUESTIONS,
    QuestionValues,
    may_change_questions,
    question_problem,
)

CHANGED = "Quelqu’un a modifié cette question pendant que vous écriviez. Comparez, puis choisissez."


async def add_question(
    session: AsyncSession, actor: Actor, edition: Edition, values: QuestionValues, *, now: datetime
) -> Question:
    """Ask one more question, after the others.

    Raises:
        Refused: applications are open, there are too many questions, or it cannot be asked so.
    """
    check(may_change_questions(actor, edition, now=now))
    known = await questions_of(session, edition.id)
    if len(known) >= MOST_QUESTIONS:
        raise Refused(_("%(most_questions)s questions au plus.", most_questions=MOST_QUESTIONS))
    last = max((one.position for one in known), default=0)
    return await write_question(session, actor, edition, values, position=last + 1, now=now)


async def write_question(
    session: AsyncSession, actor: Actor, edition: Edition, values: QuestionValues, *, position: int, now: datetime
) -> Question:
    """Write a question whoever the actor: people go through `add_question`."""
    if problem := question_problem(values):
        raise Refused(problem)
    question = Question(edition_id=edition.id, position=position)
    _fill(question, values)
    session.add(question)
    await session.flush()
    journal.record(session, actor, "question.added", question, now=now, kind=values.kind, required=values.required)
    return question


async def edit_question(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    question_id: str,
    values: QuestionValues,
    *,
    version: int,
    now: datetime,
) -> None:
    """Change a question; once applications are open, only its wording: the rest of `values` is then left aside.

    Raises:
        Stale: somebody saved in between; holds what is stored.
        Refused: the actor does not coordinate the edition, it is an archive, or it cannot be asked so.
    """
    check(may_change_edition(actor, edition))
    question = await _found(session, edition, question_id)
    if version != question.version:
        raise Stale(_(CHANGED), vars(values_of(question)))
    if may_change_questions(actor, edition, now=now):
        question.label, question.hint = values.label, values.hint
    else:
        if problem := question_problem(values):
            raise Refused(problem)
        _fill(question, values)
    await session.flush()
    journal.record(session, actor, "question.edited", question, now=now, version=question.version)


async def move_question(
    session: AsyncSession, actor: Actor, edition: Edition, question_id: str, *, up: bool, version: int, now: datetime
) -> None:
    """Ask a question earlier or later by one place; at the end of the list nothing changes."""
    question, known = await _changeable(session, actor, edition, question_id, version, now=now)
    here = known.index(question)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(known):
        return
    other = known[there]
    question.position, other.position = other.position, question.position
    await session.flush()
    journal.record(session, actor, "question.moved", question, now=now, position=question.position)


async def remove_question(
    session: AsyncSession, actor: Actor, edition: Edition, question_id: str, *, version: int, now: datetime
) -> None:
    """Ask a question no longer."""
    question, _known = await _changeable(session, actor, edition, question_id, version, now=now)
    if await is_answered(session, question.id):
        raise Refused(_("Quelqu’un a déjà répondu à cette question : elle reste."))
    await session.delete(question)
    await session.flush()
    journal.record(session, actor, "question.removed", question, now=now, edition_id=edition.id)


async def choose_seating(
    session: AsyncSession, actor: Actor, edition: Edition, seating: Seating, *, version: int, now: datetime
) -> None:
    """Say how the places of the sites are given; the version of the edition guards it.

    Raises:
        Stale: the edition was changed in between.
        Refused: applications are open, or the actor does not coordinate the edition.
    """
    check(may_change_questions(actor, edition, now=now))
    if version != edition.version:
        sentence = _("L’édition a changé entre-temps. Relisez, puis choisissez de nouveau.")
        raise Stale(sentence, {"seating": edition.seating})
    if seating == edition.seating:
        return
    edition.seating = seating
    await session.flush()
    journal.record(session, actor, "edition.seating", edition, now=now, edition_id=edition.id, seating=seating)


def values_of(question: Question) -> QuestionValues:
    """A question as it is stored."""
    return QuestionValues(
        question.kind,
        question.label,
        question.hint,
        question.required,
        question.of_person,
        tuple(question.options),
        question.limit,
    )


def _fill(question: Question, values: QuestionValues) -> None:
    question.kind, question.label, question.hint = values.kind, values.label, values.hint
    question.required, question.of_person = values.required, values.of_person
    question.options, question.limit = list(values.options), values.limit or GREATEST[values.kind]


async def _changeable(
    session: AsyncSession, actor: Actor, edition: Edition, question_id: str, version: int, *, now: datetime
) -> tuple[Question, list[Question]]:
    check(may_change_questions(actor, edition, now=now))
    known = await questions_of(session, edition.id)
    question = next((one for one in known if one.id == question_id), None)
    if question is None:
        raise NotThere()
    if version != question.version:
        raise Stale(_(CHANGED), vars(values_of(question)))
    return question, known


async def _found(session: AsyncSession, edition: Edition, question_id: str) -> Question:
    question = next((one for one in await questions_of(session, edition.id) if one.id == question_id), None)
    if question is None:
        raise NotThere()
    return question

"""What a team writes before it applies: its answers, and the pupils of a class."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Refused, Stale, check
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.teams.actions.applications import reopen_if_short
from creathon.teams.models import Answer, Question, QuestionKind, Team
from creathon.teams.queries import answer_rows, hold_team_and_site, lock_team, questions_of
from creathon.teams.rules import (
    PupilValues,
    may_declare_class,
    may_write_answers,
    pupil_list,
    pupil_names_problem,
    value_problem,
)

CHANGED = "Une autre personne de l’équipe a enregistré des réponses entre-temps. Comparez, puis choisissez."
CLASS_CHANGED = "La classe a été modifiée entre-temps. Comparez les deux versions avant d’enregistrer."


async def save_answers(
    session: AsyncSession,
    actor: Actor,
    team: Team,
    edition: Edition,
    values: Mapping[str, str],
    *,
    version: int,
    now: datetime,
) -> None:
    """Keep the answers of a team, by question id, as a draft; required ones may still be empty.

    Raises:
        Stale: another member saved in between; holds the answers stored, by question id.
        Refused: the application is sent, or an answer is not one to its question.
    """
    team = await lock_team(session, team)
    check(may_write_answers(actor, team, edition, now=now))
    stored = await answer_rows(session, team_id=team.id)
    if version != team.answers_version:
        raise Stale(_(CHANGED), {one.question_id: one.value for one in stored})
    questions = await questions_of(session, edition.id)
    write_answers(session, questions, stored, values, team_id=team.id)
    team.answers_version += 1
    await session.flush()
    consents = [one.id for one in questions if one.kind == QuestionKind.CONSENT and values.get(one.id)]
    journal.record(session, actor, "application.answers", team, now=now, version=version + 1, consents=consents)


def write_answers(
    session: AsyncSession,
    questions: list[Question],
    stored: list[Answer],
    values: Mapping[str, str],
    *,
    team_id: str | None = None,
    alone_id: str | None = None,
) -> None:
    """Replace the answers of one applicant; a question without value loses its answer.

    Raises:
        Refused: an answer is not one to its question.
    """
    known = {one.question_id: one for one in stored}
    for question in questions:
        value = values.get(question.id, "")
        if problem := value_problem(question, value):
            raise Refused(problem)
        if question.id in known:
            known[question.id].value = value
        elif value:
            session.add(Answer(question_id=question.id, team_id=team_id, alone_id=alone_id, value=value))


async def declare_pupils(
    session: AsyncSession,
    actor: Actor,
    team: Team,
    edition: Edition,
    values: PupilValues,
    *,
    version: int,
    now: datetime,
) -> None:
    """Write how many pupils a class has in each age band, and that its teacher holds their authorisations.

    Whoever changes the pupils certifies again. A sent application that becomes too small goes back to the team.

    Raises:
        Stale: something changed since `version`; holds the pupils stored.
        Refused: the actor is not the teacher, a count is below zero, or a name is more than a first name.
    """
    team = await hold_team_and_site(session, team)
    check(may_declare_class(actor, team, edition, now=now))
    if version != team.version:
        raise Stale(_(CLASS_CHANGED), vars(pupils_of(team)))
    counts = (values.under_15, values.from_15, values.adult)
    if min(counts) < 0:
        raise Refused(_("Écrivez un nombre d’élèves, zéro au moins."))
    if problem := pupil_names_problem(values.names, sum(counts)):
        raise Refused(problem)
    team.pupils_under_15, team.pupils_15_17, team.pupils_adult = counts
    team.pupil_names = ", ".join(pupil_list(values.names))
    team.certified_at = now if values.certified else None
    await session.flush()
    journal.record(
        session, actor, "team.pupils", team, now=now, under_15=values.under_15, from_15=values.from_15,
        adult=values.adult, certified=values.certified,
    )  # fmt: skip
    await reopen_if_short(session, actor, team, now=now)


def pupils_of(team: Team) -> PupilValues:
    """The pupils of a class as they are stored."""
    return PupilValues(
        team.pupils_under_15, team.pupils_15_17, team.pupils_adult, team.pupil_names, team.certified_at is not None
    )

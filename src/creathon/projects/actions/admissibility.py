"""Deciding whether a deposit is admissible, contesting it, answering the team. Every act holds the project."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Conflict, NotThere, Refused, Stale, check
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.projects import mails
from creathon.projects.models import AdmissibilityCheck, Deposit, Project
from creathon.projects.queries import project_by_id
from creathon.projects.queries.admissibility import last_check
from creathon.projects.queries.facts import facts_of
from creathon.projects.rules.access import may_follow, may_work_on
from creathon.projects.rules.admissibility import (
    CheckValues,
    contest_closes,
    counting,
    gates_kept,
    gates_lifted,
    lift_problem,
    may_answer,
    may_contest,
    may_decide,
    problems_of,
    values_of,
)

STALE = "Une autre personne a décidé entre-temps. Rien n’est perdu : comparez votre décision à la sienne, ci-dessous."
OTHER_DEPOSIT = "L’équipe a déposé de nouveau entre-temps. Votre texte est encore là : relisez le dossier qui compte."
ANSWERED = "Une autre personne a répondu entre-temps. Votre texte est encore là, et sa réponse aussi."
REPLACED = "La coordination a pris une autre décision entre-temps. Votre texte est encore là : relisez-la."


async def decide_admissibility(
    session: AsyncSession,
    actor: Actor,
    project: Project,
    edition: Edition,
    values: CheckValues,
    *,
    receipt: str,
    version: int,
    now: datetime,
) -> AdmissibilityCheck:
    """Decide on the deposit of that receipt, over the decision of that number (0: none), and answer the team.

    The same decision twice is one.

    Raises:
        Stale: somebody decided in between, or the team deposited again.
        Refused: not now, not this person, or a verdict departs from the finding without a word.
    """
    held, last = await _held(session, project)
    check(may_follow(actor, held.team, edition))
    stored = counting(last, held.current)
    if stored is not None and values_of(stored) == values:
        return stored
    if (last.number if last else 0) != version:
        raise Stale(_(STALE), {})
    check(may_decide(actor, held, stored, edition, now=now))
    deposit = held.current
    if deposit is None or deposit.number != receipt:
        raise Stale(_(OTHER_DEPOSIT), {})
    facts = await facts_of(session, deposit, held.team, edition)
    for problem in problems_of(values, facts).values():
        raise Refused(problem)
    gates = gates_kept(values, facts)
    made = await _decided(
        session, actor, deposit, last, gates, admissible=values.admissible, words=values.words, now=now
    )
    await mails.tell_of_decision(session, made, deposit, held.team_id, edition, contest_closes(made, edition))
    return made


async def contest_decision(
    session: AsyncSession, actor: Actor, project: Project, edition: Edition, words: str, *, version: int, now: datetime
) -> AdmissibilityCheck:
    """Contest the decision of that number, once, and tell the coordination.

    Raises:
        Stale: the coordination decided anew in between.
        Refused: nothing to contest, done already, too late, or the actor is not of the team.
    """
    held, last = await _held(session, project)
    contested, deposit = counting(last, held.current), held.current
    check(may_work_on(actor, held.team))
    if contested is not None and contested.number != version:
        raise Stale(_(REPLACED), {})
    check(may_contest(actor, held, contested, edition, now=now))
    assert contested is not None  # noqa: S101 — the rule asks for it
    assert deposit is not None  # noqa: S101 — the decision is on it
    contested.contest, contested.contested_at, contested.contested_by = words, now, actor.person_id
    await session.flush()
    _record(session, actor, "project.admissibility_contested", contested, now=now)
    await mails.tell_of_contest(session, contested, deposit, held.team, edition)
    return contested


async def answer_contest(
    session: AsyncSession,
    actor: Actor,
    project: Project,
    edition: Edition,
    words: str,
    *,
    lifted: bool,
    version: int,
    now: datetime,
) -> AdmissibilityCheck:
    """Answer the team that contests the decision of that number; lifted, a new decision says the deposit admissible.

    Raises:
        Conflict: somebody answered in between.
        Refused: nothing to answer, not this person, or a late deposit that nobody may say admissible.
    """
    held, last = await _held(session, project)
    contested, deposit = counting(last, held.current), held.current
    check(may_follow(actor, held.team, edition))
    if contested is not None and (contested.number != version or contested.answered_at is not None):
        raise Conflict(_(ANSWERED))
    check(may_answer(actor, held, contested, edition, now=now))
    assert contested is not None  # noqa: S101 — the rule asks for it
    assert deposit is not None  # noqa: S101 — the decision is on it
    if lifted and (problem := lift_problem(contested)):
        raise Refused(problem)
    contested.answer, contested.lifted = words, lifted
    contested.answered_at, contested.answered_by = now, actor.person_id
    await session.flush()
    _record(session, actor, "project.contest_answered", contested, now=now, lifted=lifted)
    if lifted:
        gates = gates_lifted(contested, words)
        await _decided(session, actor, deposit, contested, gates, admissible=True, words="", now=now)
    await mails.tell_of_answer(session, contested, deposit, held.team_id, edition)
    return contested


async def _held(session: AsyncSession, project: Project) -> tuple[Project, AdmissibilityCheck | None]:
    """The project held, read again, and the last decision on it."""
    held = await project_by_id(session, project.id, lock=True)
    if held is None:
        raise NotThere()
    return held, await last_check(session, held.id)


async def _decided(
    session: AsyncSession,
    actor: Actor,
    deposit: Deposit,
    last: AdmissibilityCheck | None,
    gates: dict[str, Any],
    *,
    admissible: bool,
    words: str,
    now: datetime,
) -> AdmissibilityCheck:
    """The decision that counts from now on; the one before is kept."""
    if last is not None:
        last.superseded_at = now
        await session.flush()
    made = AdmissibilityCheck(
        edition_id=deposit.edition_id,
        project_id=deposit.project_id,
        deposit_id=deposit.id,
        number=last.number + 1 if last else 1,
        admissible=admissible,
        gates=gates,
        words=words,
        decided_at=now,
        decided_by=actor.person_id,
    )
    session.add(made)
    await session.flush()
    unmet = sorted(key for key, kept in gates.items() if not kept["met"])
    _record(session, actor, "project.admissibility_decided", made, now=now, admissible=admissible, unmet=unmet)
    return made


def _record(
    session: AsyncSession, actor: Actor, verb: str, about: AdmissibilityCheck, *, now: datetime, **details: Any
) -> None:
    journal.record(session, actor, verb, about, now=now, project=about.project_id, number=about.number, **details)

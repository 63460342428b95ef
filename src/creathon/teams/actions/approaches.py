"""Teams that look for somebody and people who look for a team: asking, answering, taking back.

Everybody holds rows in the same order: the person alone, the team, the approach.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import work_in
from creathon.accounts.models import Person
from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import NotThere, Refused, Stale, check
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.teams import mails
from creathon.teams.actions.seats import sit_down
from creathon.teams.models import AloneApplication, Approach, ApproachState, Side, Team, TeamRole
from creathon.teams.queries import (
    alone_of,
    approach_by_id,
    approaches_between,
    free_person,
    hold_people,
    judging_among,
    lock_person,
    lock_team,
    people_in_teams,
    sent_count,
    team_by_id,
    team_of,
)
from creathon.teams.rules import (
    captain_of,
    contact_problem,
    is_needing,
    may_answer_approach,
    may_approach,
    may_ask_team,
    may_join,
    may_look_for_team,
    may_recruit,
    may_seat,
    may_withdraw_approach,
    member_of,
)

CHANGED = "L’équipe a été modifiée entre-temps. Comparez les deux versions avant d’enregistrer."


async def say_need(
    session: AsyncSession, actor: Actor, team: Team, edition: Edition, *, seeks: str, version: int, now: datetime
) -> None:
    """Say whom the team looks for: people alone are shown it from then on; with nothing said they no longer are.

    Raises:
        Stale: somebody saved in between; holds what is stored.
        Refused: the team takes nobody in, or the text tells how to be reached.
    """
    team = await lock_team(session, team)
    check(may_recruit(actor, team, edition, now=now))
    if version != team.version:
        raise Stale(_(CHANGED), {"seeks": team.seeks})
    _check_text(seeks)
    team.seeks = seeks.strip()
    await session.flush()
    journal.record(session, actor, "team.sought", team, now=now, seeks=bool(team.seeks))


async def approach_person(
    session: AsyncSession,
    actor: Actor,
    team: Team,
    alone_id: str,
    edition: Edition,
    *,
    role: TeamRole,
    message: str,
    now: datetime,
) -> Approach:
    """Offer a seat to a free person, who is told and answers.

    Raises:
        NotThere: nobody of that id is shown to teams.
        Refused: the team takes nobody in or asked enough people, or the person said no to it already.
    """
    found = await free_person(session, edition.id, alone_id)
    if found is None:
        raise NotThere()
    await hold_people(session, {found.person_id})
    team = await lock_team(session, team)
    alone = await free_person(session, edition.id, alone_id)
    if alone is None:
        raise NotThere()
    past, sent = await approaches_between(session, team.id, alone.id), await sent_count(session, Side.TEAM, team.id)
    check(may_approach(actor, team, edition, past, sent, now=now))
    return await _send(session, actor, team, alone, Side.TEAM, role=role, message=message, now=now)


async def approach_team(
    session: AsyncSession, actor: Actor, team_id: str, edition: Edition, *, role: TeamRole, message: str, now: datetime
) -> Approach:
    """Ask a team that looks for somebody for a seat; its captain is told and answers.

    Raises:
        NotThere: no team of that id looks for somebody, or the actor looks for none.
        Refused: the actor may be in no team or asked enough of them, or the team said no already.
    """
    await lock_person(session, actor.person_id)
    alone = await alone_of(session, actor.person_id, edition.id)
    own = await team_of(session, actor.person_id, edition.id)
    check(may_look_for_team(actor, alone, edition, own, now=now))
    team = await team_by_id(session, team_id, lock=True)
    if alone is None or team is None:
        raise NotThere()
    past, sent = await approaches_between(session, team.id, alone.id), await sent_count(session, Side.PERSON, alone.id)
    check(is_needing(team, edition))
    check(may_ask_team(actor, alone, team, edition, own, past, sent, now=now))
    return await _send(session, actor, team, alone, Side.PERSON, role=role, message=message, now=now)


async def answer_approach(
    session: AsyncSession, actor: Actor, approach_id: str, edition: Edition, *, accept: bool, now: datetime
) -> Approach:
    """Say yes or no; by a yes the person sits down in the team. The side that asked is told.

    Raises:
        NotThere: it was not sent to the actor nor to their team.
        Refused: it waits for no answer, the actor is not the captain, the team is full, the person found one.
    """
    approach = await _held(session, approach_id, edition)
    check(may_answer_approach(actor, approach, edition, now=now))
    if accept:
        await _check_seat(session, actor, approach, edition, now=now)
    approach.state = ApproachState.ACCEPTED if accept else ApproachState.DECLINED
    approach.answered_at = now
    await session.flush()
    details = {"team": approach.team_id, "sent_by": approach.sent_by}
    if accept:
        journal.record(session, actor, "approach.accepted", approach, now=now, **details)
        await _sit(session, actor, approach, edition, now=now)
        senders, name = _senders(approach), approach.alone.person.display_name
        await mails.tell_of_approach(session, "approach_accepted", approach, senders, now=now, full_name=name)
    else:
        journal.record(session, actor, "approach.declined", approach, now=now, **details)
        await mails.tell_of_approach(session, "approach_declined", approach, _senders(approach), now=now)
    return approach


async def withdraw_approach(
    session: AsyncSession, actor: Actor, approach_id: str, edition: Edition, *, now: datetime
) -> Approach:
    """Take back what waits for an answer; nobody is told.

    Raises:
        NotThere: neither the actor nor their team sent it.
        Refused: it waits for no answer, or the actor is neither who sent it nor the captain.
    """
    approach = await _held(session, approach_id, edition)
    check(may_withdraw_approach(actor, approach, edition, now=now))
    approach.state, approach.answered_at = ApproachState.WITHDRAWN, now
    await session.flush()
    journal.record(session, actor, "approach.withdrawn", approach, now=now, team=approach.team_id)
    return approach


async def _send(
    session: AsyncSession,
    actor: Actor,
    team: Team,
    alone: AloneApplication,
    side: Side,
    *,
    role: TeamRole,
    message: str,
    now: datetime,
) -> Approach:
    _check_text(message)
    approach = Approach(
        edition_id=team.edition_id,
        team=team,
        alone=alone,
        sent_by=side,
        sender_id=actor.person_id,
        message=message.strip(),
        role=role,
        created_at=now,
    )
    session.add(approach)
    await session.flush()
    journal.record(session, actor, "approach.sent", approach, now=now, team=team.id, alone=alone.id, sent_by=side)
    captain = captain_of(team)
    asked = [alone.person] if side == Side.TEAM else [captain.person] if captain else []
    name = "approach_to_person" if side == Side.TEAM else "approach_to_team"
    await mails.tell_of_approach(session, name, approach, asked, now=now)
    return approach


async def _held(session: AsyncSession, approach_id: str, edition: Edition) -> Approach:
    """The approach held with its person and its team, all read again."""
    found = await approach_by_id(session, approach_id)
    if found is None or found.edition_id != edition.id:
        raise NotThere()
    await hold_people(session, {found.alone.person_id})
    await lock_team(session, found.team)
    approach = await approach_by_id(session, approach_id, lock=True)
    if approach is None:
        raise NotThere()
    return approach


async def _check_seat(
    session: AsyncSession, actor: Actor, approach: Approach, edition: Edition, *, now: datetime
) -> None:
    person_id = approach.alone.person_id
    if approach.sent_by == Side.TEAM:
        own = await team_of(session, person_id, edition.id)
        check(may_join(actor, approach.team, edition, own, now=now))
    taken = await people_in_teams(session, edition.id, {person_id}) | await judging_among(
        session, edition.id, {person_id}
    )
    check(may_seat(approach, taken=bool(taken)))


async def _sit(session: AsyncSession, actor: Actor, approach: Approach, edition: Edition, *, now: datetime) -> None:
    team, person_id = approach.team, approach.alone.person_id
    member = await sit_down(session, team, person_id, approach.role, now=now)
    await work_in(session, actor, person_id, edition, now=now)
    sat: dict[str, Any] = {"person": person_id, "seat": member.seat, "by": "approach"}
    journal.record(session, actor, "team.joined", team, now=now, **sat)


def _senders(approach: Approach) -> list[Person]:
    """Who learns the answer: the person who asked; or the member who offered, while they are one, and the captain."""
    if approach.sent_by == Side.PERSON:
        return [approach.alone.person]
    members = {member_of(approach.team, approach.sender_id), captain_of(approach.team)}
    return sorted((member.person for member in members if member is not None), key=lambda person: person.id)


def _check_text(text: str) -> None:
    if problem := contact_problem(text):
        raise Refused(problem)

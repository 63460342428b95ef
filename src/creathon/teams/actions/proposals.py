"""What a coordination proposes to people who apply alone; their yes or no.

Everybody holds rows in the same order: the people, the team, the applications, the proposal.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import work_in
from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import NotThere, Refused, check
from creathon.core.ids import new_code
from creathon.editions.models import Allowed, Edition
from creathon.editions.rules import may_coordinate_site, may_now
from creathon.teams import mails
from creathon.teams.actions.seats import check_name, folded_name, sit_down
from creathon.teams.models import (
    AloneApplication,
    AloneState,
    Proposal,
    ProposedSeat,
    SeatAnswer,
    Team,
)
from creathon.teams.queries import (
    hold_people,
    judging_among,
    lock_alone,
    people_in_teams,
    proposal_of_seat,
    proposed_among,
    team_by_id,
    team_named,
    team_of,
)
from creathon.teams.rules import (
    CODE_LENGTH,
    group_is_settled,
    group_problem,
    is_free,
    may_answer_seat,
    may_enter_teams,
    may_join,
    may_see_alone,
    may_take_in,
    name_key,
)


async def propose_team(
    session: AsyncSession, actor: Actor, alone: AloneApplication, team_id: str, edition: Edition, *, now: datetime
) -> Proposal:
    """Propose a seat of a team to somebody who applies alone. Nothing happens without their yes.

    Raises:
        Refused: the team has no seat or is of another site, or the person already has a proposal.
    """
    team = await team_by_id(session, team_id, lock=True)
    if team is None or team.edition_id != edition.id:
        raise NotThere()
    (held,) = await lock_alone(session, [alone.id])
    check(may_coordinate_site(actor, edition, held.site_id))
    check(may_take_in(team, held.site_id))
    return await _propose(session, actor, edition, [held], name=team.name, team=team, now=now)


async def propose_group(
    session: AsyncSession, actor: Actor, alone_ids: Sequence[str], name: str, edition: Edition, *, now: datetime
) -> Proposal:
    """Propose to three to five people of one site to found a team together. Each says yes or no.

    Those whom the actor may not see are as those who do not exist.

    Raises:
        Refused: too few, too many, of several sites, one of them already has a proposal, or the name cannot be borne.
        Conflict: a team has that name.
    """
    found = await lock_alone(session, alone_ids)
    people = [alone for alone in found if may_see_alone(actor, alone, edition) is None]
    if problem := group_problem(people):
        raise Refused(problem)
    await check_name(session, edition, name)
    return await _propose(session, actor, edition, people, name=folded_name(name), team=None, now=now)


async def _propose(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    people: Sequence[AloneApplication],
    *,
    name: str,
    team: Team | None,
    now: datetime,
) -> Proposal:
    proposed = await proposed_among(session, [alone.id for alone in people])
    for alone in people:
        check(is_free(alone, proposed))
    proposal = Proposal(
        edition_id=edition.id,
        site_id=people[0].site_id,
        team_id=team.id if team else None,
        name=name,
        proposed_at=now,
        seats=[ProposedSeat(alone_id=alone.id) for alone in people],
    )
    session.add(proposal)
    await session.flush()
    journal.record(session, actor, "alone.proposed", proposal, now=now, people=len(people), team=proposal.team_id)
    for alone in people:
        await mails.tell_alone(session, "alone_proposed", alone, key=proposal.id, now=now, team=name)
    return proposal


async def answer_seat(
    session: AsyncSession, actor: Actor, seat_id: str, edition: Edition, *, accept: bool, now: datetime
) -> Team | None:
    """Say yes or no to a proposed seat; gives the team when one sits down in it by this answer.

    A group becomes a team once everybody answered and three at least said yes; fewer, and they are told.

    Raises:
        NotThere: it was not proposed to the actor.
        Refused: it waits for no answer, the team is full, or the actor is in a team already.
    """
    found = await proposal_of_seat(session, seat_id)
    if found is None or found.edition_id != edition.id:
        raise NotThere()
    await hold_people(session, {seat.alone.person_id for seat in found.seats})
    team = await team_by_id(session, found.team_id, lock=True) if found.team_id else None
    proposal = await proposal_of_seat(session, seat_id, lock=True)
    if proposal is None:
        raise NotThere()
    seat = next(seat for seat in proposal.seats if seat.id == seat_id)
    check(may_answer_seat(actor, proposal, seat))
    if accept:
        own = await team_of(session, actor.person_id, edition.id)
        entering = may_enter_teams(actor, edition, own, now=now)
        check(entering if team is None else may_join(actor, team, edition, own, now=now))
    seat.answer, seat.answered_at = SeatAnswer.ACCEPTED if accept else SeatAnswer.DECLINED, now
    await session.flush()
    journal.record(session, actor, "alone.answered", proposal, now=now, seat=seat.id, accepted=accept)
    if team is not None:
        proposal.closed_at = now
        await session.flush()
        return await _sit(session, actor, [seat], team, edition, now=now) if accept else None
    return await _settle(session, actor, proposal, edition, now=now)


async def drop_out(session: AsyncSession, actor: Actor, seat_id: str, edition: Edition, *, now: datetime) -> None:
    """Settle a proposal whose person, held with the others, looks for a team no longer."""
    proposal = await proposal_of_seat(session, seat_id, lock=True)
    if proposal is None or proposal.closed_at:
        return
    if proposal.team_id is None:
        await _settle(session, actor, proposal, edition, now=now)
    else:
        proposal.closed_at = now
        await session.flush()


async def _settle(
    session: AsyncSession, actor: Actor, proposal: Proposal, edition: Edition, *, now: datetime
) -> Team | None:
    """Found the team of a group when everybody answered; give up when too few could be left, or it is too late."""
    people = {seat.alone.person_id for seat in proposal.seats}
    taken = await people_in_teams(session, edition.id, people) | await judging_among(session, edition.id, people)
    for seat in proposal.seats:
        if seat.alone.state != AloneState.SEARCHING or seat.alone.person_id in taken:
            seat.answer = SeatAnswer.DECLINED
    settled = group_is_settled(proposal.seats)
    if settled is None:
        return None
    proposal.closed_at = now
    await session.flush()
    yes = [seat for seat in proposal.seats if seat.answer == SeatAnswer.ACCEPTED]
    yes.sort(key=lambda seat: (seat.answered_at or now, seat.id))
    if not settled or may_now(edition, Allowed.MANAGE_TEAM, now=now):
        for seat in yes:
            alone = (await lock_alone(session, [seat.alone_id]))[0]
            await mails.tell_alone(session, "alone_not_grouped", alone, key=proposal.id, now=now, team=proposal.name)
        return None
    team = Team(
        edition_id=edition.id,
        site_id=proposal.site_id,
        name=await _free_name(session, edition, proposal.name),
        code=new_code(CODE_LENGTH),
        created_at=now,
        members=[],
    )
    team.name_key = name_key(team.name)
    session.add(team)
    await session.flush()
    proposal.team_id = team.id
    journal.record(session, actor, "team.created", team, now=now, site=team.site_id, kind=team.kind, by="proposal")
    return await _sit(session, actor, yes, team, edition, now=now)


async def _free_name(session: AsyncSession, edition: Edition, name: str) -> str:
    """The name proposed, with a number when another team took it meanwhile."""
    number, wanted = 1, name
    while await team_named(session, edition.id, name_key(wanted)):
        number += 1
        wanted = f"{name} {number}"
    return wanted


async def _sit(
    session: AsyncSession, actor: Actor, seats: Sequence[ProposedSeat], team: Team, edition: Edition, *, now: datetime
) -> Team:
    """Seat those who said yes in a team that is held; the first to have said yes is the captain of a new one."""
    founding = not team.members
    for alone in await lock_alone(session, [seat.alone_id for seat in seats]):
        leads = founding and alone.id == seats[0].alone_id
        member = await sit_down(session, team, alone.person_id, alone.role, now=now, is_captain=leads)
        await work_in(session, actor, alone.person_id, edition, now=now)
        sat: dict[str, Any] = {"person": alone.person_id, "seat": member.seat, "by": "proposal"}
        journal.record(session, actor, "team.joined", team, now=now, **sat)
        await mails.tell_alone(session, "alone_placed", alone, key=team.id, now=now, team=team.name, is_captain=leads)
        if not founding:
            await mails.tell_captain_of_joining(session, team, member, now=now)
    return team

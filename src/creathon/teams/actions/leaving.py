"""Leaving a team, being taken off it, and what becomes of a team that everybody left."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import check
from creathon.core.ids import new_code
from creathon.editions.models import Edition
from creathon.teams import mails
from creathon.teams.actions.applications import reopen_if_short
from creathon.teams.actions.closing import close_approaches
from creathon.teams.actions.places import fill_places
from creathon.teams.actions.seats import find_member
from creathon.teams.models import ApplicationState, Team, TeamMember
from creathon.teams.queries import coordinators_of_site, hold_team_and_site, lock_team, pending_invitations_of
from creathon.teams.rules import ANSWERABLE, CODE_LENGTH, may_leave, may_remove, member_of


async def leave_team(session: AsyncSession, actor: Actor, team: Team, edition: Edition, *, now: datetime) -> None:
    """Go; the captain is told. When the last one goes the team is dissolved.

    Raises:
        Refused: the actor is captain and others remain, or the composition no longer changes.
    """
    team = await hold_team_and_site(session, team)
    check(may_leave(actor, team, edition, now=now))
    member = member_of(team, actor.person_id)
    assert member is not None  # noqa: S101 — the rule said so
    await _stand_up(session, team, member)
    journal.record(session, actor, "team.left", team, now=now, person=actor.person_id, left=len(team.members))
    if not team.members:
        await _dissolve(session, actor, team, edition, now=now)
        return
    await mails.tell_captain_of_leaving(session, team, member, now=now)
    await reopen_if_short(session, actor, team, now=now)


async def remove_member(
    session: AsyncSession, actor: Actor, team: Team, member_id: str, edition: Edition, *, now: datetime
) -> TeamMember:
    """Take somebody off the team and tell them; the code they know is replaced.

    Raises:
        NotThere: nobody in this team has that id.
        Refused: the actor is not the captain, or the composition no longer changes.
    """
    team = await hold_team_and_site(session, team)
    member = find_member(team, member_id)
    check(may_remove(actor, member, team, edition, now=now))
    await _stand_up(session, team, member)
    team.code = new_code(CODE_LENGTH)
    await session.flush()
    journal.record(session, actor, "team.removed", team, now=now, person=member.person_id, left=len(team.members))
    await mails.tell_removed(session, team, member, now=now)
    await reopen_if_short(session, actor, team, now=now)
    return member


async def _stand_up(session: AsyncSession, team: Team, member: TeamMember) -> None:
    await session.delete(member)
    await session.flush()
    await lock_team(session, team)


async def _dissolve(session: AsyncSession, actor: Actor, team: Team, edition: Edition, *, now: datetime) -> None:
    """Free the name and the place, end code, invitations and approaches; the row stays for what hangs on it."""
    was_waiting, was_seated = team.state in ANSWERABLE, team.state == ApplicationState.ACCEPTED
    for invitation in await pending_invitations_of(session, team.id, now=now):
        invitation.withdrawn_at = now
    team.state, team.queued_at, team.dissolved_at = ApplicationState.WITHDRAWN, None, now
    team.code = team.name_key = f"dissoute:{team.id}"
    await session.flush()
    await close_approaches(session, now=now, team_ids=[team.id])
    journal.record(session, actor, "team.dissolved", team, now=now)
    if was_waiting:
        coordinators = await coordinators_of_site(session, team.edition_id, team.site_id)
        await mails.tell_coordinators(session, "team_withdrawn", team, coordinators, now=now)
    if was_seated:
        await fill_places(session, actor, edition, {team.site_id: 1}, now=now)

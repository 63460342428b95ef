"""Offering a seat by mail, and taking it.

Everybody holds rows in the same order: the person, the team, the invitation.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import work_in
from creathon.accounts.rules import email_key
from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import NotThere, Refused, check
from creathon.core.ids import digest, new_token
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.teams import mails
from creathon.teams.actions.seats import sit_down
from creathon.teams.models import Team, TeamInvitation, TeamRole
from creathon.teams.queries import (
    invitation_by_id,
    lock_person,
    lock_team,
    pending_invitations_of,
    team_by_id,
    team_of,
)
from creathon.teams.rules import (
    INVITATION_LASTS,
    OTHER_ADDRESS,
    invited_problem,
    may_handle_invitation,
    may_invite_member,
    may_join,
    may_use_invitation,
)


async def invite_member(
    session: AsyncSession, actor: Actor, team: Team, edition: Edition, *, email: str, role: TeamRole, now: datetime
) -> TeamInvitation:
    """Offer a seat to an address, by mail.

    Raises:
        Refused: the actor may not, the team is full, or the address is already in or already asked.
    """
    team = await lock_team(session, team)
    pending = await pending_invitations_of(session, team.id, now=now)
    check(may_invite_member(actor, team, edition, pending, now=now))
    address = email_key(email)
    if problem := invited_problem(address, team, pending):
        raise Refused(problem)
    token = new_token()
    invitation = TeamInvitation(
        team_id=team.id,
        token_hash=digest(token),
        email=address,
        role=role,
        invited_by=actor.person_id,
        created_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    session.add(invitation)
    await session.flush()
    inviter = mails.short_name_of(actor, team)
    await mails.send_team_invitation(session, invitation, team, edition, inviter, token, now=now)
    journal.record(session, actor, "team.invited", team, now=now, invitation=invitation.id, role=role)
    return invitation


async def resend_invitation(
    session: AsyncSession, actor: Actor, team: Team, invitation_id: str, edition: Edition, *, now: datetime
) -> TeamInvitation:
    """Send the invitation again with a new link and fourteen more days; the old link is worth nothing."""
    invitation = await _held(session, actor, team, invitation_id, edition, now=now)
    token = new_token()
    invitation.token_hash, invitation.expires_at = digest(token), now + INVITATION_LASTS
    await session.flush()
    inviter = mails.short_name_of(actor, team)
    await mails.send_team_invitation(session, invitation, team, edition, inviter, token, now=now)
    journal.record(session, actor, "team.invited-again", team, now=now, invitation=invitation.id)
    return invitation


async def withdraw_invitation(
    session: AsyncSession, actor: Actor, team: Team, invitation_id: str, edition: Edition, *, now: datetime
) -> None:
    """Take back an offered seat; its link is worth nothing."""
    invitation = await _held(session, actor, team, invitation_id, edition, now=now)
    invitation.withdrawn_at = now
    await session.flush()
    journal.record(session, actor, "team.uninvited", team, now=now, invitation=invitation.id)


async def accept_team_invitation(
    session: AsyncSession, actor: Actor, invitation: TeamInvitation, edition: Edition, *, now: datetime
) -> Team:
    """Take the seat offered, with the account of the address it was sent to; the captain is told.

    Raises:
        Refused: it was used, withdrawn or is too old, the account is another address's, or there is no seat left.
    """
    person = await lock_person(session, actor.person_id)
    team = await team_by_id(session, invitation.team_id, lock=True)
    held = await invitation_by_id(session, invitation.id, lock=True)
    if person is None or team is None or held is None or team.edition_id != edition.id:
        raise NotThere()
    check(may_use_invitation(held, now=now))
    if person.email_key != held.email:
        raise Refused(_(OTHER_ADDRESS))
    check(may_join(actor, team, edition, await team_of(session, actor.person_id, edition.id), now=now))
    held.accepted_at = now
    member = await sit_down(session, team, actor.person_id, held.role, now=now)
    await work_in(session, actor, actor.person_id, edition, now=now)
    journal.record(
        session, actor, "team.joined", team, now=now, person=actor.person_id, seat=member.seat, invitation=held.id
    )
    await mails.tell_captain_of_joining(session, team, member, now=now)
    return team


async def _held(
    session: AsyncSession, actor: Actor, team: Team, invitation_id: str, edition: Edition, *, now: datetime
) -> TeamInvitation:
    """An invitation of the team that the actor may withdraw or send again, held with its team."""
    team = await lock_team(session, team)
    invitation = await invitation_by_id(session, invitation_id, lock=True)
    if invitation is None:
        raise NotThere()
    check(may_handle_invitation(actor, invitation, team, edition, now=now))
    return invitation

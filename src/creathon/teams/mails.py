"""The messages about teams and their applications."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.core.actor import Actor
from creathon.editions.models import Edition
from creathon.mail.actions import enqueue_mail
from creathon.teams.models import ApplicationState, Team, TeamInvitation, TeamMember
from creathon.teams.rules import TEAM_ROLE_NAMES, captain_of

DECISION_SUBJECTS = {
    ApplicationState.ACCEPTED: "Votre candidature est retenue",
    ApplicationState.WAITLISTED: "Votre candidature est en liste d’attente",
    ApplicationState.REFUSED: "Votre candidature n’est pas retenue",
}


async def send_team_invitation(
    session: AsyncSession,
    invitation: TeamInvitation,
    team: Team,
    edition: Edition,
    inviter: str,
    token: str,
    *,
    now: datetime,
) -> None:
    """A seat offered; sent again with a new link, it is another message."""
    await enqueue_mail(
        session, "team_invitation", to=invitation.email, key=invitation.token_hash[:32], now=now,
        edition_id=edition.id, edition=edition.title, team=team.name, inviter=inviter,
        role=TEAM_ROLE_NAMES[invitation.role], token=token, expires_at=invitation.expires_at, zone=edition.zone,
    )  # fmt: skip


async def tell_captain_of_joining(session: AsyncSession, team: Team, member: TeamMember, *, now: datetime) -> None:
    """« X a rejoint votre équipe »."""
    await _tell_captain(session, "team_joined", team, member, now=now)


async def tell_captain_of_leaving(session: AsyncSession, team: Team, member: TeamMember, *, now: datetime) -> None:
    """« X a quitté votre équipe »."""
    await _tell_captain(session, "team_left", team, member, now=now)


async def tell_removed(session: AsyncSession, team: Team, member: TeamMember, *, now: datetime) -> None:
    """To whoever was taken off a team."""
    await _tell_member(session, "team_removed", team, member, key=member.id, now=now)


async def tell_new_captain(session: AsyncSession, team: Team, member: TeamMember, *, now: datetime) -> None:
    """To whoever now answers for the team."""
    await _tell_member(session, "team_captain", team, member, key=f"{member.id}:{now.isoformat()}", now=now)


async def tell_members_submitted(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """The application was sent: to each member."""
    for member in team.members:
        await _tell_member(session, "team_submitted", team, member, key=f"{team.id}:{team.version}", now=now)


async def tell_members_decided(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """The answer of the coordination: to each member."""
    for member in team.members:
        await enqueue_mail(
            session, "team_decided", to=member.person.email, key=f"{team.id}:{team.version}:{member.person_id}",
            now=now, person_id=member.person_id, edition_id=team.edition_id, given_name=member.person.given_name,
            team=team.name, site_name=team.site.name, answer=team.state.value, heading=DECISION_SUBJECTS[team.state],
            reason=team.decision_reason,
        )  # fmt: skip


async def tell_coordinators(
    session: AsyncSession, name: str, team: Team, coordinators: Sequence[Person], *, now: datetime
) -> None:
    """`team_to_answer`, `team_withdrawn`: to those who answer for the site."""
    for person in coordinators:
        await enqueue_mail(
            session, name, to=person.email, key=f"{team.id}:{team.version}:{person.id}", now=now,
            person_id=person.id, edition_id=team.edition_id, given_name=person.given_name, team=team.name,
            team_id=team.id, site_name=team.site.name, count=len(team.members),
        )  # fmt: skip


def short_name_of(actor: Actor, team: Team) -> str:
    """How a member is named outside the team."""
    return next((member.person.short_name for member in team.members if member.person_id == actor.person_id), "")


async def _tell_captain(session: AsyncSession, name: str, team: Team, member: TeamMember, *, now: datetime) -> None:
    captain = captain_of(team)
    if captain is None or captain.person_id == member.person_id:
        return
    await enqueue_mail(
        session, name, to=captain.person.email, key=member.id, now=now, person_id=captain.person_id,
        edition_id=team.edition_id, given_name=captain.person.given_name, team=team.name,
        who=member.person.display_name, role=TEAM_ROLE_NAMES[member.role], count=len(team.members),
    )  # fmt: skip


async def _tell_member(
    session: AsyncSession, name: str, team: Team, member: TeamMember, *, key: str, now: datetime
) -> None:
    await enqueue_mail(
        session, name, to=member.person.email, key=f"{key}:{member.person_id}", now=now, person_id=member.person_id,
        edition_id=team.edition_id, given_name=member.person.given_name, team=team.name, site_name=team.site.name,
    )  # fmt: skip

"""The messages about teams and their applications."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.core.actor import Actor
from creathon.editions.models import Edition
from creathon.mail.actions import Message, enqueue_mail, enqueue_mails, enqueue_named
from creathon.mail.composing import compose
from creathon.teams.models import (
    AloneApplication,
    ApplicationState,
    Approach,
    Authorisation,
    AuthorisedAct,
    Side,
    Team,
    TeamInvitation,
    TeamMember,
)
from creathon.teams.rules import ACT_WORDS, TEAM_ROLE_NAMES, captain_of, size_words

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


async def tell_members_submitted(session: AsyncSession, team: Team, *, rank: int | None = None, now: datetime) -> None:
    """The application was sent: to each member, with the place or the rank it got where the first are served."""
    await _tell_members(session, "team_submitted", [team], now=now, ranks={team.id: rank})


async def tell_members_decided(
    session: AsyncSession, teams: Sequence[Team], promoted: Sequence[Team] = (), *, now: datetime
) -> None:
    """The answer of the coordination: to each member of each team; to those of teams promoted by it, their place."""
    decided = [("team_decided", message) for message in _messages(teams)]
    placed = [("team_promoted", message) for message in _messages(promoted)]
    await enqueue_named(session, decided + placed, now=now)


async def tell_members_promoted(session: AsyncSession, teams: Sequence[Team], *, now: datetime) -> None:
    """A place became free for them: to each member of each team."""
    await _tell_members(session, "team_promoted", teams, now=now)


async def tell_members_moved(session: AsyncSession, team: Team, *, rank: int | None, now: datetime) -> None:
    """The coordination moved the application to another site: to each member."""
    await _tell_members(session, "team_moved", [team], now=now, ranks={team.id: rank})


async def tell_members_aside(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """The team takes part without competing, or competes again: to each member."""
    await _tell_members(session, "team_aside", [team], now=now)


@dataclass(frozen=True)
class Sample:
    """A message as it would be sent."""

    to: str
    subject: str
    body: str


async def sample_decided(session: AsyncSession, team: Team, answer: ApplicationState, reason: str) -> Sample:
    """The message that the first member of a team would receive with that answer."""
    person = team.members[0].person
    context = decided_context(team, person.given_name, answer, reason)
    subject, body = await compose(session, "team_decided", team.edition_id, context)
    return Sample(f"{team.name}, {person.given_name}", subject, body)


def decided_context(
    team: Team, given_name: str, answer: ApplicationState | None = None, reason: str | None = None
) -> dict[str, Any]:
    """What fills `team_decided` and its like: one team, one person; the answer stored unless another is given."""
    state = answer or team.state
    return {
        "given_name": given_name,
        "team": team.name,
        "site_name": team.site.name,
        "answer": state.value,
        "heading": DECISION_SUBJECTS.get(state, ""),
        "reason": team.decision_reason if reason is None else reason.strip(),
        "non_competing": team.non_competing,
        "non_competing_reason": team.non_competing_reason,
    }


async def tell_coordinators(
    session: AsyncSession, name: str, team: Team, coordinators: Sequence[Person], *, now: datetime
) -> None:
    """`team_to_answer`, `team_withdrawn`, `team_asks_aside`: to those who answer for the site."""
    for person in coordinators:
        await enqueue_mail(
            session, name, to=person.email, key=f"{team.id}:{team.version}:{person.id}", now=now,
            person_id=person.id, edition_id=team.edition_id, given_name=person.given_name, team=team.name,
            team_id=team.id, site_name=team.site.name, size=size_words(team), answer=team.state.value,
        )  # fmt: skip


async def tell_alone(
    session: AsyncSession,
    name: str,
    alone: AloneApplication,
    *,
    key: str,
    now: datetime,
    **context: Any,
) -> None:
    """`alone_received`, `alone_proposed`, `alone_placed`, `alone_not_grouped`: to somebody who applied alone."""
    await enqueue_mail(
        session, name, to=alone.person.email, key=f"{alone.id}:{key}", now=now, person_id=alone.person_id,
        edition_id=alone.edition_id, given_name=alone.person.given_name, site_name=alone.site.name, **context,
    )  # fmt: skip


async def tell_of_approach(
    session: AsyncSession, name: str, approach: Approach, people: Sequence[Person], *, now: datetime, **context: Any
) -> None:
    """`approach_to_person`, `approach_to_team`, `approach_accepted`, `approach_declined`.

    Says the first name and the initial of the person alone, never an address; of the team, its name.
    """
    for person in people:
        await enqueue_mail(
            session, name, to=person.email, key=f"{approach.id}:{person.id}", now=now, person_id=person.id,
            edition_id=approach.edition_id, given_name=person.given_name, team=approach.team.name,
            site_name=approach.team.site.name, who=approach.alone.person.short_name,
            role=TEAM_ROLE_NAMES[approach.role], message=approach.message,
            to_team=approach.sent_by == Side.TEAM, **context,
        )  # fmt: skip


async def tell_minor(
    session: AsyncSession,
    name: str,
    team: Team,
    minor: TeamMember,
    *,
    key: str,
    now: datetime,
    act: AuthorisedAct | None = None,
) -> None:
    """`minor_to_authorise`, `minor_authorised`, `minor_withdrawn`: what becomes of somebody's authorisation."""
    words = ACT_WORDS[act] if act else ""
    await enqueue_mail(
        session, name, to=minor.person.email, key=f"{team.edition_id}:{minor.person_id}:{key}", now=now,
        person_id=minor.person_id, edition_id=team.edition_id, given_name=minor.person.given_name, team=team.name,
        site_name=team.site.name, act=words, takes_part=act != AuthorisedAct.PARTICIPATION,
    )  # fmt: skip


async def tell_image_withdrawn(
    session: AsyncSession, authorisation: Authorisation, minor: TeamMember, people: Sequence[Person], *, now: datetime
) -> None:
    """To the national coordination: images to take down."""
    for person in people:
        await enqueue_mail(
            session, "image_withdrawn", to=person.email, key=f"{authorisation.id}:{person.id}", now=now,
            person_id=person.id, edition_id=minor.edition_id, given_name=person.given_name,
            who=minor.person.short_name, minor_id=minor.person_id, team=minor.team.name,
            act=ACT_WORDS[authorisation.act],
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


async def _tell_members(
    session: AsyncSession,
    name: str,
    teams: Sequence[Team],
    *,
    now: datetime,
    ranks: Mapping[str, int | None] | None = None,
) -> None:
    """The same message to every member of these teams, in as many statements as for one."""
    await enqueue_mails(session, name, _messages(teams, ranks), now=now)


def _messages(teams: Sequence[Team], ranks: Mapping[str, int | None] | None = None) -> list[Message]:
    """One for every member of these teams."""
    return [
        Message(
            to=member.person.email,
            key=f"{team.id}:{team.version}:{member.person_id}",
            person_id=member.person_id,
            edition_id=team.edition_id,
            context=decided_context(team, member.person.given_name) | {"rank": (ranks or {}).get(team.id)},
        )
        for team in teams
        for member in team.members
    ]

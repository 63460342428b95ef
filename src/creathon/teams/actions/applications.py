"""Sending an application, taking it back, answering it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Refused, Stale, check
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.teams import mails
from creathon.teams.models import ApplicationState, Team
from creathon.teams.queries import coordinators_of_site, lock_team
from creathon.teams.rules import decision_problem, may_decide, may_submit, may_withdraw, team_is_complete


async def submit_application(
    session: AsyncSession, actor: Actor, team: Team, edition: Edition, *, now: datetime
) -> None:
    """Send the application of a complete team; its members and the coordination of its site are told.

    Raises:
        Refused: applications are closed, the team is not complete, or the actor is not its captain.
    """
    team = await lock_team(session, team)
    check(may_submit(actor, team, edition, now=now))
    team.state, team.submitted_at = ApplicationState.SUBMITTED, now
    team.decided_at, team.decision_reason = None, ""
    await session.flush()
    journal.record(session, actor, "application.submitted", team, now=now, members=len(team.members))
    await mails.tell_members_submitted(session, team, now=now)
    coordinators = await coordinators_of_site(session, edition.id, team.site_id)
    await mails.tell_coordinators(session, "team_to_answer", team, coordinators, now=now)


async def withdraw_application(
    session: AsyncSession, actor: Actor, team: Team, edition: Edition, *, now: datetime
) -> None:
    """Take the application back; the coordination of the site is told. The team stays as it is.

    Raises:
        Refused: there is nothing to take back, it is too late, or the actor is not the captain.
    """
    team = await lock_team(session, team)
    check(may_withdraw(actor, team, edition, now=now))
    before, team.state = team.state, ApplicationState.WITHDRAWN
    await session.flush()
    journal.record(session, actor, "application.withdrawn", team, now=now, before=before)
    coordinators = await coordinators_of_site(session, edition.id, team.site_id)
    await mails.tell_coordinators(session, "team_withdrawn", team, coordinators, now=now)


async def reopen_if_short(session: AsyncSession, actor: Actor, team: Team, *, now: datetime) -> None:
    """Give an application not yet answered back to its team when too few people remain; an answer given stands."""
    if team.state != ApplicationState.SUBMITTED or team_is_complete(team):
        return
    team.state, team.submitted_at = ApplicationState.DRAFT, None
    await session.flush()
    journal.record(session, actor, "application.reopened", team, now=now, members=len(team.members))


async def decide_application(
    session: AsyncSession,
    actor: Actor,
    team: Team,
    edition: Edition,
    state: ApplicationState,
    *,
    reason: str,
    now: datetime,
    version: int | None = None,
) -> None:
    """Answer an application: accepted, waitlisted or refused; every member is told, with the reason.

    Raises:
        NotThere: the actor does not coordinate the team's site.
        Refused: the application was not sent, or the reason is missing.
        Stale: something changed since `version`; holds the state and the reason stored.
    """
    team = await lock_team(session, team)
    check(may_decide(actor, team, edition))
    if version is not None and version != team.version:
        sentence = _("Cette candidature a changé pendant que vous répondiez. Relisez-la avant d’enregistrer.")
        raise Stale(sentence, {"state": team.state, "reason": team.decision_reason})
    if problem := decision_problem(state, reason):
        raise Refused(problem)
    before, team.state = team.state, state
    team.decided_at, team.decision_reason = now, reason.strip()
    await session.flush()
    length = len(team.decision_reason)
    journal.record(
        session, actor, "application.decided", team, now=now, before=before, after=state, reason_length=length
    )
    await mails.tell_members_decided(session, team, now=now)

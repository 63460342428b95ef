"""Sending an application and taking it back; what becomes of its place. Sites are held before teams, everywhere."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Refused, check
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.teams import mails
from creathon.teams.actions.closing import close_approaches
from creathon.teams.actions.places import fill_places
from creathon.teams.models import ApplicationState, Team
from creathon.teams.queries import (
    acceptances_in,
    answers_of,
    coordinators_of_site,
    hold_team_and_site,
    questions_of,
    rank_in_queue,
)
from creathon.teams.rules import (
    may_ask_aside,
    may_submit,
    may_withdraw,
    on_arrival,
    team_is_complete,
    unanswered,
    unanswered_words,
)


async def submit_application(
    session: AsyncSession, actor: Actor, team: Team, edition: Edition, *, now: datetime
) -> None:
    """Send the application of a complete team; its members and the coordination of its site are told.

    Where places go to the first who apply, it takes one, or its rank in the waiting list.

    Raises:
        Refused: applications are closed, the team is not complete, a member has not accepted the rulebook, the
            actor is not its captain, or a required question has no answer.
    """
    team = await hold_team_and_site(session, team)
    acceptances = await acceptances_in(session, team)
    check(may_submit(actor, team, edition, acceptances, now=now))
    left = unanswered(await questions_of(session, edition.id), await answers_of(session, team_id=team.id))
    if left:
        raise Refused(_("« %(label)s » %(unanswered)s", label=left[0].label, unanswered=unanswered_words(left[0])))
    seated = on_arrival(edition)
    team.state = ApplicationState.WAITLISTED if seated else ApplicationState.SUBMITTED
    team.submitted_at, team.queued_at = now, now if seated else None
    team.decided_at, team.decision_reason = None, ""
    await session.flush()
    journal.record(session, actor, "application.submitted", team, now=now, members=len(team.members))
    if seated:
        await fill_places(session, actor, edition, {team.site_id: 1}, now=now, arriving=team)
    await mails.tell_members_submitted(session, team, rank=await rank_in_queue(session, team), now=now)
    coordinators = await coordinators_of_site(session, edition.id, team.site_id)
    await mails.tell_coordinators(session, "team_to_answer", team, coordinators, now=now)


async def withdraw_application(
    session: AsyncSession, actor: Actor, team: Team, edition: Edition, *, now: datetime
) -> None:
    """Take the application back; the coordination of the site is told, and its place goes to the first who waits.

    Raises:
        Refused: there is nothing to take back, it is too late, or the actor is not the captain.
    """
    team = await hold_team_and_site(session, team)
    check(may_withdraw(actor, team, edition, now=now))
    before, team.state = team.state, ApplicationState.WITHDRAWN
    team.queued_at = None
    await session.flush()
    await close_approaches(session, now=now, team_ids=[team.id])
    journal.record(session, actor, "application.withdrawn", team, now=now, before=before)
    coordinators = await coordinators_of_site(session, edition.id, team.site_id)
    await mails.tell_coordinators(session, "team_withdrawn", team, coordinators, now=now)
    if before == ApplicationState.ACCEPTED:
        await fill_places(session, actor, edition, {team.site_id: 1}, now=now)


async def reopen_if_short(session: AsyncSession, actor: Actor, team: Team, *, now: datetime) -> None:
    """Give an application not yet answered back to its team when too few people remain; an answer given stands."""
    if team.state != ApplicationState.SUBMITTED or team_is_complete(team):
        return
    team.state, team.submitted_at = ApplicationState.DRAFT, None
    await session.flush()
    journal.record(session, actor, "application.reopened", team, now=now, members=len(team.members))


async def ask_aside(
    session: AsyncSession, actor: Actor, team: Team, edition: Edition, *, reason: str, now: datetime
) -> None:
    """Ask to take part without competing; the coordination of the site answers.

    Raises:
        Refused: it is asked already, or the actor is not the captain.
    """
    team = await hold_team_and_site(session, team)
    check(may_ask_aside(actor, team, edition, now=now))
    team.asks_non_competing, team.non_competing_reason = True, reason.strip()
    await session.flush()
    journal.record(session, actor, "application.asked-aside", team, now=now)
    coordinators = await coordinators_of_site(session, edition.id, team.site_id)
    await mails.tell_coordinators(session, "team_asks_aside", team, coordinators, now=now)

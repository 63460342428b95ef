"""What a coordination answers: to one application, to many at once; moving one, setting one aside."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import NotThere, Refused, Stale, check
from creathon.core.events import publish
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.editions.queries import site_by_id
from creathon.teams import mails
from creathon.teams.actions.closing import close_approaches
from creathon.teams.actions.places import fill_places, first_of, record_promoted, stamp
from creathon.teams.events import ApplicationsOpened, CompetingChanged
from creathon.teams.models import ApplicationState, Team
from creathon.teams.queries import (
    Held,
    held_applications,
    hidden_applications,
    hold_team_and_site,
    lock_team,
    rank_in_queue,
    rooms_at,
)
from creathon.teams.rules import (
    decision_problem,
    left_out,
    may_decide,
    may_move,
    may_promote,
    may_set_aside,
    on_arrival,
    places_to_give,
    queue_instant,
)

CHANGED = "Cette candidature a changé pendant que vous répondiez. Relisez-la avant d’enregistrer."
CHANGED_MEANWHILE = "a changé depuis l’aperçu"


@dataclass(frozen=True)
class Answered:
    """What came of an answer to many: the teams that got it, those left out with why, those promoted meanwhile."""

    teams: list[Team]
    left_out: list[tuple[str, str]]
    promoted: list[Team]


async def check_open(session: AsyncSession, actor: Actor, team: Team) -> None:
    """An application that a link of interest hides is not there.

    Raises:
        NotThere: it is hidden from the actor.
    """
    if await hidden_among(session, actor, [team.id]):
        raise NotThere()


async def hidden_among(session: AsyncSession, actor: Actor, team_ids: Collection[str]) -> set[str]:
    """Those of these applications that a link of interest hides from the actor."""
    return await hidden_applications(session, team_ids, await _hiding(session, actor))


async def _hiding(session: AsyncSession, actor: Actor) -> list[ColumnElement[bool]]:
    opened = ApplicationsOpened(actor.person_id)
    await publish(session, opened)
    return opened.hiding


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

    A place that the answer frees goes to the first who waits.

    Raises:
        NotThere: the actor does not coordinate the team's site, or a link hides its project from them.
        Refused: the application was not sent, or the reason is missing.
        Stale: something changed since `version`; holds the state and the reason stored.
    """
    team = await hold_team_and_site(session, team)
    check(may_decide(actor, team, edition))
    hiding, frees = await _hiding(session, actor), state != ApplicationState.ACCEPTED
    found = await held_applications(session, [team.id], hiding, and_waiting=frees)
    (held,), waiting = _parted(found, [team.id])
    if held.hidden:
        raise NotThere()
    if version is not None and version != team.version:
        raise Stale(_(CHANGED), {"state": team.state, "reason": team.decision_reason})
    if problem := decision_problem(state, reason):
        raise Refused(problem)
    await _answer(session, actor, [held], waiting, edition, state, reason=reason, now=now)


async def answer_applications(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    versions: Mapping[str, int],
    state: ApplicationState,
    *,
    held: Collection[str],
    reason: str,
    now: datetime,
) -> Answered:
    """Give one answer to many applications, each at the version the actor saw, in a bounded number of statements.

    `held` are those the caller holds, with their sites, since before it read anything (`queries.hold_applications`).
    Those that changed meanwhile, or cannot have that answer, are left out and said; those of other sites, and those
    that a link of interest hides, are not said.

    Raises:
        Refused: the reason is missing.
    """
    if problem := decision_problem(state, reason):
        raise Refused(problem)
    answered, out = [], []
    hiding, frees = await _hiding(session, actor), state != ApplicationState.ACCEPTED
    found = await held_applications(session, versions, hiding, and_waiting=frees)
    asked, waiting = _parted(found, versions)
    for one in asked:
        team, refusal = one.team, may_decide(actor, one.team, edition)
        if one.hidden or (refusal is not None and refusal.hidden):
            continue
        changed = team.version != versions[team.id] or team.id not in held
        why = _(CHANGED_MEANWHILE) if changed else left_out(team.state, state)
        if why:
            out.append((team.name, why))
        else:
            answered.append(one)
    if not answered:
        return Answered([], sorted(out), [])
    promoted = await _answer(session, actor, answered, waiting, edition, state, reason=reason, now=now)
    return Answered([one.team for one in answered], sorted(out), promoted)


def _parted(found: Sequence[Held], asked: Collection[str]) -> tuple[list[Held], list[Team]]:
    """Those asked about, and the teams that wait behind them."""
    waiting = [one.team for one in found if one.team.id not in asked]
    return [one for one in found if one.team.id in asked], waiting


async def _answer(
    session: AsyncSession,
    actor: Actor,
    answered: Sequence[Held],
    waiting: Sequence[Team],
    edition: Edition,
    state: ApplicationState,
    *,
    reason: str,
    now: datetime,
) -> list[Team]:
    """Write the answer to teams held with their sites; gives back those of `waiting` promoted to the places it frees.

    Nobody is promoted once preparation has ended, nor whom the answer itself puts on the waiting list.
    """
    waits, teams = state == ApplicationState.WAITLISTED, [one.team for one in answered]
    before = {team.id: team.state for team in teams}
    freed = Counter(team.site_id for team in teams if team.state == ApplicationState.ACCEPTED != state)
    queued = {team.id: queue_instant(team, now=now) if waits else None for team in teams}
    came = case(
        (Team.state == ApplicationState.WAITLISTED, func.coalesce(Team.queued_at, now)),
        (Team.state == ApplicationState.SUBMITTED, func.coalesce(Team.submitted_at, now)),
        else_=now,
    )
    rooms = {one.team.site_id: one.room + freed[one.team.site_id] for one in answered if one.team.site_id in freed}
    wanted = {} if may_promote(edition, now=now) else places_to_give(edition, freed, rooms)
    promoted = first_of(waiting, wanted)
    told = {"state": state, "decided_at": now, "decision_reason": reason.strip()}
    await stamp(session, teams, told | {"queued_at": came if waits else None}, promoted)
    for team in teams:
        set_committed_value(team, "queued_at", queued[team.id])
        journal.record(
            session, actor, "application.decided", team, now=now, before=before[team.id], after=state,
            reason_length=len(team.decision_reason),
        )  # fmt: skip
    if state == ApplicationState.REFUSED and any(one.is_approached for one in answered):
        await close_approaches(session, now=now, team_ids=list(before))
    record_promoted(session, actor, promoted, now=now)
    await mails.tell_members_decided(session, teams, promoted, now=now)
    return promoted


async def move_application(
    session: AsyncSession, actor: Actor, team: Team, edition: Edition, *, site_id: str, version: int, now: datetime
) -> None:
    """Bring an application to another site; every member is told.

    An accepted team takes a place there, or waits at the end of the list; the place it leaves goes to the first who
    waits. A waiting team keeps the instant of its arrival.

    Raises:
        Refused: the actor does not coordinate the whole edition, or it is not another site of it.
        Stale: something changed since `version`.
    """
    team = await hold_team_and_site(session, team, site_id)
    check(may_move(actor, team, edition))
    await check_open(session, actor, team)
    if version != team.version:
        raise Stale(_(CHANGED), {"state": team.state, "reason": team.decision_reason})
    if site_id == team.site_id or await site_by_id(session, edition.id, site_id) is None:
        raise Refused(_("Choisissez un autre site de cette édition."))
    left, team.site_id = team.site_id, site_id
    seated = team.state == ApplicationState.ACCEPTED
    if seated and (await rooms_at(session, [site_id]))[site_id] <= 0:
        team.state, team.queued_at, team.decision_reason = ApplicationState.WAITLISTED, now, ""
    await session.flush()
    team = await lock_team(session, team)
    journal.record(session, actor, "application.moved", team, now=now, before=left, after=site_id)
    if on_arrival(edition) and team.state == ApplicationState.WAITLISTED:
        await fill_places(session, actor, edition, {site_id: 1}, now=now, arriving=team)
    await mails.tell_members_moved(session, team, rank=await rank_in_queue(session, team), now=now)
    if seated:
        await fill_places(session, actor, edition, {left: 1}, now=now)


async def set_aside(
    session: AsyncSession,
    actor: Actor,
    team: Team,
    edition: Edition,
    *,
    non_competing: bool,
    reason: str,
    version: int,
    now: datetime,
) -> None:
    """Say that a team takes part without competing, or competes again, with the reason; every member is told.

    Raises:
        Refused: the reason is missing, nothing would change, or it is too late for what stands above.
        Stale: something changed since `version`.
    """
    team = await hold_team_and_site(session, team)
    check(may_set_aside(actor, team, edition))
    await check_open(session, actor, team)
    if version != team.version:
        raise Stale(_(CHANGED), {"state": team.state, "reason": team.decision_reason})
    if not reason.strip():
        raise Refused(_("Écrivez la raison : l’équipe la lira."))
    if non_competing == team.non_competing and not team.asks_non_competing:
        raise Refused(_("Rien ne changerait."))
    team.non_competing, team.asks_non_competing, team.non_competing_reason = non_competing, False, reason.strip()
    await session.flush()
    await publish(session, CompetingChanged(actor, team, edition, non_competing, now))
    journal.record(session, actor, "application.set-aside", team, now=now, non_competing=non_competing)
    await mails.tell_members_aside(session, team, now=now)

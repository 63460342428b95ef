"""Founding a team, sitting down in it, who does what in it.

Whoever sits down holds first their own row, then the team's: one team per person, five seats per team.
"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import work_in
from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Conflict, NotThere, Refused, Stale, check
from creathon.core.ids import new_code
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.editions.queries import site_by_id
from creathon.teams import mails
from creathon.teams.actions.closing import close_approaches
from creathon.teams.models import AloneApplication, AloneState, Team, TeamMember, TeamRole
from creathon.teams.queries import lock_person, lock_team, team_by_code, team_named, team_of
from creathon.teams.rules import (
    CODE_LENGTH,
    NAME_TAKEN,
    UNKNOWN_CODE,
    TeamValues,
    captain_of,
    free_seats,
    is_suspended,
    may_change_role,
    may_change_site,
    may_create_team,
    may_join,
    may_lead,
    may_rename,
    member_of,
    name_key,
    name_problem,
    normal_code,
)


async def create_team(
    session: AsyncSession, actor: Actor, edition: Edition, values: TeamValues, *, now: datetime
) -> Team:
    """Found a team; the actor is its captain, on the first seat.

    Raises:
        Refused: the actor may not, or the name cannot be borne.
        Conflict: another team of the edition has that name.
    """
    await lock_person(session, actor.person_id)
    check(may_create_team(actor, edition, await team_of(session, actor.person_id, edition.id), now=now))
    await check_name(session, edition, values.name)
    await check_site(session, edition, values.site_id)
    team = Team(
        edition_id=edition.id,
        site_id=values.site_id,
        name=folded_name(values.name),
        name_key=name_key(values.name),
        kind=values.kind,
        code=new_code(CODE_LENGTH),
        created_at=now,
        members=[],
    )
    session.add(team)
    await session.flush()
    await sit_down(session, team, actor.person_id, values.role, now=now, is_captain=True)
    await work_in(session, actor, actor.person_id, edition, now=now)
    journal.record(session, actor, "team.created", team, now=now, site=team.site_id, kind=team.kind)
    return team


async def join_by_code(
    session: AsyncSession, actor: Actor, edition: Edition, *, code: str, role: TeamRole, now: datetime
) -> Team:
    """Take the lowest free seat of the team that shares the code; its captain is told.

    Raises:
        Refused: no team has that code, it is full, or the actor may not be in it.
    """
    await lock_person(session, actor.person_id)
    team = await team_by_code(session, edition.id, normal_code(code), lock=True)
    if team is None:
        raise Refused(_(UNKNOWN_CODE))
    check(may_join(actor, team, edition, await team_of(session, actor.person_id, edition.id), now=now))
    member = await sit_down(session, team, actor.person_id, role, now=now)
    await work_in(session, actor, actor.person_id, edition, now=now)
    journal.record(session, actor, "team.joined", team, now=now, person=actor.person_id, seat=member.seat, by="code")
    await mails.tell_captain_of_joining(session, team, member, now=now)
    return team


async def sit_down(
    session: AsyncSession, team: Team, person_id: str, role: TeamRole, *, now: datetime, is_captain: bool = False
) -> TeamMember:
    """Give somebody the lowest free seat of a team held by the caller, who asked the rules; the team is read again.

    Whoever applied alone is placed by it; what waited between them and teams, or between people and a team that is
    now full, is closed; a minor is told what must be signed.
    """
    member = TeamMember(
        team_id=team.id,
        edition_id=team.edition_id,
        person_id=person_id,
        seat=free_seats(team)[0],
        role=role,
        is_captain=is_captain,
        joined_at=now,
    )
    session.add(member)
    await session.flush()
    alone = (AloneApplication.person_id == person_id, AloneApplication.edition_id == team.edition_id)
    placed = update(AloneApplication).where(*alone, AloneApplication.state == AloneState.SEARCHING)
    await session.execute(placed.values(state=AloneState.PLACED, version=AloneApplication.version + 1))
    await lock_team(session, team)
    full = [] if free_seats(team) else [team.id]
    await close_approaches(session, now=now, team_ids=full, person=(person_id, team.edition_id))
    if is_suspended(member):
        await mails.tell_minor(session, "minor_to_authorise", team, member, key=team.id, now=now)
    return member


async def change_role(
    session: AsyncSession, actor: Actor, team: Team, edition: Edition, *, role: TeamRole, now: datetime
) -> None:
    """Take another role in one's team."""
    team = await lock_team(session, team)
    check(may_change_role(actor, team, edition, now=now))
    member = member_of(team, actor.person_id)
    assert member is not None  # noqa: S101 — the rule said so
    member.role = role
    await session.flush()
    journal.record(session, actor, "team.role", team, now=now, person=actor.person_id, role=role)


async def hand_over(
    session: AsyncSession, actor: Actor, team: Team, member_id: str, edition: Edition, *, now: datetime
) -> TeamMember:
    """Make another member captain, who is told; the former one becomes a member like the others."""
    team = await lock_team(session, team)
    successor = find_member(team, member_id)
    check(may_lead(actor, team, edition, now=now))
    former = captain_of(team)
    if former is not None and former.id != successor.id:
        former.is_captain = False
        await session.flush()
        successor.is_captain = True
        await session.flush()
        journal.record(session, actor, "team.captain", team, now=now, person=successor.person_id)
        await mails.tell_new_captain(session, team, successor, now=now)
    return successor


async def edit_team(
    session: AsyncSession,
    actor: Actor,
    team: Team,
    edition: Edition,
    *,
    name: str,
    site_id: str,
    version: int,
    now: datetime,
) -> None:
    """Change the name and the site.

    Raises:
        Stale: somebody saved in between; holds the name and the site stored.
        Conflict: another team of the edition has that name.
        Refused: the actor may not, the name cannot be borne, or the site no longer changes.
    """
    team = await lock_team(session, team)
    check(may_rename(actor, team, edition, now=now))
    if version != team.version:
        sentence = _("L’équipe a été modifiée entre-temps. Comparez les deux versions avant d’enregistrer.")
        raise Stale(sentence, {"name": team.name, "site_id": team.site_id})
    await check_name(session, edition, name, team.id)
    await check_site(session, edition, site_id)
    if site_id != team.site_id:
        check(may_change_site(team))
    moved = site_id != team.site_id
    team.name, team.name_key, team.site_id = folded_name(name), name_key(name), site_id
    await session.flush()
    await lock_team(session, team)
    journal.record(session, actor, "team.edited", team, now=now, site=site_id, moved=moved)


def find_member(team: Team, member_id: str) -> TeamMember:
    """A member by its id.

    Raises:
        NotThere: nobody in this team has it.
    """
    member = next((member for member in team.members if member.id == member_id), None)
    if member is None:
        raise NotThere()
    return member


def folded_name(name: str) -> str:
    """A name as it is kept."""
    return " ".join(name.split())


async def check_name(session: AsyncSession, edition: Edition, name: str, team_id: str | None = None) -> None:
    """Refuse a name that cannot be borne, or that another team of the edition bears."""
    if problem := name_problem(folded_name(name)):
        raise Refused(problem)
    holder = await team_named(session, edition.id, name_key(name))
    if holder is not None and holder != team_id:
        raise Conflict(_(NAME_TAKEN))


async def check_site(session: AsyncSession, edition: Edition, site_id: str) -> None:
    """Refuse a site that is not one of the edition."""
    if await site_by_id(session, edition.id, site_id) is None:
        raise Refused(_("Ce site n’est pas un site de cette édition."))

"""Second chapter: sixty applications, their members, and the answers."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.core.actor import Actor
from creathon.demo.calendar import Stage
from creathon.demo.material import Entry, content, derived_projects, written_projects
from creathon.demo.story import Crew, Story, accept, actor, site_of
from creathon.editions.models import Edition
from creathon.teams.actions import (
    TeamValues,
    create_team,
    decide_application,
    declare_pupils,
    join_by_code,
    submit_application,
    withdraw_application,
)
from creathon.teams.models import ApplicationState, Team, TeamKind, TeamRole
from creathon.teams.queries import team_by_id
from creathon.teams.rules import PupilValues

ROLES = tuple(TeamRole)
FIXED_TEAM = "Les Marches"
"""The team of equipe@exemple.test."""


async def receive_applications(story: Story) -> None:
    """Found the teams of the forty-eight projects and the twelve that are not kept, then answer when it is time."""
    for entry in [*written_projects(), *derived_projects()]:
        await _apply(story, entry.team, entry.site, entry=entry)
    for application in content("templates")["applications"]:
        await _apply(story, application["team"], application["site"], answer=application)


async def _apply(story: Story, name: str, code: str, *, entry: Entry | None = None, answer: Any = None) -> None:
    opens, closes = story.calendar.opens("candidature"), story.calendar.closes("candidature")
    founded = story.moment(opens, opens + (closes - opens) * 0.8)
    if not story.happened(founded):
        return
    kind = TeamKind.CLASS if entry and entry.is_class else TeamKind.STANDARD
    async with story.database.writing() as session:
        edition = await story.edition(session)
        captain = await _captain(story, session, name, founded)
        site = await site_of(session, edition, code)
        values = TeamValues(name=name, site_id=site.id, role=ROLES[0], kind=kind)
        team = await create_team(session, captain, edition, values, now=founded)
        size = story.chance.choice((3, 4, 4, 5))
        if name == FIXED_TEAM and story.stage == Stage.CANDIDATURES:
            size = min(size, 4)
        if team.is_class:
            await _declare(story, session, edition, team, captain, founded)
        else:
            await _fill(story, session, edition, team, size, founded)
        submitted = founded + timedelta(days=2)
        if story.happened(submitted):
            await _submit(story, session, edition, team.id, captain, submitted)
            await _answer(story, session, edition, team.id, captain, answer)
        if entry is not None:
            story.crews.append(Crew(entry, team.id, captain))


async def _captain(story: Story, session: AsyncSession, name: str, now: datetime) -> Actor:
    fixed = name == FIXED_TEAM
    person = await (story.cast.fixed(session, "equipe", now=now) if fixed else story.cast.drawn(session, now=now))
    return await actor(session, person)


async def _fill(story: Story, session: AsyncSession, edition: Edition, team: Team, size: int, now: datetime) -> None:
    """Let the others join with the code, an hour apart."""
    for place in range(1, size):
        person: Person = await story.cast.drawn(session, now=now)
        later = now + timedelta(hours=place)
        joining = await actor(session, person)
        await join_by_code(session, joining, edition, code=team.code, role=ROLES[place % len(ROLES)], now=later)


async def _declare(
    story: Story, session: AsyncSession, edition: Edition, team: Team, captain: Actor, now: datetime
) -> None:
    """A colleague joins, then the teacher declares a class of middle school, whose parents have all signed."""
    await _fill(story, session, edition, team, 2, now)
    pupils = PupilValues(story.chance.randint(18, 26), 0, 0, certified=True)
    later = now + timedelta(hours=2)
    await declare_pupils(session, captain, team, edition, pupils, version=team.version, now=later)


async def _submit(
    story: Story, session: AsyncSession, edition: Edition, team_id: str, captain: Actor, now: datetime
) -> None:
    if story.stage == Stage.CANDIDATURES and story.chance.random() < 0.25:
        return
    team = await team_by_id(session, team_id)
    assert team is not None  # noqa: S101 — just made
    for member in team.members:
        await accept(session, await actor(session, member.person), edition, now=now)
    await submit_application(session, captain, team, edition, now=now)


async def _answer(
    story: Story, session: AsyncSession, edition: Edition, team_id: str, captain: Actor, answer: Any
) -> None:
    """The coordination answers a fortnight after the end of the applications; two teams have left before."""
    answered = story.calendar.closes("candidature") + timedelta(days=14)
    if not story.happened(answered):
        return
    team = await team_by_id(session, team_id)
    assert team is not None  # noqa: S101 — just made
    state = ApplicationState(answer["status"]) if answer else ApplicationState.ACCEPTED
    if state == ApplicationState.WITHDRAWN:
        await withdraw_application(session, captain, team, edition, now=answered)
        return
    reason = answer["reason"] if answer else ""
    await decide_application(session, story.coordination, team, edition, state, reason=reason, now=answered)

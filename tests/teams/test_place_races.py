"""Twenty people take the last three places at once, over HTTP: three are seated, the others wait as they arrived."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.models import Edition, Seating, Site
from creathon.teams.actions import withdraw_application
from creathon.teams.models import ApplicationState, Team
from creathon.teams.queries import ranks_of, team_by_id, teams_by_ids
from tests.browsing import Visitor
from tests.conftest import NOW
from tests.factories.accounts import as_actor
from tests.factories.editions import site_of
from tests.factories.teams import make_many_teams
from tests.teams.acting import an_edition, mails_named

pytestmark = pytest.mark.bar("G93")

RACERS = 20
LAST = 3
ROUNDS = {"POI": 8, "RUN": 5, "DIST": 12}
"""The sites, one round each, and their places: all but three are taken before."""


@dataclass
class TickingClock(MovableClock):
    """A clock that tells each request another instant, as the machine's does."""

    def now(self) -> datetime:
        self.instant += timedelta(milliseconds=1)
        return self.instant


@pytest.fixture
def clock() -> MovableClock:
    return TickingClock(NOW)


async def prepared(database: Database) -> tuple[Edition, dict[str, list[str]]]:
    """The first who apply are served; twenty teams of each site are ready to apply, with no rulebook to accept."""
    edition = await an_edition(database, rules=False)
    drafts = {}
    async with database.writing() as session:
        await session.execute(update(Edition).values(seating=Seating.ON_ARRIVAL))
        for site, places in ROUNDS.items():
            await session.execute(update(Site).where(Site.id == site_of(edition, site).id).values(capacity=places))
            seated = places - LAST
            await make_many_teams(session, edition, seated, site=site, state=ApplicationState.ACCEPTED, prefix="Assis")
            drafts[site] = await make_many_teams(session, edition, RACERS, site=site, state=ApplicationState.DRAFT)
    return edition, drafts


async def teams_of(database: Database, ids: list[str]) -> list[Team]:
    async with database.reading() as session:
        return await teams_by_ids(session, ids)


async def test_twenty_take_the_last_three_places_at_once(app: Creathon, database: Database) -> None:
    _edition, drafts = await prepared(database)
    for ids in drafts.values():
        async with AsyncExitStack() as stack:
            racers = []
            for team in await teams_of(database, ids):
                racers.append(await stack.enter_async_context(Visitor(app)))
                await racers[-1].sign_in_as(team.members[0].person)
                await racers[-1].open("/equipe")
            await asyncio.gather(*(racer.submit("/equipe/candidature") for racer in racers))
            assert [racer.status for racer in racers] == [200] * RACERS
        found = await teams_of(database, ids)
        seated = [team for team in found if team.state == ApplicationState.ACCEPTED]
        waiting = [team for team in found if team.state == ApplicationState.WAITLISTED]
        assert (len(seated), len(waiting)) == (LAST, RACERS - LAST)
        async with database.reading() as session:
            ranks = await ranks_of(session, ids)
        by_arrival = sorted(waiting, key=lambda team: (team.submitted_at, team.id))
        assert [ranks[team.id] for team in by_arrival] == list(range(1, RACERS - LAST + 1))
        assert len({team.submitted_at for team in found}) == RACERS
    assert len(await mails_named(database, "team_submitted")) == len(ROUNDS) * RACERS * 3
    assert await mails_named(database, "team_promoted") == []


async def test_places_freed_while_others_apply_are_each_given_once(app: Creathon, database: Database) -> None:
    """Ten seated teams withdraw while twenty apply and as many wait: the site is full at the end, in order."""
    edition, drafts = await prepared(database)
    site, places = site_of(edition, "DIST").id, ROUNDS["DIST"]
    async with database.writing() as session:
        seated = await make_many_teams(session, edition, LAST, site="DIST", state=ApplicationState.ACCEPTED, prefix="Z")
        early = NOW - timedelta(days=1)
        waiting = await make_many_teams(
            session, edition, 6, site="DIST", state=ApplicationState.WAITLISTED, prefix="Y", now=early
        )

    async def leave(team_id: str) -> None:
        async with database.writing() as session:
            team = await team_by_id(session, team_id)
            assert team is not None
            actor = await as_actor(session, team.members[0].person)
            await withdraw_application(session, actor, team, edition, now=NOW)

    async with AsyncExitStack() as stack:
        racers = []
        for team in (await teams_of(database, drafts["DIST"]))[:6]:
            racers.append(await stack.enter_async_context(Visitor(app)))
            await racers[-1].sign_in_as(team.members[0].person)
            await racers[-1].open("/equipe")
        await asyncio.gather(*(racer.submit("/equipe/candidature") for racer in racers), *map(leave, seated))
        assert [racer.status for racer in racers] == [200] * 6
    promoted = [team.id for team in await teams_of(database, waiting) if team.state == ApplicationState.ACCEPTED]
    assert promoted == waiting[:LAST]
    assert all(team.state == ApplicationState.WAITLISTED for team in (await teams_of(database, drafts["DIST"]))[:6])
    async with database.reading() as session:
        assert places - LAST + len(promoted) == places
        ranks = await ranks_of(session, waiting)
    assert [ranks[one] for one in waiting[LAST:]] == [1, 2, 3]
    assert site

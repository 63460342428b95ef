"""Coordinators who answer many applications at once, while teams move and leave: each change is made once, or said."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from creathon.app import Creathon
from creathon.core.actor import Actor
from creathon.core.database import Database
from creathon.core.errors import Conflict, Refused, Stale
from creathon.core.journal import JournalLine, broken_line
from creathon.editions.models import Edition, Site
from creathon.teams.actions import answer_applications, decide_application, move_application, withdraw_application
from creathon.teams.models import ApplicationState, Team
from creathon.teams.queries import hold_applications, rooms_at, team_by_id
from tests.conftest import NOW
from tests.factories.accounts import as_actor
from tests.factories.editions import site_of
from tests.factories.jury import coordinator_of
from tests.factories.teams import make_many_teams
from tests.teams.acting import an_edition, mails_named

pytestmark = pytest.mark.bar("G87", "G93")

SITES = ("POI", "RUN", "DIST")
EACH = 4
ACCEPTED, WAITLISTED, REFUSED = ApplicationState.ACCEPTED, ApplicationState.WAITLISTED, ApplicationState.REFUSED


class Crowd:
    """Twelve teams of three sites that are seated, as many that wait behind, and everybody's hands on them."""

    def __init__(self, database: Database, edition: Edition, claire: Actor, seated: list[str], waiting: list[str]):
        self.database, self.edition, self.claire = database, edition, claire
        self.seated, self.waiting = seated, waiting
        self.answered: Counter[str] = Counter()

    async def answer(self, ids: list[str], state: ApplicationState) -> None:
        """One answer to many, each at the version of the start."""
        async with self.database.writing() as session:
            held = await hold_applications(session, ids)
            versions = dict.fromkeys(ids, 1)
            done = await answer_applications(
                session, self.claire, self.edition, versions, state, held=held, reason="Vu.", now=NOW
            )
        assert len(done.teams) + len(done.left_out) == len(ids)
        self.answered.update(team.id for team in done.teams)

    async def decide(self, team_id: str) -> None:
        async with self.database.writing() as session:
            team = await team_by_id(session, team_id)
            assert team is not None
            await decide_application(
                session, self.claire, team, self.edition, REFUSED, reason="Vu.", now=NOW, version=1
            )
        self.answered[team_id] += 1

    async def move(self, team_id: str, code: str) -> None:
        async with self.database.writing() as session:
            team = await team_by_id(session, team_id)
            assert team is not None
            site_id = site_of(self.edition, code).id
            await move_application(session, self.claire, team, self.edition, site_id=site_id, version=1, now=NOW)

    async def leave(self, team_id: str) -> None:
        async with self.database.writing() as session:
            team = await team_by_id(session, team_id)
            assert team is not None
            captain = await as_actor(session, team.members[0].person)
            await withdraw_application(session, captain, team, self.edition, now=NOW)


async def a_crowd(database: Database) -> Crowd:
    edition = await an_edition(database, rules=False)
    seated, waiting = [], []
    async with database.writing() as session:
        for code in SITES:
            await session.execute(update(Site).where(Site.id == site_of(edition, code).id).values(capacity=EACH))
            seated += await make_many_teams(session, edition, EACH, site=code, state=ACCEPTED, prefix="Assis")
            waiting += await make_many_teams(
                session, edition, EACH, site=code, state=WAITLISTED, prefix="Attente", now=NOW - timedelta(days=1)
            )
        claire = await coordinator_of(session, edition)
    return Crowd(database, edition, claire, seated, waiting)


async def test_many_answers_moves_and_withdrawals_at_once_are_each_done_once_or_said(
    app: Creathon, database: Database
) -> None:
    crowd = await a_crowd(database)
    came = await asyncio.gather(
        crowd.answer(crowd.seated[:8], REFUSED),
        crowd.answer(crowd.seated[:3:-1], WAITLISTED),
        crowd.answer([*crowd.waiting[::-1], *crowd.seated[:2]], REFUSED),
        crowd.answer(crowd.seated, REFUSED),
        *(crowd.decide(one) for one in (crowd.seated[0], crowd.seated[11], crowd.waiting[5])),
        crowd.move(crowd.seated[1], "DIST"),
        crowd.move(crowd.seated[9], "POI"),
        *(crowd.leave(one) for one in (crowd.seated[2], crowd.seated[6], crowd.waiting[9])),
        return_exceptions=True,
    )
    faults = [one for one in came if isinstance(one, BaseException) and not isinstance(one, (Stale, Refused, Conflict))]
    assert faults == []
    assert set(crowd.answered.values()) == {1}
    async with database.reading() as session:
        acts = (await session.execute(select(JournalLine.verb, JournalLine.object_id))).all()
        assert await broken_line(session) is None
        rooms = await rooms_at(session, [site_of(crowd.edition, code).id for code in SITES])
        versions = dict(iter(await session.execute(select(Team.id, Team.version))))
    verbs, by_team = (Counter(column) for column in zip(*acts, strict=True))
    assert verbs["application.decided"] == crowd.answered.total()
    assert len(await mails_named(database, "team_decided")) == 3 * crowd.answered.total()
    assert len(await mails_named(database, "team_promoted")) == 3 * verbs["application.promoted"]
    assert min(rooms.values()) >= 0
    stayed = set(versions) - {team_id for verb, team_id in acts if verb == "application.moved"}
    assert {one: versions[one] for one in stayed} == {one: 1 + by_team[one] for one in stayed}

"""The scene of most tests: « Les Marches » selected and followed by Omar, the clock in the mentoring."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from creathon.accounts.models import Person
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.journal import JournalLine
from creathon.editions.models import Edition
from creathon.mail.models import Mail
from creathon.mentoring.models import Interview, Milestone
from creathon.projects.models import Project
from tests.browsing import Visitor
from tests.factories.editions import MENTORING, make_edition
from tests.factories.jury import coordinator_of, make_projects
from tests.factories.mentoring import Followed, make_followed, make_interviews, make_milestone


@dataclass(frozen=True)
class Scene:
    """A followed project with two interviews and a milestone, and two projects nobody follows."""

    edition: Edition
    followed: Followed
    interviews: Sequence[Interview]
    milestone: Milestone
    projects: list[Project]
    people: dict[str, Person]

    @property
    def pairing_path(self) -> str:
        return f"/accompagnement/{self.followed.pairing.id}"

    @property
    def held(self) -> str:
        """The page of the interview that is over."""
        return f"{self.pairing_path}/entretiens/{self.interviews[0].id}"

    @property
    def milestone_path(self) -> str:
        return f"{self.pairing_path}/jalons/{self.milestone.id}"


@pytest.fixture
async def scene(app: Creathon, database: Database, clock: MovableClock) -> Scene:
    async with database.writing() as session:
        edition = await make_edition(session)
        projects = await make_projects(session, edition)
        followed = await make_followed(session, edition, projects[0])
        interviews = await make_interviews(session, followed)
        milestone = await make_milestone(session, followed)
        claire = await session.get(Person, (await coordinator_of(session, edition)).person_id)
        assert claire is not None
        people = {member.person.given_name: member.person for one in projects for member in one.team.members}
    clock.move_to(MENTORING)
    people |= {"Claire": claire, "Omar": followed.mentor}
    return Scene(edition, followed, interviews, milestone, projects, people)


async def _browser(app: Creathon, person: Person) -> AsyncIterator[Visitor]:
    async with Visitor(app) as visitor:
        await visitor.sign_in_as(person)
        yield visitor


@pytest.fixture
async def omar(app: Creathon, scene: Scene) -> AsyncIterator[Visitor]:
    """The mentor's browser."""
    async for visitor in _browser(app, scene.people["Omar"]):
        yield visitor


@pytest.fixture
async def awa(app: Creathon, scene: Scene) -> AsyncIterator[Visitor]:
    """The captain's browser."""
    async for visitor in _browser(app, scene.people["Awa"]):
        yield visitor


@pytest.fixture
async def claire(app: Creathon, scene: Scene) -> AsyncIterator[Visitor]:
    """The national coordinator's browser."""
    async for visitor in _browser(app, scene.people["Claire"]):
        yield visitor


async def mails_named(database: Database, name: str) -> list[Mail]:
    """The messages of that name, in order."""
    async with database.reading() as session:
        return list(await session.scalars(select(Mail).where(Mail.name == name).order_by(Mail.created_at, Mail.id)))


async def verbs(database: Database, object_id: str) -> list[str]:
    """What the journal says was done to a thing, in order."""
    async with database.reading() as session:
        query = select(JournalLine.verb).where(JournalLine.object_id == object_id).order_by(JournalLine.sequence)
        return list(await session.scalars(query))


async def stored(database: Database, thing: Any) -> Any:
    """A row as it is stored now."""
    async with database.reading() as session:
        return await session.get(type(thing), thing.id)

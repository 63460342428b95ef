"""The scene of most tests: the edition, « Les Marches » who write it, the clock in the creation."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from creathon.accounts.models import Person
from creathon.app import Creathon
from creathon.core.actor import Actor
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.files import FileStore
from creathon.editions.models import Edition, Role
from creathon.projects.copying import Copyist
from creathon.settings import Settings
from creathon.teams.models import Team
from tests.browsing import Visitor
from tests.factories.accounts import as_actor, make_holder
from tests.factories.editions import AFTER_PALMARES, CREATION, EVALUATION, make_edition, site_of
from tests.factories.projects import make_deposited
from tests.factories.teams import make_team
from tests.personas import CLAIRE, LEILA, SAMIR
from tests.projects.broadcasting import World, deposit_video
from tests.projects.court import Court
from tests.projects.tusing import Sender


@dataclass(frozen=True)
class Scene:
    """Who is there."""

    edition: Edition
    team: Team
    awa: Actor
    people: list[Person]


@pytest.fixture
async def scene(database: Database, clock: MovableClock) -> Scene:
    async with database.writing() as session:
        edition = await make_edition(session)
        team = await make_team(session, edition)
        people = [member.person for member in team.members]
        awa = await as_actor(session, people[0])
    clock.move_to(CREATION)
    return Scene(edition, team, awa, people)


@pytest.fixture
async def awa(app: Creathon, scene: Scene) -> AsyncIterator[Visitor]:
    """The captain's browser."""
    async with Visitor(app) as visitor:
        await visitor.sign_in_as(scene.people[0])
        yield visitor


@pytest.fixture
async def sender(awa: Visitor) -> Sender:
    """The captain's browser, about to send a file."""
    return await Sender.of(awa)


@pytest.fixture
async def bastien(app: Creathon, scene: Scene) -> AsyncIterator[Visitor]:
    """Another member's browser."""
    async with Visitor(app) as visitor:
        await visitor.sign_in_as(scene.people[1])
        yield visitor


@pytest.fixture
async def court(scene: Scene, database: Database, clock: MovableClock) -> Court:
    async with database.writing() as session:
        edition = scene.edition
        project = await make_deposited(session, edition, scene.team)
        court = Court(
            project,
            await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI")),
            await make_holder(session, LEILA, Role.SITE_COORDINATOR, edition, site_of(edition, "RUN")),
            await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition),
        )
    clock.move_to(EVALUATION)
    return court


@pytest.fixture
async def samir(app: Creathon, court: Court) -> AsyncIterator[Visitor]:
    async with Visitor(app) as visitor:
        await visitor.sign_in_as(court.samir)
        yield visitor


@pytest.fixture
async def claire(app: Creathon, court: Court) -> AsyncIterator[Visitor]:
    async with Visitor(app) as visitor:
        await visitor.sign_in_as(court.claire)
        yield visitor


@pytest.fixture
async def member(app: Creathon, scene: Scene, court: Court) -> AsyncIterator[Visitor]:
    """Bastien, once the night is over."""
    async with Visitor(app) as visitor:
        await visitor.sign_in_as(scene.people[1])
        yield visitor


@pytest.fixture
def store(settings: Settings) -> FileStore:
    return FileStore(settings.data / "files")


@pytest.fixture
def copyist(database: Database, store: FileStore, clock: MovableClock) -> Copyist:
    return Copyist(database, store, clock)


@pytest.fixture
async def world(
    app: Creathon, scene: Scene, database: Database, store: FileStore, copyist: Copyist, clock: MovableClock
) -> World:
    """Nobody said anything yet."""
    world = await deposit_video(scene, database, store)
    clock.move_to(EVALUATION)
    await copyist.copy_due()
    clock.move_to(AFTER_PALMARES)
    return world

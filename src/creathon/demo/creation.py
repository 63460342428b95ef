"""Third chapter: twenty-four hours of writing, and deposits until the last minute — and after."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.files import FileStore, Received
from creathon.demo.calendar import Stage
from creathon.demo.material import Entry
from creathon.demo.story import Crew, Story
from creathon.editions.models import Edition
from creathon.editions.rules import USUAL
from creathon.projects.actions import deposit_project, save_draft, start_project
from creathon.projects.actions.files import Joined, attach_file
from creathon.projects.models import Project
from creathon.projects.queries import project_by_id
from creathon.projects.rules import FicheValues, content_of, missing
from creathon.teams.queries import team_by_id

PIECE = "schema.png"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)
"""The smallest PNG: one grey point, so that some deposits have a piece."""


async def create_and_deposit(story: Story) -> None:
    """Every team writes; the stage « creation » stops in the middle of the night."""
    opens = story.calendar.opens("creation")
    if not story.stage.reached(Stage.CREATION):
        return
    store = FileStore(story.files)
    for number, crew in enumerate(story.crews):
        started = opens + timedelta(minutes=story.chance.randrange(5, 50))
        if story.happened(started):
            await _write(story, crew, started)
        if number % 3 == 0 and story.happened(started + timedelta(minutes=40)):
            await _attach(story, crew, store, started + timedelta(minutes=40))
        await _deposit(story, crew)


async def _write(story: Story, crew: Crew, started: datetime) -> None:
    async with story.database.writing() as session:
        edition, team = await story.edition(session), await team_by_id(session, crew.team_id)
        assert team is not None  # noqa: S101
        project = await start_project(session, crew.captain, team, edition, now=started)
        crew.project_id = project.id
        await _save(session, crew, edition, _beginning(crew.entry), started + timedelta(minutes=10))
        finished = started + timedelta(hours=story.chance.randrange(3, 18))
        if story.happened(finished):
            first: dict[str, Any] = crew.entry.first_version or dict.fromkeys(crew.entry.missing, "")
            await _save(session, crew, edition, _values(crew.entry, first), finished)


async def _save(session: AsyncSession, crew: Crew, edition: Edition, values: FicheValues, now: datetime) -> None:
    project = await _project(session, crew)
    await save_draft(session, crew.captain, project, edition, values, version=project.version, now=now)


async def _attach(story: Story, crew: Crew, store: FileStore, now: datetime) -> None:
    received = await store.receive(_Upload(PIXEL), limit=len(PIXEL))
    async with story.database.writing() as session:
        await _keep_piece(session, story, crew, received, now)


async def _keep_piece(session: AsyncSession, story: Story, crew: Crew, received: Received, now: datetime) -> None:
    edition, project = await story.edition(session), await _project(session, crew)
    await attach_file(session, crew.captain, project, edition, received, joined=Joined(PIECE, "image/png"), now=now)


async def _deposit(story: Story, crew: Crew) -> None:
    """Deposit before the end, or some minutes late; the incomplete stay drafts; a second version replaces the first."""
    closes = story.calendar.closes("creation")
    early = closes - timedelta(minutes=story.chance.choice((2, 4, 7, 11, 18, 25, 40, 75, 140)))
    arrived = closes + timedelta(minutes=crew.entry.late_minutes) if crew.entry.late_minutes else early
    if story.stage == Stage.CREATION and story.chance.random() < 0.25:
        arrived = story.now - timedelta(minutes=20)
    if not story.happened(arrived) or not crew.project_id:
        return
    async with story.database.writing() as session:
        edition, project = await story.edition(session), await _project(session, crew)
        if crew.entry.missing:
            await _save(session, crew, edition, _values(crew.entry, {}), story.calendar.closes("creation"))
            project = await _project(session, crew)
        if missing(content_of(project), project.team, USUAL):
            return
        await deposit_project(session, crew.captain, project, edition, signer=story.signer, now=arrived)
        if crew.entry.first_version:
            later = arrived + timedelta(minutes=1)
            await _save(session, crew, edition, _values(crew.entry, {}), later)
            project = await _project(session, crew)
            again = later + timedelta(seconds=20)
            await deposit_project(session, crew.captain, project, edition, signer=story.signer, now=again)


async def _project(session: AsyncSession, crew: Crew) -> Project:
    project = await project_by_id(session, crew.project_id)
    assert project is not None  # noqa: S101
    return project


def _values(entry: Entry, changed: Mapping[str, Any]) -> FicheValues:
    fiche = {**entry.fiche, **{name: value for name, value in changed.items() if name in entry.fiche}}
    fiche["answers"] = entry.fiche["answers"] | changed.get("answers", {})
    return FicheValues(**fiche)


def _beginning(entry: Entry) -> FicheValues:
    """What a team has after ten minutes: a title, a sentence, the need."""
    empty = FicheValues()
    return replace(empty, title=entry.title, summary=entry.fiche["summary"], need=entry.fiche["need"])


class _Upload(BytesIO):
    """Bytes read as an upload is."""

    async def read(self, size: int = -1) -> bytes:  # type: ignore[override]
        return super().read(size)

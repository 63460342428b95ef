"""The demo at each stage: what it promises is there, and the stage is open at the present instant."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from creathon.core.database import Database
from creathon.core.journal import broken_line
from creathon.demo.build import build_demo, is_empty
from creathon.demo.calendar import PHASE_OF_STAGE, Stage, calendar_for
from creathon.demo.material import derived_projects, written_projects
from creathon.editions.models import Edition, Site
from creathon.jury.models import Assignment, ConflictOfInterest, Evaluation, Palmares, PanelJuror, Selection
from creathon.jury.queries.selection import ranking_reads
from creathon.jury.ranking import rank
from creathon.mail.rendering import Renderer, use
from creathon.mentoring.models import Interview, Milestone, Pairing
from creathon.projects.models import AdmissibilityCheck, Deposit
from creathon.settings import SOURCE_ROOT
from creathon.teams.models import AloneApplication, Approach, ApproachState, Team
from tests.factories.projects import SIGNER

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=ZoneInfo("Europe/Paris"))
INSTANTS = [NOW, NOW.replace(month=3, day=29, hour=2, minute=59), NOW.replace(hour=8), NOW.replace(month=10, day=25)]


async def build(database: Database, folder: Path, stage: Stage) -> None:
    use(Renderer(SOURCE_ROOT / "templates", "http://testserver"))
    await build_demo(database, folder, SIGNER, stage, password="girafe mauve", now=NOW, tell=lambda _words: None)


async def count(database: Database, what: type, *conditions: object) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(what).where(*conditions)) or 0  # type: ignore[arg-type]


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("now", INSTANTS)
def test_calendar_holds_the_present_in_the_phase_of_its_stage(stage: Stage, now: datetime) -> None:
    calendar, code = calendar_for(stage, now), PHASE_OF_STAGE[stage]
    assert calendar.opens(code) <= now < calendar.closes(code)
    assert stage == Stage.CREATION or calendar.days % 7 == 0


def test_material_tells_forty_eight_different_projects() -> None:
    entries = [*written_projects(), *derived_projects()]
    assert len(entries) == 48
    assert len({entry.title for entry in entries}) == 48
    assert len({entry.team for entry in entries}) == 48
    assert len({entry.fiche["solution"] for entry in entries}) == 48


async def test_evaluation_stage_holds_what_the_issue_asks(database: Database, tmp_path: Path) -> None:
    assert await is_empty(database)
    await build(database, tmp_path, Stage.EVALUATION)
    demo = select(Edition.id).where(Edition.slug == "2027").scalar_subquery()
    assert await count(database, Site, Site.edition_id == demo) == 26
    assert await count(database, Team) == 60
    assert await count(database, Deposit, Deposit.superseded_at.is_(None)) == 48
    assert await count(database, Deposit, Deposit.late) == 4
    assert await count(database, PanelJuror) == 30
    assert await count(database, ConflictOfInterest) == 5
    assert await count(database, Assignment) == 3 * 44
    assert 0 < await count(database, Evaluation, Evaluation.total.is_not(None)) < 3 * 44
    assert await count(database, Selection) == 0
    last = AdmissibilityCheck.superseded_at.is_(None)
    assert await count(database, AdmissibilityCheck, last, AdmissibilityCheck.admissible) == 44
    assert await count(database, AdmissibilityCheck, last, AdmissibilityCheck.admissible.is_(False)) == 4
    waiting = AdmissibilityCheck.contested_at.is_not(None) & AdmissibilityCheck.answered_at.is_(None)
    assert await count(database, AdmissibilityCheck, waiting) == 1
    assert await count(database, AdmissibilityCheck, AdmissibilityCheck.lifted) == 1
    async with database.reading() as session:
        assert await broken_line(session) is None
        archive = await session.scalar(select(Edition).where(Edition.slug == "2019"))
    assert archive is not None
    assert archive.state == "archived"
    assert await count(database, Team, Team.edition_id == archive.id) == 0


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_candidatures_stage_holds_free_people_and_teams_that_seek_somebody(
    database: Database, tmp_path: Path
) -> None:
    await build(database, tmp_path, Stage.CANDIDATURES)
    assert await count(database, AloneApplication) == 5
    assert await count(database, AloneApplication, AloneApplication.is_shown) == 4
    assert await count(database, Team, Team.seeks != "") == 5
    assert await count(database, Team, Team.seeks != "", Team.name == "Les Marches") == 1
    assert await count(database, Approach, Approach.state == ApproachState.WAITING) == 2


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_accompaniment_stage_holds_a_palmares_and_followed_projects(database: Database, tmp_path: Path) -> None:
    await build(database, tmp_path, Stage.ACCOMPAGNEMENT)
    assert await count(database, Palmares) == 1
    assert await count(database, Selection) == await count(database, Pairing) == 10
    assert await count(database, Interview, Interview.noted_at.is_not(None)) >= 10
    assert await count(database, Milestone, Milestone.state == "valide") >= 10
    async with database.reading() as session:
        edition_id = await session.scalar(select(Edition.id).where(Edition.slug == "2027"))
        ranked = rank(await ranking_reads(session, str(edition_id)))
    assert {project.reads for project in ranked} == {3}
    assert len({project.mean for project in ranked}) < len(ranked), "some projects have the same mean"

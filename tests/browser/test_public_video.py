"""The video of a project on its public page, in Chromium: it plays by parts, with captions, by the page's own rules."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from creathon.core.files import FileStore
from creathon.editions.models import Edition
from creathon.projects.actions import save_fields
from creathon.projects.actions.images import withdraw_image_consent
from creathon.projects.copying import Copyist
from creathon.projects.queries import project_by_id
from creathon.settings import Settings
from tests.browser.test_real_videos import MP4, made
from tests.browser.test_writing import Place, place  # noqa: F401 — the fixture
from tests.factories.accounts import as_actor
from tests.factories.editions import AFTER_PALMARES, CREATION
from tests.factories.projects import CAPTIONS, join_video, make_consents, make_deposit
from tests.projects.broadcasting import NOT_HERE

pytestmark = [pytest.mark.browser, pytest.mark.ffmpeg, pytest.mark.slow]
PLAYED = """video => new Promise((played, failed) => {
  video.muted = true;
  video.onended = () => played([video.videoWidth, Math.round(video.currentTime), video.textTracks[0].cues.length]);
  video.onerror = () => failed(new Error(video.error.message));
  video.play().catch(failed);
})"""


@pytest.mark.bar("E54")
async def test_a_visitor_plays_the_video_until_somebody_withdraws(
    place: Place,  # noqa: F811 — the fixture
    settings: Settings,
    tmp_path: Path,
) -> None:
    slug = await _deposited(place, settings, made(tmp_path / "film.mp4", f"{MP4} -movflags faststart"))
    window = await (await place.open_context()).new_page()
    await window.goto(f"{place.address}/projets/{slug}")
    assert await window.eval_on_selector("main video", PLAYED) == [160, 2, CAPTIONS.count("-->")]
    await _look(window, tmp_path)
    async with place.database.writing() as session:
        project = await project_by_id(session, (await place.project()).id)
        edition = (await session.scalars(select(Edition).options(selectinload(Edition.phases)))).one()
        assert project is not None
        actor = await as_actor(session, place.people[1])
        await withdraw_image_consent(session, actor, project.team, edition, now=AFTER_PALMARES)
    await window.reload()
    await expect(window.locator("main")).to_contain_text(NOT_HERE)
    assert await window.locator("main video").count() == 0


async def _deposited(place: Place, settings: Settings, film: bytes) -> str:  # noqa: F811
    """Deposited with captions, copied, agreed to by each member, after the palmarès."""
    store = FileStore(settings.data / "files")
    async with place.database.writing() as session:
        project = await project_by_id(session, (await place.project()).id, lock=True)
        edition = (await session.scalars(select(Edition).options(selectinload(Edition.phases)))).one()
        assert project is not None
        await join_video(session, edition, project, store=store, content=film)
        actor, words = await as_actor(session, place.people[0]), {"video_captions": CAPTIONS}
        await save_fields(session, actor, project, edition, words, version=project.version, now=CREATION)
        await make_deposit(session, edition, project)
        await make_consents(session, edition, project.team)
    place.clock.move_to(AFTER_PALMARES)
    await Copyist(place.database, store, place.clock).copy_due()
    return project.slug


async def _look(window: Page, folder: Path) -> None:
    """It fits a telephone."""
    for width in (1280, 320):
        await window.set_viewport_size({"width": width, "height": 800})
        await window.screenshot(path=folder / f"{width}.png", full_page=True)
        assert await window.evaluate("document.documentElement.scrollWidth") <= width

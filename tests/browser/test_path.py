"""The whole path in Chromium, by keyboard, with and without JavaScript; axe on every page met."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.models import Role
from creathon.settings import Settings
from tests.browser.keyboard import Keyboard
from tests.browser.serving import serving
from tests.browser.violations import note_violations
from tests.factories.accounts import make_holder
from tests.factories.editions import make_edition
from tests.factories.jury import make_rubric
from tests.journeys.story import Scene, play
from tests.personas import CLAIRE

FEWEST_PAGES = 25


@pytest.mark.browser
@pytest.mark.journey
@pytest.mark.slow
@pytest.mark.bar("D43", "M137", "M140", "M143")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("scripted", [True, False], ids=["javascript", "without-javascript"])
async def test_the_whole_path_by_keyboard(
    scripted: bool, chromium: Browser, settings: Settings, clock: MovableClock, database: Database, tmp_path: Path
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session, rules=False)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_rubric(session, edition)
    met: dict[str, list[str]] = {}
    violations: list[str] = []
    async with serving(settings, clock, database) as (address, _app):
        examiner = None if scripted else await (await chromium.new_context(locale="fr-FR")).new_page()

        async def open_window() -> Keyboard:
            context = await chromium.new_context(
                locale="fr-FR",
                java_script_enabled=scripted,
                reduced_motion="reduce",
                viewport={"width": 1280, "height": 900},
            )
            await note_violations(context, violations)
            return Keyboard(await context.new_page(), address, met, examiner)

        await play(Scene(database, clock, edition, tmp_path, address, open_window))
    found = {path: violations for path, violations in met.items() if violations}
    assert not found
    assert violations == [], "the policy of contents was never broken"
    assert len(met) >= FEWEST_PAGES

"""The examiner sees each colour scheme: what cannot be read in one of them is found there, and only there."""

import pytest
from playwright.async_api import Browser

from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.settings import Settings
from tests.browser.examining import EVERY_LOOK, NARROW, WIDE, Examiner
from tests.browser.serving import serving
from tests.factories.editions import make_edition

PALE = {"light": "#ddd", "dark": "#333"}


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.bar("M137")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_that_fade_in_one_scheme_are_found_in_that_one(
    scheme: str, chromium: Browser, settings: Settings, clock: MovableClock, database: Database
) -> None:
    async with database.writing() as session:
        await make_edition(session)
    async with serving(settings, clock, database) as (address, _app):
        window = await (await chromium.new_context(bypass_csp=True)).new_page()
        examiner = Examiner(window, address, set())
        await examiner.start()
        await window.goto(address)
        await examiner.examine("home", EVERY_LOOK)
        assert not examiner.wrong["home"]
        fading = f"@media (prefers-color-scheme: {scheme}) {{ main p {{ color: {PALE[scheme]} !important }} }}"
        await window.add_style_tag(content=fading)
        await examiner.examine("faded home", EVERY_LOOK)
    found = sorted(sentence.partition(": color-contrast")[0] for sentence in examiner.wrong["faded home"])
    assert found == sorted(f"{width} px {scheme}" for width in (NARROW, WIDE))

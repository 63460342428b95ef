"""The pages of sites and imports in Chromium: by keyboard, then narrow and wide, light and dark, with axe."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from creathon.accounts.actions import open_session
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.models import Role
from creathon.settings import Settings
from tests.browser.keyboard import OUTPUT, Keyboard
from tests.browser.serving import serving
from tests.factories.accounts import make_holder
from tests.factories.editions import make_edition, site_of
from tests.imports.books import csv_of
from tests.personas import CLAIRE

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 700}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
GOOD = [["Code", "Nom", "Capacité", "Espace calme"], ["LIM", "Limoges", "5", "oui"]]
PAGES = {
    "list": "/coordination/sites",
    "one": "/coordination/sites/{}",
    "new": "/coordination/sites/nouveau",
    "public": "/edition/2027/sites/POI",
    "remote": "/edition/2027/sites/DIST",
    "imports": "/coordination/imports",
}
BAD = [*GOOD, ["", "Sans code", "beaucoup", "peut-être"]]


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.bar("M137", "M140", "M143", "M145")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("scripted", [True, False], ids=["javascript", "without-javascript"])
async def test_a_coordination_fills_a_site_and_imports_others(
    scripted: bool, chromium: Browser, settings: Settings, clock: MovableClock, database: Database, tmp_path: Path
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        token, _ = await open_session(session, claire, "chromium", now=clock.now())
    for name, rows in (("bon.csv", GOOD), ("mauvais.csv", BAD)):
        (tmp_path / name).write_bytes(csv_of(rows))
    met: dict[str, list[str]] = {}
    async with serving(settings, clock, database) as (address, _app):
        examiner = None if scripted else await (await chromium.new_context()).new_page()
        context = await chromium.new_context(java_script_enabled=scripted, reduced_motion="reduce", viewport=WIDE)  # type: ignore[arg-type]
        await context.add_cookies([{"name": "session", "value": token, "url": address}])
        window = Keyboard(await context.new_page(), address, met, examiner)
        await window.open("/coordination/sites")
        await window.follow("Poitiers")
        here = f"/sites/{site_of(edition, 'POI').id}"
        await window.submit(here, directions="Bus 1.", step_free="yes", quiet_room="on_request", hearing_loop="no")
        await window.submit("/facilitateurs", name="Nour Lavande", task="accueil", is_public=True)
        assert "Nour Lavande facilite maintenant ce site" in await window.text()
        await window.follow("Voir la page du site")
        assert "Nour Lavande – accueil" in await window.text()
        await window.open("/coordination/sites/nouveau")
        await window.open("/coordination/imports")
        await window.submit("/imports", kind="sites", file=tmp_path / "mauvais.csv")
        assert "Les lignes à corriger" in await window.text()
        await window.follow("Choisir un autre fichier")
        await window.submit("/imports", kind="sites", file=tmp_path / "bon.csv")
        await window.submit("/importer")
        assert await window.title() == "Sites"
        assert "Limoges" in await window.text()
        await window.window.close()
    assert {path: found for path, found in met.items() if found} == {}
    assert len(met) >= 6


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.bar("M137", "M145", "M146")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "320"])
async def test_pages_hold_at_every_width_and_in_the_dark(
    colours: str, size: dict[str, int], chromium: Browser, settings: Settings, clock: MovableClock,
    database: Database, tmp_path: Path,
) -> None:  # fmt: skip
    async with database.writing() as session:
        edition = await make_edition(session)
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        token, _ = await open_session(session, claire, "chromium", now=clock.now())
        site = site_of(edition, "POI")
        site.accessibility = {
            "step_free": {"answer": "yes", "detail": "x" * 60},
            "parking": {"answer": "no", "detail": ""},
        }
        session.add(site)
    (tmp_path / "mauvais.csv").write_bytes(csv_of(BAD))
    met: dict[str, list[str]] = {}
    wide: dict[str, int] = {}
    async with serving(settings, clock, database) as (address, _app):
        context = await chromium.new_context(reduced_motion="reduce", viewport=size, color_scheme=colours)  # type: ignore[arg-type]
        await context.add_cookies([{"name": "session", "value": token, "url": address}])
        page = await context.new_page()
        window = Keyboard(page, address, met)

        async def look(name: str) -> None:
            wide[window.path] = await page.evaluate(OVERFLOW)
            OUTPUT.mkdir(exist_ok=True)
            await page.screenshot(path=OUTPUT / f"sites-{name}-{size['width']}-{colours}.png", full_page=True)

        for name, path in PAGES.items():
            await window.open(path.format(site_of(edition, "POI").id))
            await look(name)
        await page.check("[value=sites]")
        await page.set_input_files("[name=file]", tmp_path / "mauvais.csv")
        await page.click("text=Vérifier ce fichier")
        await page.wait_for_selector("text=Les lignes à corriger")
        await window._look()
        await look("plan")
    assert {path: found for path, found in met.items() if found} == {}
    assert {path: excess for path, excess in wide.items() if excess > 0} == {}

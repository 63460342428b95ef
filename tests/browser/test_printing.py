"""The rulebook and a project on paper, as Chromium prints them: the whole text, and nothing of the screen."""

import pypdfium2
import pytest
from playwright.async_api import Browser

from creathon.accounts.actions import open_session
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.models import Edition
from creathon.editions.queries import published_rulebook
from creathon.editions.rules.usual_rulebook import USUAL_RULEBOOK
from creathon.settings import Settings
from tests.browser.serving import serving
from tests.factories.accounts import make_person
from tests.factories.editions import EVALUATION, make_edition
from tests.factories.jury import make_jury, make_rubric, reads_of
from tests.factories.rulebook import make_amendment, make_rulebook
from tests.personas import AWA, NADIA

SCREEN = ".site-header, .site-footer, nav, .skip-link, .breadcrumb, .no-print, form, button"
ELSEWHERE = ("Plan du site", "Se déconnecter", "Toutes les versions", "Lire et accepter", "Télécharger le texte")


def packed(words: str) -> str:
    """Without spaces nor hyphens, where lines break; PDFium writes U+0002 for a hyphen at the end of one."""
    return "".join(words.translate({ord("-"): None, 2: None}).split())


async def amended(database: Database) -> tuple[Edition, list[str], str]:
    """An edition whose rulebook of twenty articles was amended once; its paragraphs, and its seal."""
    async with database.writing() as session:
        edition = await make_edition(session, rules=False)
        await make_rubric(session, edition)
        await make_rulebook(session, edition, USUAL_RULEBOOK)
        await make_amendment(session, edition, "Participer reste gratuit, pour toujours.")
        shown = await published_rulebook(session, edition.id)
    assert shown is not None
    said = [f"Article {place}. {one['title']}" for place, one in enumerate(shown.content["articles"], start=1)]
    for one in shown.content["articles"]:
        for part in one["parts"]:
            said += [cell for row in part.get("rows", []) for cell in row] + part.get("text", "").split("\n")
    return edition, said, shown.sha256 or ""


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_printed_rulebook_holds_every_article_its_version_and_no_navigation(
    scheme: str, chromium: Browser, settings: Settings, clock: MovableClock, database: Database
) -> None:
    async with database.writing() as session:
        token, _ = await open_session(session, await make_person(session, AWA), "chromium", now=clock.now())
    async with serving(settings, clock, database) as (address, _app):
        edition, said, seal = await amended(database)
        context = await chromium.new_context(color_scheme=scheme)  # type: ignore[arg-type]
        await context.add_cookies([{"name": "session", "value": token, "url": address}])
        window = await context.new_page()
        await window.goto(f"{address}/edition/{edition.slug}/reglement")
        await window.emulate_media(media="print")
        shown = [one for one in await window.locator(SCREEN).all() if await one.is_visible()]
        assert [await one.inner_text() for one in shown] == []
        document = pypdfium2.PdfDocument(await window.pdf(format="A4", print_background=True))
    words = packed("".join(page.get_textpage().get_text_bounded() for page in document))
    assert len(said) > 40
    assert [one for one in said if packed(one) not in words] == []
    assert packed("Version 2, publiée le") in words
    assert seal in words
    assert [one for one in ELSEWHERE if packed(one) in words] == []
    for page in document:
        grey = page.render(scale=1).to_pil().convert("L")
        assert (grey.getpixel((2, 2)), grey.histogram().index(max(grey.histogram()))) == (255, 255), "white paper"
        assert grey.getextrema()[0] < 90, "dark ink"


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_project_is_printed_with_what_the_screen_folds(
    chromium: Browser, settings: Settings, clock: MovableClock, database: Database
) -> None:
    clock.move_to(EVALUATION)
    async with serving(settings, clock, database) as (address, _app):
        async with database.writing() as session:
            jury = await make_jury(session, await make_edition(session))
            token, _ = await open_session(session, jury.people[NADIA], "chromium", now=clock.now())
            read = (await reads_of(session, NADIA))[0].id
        context = await chromium.new_context()
        await context.add_cookies([{"name": "session", "value": token, "url": address}])
        window = await context.new_page()
        await window.goto(f"{address}/jury/projets/{read}")
        assert not await window.get_by_text("Reconnaissance de parole").first.is_visible()
        document = pypdfium2.PdfDocument(await window.pdf(format="A4"))
    first, *others = [packed(one.get_textpage().get_text_bounded()) for one in document]
    words = "".join((first, *others))
    assert packed("Reconnaissance de parole") in words
    assert packed("Le projet, tel qu’il a été déposé") in first, "the project begins under its title"
    assert [one for one in ("Me déporter", "Se déconnecter", "Aller à la grille") if packed(one) in words] == []

"""A coordinator who has never seen the platform copies the 2019 edition and announces it in one sitting."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser

from creathon.accounts.passwords import hash_password
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.demo.archive import add_archive
from creathon.editions.models import EditionState, Role
from creathon.editions.queries import edition_by_slug
from creathon.settings import Settings
from tests.browser.keyboard import Keyboard
from tests.browser.serving import serving
from tests.browser.violations import note_violations
from tests.factories.accounts import LONG_AGO, make_holder
from tests.personas import CLAIRE

MOST_ACTIONS = 25
PASSWORD = "quatre mots sans lien entre eux"
BEFORE = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)


class Counting(Keyboard):
    """Counts what a person does: an address typed, a field filled, a link followed, a button pressed."""

    actions = 0

    async def open(self, path: str) -> "Counting":
        self.actions += 1
        await super().open(path)
        return self

    async def enter(self, words: str) -> None:
        """Follow a link of the navigation or of the page, by its words."""
        self.actions += 1
        await self._reach(await self._visible(f"a:has-text({words!r})"))
        await self._press_and_land("Enter")

    async def press(self, button: str, **values: str) -> None:
        """Fill the fields of the form that has this button, then press it."""
        self.actions += 1 + len(values)
        await super().submit(button=button, **values)


@pytest.mark.browser
@pytest.mark.journey
@pytest.mark.slow
@pytest.mark.bar("F73", "M137", "M140")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("scripted", [True, False], ids=["javascript", "without-javascript"])
async def test_2019_is_copied_and_announced_in_one_sitting(
    scripted: bool, chromium: Browser, settings: Settings, clock: MovableClock, database: Database
) -> None:
    clock.move_to(BEFORE)
    async with database.writing() as session:
        await add_archive(session, now=LONG_AGO)
        source = await edition_by_slug(session, "2019")
        assert source is not None
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, source)
        claire.password_hash = await hash_password(PASSWORD)
    met: dict[str, list[str]] = {}
    violations: list[str] = []
    async with serving(settings, clock, database) as (address, _app):
        examiner = None if scripted else await (await chromium.new_context(locale="fr-FR")).new_page()
        context = await chromium.new_context(
            locale="fr-FR",
            java_script_enabled=scripted,
            reduced_motion="reduce",
            viewport={"width": 1280, "height": 900},
        )
        await note_violations(context, violations)
        window = Counting(await context.new_page(), address, met, examiner)
        await copy_and_announce(window)
    assert window.actions <= MOST_ACTIONS, f"{window.actions} actions"
    assert {path: found for path, found in met.items() if found} == {}
    assert violations == []
    async with database.reading() as session:
        made = await edition_by_slug(session, "2027")
        assert made is not None
        assert (made.state, made.theme.title) == (EditionState.ANNOUNCED, "Apprendre ensemble")
        assert len(made.phases) > 5


async def copy_and_announce(window: Counting) -> None:
    await window.open("/connexion")
    await window.press("Se connecter", email=CLAIRE.email, password=PASSWORD)
    await window.enter("Coordination")
    await window.enter("Copier une édition passée")
    await window.press("Copier l’édition")
    assert "Il reste 5 choses à préparer" in await window.text()
    for start in ("Ajouter les phases habituelles", "Ajouter le site à distance", "Partir de la grille habituelle"):
        await window.press(start)
        await window.enter("Préparation")
    await window.enter("Textes et thème")
    await window.press("Enregistrer", theme_title="Apprendre ensemble", theme_statement="Comment, chacun à sa façon ?")
    await window.enter("Préparation")
    await window.press("Partir du règlement habituel")
    await window.enter("Relire et publier")
    await window.press("Publier le règlement")
    await window.enter("Préparation")
    assert "Tout est prêt" in await window.text()
    await window.press("Annoncer l’édition")
    assert "est maintenant annoncée" in await window.text()

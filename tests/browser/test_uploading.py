"""A file is sent from the page of the project: cut from the network, paused, the page read again half-way."""

import hashlib
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Request, Route, expect
from sqlalchemy import select

from creathon.accounts.actions import open_session
from creathon.accounts.models import Person
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.projects.models import ProjectFile, Upload
from creathon.settings import Settings
from creathon.teams.models import TeamMember
from tests.browser.keyboard import AXE, RULES, VIOLATIONS
from tests.browser.serving import serving
from tests.browser.violations import note_violations
from tests.factories.editions import CREATION, make_edition
from tests.factories.projects import PDF, PDF_END, PDF_START, make_draft
from tests.factories.teams import make_team
from tests.projects.pdfs import opens_with, pdf, script
from tests.projects.test_uploads_waiting import T
from tests.projects.videos import mp4

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

PIECE = 8 * 1024 * 1024
"""What the page sends at a time."""
PATIENCE = 30_000
"""Milliseconds: eight megabytes pass through the hands of the test."""
WEIGHT = random.Random(2027).randbytes(18_000_000)
CONTENT = PDF_START + WEIGHT + PDF_END
SHA = hashlib.sha256(CONTENT).hexdigest()
ATTEMPTS = 6
"""Of tus-js-client, before it says that nobody answers."""
FASTER = "const later = window.setTimeout; window.setTimeout = (act, wait, ...more) => later(act, wait / 10, ...more);"


@dataclass
class Place:
    """The page of a project in a browser whose second piece is held until it is let go."""

    address: str
    context: BrowserContext
    window: Page
    database: Database
    folder: Path
    offsets: list[int] = field(default_factory=list)
    """Where each part that left began."""
    panel: str = "#fichier"
    holds: bool = True
    held: list[Route] = field(default_factory=list)

    async def is_there_at(self, instant: datetime, clock: MovableClock) -> None:
        """The page as it is then, to somebody who signed in again."""
        clock.move_to(instant)
        async with self.database.writing() as session:
            captain = select(Person).join(TeamMember, TeamMember.person_id == Person.id).where(TeamMember.seat == 1)
            token, _ = await open_session(session, (await session.scalars(captain)).one(), "Chromium", now=instant)
        await self.context.add_cookies([{"name": "session", "value": token, "url": self.address}])
        await self.window.goto(f"{self.address}/projet")

    def note(self, request: Request) -> None:
        if "upload-offset" in request.headers:
            self.offsets.append(int(request.headers["upload-offset"]))

    async def gate(self, route: Route) -> None:
        if self.holds and int(route.request.headers.get("upload-offset", "0")) >= PIECE:
            self.held.append(route)
        else:
            await route.continue_()

    async def let_go(self) -> None:
        self.holds = False
        for route in self.held:
            await route.continue_()

    async def choose(self, content: bytes = CONTENT, name: str = "affiche.pdf") -> None:
        path = self.folder / name
        if not path.exists():
            path.write_bytes(content)
        await self.window.set_input_files(f"{self.panel} input[type=file]", str(path))
        await self.window.click(f"{self.panel} form[data-uploads] button[type=submit]")

    async def reaches(self, state: str) -> None:
        await self.window.wait_for_selector(f"{self.panel} [data-transfer][data-state={state}]")

    async def says(self, words: str) -> None:
        await expect(self.window.locator(f"{self.panel} [data-transfer] [data-words]")).to_contain_text(
            words, timeout=PATIENCE
        )

    async def spoken(self) -> str:
        return " ".join((await self.window.inner_text(f"{self.panel} [data-spoken]")).split())

    async def joined(self) -> list[tuple[str, str]]:
        """Once the page says so: the name and digest of what is stored."""
        await expect(self.window.locator("#annonces")).to_contain_text("au brouillon :", timeout=PATIENCE)
        async with self.database.reading() as session:
            return [(one.name, one.sha256) for one in await session.scalars(select(ProjectFile))]


@pytest.fixture
async def place(
    chromium: Browser, settings: Settings, clock: MovableClock, database: Database, tmp_path: Path
) -> AsyncIterator[Place]:
    clock.move_to(CREATION)
    broken: list[str] = []
    async with serving(settings, clock, database) as (address, _app):
        async with database.writing() as session:
            edition = await make_edition(session)
            team = await make_team(session, edition)
            await make_draft(session, edition, team)
            person: Person = team.members[0].person
            token, _ = await open_session(session, person, "Chromium", now=clock.now())
        context = await chromium.new_context(locale="fr-FR")
        await context.add_init_script(FASTER)
        await context.add_cookies([{"name": "session", "value": token, "url": address}])
        await note_violations(context, broken)
        place = Place(address, context, await context.new_page(), database, tmp_path)
        place.window.on("request", place.note)
        await place.window.route("**/projet/envois/*", place.gate)
        await place.window.goto(f"{address}/projet")
        yield place
        await context.close()
    assert broken == []


@pytest.mark.bar("F61", "M137")
async def test_without_network_it_waits_and_goes_on_from_where_it_stopped(place: Place) -> None:
    await place.choose()
    await place.says("Envoi de « affiche.pdf » : 46 %, 8,4 Mo sur 18 Mo.")
    assert await place.spoken() == "25 %", "the last quarter passed, not each percent"
    await place.window.evaluate(AXE.read_text())
    assert await place.window.evaluate(VIOLATIONS, RULES) == []
    await place.context.set_offline(True)
    for route in place.held:
        await route.abort("internetdisconnected")
    place.held.clear()
    await place.reaches("waiting")
    await place.says("l’envoi reprendra tout seul là où il s’est arrêté")
    assert "Rien n’est perdu" in await place.spoken()
    place.holds = False
    await place.context.set_offline(False)
    assert await place.joined() == [("affiche.pdf", SHA)]
    assert place.offsets[0] == 0
    assert min(place.offsets[1:]) == PIECE, "nothing that arrived leaves again"
    await expect(place.window.locator("#fichier")).to_contain_text(SHA)


@pytest.mark.bar("F61")
async def test_the_page_read_again_half_way_goes_on_with_the_same_file_chosen_again(place: Place) -> None:
    place.window.on("dialog", lambda dialog: dialog.accept())
    await place.choose()
    await place.says("46 %")
    await place.window.reload()
    note = place.window.locator("[data-unfinished]")
    await expect(note).to_contain_text("L’envoi de « affiche.pdf » (18 Mo) n’est pas terminé")
    place.held.clear()
    place.holds = False
    await place.choose()
    assert await place.joined() == [("affiche.pdf", SHA)]
    assert place.offsets.count(0) == 1
    await expect(note).to_have_count(0)


async def test_another_file_chosen_instead_begins_anew(place: Place) -> None:
    place.window.on("dialog", lambda dialog: dialog.accept())
    await place.choose()
    await place.says("46 %")
    await place.window.reload()
    place.holds = False
    other = PDF_START + WEIGHT + b" " + PDF_END
    await place.choose(other, "autre.pdf")
    assert await place.joined() == [("autre.pdf", hashlib.sha256(other).hexdigest())]
    async with place.database.reading() as session:
        assert [one.name for one in await session.scalars(select(Upload))] == ["autre.pdf"]


async def test_by_keyboard_it_is_paused_and_goes_on_and_what_is_typed_beside_stays(place: Place) -> None:
    await place.choose()
    await place.says("46 %")
    await place.window.focus("#fichier [data-pause]")
    await place.window.keyboard.press("Enter")
    await place.says("Envoi suspendu à 46 %")
    assert await place.window.evaluate("'resume' in document.activeElement.dataset")
    await place.window.fill("#need", "Écrit pendant l’envoi.")
    await place.window.focus("#fichier [data-resume]")
    place.held.clear()
    place.holds = False
    await place.window.keyboard.press("Enter")
    assert await place.joined() == [("affiche.pdf", SHA)]
    assert await place.window.input_value("#need") == "Écrit pendant l’envoi."


async def test_a_video_goes_on_half_way_while_a_file_is_joined_beside_it(place: Place) -> None:
    film = mp4(12, padding=18_000_000)
    place.panel = "#video-jointe"
    await place.choose(film, "film.mp4")
    await place.says("Envoi de « film.mp4 » : 46 %, 8,4 Mo sur 18 Mo.")
    place.panel = "#fichier"
    await place.choose(PDF, "plan.pdf")
    assert [name for name, _sha in await place.joined()] == ["plan.pdf"]
    await place.let_go()
    await expect(place.window.locator("#video-jointe video")).to_have_count(1, timeout=PATIENCE)
    assert (await place.joined())[-1] == ("film.mp4", hashlib.sha256(film).hexdigest())


@pytest.mark.bar("F75")
async def test_a_beginning_refused_after_t_asks_again_when_its_first_sending_was_never_answered(
    place: Place, clock: MovableClock
) -> None:
    """The first waits on a busy server, a repeat comes after T before it, then the first is registered, in time."""
    await place.is_there_at(T - timedelta(minutes=2), clock)
    lost: list[Request] = []
    refused: list[int] = []

    async def begin(route: Route) -> None:
        if len(lost) < ATTEMPTS:
            lost.append(route.request)
            await route.abort("connectionreset")
            return
        clock.move_to(T + timedelta(minutes=1))
        answer = await route.fetch()
        refused.append(answer.status)
        await route.fulfill(response=answer)
        if len(refused) == 1:
            clock.move_to(T - timedelta(seconds=1))
            first = await place.context.request.post(lost[0].url, headers=await lost[0].all_headers())
            assert first.status == 201

    await place.window.route("**/projet/envois", begin)
    place.holds = False
    await place.choose()
    assert await place.joined() == [("affiche.pdf", SHA)]
    assert refused == [403, 201]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("page.html", b"<p>", "Ce format n’est pas accepté"),
        ("a.pdf", pdf(opens_with(script())), "Ce PDF contient un programme"),
        ("gros.pdf", b"%PDF-1.7" + bytes(20_000_000), "Ce fichier dépasse 20"),
    ],
)
async def test_what_is_refused_is_said_beside_the_button(
    place: Place, name: str, content: bytes, sentence: str
) -> None:
    place.holds = False
    await place.choose(content, name)
    await expect(place.window.locator("#fichier [data-alert]")).to_contain_text(sentence)
    assert await place.window.locator("#fichier [data-transfer]").is_hidden()
    assert await place.window.get_attribute("#fichier form[data-uploads] button[type=submit]", "aria-disabled") is None


async def test_a_dead_session_is_said_and_the_file_stays_chosen(place: Place) -> None:
    await place.context.clear_cookies()
    await place.choose()
    alert = place.window.locator("#fichier [data-alert]")
    await expect(alert.get_by_role("link")).to_have_attribute("href", "/connexion")
    assert await place.window.evaluate("document.querySelector('#fichier input[type=file]').files.length") == 1


async def test_without_script_the_plain_form_sends_it_whole(place: Place, chromium: Browser) -> None:
    cookies = await place.context.cookies()
    context = await chromium.new_context(locale="fr-FR", java_script_enabled=False)
    await context.add_cookies([{"name": one["name"], "value": one["value"], "url": place.address} for one in cookies])
    place.window = await context.new_page()
    await place.window.goto(f"{place.address}/projet")
    assert await place.window.locator("#fichier [data-transfer]").is_hidden()
    await place.choose()
    await expect(place.window.locator("#annonces")).to_contain_text("Fichier joint au brouillon : affiche.pdf")
    await expect(place.window.locator("#fichier")).to_contain_text(SHA)
    await context.close()

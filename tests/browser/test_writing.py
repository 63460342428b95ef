"""A team writes one draft in two browsers: saved by itself, cut from the network, two texts of one field."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Request, Response, Route, expect
from sqlalchemy import delete, select

from creathon.accounts.actions import open_session
from creathon.accounts.models import BrowserSession, Person
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.projects.models import Project, ProjectRevision
from creathon.settings import Settings
from tests.browser.keyboard import AXE, RULES, VIOLATIONS
from tests.browser.serving import serving
from tests.browser.violations import note_violations
from tests.factories.editions import CREATION, CREATION_CLOSES, make_edition
from tests.factories.projects import make_draft
from tests.factories.teams import make_team

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

FASTER = "const later = window.setTimeout; window.setTimeout = (act, wait, ...more) => later(act, wait / 10, ...more);"
"""The page waits a tenth of its time: what it waits for is real."""
BOTH_TEXTS = """panel => [panel.querySelector('blockquote').textContent,
  panel.closest('.field').querySelector('textarea, input').value]"""
TEXTS = ("need", "solution", "inclusion", "next_steps")
LONGEST = 500


@dataclass
class Writer:
    """A browser on the draft; what it was told is stored, and the keys it sent."""

    window: Page
    told: set[str] = field(default_factory=set)
    keys: list[str] = field(default_factory=list)
    given_up: set[str] = field(default_factory=set)
    """Words that this person saw in one of two texts and chose not to keep."""

    async def listen(self) -> None:
        self.window.on("request", self._note_key)
        self.window.on("response", self._note_words)

    def _note_key(self, request: Request) -> None:
        if request.url.endswith("/projet/champs"):
            self.keys += parse_qs(request.post_data or "")["_once"]

    def _note_words(self, response: Response) -> None:
        if response.url.endswith("/projet/champs") and response.status == 200:
            sent = parse_qs(response.request.post_data or "")
            self.told |= {word for name in TEXTS for text in sent.get(name, []) for word in text.split()}

    async def add(self, name: str, word: str) -> None:
        """Type at the end of a field."""
        await self.window.focus(f"#{name}")
        await self.window.keyboard.press("Control+End")
        await self.window.keyboard.insert_text(f" {word}")

    async def settle(self, chance: random.Random) -> None:
        """Choose, by keyboard, in each field that two people changed."""
        for panel in await self.window.query_selector_all("[data-clash]"):
            theirs, mine = await panel.evaluate(BOTH_TEXTS)
            choice = chance.choice(["mine", "theirs", "both"] if len(theirs + mine) < LONGEST else ["mine", "theirs"])
            if choice != "both":
                kept, left = (mine, theirs) if choice == "mine" else (theirs, mine)
                self.given_up |= {*left.split()} - {*kept.split()}
            button = await panel.query_selector(f"[data-keep={choice}]")
            assert button is not None
            await button.focus()
            await self.window.keyboard.press("Enter")

    async def reaches(self, *states: str) -> None:
        await self.window.wait_for_selector(", ".join(f"[data-save-state][data-state={one}]" for one in states))

    async def words(self) -> str:
        return " ".join((await self.window.inner_text("[data-save-state] [data-words]")).split())

    async def spoken(self) -> str:
        return " ".join((await self.window.inner_text("[data-save-state] [role=status]")).split())

    async def hears(self) -> None:
        """Until the page has asked what the others wrote, and was answered."""
        async with self.window.expect_response(lambda answer: "/projet/etat" in answer.url):
            await self.looks_again()

    async def looks_again(self) -> None:
        """As when its tab is shown again."""
        await self.window.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


@dataclass
class Place:
    """The platform served on a port, and the team."""

    address: str
    clock: MovableClock
    database: Database
    people: list[Person]
    open_context: Callable[[], Awaitable[BrowserContext]]

    async def sign_in(self, context: BrowserContext, person: Person) -> None:
        async with self.database.writing() as session:
            token, _ = await open_session(session, person, "Chromium", now=self.clock.now())
        await context.add_cookies([{"name": "session", "value": token, "url": self.address}])

    async def writer(self, number: int) -> Writer:
        """A member of the team, on the page of the draft."""
        context = await self.open_context()
        await self.sign_in(context, self.people[number])
        writer = Writer(await context.new_page())
        await writer.listen()
        await writer.window.goto(f"{self.address}/projet")
        return writer

    async def project(self) -> Project:
        async with self.database.reading() as session:
            return (await session.scalars(select(Project))).one()

    async def history(self) -> list[dict[str, Any]]:
        async with self.database.reading() as session:
            return list(await session.scalars(select(ProjectRevision.content).order_by(ProjectRevision.version)))


@pytest.fixture
async def place(chromium: Browser, settings: Settings, clock: MovableClock, database: Database) -> AsyncIterator[Place]:
    clock.move_to(CREATION)
    broken: list[str] = []
    contexts: list[BrowserContext] = []

    async def open_context() -> BrowserContext:
        context = await chromium.new_context(locale="fr-FR")
        await context.add_init_script(FASTER)
        await note_violations(context, broken)
        contexts.append(context)
        return context

    async with serving(settings, clock, database) as (address, _app):
        async with database.writing() as session:
            edition = await make_edition(session)
            team = await make_team(session, edition)
            await make_draft(session, edition, team, **dict.fromkeys(TEXTS, "début"))
            people = [member.person for member in team.members]
        yield Place(address, clock, database, people, open_context)
        for context in contexts:
            await context.close()
    assert broken == []


@pytest.mark.bar("G87", "G88", "G94")
async def test_two_browsers_write_forty_times_each_and_no_acknowledged_word_is_lost(place: Place) -> None:
    chance = random.Random(2027)
    pair = [await place.writer(0), await place.writer(1)]
    order = [0, 1] * 40
    chance.shuffle(order)
    for step, who in enumerate(order):
        if step in (20, 55):
            await pair[1].window.context.set_offline(step == 20)
        await pair[who].add(chance.choice(TEXTS), f"mot{who}n{step}")
        if chance.random() < 0.3:
            await pair[who].reaches("saved", "clash", "offline")
        await pair[who].settle(chance)
    shown: list[dict[str, str]] = []
    project = await place.project()
    for _round in range(12):
        for writer in pair:
            await writer.reaches("saved", "clash")
            await writer.settle(chance)
            await writer.hears()
        shown = [{name: await one.window.input_value(f"#{name}") for name in TEXTS} for one in pair]
        project = await place.project()
        if shown == [{name: getattr(project, name) for name in TEXTS}] * 2:
            break
    assert shown == [{name: getattr(project, name) for name in TEXTS}] * 2
    kept = {word for content in await place.history() for name in TEXTS for word in content.get(name, "").split()}
    told = pair[0].told | pair[1].told
    assert len([word for word in told if word.startswith("mot")]) >= 60
    assert told - kept == set()
    written = {word for text in shown[0].values() for word in text.split()}
    assert told - written <= pair[0].given_up | pair[1].given_up, "what is no more in the draft, somebody chose to drop"


@pytest.mark.bar("G88", "M142")
async def test_without_network_the_text_waits_is_said_to_wait_and_leaves_under_the_same_key(place: Place) -> None:
    awa = await place.writer(0)
    assert await awa.words() == "Ce que vous écrivez s’enregistre tout seul."
    await awa.window.context.set_offline(True)
    await awa.add("need", "hors-ligne")
    await awa.reaches("offline")
    assert "Rien n’est perdu tant que cette page reste ouverte" in await awa.words()
    assert "Pas de réseau" in await awa.spoken()
    await awa.add("solution", "aussi")
    assert (await place.project()).need == "début"
    await awa.window.context.set_offline(False)
    await awa.reaches("saved")
    project = await place.project()
    assert (project.need, project.solution) == ("début hors-ligne", "début aussi")
    assert len(set(awa.keys)) == 2, "the first key again, then one for what was written meanwhile"
    assert (await awa.words()).startswith("Brouillon enregistré à")


@pytest.mark.bar("G88", "H95")
async def test_an_answer_that_is_lost_is_asked_again_and_stored_once(place: Place) -> None:
    awa = await place.writer(0)
    before = len(await place.history())
    losses: list[int] = []

    async def lose(route: Route) -> None:
        if losses:
            await route.continue_()
            return
        losses.append((await route.fetch(max_redirects=0)).status)
        await route.abort("connectionreset")

    await awa.window.route("**/projet/champs", lose)
    await awa.add("need", "une-fois")
    await awa.reaches("offline")
    assert "n’est pas encore enregistré" in await awa.words()
    await awa.reaches("saved")
    assert losses == [200]
    assert len(awa.keys) >= 2
    assert len(set(awa.keys)) == 1
    assert len(await place.history()) == before + 1


SHORT_PATIENCE = """() => { const usual = AbortSignal.timeout; AbortSignal.timeout = (delay) => {
    if (document.querySelector("[data-save-state]").dataset.state !== "saving") return usual.call(AbortSignal, delay);
    AbortSignal.timeout = usual;
    const end = new AbortController();
    setTimeout(() => end.abort(new DOMException("late", "TimeoutError")), 200);
    return end.signal;
}; }"""


@pytest.mark.bar("F74", "G88", "H95")
async def test_a_repeat_refused_after_t_is_asked_again_while_the_first_may_still_wait(place: Place) -> None:
    """The server is so busy that the first sending, in time, gets no answer; the repeat arrives late and is refused."""
    awa = await place.writer(0)
    await awa.window.evaluate(SHORT_PATIENCE)
    sendings: list[str] = []

    async def answer(route: Route) -> None:
        sendings.append(route.request.method)
        if len(sendings) == 2:
            await route.fulfill(status=403, body="<h1>Fermé</h1>", content_type="text/html")
        elif len(sendings) > 2:
            await route.continue_()

    await awa.window.route("**/projet/champs", answer)
    await awa.add("need", "à temps")
    await awa.reaches("offline")
    await awa.reaches("saved")
    assert len(sendings) == 3
    assert len(set(awa.keys)) == 1
    assert (await place.project()).need == "début à temps"


@pytest.mark.bar("G87", "M137")
async def test_two_texts_of_one_field_are_settled_by_keyboard(place: Place) -> None:
    awa, bastien = await place.writer(0), await place.writer(1)
    await awa.add("need", "awa")
    await awa.reaches("saved")
    await bastien.add("need", "bastien")
    await bastien.add("solution", "tranquille")
    await bastien.reaches("clash")
    panel = bastien.window.locator("[data-clash]")
    await expect(panel).to_contain_text("Awa")
    await expect(panel.locator("blockquote")).to_have_text("début awa")
    await expect(bastien.window.locator("[data-save-state] [data-words]")).to_have_text(
        "Deux textes à rapprocher : « Le besoin »."
    )
    assert "Le besoin" in await bastien.spoken()
    await bastien.window.evaluate(AXE.read_text())
    assert await bastien.window.evaluate(VIOLATIONS, RULES) == []
    await bastien.window.focus("#need")
    for _key in range(3):
        await bastien.window.keyboard.press("Tab")
    assert await bastien.window.evaluate("document.activeElement.dataset.keep") == "both"
    await bastien.window.keyboard.press("Enter")
    assert await bastien.window.evaluate("document.activeElement.id") == "need"
    await bastien.reaches("saved")
    project = await place.project()
    assert (project.need, project.solution) == ("début awa\n\ndébut bastien", "début tranquille")
    await awa.looks_again()
    await expect(awa.window.locator("#need")).to_have_value("début awa\n\ndébut bastien")
    await expect(awa.window.locator("[data-news]")).to_contain_text("a modifié « Le besoin »")


@pytest.mark.bar("G87")
async def test_what_the_draft_lacks_follows_what_is_saved(place: Place) -> None:
    awa = await place.writer(0)
    await awa.window.fill("#title", "")
    await awa.reaches("saved")
    lacking = awa.window.locator("[data-live=depot]")
    await expect(lacking).to_contain_text("Il manque encore 1 chose")
    await awa.window.fill("#title", "De nouveau un titre")
    await expect(lacking).to_contain_text("Le brouillon est complet")
    await awa.window.fill("#summary", "Modifié juste avant de déposer.")
    await lacking.get_by_role("link", name="Relire et déposer").click()
    await awa.window.wait_for_url("**/projet/depot")
    assert "Modifié juste avant de déposer." in await awa.window.inner_text("main")


@pytest.mark.bar("H95", "M142")
async def test_a_session_that_ended_keeps_the_text_until_its_team_is_back(place: Place) -> None:
    awa = await place.writer(0)
    async with place.database.writing() as session:
        await session.execute(delete(BrowserSession))
    await awa.add("need", "gardé")
    await awa.reaches("refused")
    assert "Votre session est terminée" in await awa.words()
    assert await awa.window.locator("[data-save-state] a[href='/connexion']").count() == 1
    await place.sign_in(awa.window.context, place.people[0])
    await awa.looks_again()
    await awa.reaches("saved")
    assert (await place.project()).need == "début gardé"


@pytest.mark.bar("F75", "H95")
async def test_once_writing_is_closed_the_page_says_so_and_keeps_the_text(place: Place) -> None:
    place.clock.move_to(CREATION_CLOSES)
    awa = await place.writer(0)
    place.clock.move_to(CREATION_CLOSES.replace(hour=CREATION_CLOSES.hour + 1))
    await awa.add("need", "trop-tard")
    await awa.reaches("refused")
    assert (await awa.words()).startswith("Votre texte n’est pas enregistré.")
    assert await awa.window.input_value("#need") == "début trop-tard"
    assert (await place.project()).need == "début"


@pytest.mark.bar("M142")
async def test_a_text_too_long_is_said_beside_its_field_and_the_others_are_saved(place: Place) -> None:
    awa = await place.writer(0)
    async with awa.window.expect_response(lambda answer: answer.url.endswith("/champs") and answer.status == 200):
        await awa.window.fill("#summary", "é" * 401)
        await awa.add("solution", "bonne")
    await expect(awa.window.locator("#summary-writing-error")).to_contain_text("400 caractères au plus")
    await awa.reaches("refused")
    assert (await place.project()).solution == "début bonne"
    await awa.window.fill("#summary", "Assez court.")
    await awa.reaches("saved")
    await expect(awa.window.locator("#summary-writing-error")).to_have_count(0)


async def test_leaving_with_words_not_saved_asks_first(place: Place) -> None:
    awa = await place.writer(0)
    await awa.window.context.set_offline(True)
    await awa.add("need", "encore")
    async with awa.window.expect_event("dialog") as asked:
        await awa.window.close(run_before_unload=True)
    dialog = await asked.value
    assert dialog.type == "beforeunload"
    await dialog.dismiss()
    assert await awa.window.input_value("#need") == "début encore"

"""The theme under embargo: told to all at the same instant, and to nobody before, by any page, file or message."""

import html
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO

import httpx
import pypdfium2
import pytest
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import select, update

from creathon.editions.models import Edition, Theme
from creathon.editions.planned import planned_between
from creathon.mail.actions import enqueue_mail
from creathon.mail.delivery import FolderTransport, Postman
from creathon.mail.models import Mail
from tests.factories.editions import CREATION_OPENS
from tests.policy import worlds
from tests.policy.book import NONE, Cell
from tests.policy.cast import NOW
from tests.policy.running import Player, Stage
from tests.policy.worlds import Workshop

LAST_MOMENT = CREATION_OPENS - timedelta(milliseconds=1)
TITLE, STATEMENT = "Brouzoufle Quandrelle", "Morvalise un zigourin : deux frimoulets, trois garvoches ?"
WORDS = frozenset(re.findall(r"\w{6,}", f"{TITLE} {STATEMENT}".casefold()))
OTHERS = ("anonymous", "nobody", "member", "juror", "mentor", "site", "other_edition", "dpo")
"""Those who do not write it."""
TELLING = {"dashboards:home", "editions:show", "editions:list"}
WRITING = {"editions:texts", "dashboards:preparation"}
"""Where its coordination reads what it wrote, before."""


@dataclass
class Asked:
    """What pages told, by page and person; the words told; what the headers say of keeping it."""

    count: int = 0
    told: set[tuple[str, str]] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    mails: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    caching: dict[tuple[str, str], str] = field(default_factory=dict)

    def note(self, cell: Cell, response: httpx.Response) -> None:
        found = words_in(text_of(response))
        self.count += 1
        self.words |= found
        self.kinds.add(response.headers.get("content-type", "").partition(";")[0])
        self.caching[cell.page, cell.who] = response.headers["cache-control"]
        if found:
            self.told.add((cell.page, cell.who))


@pytest.fixture
def last(stage: Stage) -> Iterator[Stage]:
    """A stage whose worlds are lived up to the last millisecond before the theme is revealed."""
    with pytest.MonkeyPatch.context() as patch, Workshop() as workshop:
        patch.setitem(worlds.INSTANTS, "attente", LAST_MOMENT)
        yield Stage(workshop, stage.book, stage.routes)


@asynccontextmanager
async def playing(last: Stage, given: tuple[str, ...] = ()) -> AsyncIterator[Player]:
    """Its world, with a theme whose words are in no other text."""
    world = await last.workshop.world("attente", given, last.settings)
    async with last.playing(world) as player:
        async with player.app.litestar.state.database.writing() as session:
            edition = select(Edition.id).where(Edition.slug == NOW.slug).scalar_subquery()
            theme = update(Theme).where(Theme.edition_id == edition)
            await session.execute(theme.values(title=TITLE, statement=STATEMENT, revealed_at=CREATION_OPENS))
        yield player


def cells(last: Stage, who: Sequence[str], among: Callable[[str], bool]) -> dict[tuple[str, ...], list[Cell]]:
    """Every page that is read, about everything that exists, for each of these people; by what it must be given."""
    found: dict[tuple[str, ...], list[Cell]] = {}
    for page, route in last.routes.items():
        block = last.book.block(page)
        for place in last.book.places(block, "attente") if route.method == "GET" and among(page) else []:
            if len(set(place.split("/")) - {NONE}) == 1 and NONE not in place:
                found.setdefault(block.given, []).extend(Cell("attente", page, place, one) for one in who)
    return found


async def ask(
    last: Stage,
    who: Sequence[str],
    instant: datetime = LAST_MOMENT,
    among: Callable[[str], bool] = lambda _page: True,
    leak: Callable[[Player], None] = lambda _player: None,
) -> Asked:
    """What every page tells of the theme to these people."""
    asked = Asked()
    for given, group in cells(last, who, among).items():
        async with playing(last, given) as player:
            player.app.litestar.state.clock.move_to(instant)
            leak(player)
            for cell in group:
                response = await player.send(cell, last.routes[cell.page])
                asked.note(cell, response)
            asked.mails |= await mailed(player)
    return asked


def text_of(response: httpx.Response) -> str:
    """All that somebody receives, headers included; a PDF as it reads."""
    seen = html.unescape(response.content.decode("utf-8", "replace")) + repr(response.headers.raw)
    if response.headers.get("content-type") == "application/pdf":
        with suppress(pypdfium2.PdfiumError):  # what a team called so
            document = pypdfium2.PdfDocument(BytesIO(response.content))
            seen += "\n".join(page.get_textpage().get_text_range() for page in document)
    return seen


def words_in(text: str) -> set[str]:
    folded = text.casefold()
    return {word for word in WORDS if word in folded}


async def mailed(player: Player) -> set[str]:
    """The words of the theme in the outbox, once what the clock sends by now is written there."""
    state = player.app.litestar.state
    folder = FolderTransport(player.stage.workshop.folder)
    await Postman(state.database, folder, state.clock, "x@exemple.test", planned_between).write_planned()
    async with state.database.reading() as session:
        mails = [" ".join(row) for row in await session.execute(select(Mail.subject, Mail.body))]
    assert len(mails) > 10
    return set().union(*(words_in(mail) for mail in mails))


@pytest.mark.slow
async def test_theme_is_told_by_nothing_before_its_instant_and_to_everybody_at_it(last: Stage) -> None:
    before, writer = await ask(last, OTHERS), await ask(last, ["national"])
    assert (before.told, before.mails, writer.mails) == (set(), set(), set())
    assert before.count > 1000
    assert before.kinds >= {"text/html", "text/csv", "text/calendar", "application/pdf", "application/json"}
    assert ({page for page, _who in writer.told}, writer.words) == (WRITING, WORDS)
    after = await ask(last, OTHERS, CREATION_OPENS, TELLING.__contains__)
    assert after.told == {(page, who) for page in TELLING for who in OTHERS}
    assert after.words == WORDS


@pytest.mark.bar("B23")
async def test_page_that_will_tell_the_theme_is_kept_by_nobody(last: Stage) -> None:
    """Neither by the browser nor by what stands between: no life is given, and nothing says it is still the same."""
    asked = await ask(last, OTHERS, among=TELLING.__contains__)
    assert asked.caching == {
        (page, who): "no-cache" if who == "anonymous" else "private, no-store" for page in TELLING for who in OTHERS
    }


def leaking_page(_player: Player, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("creathon.editions.pages.listing.may_see_theme", lambda *_edition, **_now: True)


def leaking_feed(_player: Player, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        "creathon.editions.pages.feed.calendar_feed",
        lambda edition, *_rest: f"BEGIN:VCALENDAR\r\nDESCRIPTION:{edition.theme.statement}\r\n".encode(),
    )


def leaking_template(player: Player, patch: pytest.MonkeyPatch) -> None:
    environment = player.app.litestar.template_engine.engine  # type: ignore[union-attr]
    source = environment.loader.get_source(environment, "dashboards/edition.html")[0]
    leak = source.replace("{% if theme_revealed %}", "<!-- {{ edition.theme.title|upper }} -->{% if theme_revealed %}")
    assert leak != source
    loaders = [DictLoader({"dashboards/edition.html": leak}), environment.loader]
    patch.setattr(environment, "loader", ChoiceLoader(loaders))
    patch.setattr(environment, "cache", {})


@pytest.mark.parametrize(
    ("leak", "page"),
    [(leaking_page, "editions:list"), (leaking_feed, "editions:feed"), (leaking_template, "editions:show")],
)
async def test_page_that_tells_the_theme_early_is_noticed(
    last: Stage, monkeypatch: pytest.MonkeyPatch, leak: Callable[[Player, pytest.MonkeyPatch], None], page: str
) -> None:
    asked = await ask(last, OTHERS, among=page.__eq__, leak=lambda player: leak(player, monkeypatch))
    assert asked.told == {(page, who) for who in OTHERS}


async def test_message_that_tells_the_theme_early_is_noticed(last: Stage) -> None:
    async with playing(last) as player:
        assert await mailed(player) == set()
        async with player.app.litestar.state.database.writing() as session:
            await enqueue_mail(
                session, "team_removed", to="x@exemple.test", key="leak", now=LAST_MOMENT, given_name="Awa",
                team=TITLE, site_name="Poitiers",
            )  # fmt: skip
        assert await mailed(player) == words_in(TITLE)

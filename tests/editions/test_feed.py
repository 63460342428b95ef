"""The calendar as other programs read it: written by one library, read by another."""

import string
from datetime import UTC, date, datetime, timedelta

import pytest
import vobject
from hypothesis import example, given, settings
from hypothesis import strategies as st

from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.actions import move_phase
from creathon.editions.models import DayStep, Edition, EditionState, Phase, PhaseKind, Role
from creathon.editions.queries import edition_by_slug
from creathon.editions.rules import PhaseMove, calendar_feed, day_rows, usual_steps
from tests.browsing import Visitor
from tests.factories.accounts import as_actor, make_holder
from tests.factories.agenda import make_archive
from tests.factories.editions import CREATION, CREATION_CLOSES, CREATION_OPENS, launch_phase, make_edition
from tests.personas import CLAIRE

FEED = "/edition/2027/calendrier.ics"
THEME = "École inclusive et intelligence artificielle"
URL = "https://exemple.test/edition/2027"


@pytest.fixture
async def edition(database: Database) -> Edition:
    """The edition of tests, with the usual steps of its day."""
    async with database.writing() as session:
        edition = await make_edition(session)
        session.add_all(
            DayStep(edition_id=edition.id, minutes=minutes, title=title) for minutes, title in usual_steps()
        )
    return edition


def events(text: str) -> dict[str, vobject.base.Component]:
    """The events of a feed by what they are called, read by vobject."""
    calendar = vobject.readOne(text)
    assert calendar.version.value == "2.0"
    return {event.summary.value: event for event in calendar.vevent_list}


def lines_of(content: bytes) -> list[bytes]:
    """The physical lines; each ends by CRLF and holds at most 75 octets."""
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    return lines


@pytest.mark.bar("F83", "E66")
async def test_another_library_reads_the_phases_and_the_steps_in_utc(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await visitor.open(FEED)
    assert visitor.response.headers["content-type"] == "text/calendar; charset=utf-8"
    lines = lines_of(visitor.response.content)
    found = events(visitor.response.text)
    assert len(found) == 8 + 15
    creation = found["Créathon 2027 – Création"]
    assert creation.dtstart.value == CREATION_OPENS.astimezone(UTC)
    assert creation.dtend.value == CREATION_CLOSES.astimezone(UTC)
    assert creation.uid.value == f"phase-{launch_phase(edition).id}@creathon"
    assert (creation.sequence.value, creation.url.value) == ("0", "http://testserver/edition/2027")
    assert "le dépôt des projets" in creation.description.value
    assert found["Créathon 2027 – Récépissés"].dtstart.value == datetime(2027, 5, 20, 7, 10, tzinfo=UTC)
    assert b"DTSTART:20270519T070000Z" in lines
    for event in found.values():
        assert event.dtend.value > event.dtstart.value
        assert event.dtstamp.value.tzinfo is not None
    await visitor.open("/edition/2027")
    assert visitor.page.select_one(f"main a[href='{FEED}']") is not None


@pytest.mark.bar("C34")
async def test_neither_the_theme_nor_a_tolerance_is_ever_in_it(
    visitor: Visitor, clock: MovableClock, edition: Edition
) -> None:
    for now in (CREATION_OPENS - timedelta(milliseconds=1), CREATION):
        clock.move_to(now)
        await visitor.open(FEED)
        assert THEME not in visitor.response.text.replace("\r\n ", "")
        assert "T071500Z" not in visitor.response.text
        assert "tolérance" not in visitor.response.text


@pytest.mark.bar("F82")
async def test_a_move_keeps_the_uid_and_counts_one_more(visitor: Visitor, database: Database, edition: Edition) -> None:
    await visitor.open(FEED)
    before = events(visitor.response.text)
    async with database.writing() as session:
        held = await edition_by_slug(session, "2027")
        assert held is not None
        claire = await as_actor(session, await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, held))
        later = PhaseMove(CREATION_OPENS, CREATION_CLOSES + timedelta(hours=1), "Panne.")
        await move_phase(session, claire, held, launch_phase(held), later, version=held.version, now=CREATION)
    await visitor.open(FEED)
    after = events(visitor.response.text)
    assert {name: event.uid.value for name, event in before.items()} == {
        name: event.uid.value for name, event in after.items()
    }
    changed = {name.split(" – ")[1] for name, event in after.items() if event.sequence.value == "1"}
    assert changed == {"Création", "Évaluation"}
    moved = after["Créathon 2027 – Création"]
    assert moved.last_modified.value == moved.dtstamp.value == CREATION.astimezone(UTC)
    assert moved.dtend.value == (CREATION_CLOSES + timedelta(hours=1)).astimezone(UTC)


async def test_on_paper_it_does_not_exist_and_of_an_archive_only_days(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    async with database.writing() as session:
        held = await edition_by_slug(session, "2027")
        assert held is not None
        held.state = EditionState.DRAFT
        archive = await make_archive(session)
    await visitor.open(FEED)
    assert visitor.status == 404
    await visitor.open("/edition/nulle/calendrier.ics")
    assert visitor.status == 404
    await visitor.open(f"/edition/{archive.slug}/calendrier.ics")
    for event in events(visitor.response.text).values():
        assert type(event.dtstart.value) is date
        assert event.dtend.value > event.dtstart.value


texts = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from('\r\n;,:\\"é🎉\u2028\x85\x00\x1b')), max_size=120
)


@settings(deadline=None, max_examples=300)
@given(title=texts, step=texts)
@example(title="", step="C:\\Notes")
@pytest.mark.bar("E66")
def test_no_text_breaks_out_of_its_line(title: str, step: str) -> None:
    """Whatever a coordinator types, there are as many events and as many properties as we wrote."""
    phase = Phase(
        id="p", kind=PhaseKind.CREATION, title=title, opens_at=CREATION_OPENS, closes_at=CREATION_CLOSES,
        allows=["deposit"],
    )  # fmt: skip
    edition = Edition(
        slug="2027", title=f"X{title}", zone="Europe/Paris", created_at=CREATION, state=EditionState.RUNNING,
        phases=[phase],
    )  # fmt: skip
    steps = day_rows(edition, [DayStep(id="s", minutes=0, title=step)])
    content = calendar_feed(edition, [], steps, URL)
    unfolded = b"\r\n".join(lines_of(content)).replace(b"\r\n ", b"").decode().split("\r\n")
    names = [line.split(":", 1)[0].split(";", 1)[0] for line in unfolded]
    expected = calendar_feed(
        Edition(slug="2027", title="X", zone="Europe/Paris", created_at=CREATION, state=EditionState.RUNNING,
                phases=[Phase(id="p", kind=PhaseKind.CREATION, title="", opens_at=CREATION_OPENS,
                              closes_at=CREATION_CLOSES, allows=["deposit"])]),
        [], day_rows(edition, [DayStep(id="s", minutes=0, title="")]), URL,
    )  # fmt: skip
    assert names == [
        line.split(":", 1)[0].split(";", 1)[0]
        for line in expected.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")
    ]
    read = vobject.readOne(content.decode()).vevent_list
    assert len(read) == 2
    clean = "".join(letter for letter in " ".join(f"X{title} – {step}".split()) if letter.isprintable())
    assert read[1].summary.value == clean.replace("\\N", "\\ N")
    assert not (set(string.whitespace) - {" "}) & set(read[0].summary.value)

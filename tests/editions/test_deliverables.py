"""What an edition asks for: shown, changed, refused in sentences; once it runs, only ever widened."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from creathon.accounts.models import Person
from creathon.core.database import Database
from creathon.core.journal import JournalLine
from creathon.editions.actions import CopyValues, copy_edition
from creathon.editions.models import DeliverableKind, Edition, EditionState, Role
from creathon.editions.queries import deliverables_of
from creathon.editions.rules import (
    FORMATS,
    USUAL,
    DeliverableValues,
    formats_words,
    launch_day,
    limits_of,
    narrowings,
)
from creathon.projects.rules import MEDIA_TYPES
from tests.browsing import Visitor, form_values
from tests.factories.accounts import as_actor, make_holder
from tests.factories.editions import CREATION, make_edition
from tests.personas import CLAIRE

PAGE = "/coordination/livrables"
PIECE, VIDEO = DeliverableKind.PIECE, DeliverableKind.VIDEO


@pytest.fixture
async def edition(visitor: Visitor, database: Database) -> Edition:
    """A running edition; Claire, who coordinates it, is signed in."""
    async with database.writing() as session:
        edition = await make_edition(session)
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
    await visitor.sign_in_as(claire)
    return edition


async def stored(database: Database, edition: Edition) -> dict[DeliverableKind, DeliverableValues]:
    async with database.reading() as session:
        return limits_of(await deliverables_of(session, edition.id))


async def set_state(database: Database, edition: Edition, state: EditionState) -> None:
    async with database.writing() as session:
        (await session.get_one(Edition, edition.id)).state = state


def test_the_projects_open_every_format_an_edition_may_ask_for() -> None:
    assert set(FORMATS[PIECE]) <= set(MEDIA_TYPES)


def test_formats_are_read_in_the_order_of_the_platform() -> None:
    assert formats_words(["png", "pdf", "jpg"]) == "PDF, PNG ou JPEG"
    assert formats_words(["webm"]) == "WebM"
    assert formats_words([]) == ""


async def test_an_edition_is_made_with_the_usual_limits(database: Database, edition: Edition) -> None:
    assert await stored(database, edition) == USUAL


async def test_a_copy_asks_for_what_its_source_asks(database: Database, edition: Edition) -> None:
    async with database.writing() as session:
        rows = {row.kind: row for row in await deliverables_of(session, edition.id)}
        rows[VIDEO].max_seconds, rows[PIECE].formats = 240, ["pdf"]
        source = await session.get_one(Edition, edition.id, options=[selectinload(Edition.phases)])
        person = await session.scalar(select(Person).where(Person.email == CLAIRE.email))
        assert person is not None
        values = CopyValues("2028", "Créathon 2028", launch_day(source) + timedelta(weeks=52))
        copy = await copy_edition(session, await as_actor(session, person), source, values, now=CREATION)
    limits = await stored(database, copy)
    assert (limits[VIDEO].max_seconds, limits[PIECE].formats) == (240, ("pdf",))


async def test_limits_are_changed_and_the_journal_says_how(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await set_state(database, edition, EditionState.ANNOUNCED)
    await visitor.open(PAGE)
    await visitor.submit(
        piece_formats=["pdf"], piece_megabytes="5", piece_required="y", piece_most="10", video_seconds="90"
    )
    assert "Les livrables sont enregistrés." in visitor.flash, visitor.errors
    assert await stored(database, edition) == {
        PIECE: DeliverableValues(("pdf",), 5_000_000, None, required=True, most=10),
        VIDEO: replace(USUAL[VIDEO], max_seconds=90),
    }
    async with database.reading() as session:
        line = (await session.scalars(select(JournalLine).where(JournalLine.verb == "deliverables.edited"))).one()
    said = {"formats": ["pdf"], "max_bytes": 5_000_000, "max_seconds": None, "required": True, "most": 10}
    assert line.details["piece"] == said


async def test_the_same_limits_write_nothing(visitor: Visitor, database: Database, edition: Edition) -> None:
    await visitor.open(PAGE)
    await visitor.submit()
    assert "Les livrables sont enregistrés." in visitor.flash
    async with database.reading() as session:
        assert (await session.get_one(Edition, edition.id)).version == edition.version
        verb = JournalLine.verb == "deliverables.edited"
        assert not (await session.scalars(select(JournalLine).where(verb))).all()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"piece_formats": []}, "Choisissez au moins un format."),
        ({"piece_megabytes": "21"}, "Écrivez un nombre entre 1 et 20."),
        ({"piece_megabytes": "0"}, "Écrivez un nombre entre 1 et 20."),
        ({"piece_most": "11"}, "Écrivez un nombre entre 1 et 10."),
        ({"video_megabytes": "beaucoup"}, "Écrivez un nombre entre 1 et 2000."),
        ({"video_seconds": ""}, "Ce champ est obligatoire."),
    ],
)
async def test_what_the_platform_cannot_hold_is_refused(
    visitor: Visitor, database: Database, edition: Edition, typed: dict[str, object], sentence: str
) -> None:
    await set_state(database, edition, EditionState.ANNOUNCED)
    await visitor.open(PAGE)
    await visitor.submit(**typed)
    assert visitor.status == 422
    assert sentence in visitor.text
    assert await stored(database, edition) == USUAL


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"piece_formats": ["pdf", "png"]}, "ce format reste accepté (ODT, DOCX, PPTX, ODP ou JPEG)"),
        ({"piece_most": "2"}, "3 fichiers restent possibles"),
        ({"piece_megabytes": "19"}, "la taille reste d’au moins 20 Mo"),
        ({"video_seconds": "179"}, "la durée reste d’au moins 180 secondes"),
        ({"piece_required": "y"}, "ce qui était facultatif le reste"),
    ],
)
async def test_once_it_runs_nothing_narrows(
    visitor: Visitor, database: Database, edition: Edition, typed: dict[str, object], sentence: str
) -> None:
    await visitor.open(PAGE)
    await visitor.submit(**typed)
    assert visitor.status == 422
    assert sentence in visitor.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert await stored(database, edition) == USUAL


async def test_once_it_runs_more_is_accepted(visitor: Visitor, database: Database, edition: Edition) -> None:
    await visitor.open(PAGE)
    assert "L’édition est en cours" in visitor.text
    await visitor.submit(video_seconds="240", video_megabytes="600")
    assert (await stored(database, edition))[VIDEO] == replace(USUAL[VIDEO], max_seconds=240, max_bytes=600_000_000)


async def test_two_coordinators_see_both_versions(visitor: Visitor, database: Database, edition: Edition) -> None:
    await visitor.open(PAGE)
    values = form_values(visitor.form())
    await visitor.submit(video_seconds="240")
    await visitor.post(PAGE, **(values | {"video_seconds": "300"}))
    assert visitor.status == 409
    assert "Deux versions se rencontrent" in visitor.text
    assert "240" in visitor.text
    assert (await stored(database, edition))[VIDEO].max_seconds == 240


limits = st.builds(
    DeliverableValues,
    st.sets(st.sampled_from(FORMATS[PIECE]), min_size=1).map(tuple),
    st.integers(1, 3),
    st.none(),
    st.booleans(),
)
file = st.tuples(st.sampled_from(FORMATS[PIECE]), st.integers(1, 3))


@given(before=limits, after=limits, file=file)
def test_what_is_not_refused_as_narrower_accepts_all_that_was(
    before: DeliverableValues, after: DeliverableValues, file: tuple[str, int]
) -> None:
    running = Edition(state=EditionState.RUNNING)
    if not narrowings(running, USUAL | {PIECE: before}, USUAL | {PIECE: after}):
        accepted = [file[0] in one.formats and file[1] <= one.max_bytes for one in (before, after)]
        assert accepted != [True, False]
        assert before.required or not after.required

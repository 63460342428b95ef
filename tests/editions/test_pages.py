"""The calendar and the texts of an edition through their pages."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from creathon.accounts.queries import person_by_email
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.journal import JournalLine
from creathon.editions.models import Edition, EditionState, PhaseChange, Role
from creathon.editions.queries import edition_by_slug
from creathon.mail.models import Mail
from tests.browsing import Visitor
from tests.factories.accounts import make_holder
from tests.factories.agenda import make_archive
from tests.factories.editions import CREATION_CLOSES, launch_phase, make_edition, paris, site_of
from tests.personas import CLAIRE, LEILA, SAMIR
from tests.queries import MOST_QUERIES, count_queries

REASON = "Panne d’électricité à Poitiers."


@pytest.fixture
async def edition(database: Database) -> Edition:
    """« Créathon 2027 » with two national coordinators and one of a site."""
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, LEILA, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
    return edition


async def as_(visitor: Visitor, database: Database, persona: object) -> Visitor:
    async with database.reading() as session:
        person = await person_by_email(session, persona.email)  # type: ignore[attr-defined]
    assert person is not None
    await visitor.sign_in_as(person)
    return visitor


def phase_path(edition: Edition, number: int = 2) -> str:
    return f"/coordination/phases/{edition.phases[number].id}"


async def stored(database: Database) -> Edition:
    async with database.reading() as session:
        edition = await edition_by_slug(session, "2027")
    assert edition is not None
    return edition


async def test_a_phase_is_moved_after_seeing_before_and_after(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open("/coordination/phases")
    assert "le dépôt des projets" in visitor.text
    await visitor.open(phase_path(edition))
    await visitor.submit(closes_at="2027-05-20T10:00", reason=REASON)
    assert visitor.title == "Confirmer le déplacement de « Création »"
    assert "jeudi 20 mai 2027 à 9 h 00" in visitor.text
    assert "jeudi 20 mai 2027 à 10 h 00" in visitor.text
    assert launch_phase(await stored(database)).closes_at == CREATION_CLOSES
    await visitor.submit(step="save")
    assert visitor.path == "/coordination/phases"
    assert "« Création » est déplacée" in visitor.flash
    assert launch_phase(await stored(database)).closes_at == CREATION_CLOSES + timedelta(hours=1)
    async with database.reading() as session:
        mails = list(await session.scalars(select(Mail).where(Mail.name == "phase_moved").order_by(Mail.recipient)))
        acts = await session.scalar(select(func.count()).where(JournalLine.verb == "phase.moved"))
    assert [mail.recipient for mail in mails] == [CLAIRE.email, LEILA.email, SAMIR.email]
    assert REASON in mails[0].body
    assert "Claire Bruyere" in mails[0].body
    assert acts == 2, "the creation, and the evaluation that opens when it closes"


@pytest.mark.bar("F82")
async def test_a_change_leaves_a_public_trace_without_the_name_of_its_author(
    visitor: Visitor, database: Database, app: Creathon, edition: Edition
) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open(phase_path(edition))
    await visitor.submit(closes_at="2027-05-20T10:00", reason=f"{REASON}\n<b>gras</b>")
    await visitor.submit(step="save")
    async with Visitor(app) as stranger:
        await stranger.open("/edition/2027")
        assert "calendrier modifié le mercredi 10 mars 2027 à 10 h 00" in stranger.text
        assert "par la coordination nationale" in stranger.text
        assert REASON in stranger.text
        assert "<b>gras</b>" in stranger.text
        assert "Claire" not in stranger.response.text


async def test_a_confirmation_can_be_taken_back_with_the_text_kept(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open(phase_path(edition))
    await visitor.submit(closes_at="2027-05-20T10:00", reason=REASON)
    preview = visitor.response
    await visitor.submit(step="edit")
    assert visitor.title == "Déplacer « Création »"
    assert REASON in visitor.form().get_text()
    assert "2027-05-20T10:00" in str(visitor.form())
    assert launch_phase(await stored(database)).closes_at == CREATION_CLOSES
    visitor.response = preview
    await visitor.submit(step="save")
    assert launch_phase(await stored(database)).closes_at == paris(2027, 5, 20, 10)


async def test_a_confirmation_sent_twice_moves_once(visitor: Visitor, database: Database, edition: Edition) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open(phase_path(edition))
    await visitor.submit(closes_at="2027-05-20T10:00", reason=REASON)
    preview = visitor.response
    await visitor.submit(step="save")
    visitor.response = preview
    await visitor.submit(step="save")
    assert visitor.path == "/coordination/phases"
    async with database.reading() as session:
        assert await session.scalar(select(func.count(PhaseChange.id))) == 2


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"closes_at": "2027-05-20T10:00", "reason": "  "}, "Motif – Ce champ est obligatoire."),
        ({"closes_at": "2027-05-19T09:00", "reason": REASON}, "La fermeture doit venir après l’ouverture."),
        ({"reason": REASON}, "Ces dates sont déjà celles du calendrier"),
        ({"closes_at": "demain", "reason": REASON}, "Écrivez une date et une heure."),
        ({"closes_at": "20277-05-20T10:00", "reason": REASON}, "Écrivez une date et une heure."),
        ({"closes_at": "0001-01-01T00:00", "reason": REASON}, "Vérifiez l’année"),
        ({"closes_at": "", "reason": REASON}, "Fermeture – Ce champ est obligatoire."),
    ],
)
async def test_bad_dates_are_refused_in_a_sentence_and_kept(
    visitor: Visitor, database: Database, edition: Edition, values: dict[str, str], sentence: str
) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open(phase_path(edition))
    await visitor.submit(**values, step="save")
    assert visitor.status == 422
    assert sentence in visitor.errors
    typed = visitor.page.select_one("#closes_at")
    assert typed is not None
    assert typed["value"].startswith(values.get("closes_at", "2027-05-20T09:00"))
    assert launch_phase(await stored(database)).closes_at == CREATION_CLOSES


@pytest.mark.bar("F84")
async def test_an_hour_that_does_not_exist_is_refused(visitor: Visitor, database: Database, edition: Edition) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open(phase_path(edition, 0))
    await visitor.submit(closes_at="2027-03-28T02:30", reason=REASON)
    assert visitor.status == 422
    assert "Cette heure n’existe pas (heure de Paris)" in visitor.errors


@pytest.mark.bar("F84")
async def test_an_hour_that_happens_twice_must_be_chosen(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open(phase_path(edition, 5))
    assert "laquelle des deux heures" not in visitor.text
    await visitor.submit(closes_at="2027-10-31T02:30", reason=REASON)
    assert visitor.status == 422
    assert "Cette heure arrive deux fois" in visitor.errors
    assert "Fermeture : laquelle des deux heures ?" in visitor.text
    await visitor.submit(closes_fold="1")
    await visitor.submit(step="save")
    moved = next(phase for phase in (await stored(database)).phases if phase.kind == "accompagnement")
    assert moved.opens_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    await visitor.open(phase_path(edition, 5))
    chosen = visitor.page.select_one("input[name=closes_fold][checked]")
    assert chosen is not None
    assert chosen["value"] == "1"


@pytest.mark.bar("G87")
async def test_a_calendar_moved_meanwhile_shows_both_values(
    visitor: Visitor, database: Database, app: Creathon, edition: Edition
) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open(phase_path(edition))
    async with Visitor(app) as other:
        await as_(other, database, LEILA)
        await other.open(phase_path(edition))
        await other.submit(closes_at="2027-05-20T11:00", reason="Retard à La Réunion.")
        await other.submit(step="save")
    await visitor.submit(closes_at="2027-05-20T12:00", reason=REASON)
    assert visitor.status == 409
    assert "Deux versions se rencontrent" in visitor.text
    assert "20 mai 2027 à 12:00" in visitor.text
    assert "20 mai 2027 à 11 h 00" in visitor.text
    assert REASON in visitor.form().get_text()
    await visitor.submit()
    await visitor.submit(step="save")
    assert launch_phase(await stored(database)).closes_at == paris(2027, 5, 20, 12)


@pytest.mark.bar("G87")
@pytest.mark.parametrize("path", ["/coordination/edition", "phase"])
async def test_a_form_without_its_version_is_refused(
    visitor: Visitor, database: Database, edition: Edition, path: str
) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open(phase_path(edition) if path == "phase" else path)
    await visitor.submit(version=None, reason=REASON, title="Autre")
    assert visitor.status == 428
    assert (await stored(database)).title == "Créathon 2027"


@pytest.mark.bar("G87")
async def test_two_moves_at_once_store_one(app: Creathon, database: Database, edition: Edition) -> None:
    async with Visitor(app) as one, Visitor(app) as two:
        for visitor, persona, hour in ((one, CLAIRE, 10), (two, LEILA, 11)):
            await as_(visitor, database, persona)
            await visitor.open(phase_path(edition))
            await visitor.submit(closes_at=f"2027-05-20T{hour}:00", reason=REASON)
        await asyncio.gather(one.submit(step="save"), two.submit(step="save"))
        assert sorted([one.status, two.status]) == [200, 409]
    async with database.reading() as session:
        assert await session.scalar(select(func.count(PhaseChange.id))) == 2


async def test_the_texts_are_edited_and_read_on_the_public_page(
    visitor: Visitor, database: Database, clock: MovableClock, edition: Edition
) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open("/coordination/edition")
    await visitor.submit(title="Créathon 2027, Poitiers", pilot="Réseau Canopé et alliés")
    assert "Les textes de l’édition sont enregistrés." in visitor.flash
    await visitor.open("/edition/2027")
    assert visitor.title == "Créathon 2027, Poitiers"
    assert "Réseau Canopé et alliés" in visitor.text


@pytest.mark.bar("G87")
async def test_texts_saved_meanwhile_show_both_field_by_field(
    visitor: Visitor, database: Database, app: Creathon, edition: Edition
) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open("/coordination/edition")
    async with Visitor(app) as other:
        await as_(other, database, LEILA)
        await other.open("/coordination/edition")
        await other.submit(title="Le titre de <i>Leila</i>")
    await visitor.submit(title="Le titre de Claire")
    assert visitor.status == 409
    rows = BeautifulSoup(visitor.response.text, "lxml").select("table tbody tr")
    assert len(rows) == 1
    assert "Le titre de Claire" in rows[0].get_text()
    assert "Le titre de <i>Leila</i>" in rows[0].get_text()
    assert (await stored(database)).title == "Le titre de <i>Leila</i>"
    await visitor.submit()
    assert (await stored(database)).title == "Le titre de Claire"


@pytest.mark.parametrize("title", ["", "   ", "x" * 121])
async def test_bad_texts_are_refused_and_kept(
    visitor: Visitor, database: Database, edition: Edition, title: str
) -> None:
    await as_(visitor, database, CLAIRE)
    await visitor.open("/coordination/edition")
    await visitor.submit(title=title, pilot="Un autre pilote")
    assert visitor.status == 422
    assert "Titre de l’édition" in visitor.errors
    pilot = visitor.page.select_one("#pilot")
    assert pilot is not None
    assert pilot["value"] == "Un autre pilote"
    assert (await stored(database)).pilot == "Réseau Canopé"


async def test_a_site_coordinator_reads_the_calendar_and_moves_nothing(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await as_(visitor, database, SAMIR)
    await visitor.open("/coordination/phases")
    assert visitor.status == 200
    assert "Déplacer" not in visitor.text
    for path in (phase_path(edition), "/coordination/edition"):
        await visitor.open(path)
        assert visitor.status == 403


async def test_the_coordinator_of_another_edition_moves_nothing(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    async with database.writing() as session:
        newer = await make_edition(session, slug="2028", title="Créathon 2028")
        newer.created_at += timedelta(days=1)
    await as_(visitor, database, CLAIRE)
    await visitor.open(f"/coordination/phases/{launch_phase(newer).id}")
    assert visitor.status == 404
    await visitor.open("/coordination/edition")
    assert "Créathon 2027" in visitor.text
    assert "Créathon 2028" not in visitor.response.text


async def test_a_phase_of_another_edition_is_not_there(visitor: Visitor, database: Database, edition: Edition) -> None:
    async with database.writing() as session:
        archive = await make_archive(session)
    await as_(visitor, database, CLAIRE)
    await visitor.open(phase_path(archive, 0))
    assert visitor.status == 404


async def test_the_list_of_editions_keeps_the_theme_secret(
    visitor: Visitor, database: Database, clock: MovableClock, edition: Edition
) -> None:
    async with database.writing() as session:
        await make_archive(session)
        draft = await make_edition(session, slug="brouillon", title="Édition secrète")
        draft.state = EditionState.DRAFT
    await visitor.open("/editions")
    assert "Thème dévoilé au début de la création" in visitor.text
    assert visitor.text.count("École inclusive et intelligence artificielle") == 1
    assert "Édition secrète" not in visitor.text
    clock.move_to(launch_phase(edition).opens_at)
    await visitor.open("/editions")
    assert visitor.text.count("École inclusive et intelligence artificielle") == 2


async def test_lists_ask_the_same_whatever_their_length(visitor: Visitor, database: Database, edition: Edition) -> None:
    await as_(visitor, database, CLAIRE)
    counts = {}
    for moves in (1, 3):
        while await _changes(database) < moves:
            await visitor.open(phase_path(edition))
            await visitor.submit(closes_at=f"2027-05-20T1{await _changes(database)}:00", reason=REASON)
            await visitor.submit(step="save")
        async with database.writing() as session:
            for number in range(1, moves):
                older = await make_edition(session, slug=f"autre-{number}")
                older.created_at -= timedelta(days=number)
        for path in ("/coordination/phases", "/edition/2027", "/editions"):
            with count_queries(database) as asked:
                await visitor.open(path)
            assert asked.count <= MOST_QUERIES
            counts.setdefault(path, set()).add(asked.count)
    assert all(len(found) == 1 for found in counts.values()), counts


async def _changes(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count(PhaseChange.id))) or 0

"""The whole calendar and the day of an edition on paper: drawn, refused in sentences, closed by the announcement."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from creathon.app import Creathon
from creathon.core.database import Database
from creathon.core.journal import JournalLine
from creathon.editions.models import Edition, EditionState, PhaseKind, Role
from creathon.editions.queries import day_steps, edition_by_slug
from tests.browsing import Visitor
from tests.factories.accounts import make_holder
from tests.factories.editions import CREATION_OPENS, launch_phase, make_edition, paris
from tests.personas import CLAIRE
from tests.queries import count_queries

CALENDAR, DAY = "/coordination/phases/calendrier", "/coordination/deroule"


@pytest.fixture
async def paper(visitor: Visitor, database: Database) -> Edition:
    """An edition on paper; Claire, who coordinates it, is signed in and works in it."""
    async with database.writing() as session:
        edition = await make_edition(session)
        edition.state = EditionState.DRAFT
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        claire.edition_id = edition.id
    await visitor.sign_in_as(claire)
    return edition


async def stored(database: Database) -> Edition:
    async with database.reading() as session:
        edition = await edition_by_slug(session, "2027")
    assert edition is not None
    return edition


def rights(edition: Edition, title: str) -> set[str]:
    return set(next(phase for phase in edition.phases if phase.title == title).allows)


async def test_everything_of_a_calendar_is_changed_in_one_form(
    visitor: Visitor, database: Database, paper: Edition
) -> None:
    first, palmares = paper.phases[0], next(one for one in paper.phases if one.kind == PhaseKind.PALMARES)
    await visitor.open(CALENDAR)
    await visitor.submit(
        **{
            f"{first.id}-title": "Appel à candidatures",
            f"{first.id}-grace": "5",
            f"{first.id}-opens_at": "2027-02-02T09:00",
            f"{palmares.id}-allows": ["publish", "read_feedback", "complain"],
            f"{paper.phases[-1].id}-remove": "y",
            "new-title": "Réclamations",
            "new-kind": "reclamations",
            "new-opens_at": "2027-06-17T17:00",
            "new-closes_at": "2027-07-02T00:00",
            "new-allows": ["complain"],
        }
    )
    assert visitor.path == "/coordination/phases", visitor.errors
    assert "Le calendrier est enregistré." in visitor.flash
    edition = await stored(database)
    assert [phase.title for phase in edition.phases] == [
        "Appel à candidatures", "Préparation des équipes", "Création", "Évaluation", "Délibération", "Palmarès",
        "Réclamations", "Accompagnement",
    ]  # fmt: skip
    assert (edition.phases[0].opens_at, edition.phases[0].grace_seconds) == (paris(2027, 2, 2, 9), 300)
    assert edition.phases[0].id == first.id
    assert rights(edition, "Palmarès") == {"publish", "read_feedback", "complain"}
    assert edition.version == paper.version + 1
    async with database.reading() as session:
        line = (await session.scalars(select(JournalLine).where(JournalLine.verb == "phase.redrawn"))).one()
    assert line.details == {"phases": 8}


async def test_the_theme_stays_with_the_launch(visitor: Visitor, database: Database, paper: Edition) -> None:
    creation, before = launch_phase(paper), paper.phases[1]
    await visitor.open(CALENDAR)
    await visitor.submit(
        **{f"{creation.id}-opens_at": "2027-05-19T08:00", f"{before.id}-closes_at": "2027-05-19T08:00"}
    )
    edition = await stored(database)
    assert edition.theme.revealed_at == paris(2027, 5, 19, 8) != CREATION_OPENS


@pytest.mark.parametrize(
    ("number", "typed", "said"),
    [
        (2, {"closes_at": "2027-05-20T10:00"}, "« Création » et « Évaluation » se chevauchent"),
        (1, {"remove": "y"}, "La composition des équipes s’interrompt du jeudi 1er avril 2027"),
        (1, {"allows": ["manage_team"]}, "L’écriture des projets s’interrompt"),
        (0, {"opens_at": "2027-03-28T02:30"}, "Cette heure n’existe pas"),
        (5, {"closes_at": "2027-10-31T02:30"}, "Cette heure arrive deux fois"),
        (0, {"title": " "}, "Ce champ est obligatoire"),
        (0, {"grace": "121"}, "De 0 à 120 minutes"),
        (0, {"closes_at": "2027-01-01T00:00"}, "la fermeture doit venir après l’ouverture"),
        (0, {"kind": "fête"}, "Sorte"),
        (0, {"allows": ["tout"]}, "Ce qu’elle permet"),
    ],
)
@pytest.mark.bar("F84")
async def test_what_does_not_hold_is_refused_in_a_sentence_with_the_text_kept(
    visitor: Visitor, database: Database, paper: Edition, number: int, typed: dict[str, object], said: str
) -> None:
    phase = paper.phases[number]
    await visitor.open(CALENDAR)
    await visitor.submit(**{f"{phase.id}-{name}": value for name, value in typed.items()}, **{"new-grace": "7"})
    assert visitor.status == 422
    assert said in visitor.errors
    for name, value in typed.items():
        if name not in ("allows", "kind", "remove"):
            kept = visitor.page.select_one(f"[id='{phase.id}-{name}']")
            assert kept is not None
            assert str(kept["value"]).startswith(str(value).strip())
    edition = await stored(database)
    assert edition.version == paper.version
    assert len(edition.phases) == len(paper.phases)


async def test_a_half_written_phase_is_not_silently_dropped(
    visitor: Visitor, database: Database, paper: Edition
) -> None:
    await visitor.open(CALENDAR)
    await visitor.submit(**{"new-title": "Réclamations"})
    assert visitor.status == 422
    assert "« Nouvelle phase », Ouverture – Ce champ est obligatoire." in visitor.errors


@pytest.mark.bar("G87")
async def test_a_calendar_drawn_meanwhile_shows_both(visitor: Visitor, database: Database, paper: Edition) -> None:
    first = paper.phases[0]
    await visitor.open(CALENDAR)
    async with database.writing() as session:
        edition = await edition_by_slug(session, "2027")
        assert edition is not None
        edition.phases[0].title, edition.version = "Titre de Leila", edition.version + 1
    await visitor.submit(**{f"{first.id}-title": "Titre de Claire"})
    assert visitor.status == 409
    rows = BeautifulSoup(visitor.response.text, "lxml").select("#both-title ~ * tbody tr")
    assert len(rows) == 1
    assert "Titre de Claire" in rows[0].get_text()
    assert "Titre de Leila" in rows[0].get_text()
    await visitor.submit()
    assert (await stored(database)).phases[0].title == "Titre de Claire"


async def test_after_the_announcement_rights_are_read_and_no_longer_written(
    visitor: Visitor, database: Database, paper: Edition
) -> None:
    await visitor.open(CALENDAR)
    form = visitor.response
    async with database.writing() as session:
        edition = await edition_by_slug(session, "2027")
        assert edition is not None
        edition.state = EditionState.ANNOUNCED
    visitor.response = form
    await visitor.submit(**{f"{paper.phases[0].id}-allows": ["deposit"]})
    assert visitor.status == 403
    assert "ce que chaque phase permet ne change plus" in visitor.response.text
    await visitor.open(CALENDAR)
    assert "ne change plus. Seules les dates se déplacent." in visitor.text
    assert not visitor.page.select("main form, main input")
    assert len(visitor.page.select(".matrix tbody tr")) == len(paper.phases)
    assert rights(await stored(database), "Candidatures") == {"apply", "manage_team", "write"}


@pytest.mark.bar("G87")
@pytest.mark.parametrize("path", [CALENDAR, DAY])
async def test_a_form_without_its_version_is_refused(
    visitor: Visitor, database: Database, paper: Edition, path: str
) -> None:
    await visitor.open(path)
    await visitor.submit(version=None)
    assert visitor.status == 428
    assert (await stored(database)).version == paper.version


async def test_the_day_is_written_and_shown_in_both_zones(
    visitor: Visitor, app: Creathon, database: Database, paper: Edition
) -> None:
    await visitor.open(DAY)
    assert "Le déroulé n’est pas encore écrit." in visitor.text
    await visitor.submit(
        after=["0:00", "-1:00", "24:10", ""], title=["Le sujet est dévoilé", "Accueil", "Récépissés", ""]
    )
    assert "Le déroulé est enregistré." in visitor.flash, visitor.errors
    async with database.writing() as session:
        assert [(step.minutes, step.title) for step in await day_steps(session, paper.id)] == [
            (-60, "Accueil"), (0, "Le sujet est dévoilé"), (1450, "Récépissés"),
        ]  # fmt: skip
        edition = await edition_by_slug(session, "2027")
        assert edition is not None
        edition.state = EditionState.ANNOUNCED
    async with Visitor(app) as stranger:
        await stranger.open("/edition/2027")
        assert "mercredi 19 mai 2027 à 8 h 00 (heure de Paris) – Accueil" in stranger.text
        assert "jeudi 20 mai 2027 à 9 h 10 (heure de Paris) – Récépissés" in stranger.text
    await visitor.open(DAY)
    assert not visitor.page.select("main form")


@pytest.mark.parametrize(
    ("after", "title", "said"),
    [("neuf", "Accueil", "Écrivez des heures et des minutes"), ("1:00", "x" * 121, "120 caractères au plus")],
)
async def test_a_bad_step_is_refused_and_kept(
    visitor: Visitor, database: Database, paper: Edition, after: str, title: str, said: str
) -> None:
    await visitor.open(DAY)
    await visitor.submit(after=[after], title=[title])
    assert visitor.status == 422
    assert said in visitor.errors
    assert title in str(visitor.form())
    async with database.reading() as session:
        assert await day_steps(session, paper.id) == []


async def test_pages_of_the_calendar_ask_the_same_whatever_its_length(
    visitor: Visitor, database: Database, paper: Edition
) -> None:
    counts: dict[str, set[int]] = {}
    for _round in range(2):
        for path in (CALENDAR, DAY, "/coordination/phases", "/edition/2027", "/edition/2027/calendrier.ics"):
            with count_queries(database) as asked:
                await visitor.open(path)
            assert visitor.status == 200
            counts.setdefault(path, set()).add(asked.count)
        await visitor.open(DAY)
        await visitor.submit(after=["0:00", "1:00", "2:00"], title=["Un", "Deux", "Trois"])
        await visitor.open(CALENDAR)
        await visitor.submit(**{f"{paper.phases[-1].id}-remove": "y"})
    assert all(len(found) == 1 and max(found) < 12 for found in counts.values()), counts

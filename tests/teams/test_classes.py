"""A class held by its teacher: pupils are counted, never named in full, and have no account."""

import pytest

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.rules import USUAL
from creathon.projects.rules import missing
from creathon.teams.models import ApplicationState, TeamKind
from creathon.teams.rules import pupil_names_problem, size_words, team_is_complete
from tests.browsing import Visitor
from tests.factories.editions import site_of
from tests.factories.teams import make_team
from tests.personas import AWA, BASTIEN, CHLOE, ZOE
from tests.teams.acting import a_team, agree, an_edition, sign_in, stored, verbs

PATH = "/equipe/classe"


async def test_a_teacher_founds_a_class_declares_it_certifies_and_applies_alone(
    visitor: Visitor, database: Database
) -> None:
    edition = await an_edition(database)
    await sign_in(visitor, database, AWA)
    await visitor.open("/equipe/nouvelle")
    await visitor.submit(name="Classe soleil", site_id=site_of(edition, "POI").id, role="pedagogue", kind="class")
    assert "Il manque encore 3 élèves" in visitor.text
    await visitor.open(PATH)
    await visitor.submit(under_15="14", from_15="2", adult="0", names="Léa M.\nJean-Noël, Ana")
    assert "La classe est complète : 1 adulte et 16 élèves" in visitor.text
    assert "Certifiez d’abord" in visitor.text
    await visitor.open(PATH)
    await visitor.submit(certified="y")
    await agree(database, edition, AWA)
    await visitor.open("/equipe")
    await visitor.submit("/equipe/candidature")
    assert "est envoyée" in visitor.flash
    made = [verb for verb in await verbs(database) if verb in ("team.pupils", "application.submitted")]
    assert made == ["team.pupils", "team.pupils", "application.submitted"]


async def test_a_certificate_is_worth_nothing_once_the_pupils_change(visitor: Visitor, database: Database) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        team = await make_team(session, edition, (AWA,), kind=TeamKind.CLASS)
    assert (await stored(database, team)).certified_at is not None
    await sign_in(visitor, database, AWA)
    await visitor.open(PATH)
    await visitor.submit(from_15="20", certified=None)
    assert (await stored(database, team)).certified_at is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"under_15": "-1"}, "entre 0 et 200"),
        ({"under_15": "201"}, "entre 0 et 200"),
        ({"under_15": ""}, "Écrivez un nombre"),
        ({"names": "Léa Martin"}, "Jamais un nom de famille"),
        ({"names": "A, B, C, D, E, F"}, "6 prénoms pour 5 élèves"),
    ],
)
async def test_pupils_that_cannot_be_kept_are_said(
    visitor: Visitor, database: Database, values: dict[str, str], sentence: str
) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        team = await make_team(session, edition, (AWA,), kind=TeamKind.CLASS, pupils=9)
    await sign_in(visitor, database, AWA)
    await visitor.open(PATH)
    await visitor.submit(**{"under_15": "5", "from_15": "0", "adult": "0", **values})
    assert visitor.status == 422
    assert sentence in visitor.errors
    assert (await stored(database, team)).pupils == 9


@pytest.mark.parametrize("name", ["Léa Martin", "Léa M. N.", "Léa Ma", "L3a", "léa@exemple.test", "Léa – Paul M"])
def test_a_pupil_is_never_written_with_a_surname(name: str) -> None:
    assert pupil_names_problem(name, 30) is not None


@pytest.mark.parametrize("name", ["Léa", "Léa M.", "Jean-Noël B", "N’Golo K.", "Zoé\nLou, Max T."])
def test_a_pupil_is_written_with_a_first_name_and_an_initial_at_most(name: str) -> None:
    assert pupil_names_problem(name, 30) is None


async def test_a_class_has_two_adults_at_most_and_is_complete_by_its_pupils(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        team = await make_team(session, edition, (AWA,), kind=TeamKind.CLASS, pupils=2)
    assert not team_is_complete(team)
    for persona, seated in ((BASTIEN, True), (CHLOE, False)):
        async with Visitor(app) as other:
            await sign_in(other, database, persona)
            await other.open("/equipe/rejoindre")
            await other.submit(code=team.code, role="conteur")
            assert (other.status == 200) is seated
            assert seated or "deux adultes" in other.errors or "2 adultes" in other.errors
    found = await stored(database, team)
    assert size_words(found) == "2 adultes et 2 élèves"
    assert not team_is_complete(found)
    await sign_in(visitor, database, AWA)
    await visitor.open(PATH)
    await visitor.submit(from_15="3", certified="y")
    assert team_is_complete(await stored(database, team))


async def test_a_class_deposits_with_one_adult(database: Database, clock: MovableClock) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        whole = await make_team(session, edition, (AWA,), kind=TeamKind.CLASS)
        short = await make_team(session, edition, (ZOE,), name="Petite", kind=TeamKind.CLASS, pupils=1)
    content = dict.fromkeys(
        (
            "title", "summary", "needs", "levels", "need", "solution", "ai_use", "inclusion", "next_steps", "scenario",
            "video_url", "video_transcript", "video_captioned", "problem", "file",
        ),
        "https://videos.exemple.test/x",
    )  # fmt: skip
    assert [one.sentence for one in missing(content, whole, USUAL) if not one.field] == []
    assert "3 élèves au moins" in next(one.sentence for one in missing(content, short, USUAL) if not one.field)


async def test_a_sent_class_that_becomes_too_small_goes_back_to_its_teacher(
    visitor: Visitor, database: Database
) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        team = await make_team(session, edition, (AWA,), kind=TeamKind.CLASS, state=ApplicationState.SUBMITTED)
    await sign_in(visitor, database, AWA)
    await visitor.open(PATH)
    await visitor.submit(from_15="1", certified="y")
    assert (await stored(database, team)).state == ApplicationState.DRAFT


@pytest.mark.bar("G87")
async def test_two_saves_of_a_class_show_both(visitor: Visitor, app: Creathon, database: Database) -> None:
    edition = await an_edition(database)
    async with database.writing() as session:
        await make_team(session, edition, (AWA,), kind=TeamKind.CLASS)
    await sign_in(visitor, database, AWA)
    await visitor.open(PATH)
    async with Visitor(app) as other:
        await sign_in(other, database, AWA)
        await other.open(PATH)
        await other.submit(from_15="25")
    await visitor.submit(from_15="31")
    assert visitor.status == 409
    assert "25" in visitor.text
    assert "31" in str(visitor.page)


async def test_a_team_of_people_has_no_pupils_to_declare(visitor: Visitor, database: Database) -> None:
    await a_team(database, await an_edition(database), AWA)
    await sign_in(visitor, database, AWA)
    await visitor.open(PATH)
    assert visitor.status == 404

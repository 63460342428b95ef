"""Writing the grid through its pages: the usual one, the whole of it in one form, frozen by the first evaluation."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest
from sqlalchemy import select

from creathon.app import Creathon
from creathon.core.database import Database
from creathon.core.errors import Conflict
from creathon.editions.models import Edition, Role
from creathon.jury.actions.evaluations import EvaluationValues, save_evaluation
from creathon.jury.actions.rubric import edit_rubric, freeze_rubric
from creathon.jury.models import Criterion, Rubric
from creathon.jury.queries.rubric import rubric_of
from creathon.jury.rules.rubric import POINTS, criteria_of, rubric_problem
from creathon.jury.rules.usual_rubric import USUAL_RUBRIC
from creathon.mail.models import Mail
from tests.browsing import Visitor
from tests.editions.rulebooks import sign_in, verbs
from tests.factories.accounts import as_actor, make_holder
from tests.factories.editions import EVALUATION, make_edition, site_of
from tests.factories.jury import coordinator_of, draft, make_jury, make_rubric, reads_of
from tests.factories.rulebook import DATED, make_rulebook
from tests.personas import CLAIRE, LEILA, NADIA, SAMIR
from tests.queries import count_queries

HOME = "/coordination/grille"
EDIT = f"{HOME}/modifier"


@pytest.fixture
async def edition(database: Database) -> Edition:
    """An edition without grid, with two national coordinators and one of a site."""
    async with database.writing() as session:
        edition = await make_edition(session, rules=False)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, LEILA, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
    return edition


async def stored(database: Database, edition: Edition) -> Rubric:
    async with database.reading() as session:
        found = await rubric_of(session, edition.id)
    assert found is not None
    return found


async def with_grid(database: Database, edition: Edition) -> None:
    async with database.writing() as session:
        await make_rubric(session, edition)


def test_the_usual_grid_is_a_grid() -> None:
    assert rubric_problem(USUAL_RUBRIC) is None
    assert [(one.code, one.weight) for one in USUAL_RUBRIC] == [
        ("C1", 25), ("C2", 20), ("C3", 20), ("C4", 10), ("C5", 15), ("C6", 10),
    ]  # fmt: skip


async def test_the_usual_grid_is_put_in_place_and_changed(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await sign_in(visitor, database, CLAIRE)
    await visitor.open(HOME)
    await visitor.submit(f"{HOME}/habituelle")
    assert "La grille habituelle est en place." in visitor.flash
    assert "Réponse au besoin pédagogique" in visitor.text
    await visitor.open(EDIT)
    await visitor.submit(
        button="Enregistrer la grille",
        **{"criteria-0-weight": "30", "criteria-1-weight": "15", "criteria-2-title": "IA de confiance"},
    )
    assert "La grille est enregistrée." in visitor.flash
    found = criteria_of(await stored(database, edition))
    assert [one.weight for one in found] == [30, 15, 20, 10, 15, 10]
    assert found[2].title == "IA de confiance"
    assert found[2].levels == USUAL_RUBRIC[2].levels
    assert await verbs(database, "rubric.") == ["rubric.created", "rubric.edited"]
    assert (await stored(database, edition)).version == 2


async def test_criteria_are_added_moved_and_removed_before_anything_is_stored(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await with_grid(database, edition)
    await sign_in(visitor, database, CLAIRE)
    await visitor.open(EDIT)
    await visitor.submit(step="add", **{"criteria-0-title": "Besoin, encore"})
    new = {f"criteria-6-level_{value}": f"Niveau {value}." for value in range(5)}
    await visitor.submit(step="up-6", **{"criteria-6-code": "C7", "criteria-6-title": "Sobriété"})
    await visitor.submit(step="remove-6")
    assert [one.code for one in (await stored(database, edition)).criteria] == ["C1", "C2", "C3", "C4", "C5", "C6"]
    new = {f"criteria-5-level_{value}": f"Niveau {value}." for value in range(5)}
    await visitor.submit(
        button="Enregistrer la grille", **new, **{"criteria-5-weight": "10", "criteria-5-question": "Est-ce sobre ?"}
    )
    assert "La grille est enregistrée." in visitor.flash
    found = criteria_of(await stored(database, edition))
    assert [one.code for one in found] == ["C1", "C2", "C3", "C4", "C5", "C7"]
    assert (found[0].title, found[5].title, found[5].levels[4]) == ("Besoin, encore", "Sobriété", "Niveau 4.")
    async with database.reading() as session:
        assert len((await session.scalars(select(Criterion.id))).all()) == 6, "the old lines are gone"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"criteria-0-weight": "26"}, "doivent faire 100 points en tout : ils en font 101."),
        ({"criteria-0-weight": "beaucoup"}, "Écrivez un nombre entier de 1 à 100."),
        ({"criteria-0-weight": "0"}, "Écrivez un nombre entier de 1 à 100."),
        ({"criteria-0-level_3": " "}, "Niveau 3 (critère 1) – Ce champ est obligatoire."),
        ({"criteria-1-code": "c1"}, "Deux critères portent le même code."),
        ({"criteria-1-title": "x" * 121}, "120 caractères au plus"),
    ],
)
async def test_a_bad_grid_is_refused_with_the_text_kept(
    visitor: Visitor, database: Database, edition: Edition, typed: dict[str, str], said: str
) -> None:
    await with_grid(database, edition)
    await sign_in(visitor, database, CLAIRE)
    await visitor.open(EDIT)
    await visitor.submit(button="Enregistrer la grille", **{"criteria-5-title": "Gardé", **typed})
    assert visitor.status == 422
    assert said in visitor.errors
    assert "Gardé" in str(visitor.form())
    assert sum(one.weight for one in (await stored(database, edition)).criteria) == POINTS
    assert (await stored(database, edition)).version == 1


async def test_two_people_in_the_grid_see_both(
    visitor: Visitor, app: Creathon, database: Database, edition: Edition
) -> None:
    await with_grid(database, edition)
    await sign_in(visitor, database, CLAIRE)
    await visitor.open(EDIT)
    async with Visitor(app) as leila:
        await sign_in(leila, database, LEILA)
        await leila.open(EDIT)
        await leila.submit(button="Enregistrer la grille", **{"criteria-0-title": "Le titre de Léïla"})
    await visitor.submit(button="Enregistrer la grille", **{"criteria-0-title": "Le titre de Claire"})
    assert visitor.status == 409
    assert "Critère 1, titre Le titre de Claire Le titre de Léïla" in visitor.text
    assert (await stored(database, edition)).criteria[0].title == "Le titre de Léïla"
    await visitor.submit(button="Enregistrer la grille")
    assert (await stored(database, edition)).criteria[0].title == "Le titre de Claire"
    await visitor.open(EDIT)
    await visitor.submit(button="Enregistrer la grille", version=None)
    assert visitor.status == 428


async def test_two_starts_at_once_make_one_grid(app: Creathon, database: Database, edition: Edition) -> None:
    async with AsyncExitStack() as stack:
        racers = [await stack.enter_async_context(Visitor(app)) for _ in range(2)]
        for racer, persona in zip(racers, (CLAIRE, LEILA), strict=True):
            await sign_in(racer, database, persona)
            await racer.open(HOME)
        await asyncio.gather(*(racer.submit(f"{HOME}/habituelle") for racer in racers))
        assert sorted(racer.status for racer in racers) == [200, 403]
    assert len((await stored(database, edition)).criteria) == 6


async def test_the_first_evaluation_freezes_the_grid(visitor: Visitor, database: Database) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        jury = await make_jury(session, edition)
        await draft(session, jury, (await reads_of(session, NADIA))[0], 3)
    await sign_in(visitor, database, CLAIRE)
    await visitor.open(HOME)
    assert "La grille est figée depuis la première évaluation" in visitor.text
    assert not visitor.page.select(f"a[href='{EDIT}']")
    await visitor.open(EDIT)
    assert visitor.status == 403
    assert "figée" in visitor.text


async def test_an_evaluation_made_with_a_grid_that_just_changed_is_refused(database: Database) -> None:
    """The juror's request read the grid before the coordination saved another."""
    async with database.writing() as session:
        edition = await make_edition(session)
        await make_jury(session, edition)
        claire = await coordinator_of(session, edition)
    async with database.reading() as session:
        before = await rubric_of(session, edition.id)
    assert before is not None
    async with database.writing() as session:
        assert await edit_rubric(session, claire, edition, USUAL_RUBRIC, version=before.version, now=EVALUATION)
        assert not await edit_rubric(session, claire, edition, USUAL_RUBRIC, version=2, now=EVALUATION)
    with pytest.raises(Conflict, match="vient de changer"):
        async with database.writing() as session:
            await freeze_rubric(session, claire, before, now=EVALUATION)
    assert (await stored(database, edition)).frozen_at is None


async def test_scoring_and_changing_the_grid_at_once_never_mix(
    app: Creathon, visitor: Visitor, database: Database
) -> None:
    """Either the grid is frozen and keeps its criteria, or the score is refused."""
    async with database.writing() as session:
        edition = await make_edition(session)
        jury = await make_jury(session, edition)
        (read, *_others) = await reads_of(session, NADIA)
        nadia = await as_actor(session, jury.people[NADIA])

    async def score() -> bool:
        try:
            async with database.writing() as session:
                values = EvaluationValues(jury.levels(3), "", "")
                await save_evaluation(session, nadia, read, values, edition, version=0, now=EVALUATION)
        except Exception:
            return False
        return True

    await sign_in(visitor, database, CLAIRE)
    await visitor.open(EDIT)
    change: dict[str, Any] = {"criteria-0-weight": "20", "criteria-1-weight": "25"}
    scored, _page = await asyncio.gather(score(), visitor.submit(button="Enregistrer la grille", **change))
    found = await stored(database, edition)
    assert (found.frozen_at is not None) == scored
    assert found.criteria[0].weight == (25 if scored else 20)
    assert visitor.status == (403 if scored else 200)


async def test_a_rulebook_that_shows_the_criteria_asks_for_an_amendment(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await with_grid(database, edition)
    async with database.writing() as session:
        await make_rulebook(session, edition, DATED)
    await sign_in(visitor, database, CLAIRE)
    await visitor.open(EDIT)
    await visitor.submit(button="Enregistrer la grille", **{"criteria-0-level_0": "Une phrase que nul ne montre."})
    assert visitor.flash == "La grille est enregistrée."
    await visitor.open(EDIT)
    await visitor.submit(button="Enregistrer la grille", **{"criteria-0-weight": "20", "criteria-1-weight": "25"})
    assert "un avenant doit les reprendre" in visitor.flash
    async with database.reading() as session:
        told = list(await session.scalars(select(Mail.recipient).where(Mail.name == "rulebook_outdated")))
    assert sorted(told) == [CLAIRE.email, LEILA.email]


async def test_a_site_coordination_reads_and_does_not_write(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await with_grid(database, edition)
    await sign_in(visitor, database, SAMIR)
    await visitor.open(HOME)
    assert "Cette page est réservée à la coordination nationale." in visitor.text
    await visitor.open(EDIT)
    assert visitor.status == 403


async def test_pages_of_the_grid_ask_little(visitor: Visitor, database: Database, edition: Edition) -> None:
    await with_grid(database, edition)
    async with database.writing() as session:
        await make_rulebook(session, edition, DATED)
    await sign_in(visitor, database, CLAIRE)
    for path in (HOME, EDIT):
        with count_queries(database) as counted:
            await visitor.open(path)
        assert counted.count <= 11, path

"""The questions of an edition, written on paper, corrected later; what a team answers."""

import asyncio

import pytest
from sqlalchemy import select

from creathon.app import Creathon
from creathon.core.database import Database
from creathon.editions.actions import CopyValues, copy_edition
from creathon.editions.models import Edition, EditionState, Role, Seating
from creathon.editions.queries import edition_by_id
from creathon.editions.rules import launch_day, next_launch
from creathon.teams.models import Answer, ApplicationState, Question, QuestionKind
from creathon.teams.queries import answers_of, questions_of
from tests.browsing import Visitor
from tests.conftest import NOW
from tests.factories.accounts import as_actor, make_holder
from tests.factories.editions import site_of
from tests.factories.teams import make_questions, make_team, person_of, some_answers
from tests.personas import AWA, BASTIEN, CHLOE, CLAIRE, SAMIR
from tests.queries import count_queries
from tests.teams.acting import a_team, an_edition, sign_in, stored, verbs

PATH = "/coordination/questions"
APPLYING = "/equipe/candidature"


async def on_paper(database: Database) -> Edition:
    """An edition that is not announced, with its national coordinator."""
    edition = await an_edition(database)
    async with database.writing() as session:
        found = await edition_by_id(session, edition.id)
        assert found is not None
        found.state = EditionState.DRAFT
        person = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        person.edition_id = edition.id
    return edition


async def announced(database: Database) -> tuple[Edition, list[Question]]:
    """An edition whose applications are open and that asks five questions."""
    edition = await an_edition(database)
    async with database.writing() as session:
        questions = await make_questions(session, edition)
    return edition, questions


async def asked(database: Database, edition: Edition) -> list[Question]:
    async with database.reading() as session:
        return await questions_of(session, edition.id)


def fields_of(questions: list[Question], **others: str) -> dict[str, str]:
    """Right answers, as a browser sends them."""
    values = {f"question_{key}": value for key, value in some_answers(questions).items()}
    by_number = {f"question_{questions[int(name[1:])].id}": value for name, value in others.items()}
    return {name: value for name, value in {**values, **by_number}.items() if value}


async def test_questions_are_added_moved_edited_and_removed_on_paper(visitor: Visitor, database: Database) -> None:
    edition = await on_paper(database)
    await sign_in(visitor, database, CLAIRE)
    await visitor.open(PATH)
    assert "Aucune question" in visitor.text
    for label, kind, options in (("Pourquoi ?", "short_text", ""), ("Qui ?", "choice", "Amis\nCollègues\n")):
        await visitor.open(f"{PATH}/nouvelle")
        await visitor.submit(label=label, kind=kind, options=options, required="y", limit="")
        assert "ajoutée" in visitor.flash
    first, second = await asked(database, edition)
    assert (first.label, first.limit, first.required) == ("Pourquoi ?", 200, True)
    assert (second.kind, second.options) == (QuestionKind.CHOICE, ["Amis", "Collègues"])
    await visitor.submit(f"{second.id}/place", button=None)
    assert [one.label for one in await asked(database, edition)] == ["Qui ?", "Pourquoi ?"]
    await visitor.open(f"{PATH}/{first.id}")
    await visitor.submit(f"{PATH}/{first.id}", label="Pourquoi vous ?", kind="number", limit="12")
    changed = next(one for one in await asked(database, edition) if one.id == first.id)
    assert (changed.label, changed.kind, changed.limit) == ("Pourquoi vous ?", QuestionKind.NUMBER, 12)
    await visitor.open(f"{PATH}/{first.id}")
    await visitor.submit("/retrait")
    assert [one.label for one in await asked(database, edition)] == ["Qui ?"]
    done = [verb for verb in await verbs(database) if verb.startswith("question")]
    assert done == ["question.added"] * 2 + ["question.moved", "question.edited", "question.removed"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"label": " "}, "obligatoire"),
        ({"kind": "choice", "options": "Seule"}, "au moins deux réponses possibles"),
        ({"kind": "choice", "options": "A\nA"}, "sont les mêmes"),
        ({"limit": "beaucoup"}, "nombre entier"),
        ({"limit": "9999"}, "entre 1 et 200"),
    ],
)
async def test_a_question_that_cannot_be_asked_is_said_and_kept(
    visitor: Visitor, database: Database, values: dict[str, str], sentence: str
) -> None:
    edition = await on_paper(database)
    await sign_in(visitor, database, CLAIRE)
    await visitor.open(f"{PATH}/nouvelle")
    await visitor.submit(**{"label": "Une question gardée", "kind": "short_text", "hint": "une aide", **values})
    assert visitor.status == 422
    assert sentence in visitor.errors
    assert "une aide" in visitor.response.text
    assert await asked(database, edition) == []


async def test_once_applications_are_open_only_the_wording_changes(visitor: Visitor, database: Database) -> None:
    edition, questions = await announced(database)
    async with database.writing() as session:
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
    await sign_in(visitor, database, CLAIRE)
    await visitor.open(PATH)
    assert "seuls l’énoncé et l’aide" in visitor.text
    assert not visitor.page.select("form[action$='/place']")
    await visitor.open(f"{PATH}/{questions[2].id}")
    assert not visitor.page.select("[name=kind], [name=options], [name=required]")
    await visitor.submit(label="Qui serez-vous, au juste ?", kind="number", required="", options="Rien")
    changed = (await asked(database, edition))[2]
    assert changed.label == "Qui serez-vous, au juste ?"
    assert (changed.kind, changed.required, len(changed.options)) == (QuestionKind.CHOICE, True, 2)
    await visitor.open(f"{PATH}/nouvelle")
    assert visitor.status == 403
    await visitor.open(PATH)
    token = str(visitor.page.select_one("input[name=_csrf]")["value"])  # type: ignore[index]
    for path, values in (
        (f"{PATH}/{questions[0].id}/retrait", {"version": "1"}),
        (f"{PATH}/{questions[0].id}/place", {"version": "1", "sens": "bas"}),
        (f"{PATH}/places", {"version": str(edition.version), "seating": "arrival"}),
    ):
        await visitor.post(path, _csrf=token, **values)
        assert visitor.status in (403, 409), path
    assert len(await asked(database, edition)) == 5


@pytest.mark.bar("G87")
async def test_two_editors_of_a_question_see_both_texts(visitor: Visitor, app: Creathon, database: Database) -> None:
    edition, questions = await announced(database)
    async with database.writing() as session:
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
    path = f"{PATH}/{questions[0].id}"
    await sign_in(visitor, database, CLAIRE)
    await visitor.open(path)
    async with Visitor(app) as other:
        await sign_in(other, database, CLAIRE)
        await other.open(path)
        await other.submit(label="La sienne")
    await visitor.submit(label="La mienne")
    assert visitor.status == 409
    assert "La mienne" in visitor.text
    assert "La sienne" in visitor.text
    await visitor.submit()
    assert (await asked(database, edition))[0].label == "La mienne"
    await visitor.open(path)
    await visitor.submit(version=None, label="Sans version")
    assert visitor.status == 428


async def test_a_site_coordinator_does_not_write_questions(visitor: Visitor, database: Database) -> None:
    edition, questions = await announced(database)
    async with database.writing() as session:
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
    await sign_in(visitor, database, SAMIR)
    for path in (PATH, f"{PATH}/{questions[0].id}", f"{PATH}/nouvelle"):
        await visitor.open(path)
        assert visitor.status == 403
        assert "Pourquoi participer" not in visitor.response.text


async def test_a_copied_edition_asks_the_same_and_gives_its_places_the_same_way(
    app: Creathon, database: Database
) -> None:
    edition, _questions = await announced(database)
    async with database.writing() as session:
        source = await edition_by_id(session, edition.id)
        assert source is not None
        source.seating = Seating.ON_ARRIVAL
        claire = await as_actor(session, await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition))
        launch = next_launch(source, launch_day(source))
        copy = await copy_edition(session, claire, source, CopyValues("2028", "Créathon 2028", launch), now=NOW)
    found = await asked(database, copy)
    assert [(one.label, one.kind, one.position) for one in found] == [
        (one.label, one.kind, one.position) for one in await asked(database, edition)
    ]
    assert copy.seating == Seating.ON_ARRIVAL
    assert {one.id for one in found}.isdisjoint(one.id for one in await asked(database, edition))


async def test_answers_are_kept_as_a_draft_then_required_to_apply(visitor: Visitor, database: Database) -> None:
    edition, questions = await announced(database)
    team = await a_team(database, edition, AWA, BASTIEN, CHLOE)
    await sign_in(visitor, database, AWA)
    await visitor.open(APPLYING)
    await visitor.submit("/reponses", **fields_of(questions, q0="", q2="", q4=""))
    assert "brouillon" in visitor.flash
    await visitor.submit(APPLYING)
    assert visitor.status == 422
    for sentence in (
        "Pourquoi participer ? – Répondez à cette question",
        "Qui serez-vous ? – Choisissez une réponse",
        "photographiés – Cet accord est nécessaire",
    ):
        assert sentence in visitor.errors
    assert "Votre idée" not in visitor.errors
    assert (await stored(database, team)).state == ApplicationState.DRAFT
    await visitor.open(APPLYING)
    await visitor.submit("/reponses", **fields_of(questions))
    async with database.reading() as session:
        assert await answers_of(session, team_id=team.id) == some_answers(questions)
    await visitor.open("/equipe")
    await visitor.submit(APPLYING)
    assert "est envoyée" in visitor.flash
    await visitor.open(APPLYING)
    assert "Pour essayer" in visitor.text
    assert "Accord donné" in visitor.text
    assert not visitor.page.select("form[action$='/reponses']")


@pytest.mark.parametrize(
    ("number", "value", "sentence"),
    [
        (0, "x" * 81, "80 caractères au plus"),
        (2, "Des inconnus", "Choisissez une des réponses"),
        (3, "beaucoup", "nombre entier entre 0 et 20"),
        (3, "21", "nombre entier entre 0 et 20"),
        (3, "9" * 400, "nombre entier entre 0 et 20"),
    ],
)
async def test_an_answer_that_is_not_one_is_said_and_kept(
    visitor: Visitor, database: Database, number: int, value: str, sentence: str
) -> None:
    edition, questions = await announced(database)
    await a_team(database, edition, AWA)
    await sign_in(visitor, database, AWA)
    await visitor.open(APPLYING)
    await visitor.submit("/reponses", **fields_of(questions, **{f"q{number}": value}))
    assert visitor.status == 422
    assert sentence in visitor.errors
    assert "Lire à voix haute" in visitor.response.text
    async with database.reading() as session:
        assert list(await session.scalars(select(Answer.id))) == []


@pytest.mark.bar("G87")
async def test_two_members_who_answer_at_once_lose_nothing(app: Creathon, database: Database) -> None:
    edition, questions = await announced(database)
    team = await a_team(database, edition, AWA, BASTIEN, CHLOE)
    async with Visitor(app) as first, Visitor(app) as second:
        for browser, persona in ((first, AWA), (second, BASTIEN)):
            await sign_in(browser, database, persona)
            await browser.open(APPLYING)
        await asyncio.gather(
            first.submit("/reponses", **fields_of(questions, q1="Une idée d’Awa")),
            second.submit("/reponses", **fields_of(questions, q1="Une idée de Bastien")),
        )
        assert sorted((first.status, second.status)) == [200, 409]
        (loser,) = [browser for browser in (first, second) if browser.status == 409]
        assert "Une idée d’Awa" in loser.text
        assert "Une idée de Bastien" in str(loser.page)
        await loser.submit("/reponses")
        assert "brouillon" in loser.flash
    assert (await stored(database, team)).answers_version == 2


async def test_strangers_do_not_write_answers_and_coordinators_read_them(
    visitor: Visitor, app: Creathon, database: Database
) -> None:
    edition, questions = await announced(database)
    async with database.writing() as session:
        team = await make_team(session, edition, (AWA, BASTIEN, CHLOE))
        samir = await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        await person_of(session, CLAIRE)
    await sign_in(visitor, database, AWA)
    await visitor.open(APPLYING)
    await visitor.submit("/reponses", **fields_of(questions))
    async with Visitor(app) as stranger:
        await sign_in(stranger, database, CLAIRE)
        await stranger.open(APPLYING)
        assert stranger.status == 404
        await stranger.sign_in_as(samir)
        with count_queries(database) as asking:
            await stranger.open(f"/coordination/candidatures/{team.id}")
        assert "Pour essayer" in stranger.text
        assert asking.count < 12


async def test_the_list_of_questions_asks_as_much_with_one_as_with_five(visitor: Visitor, database: Database) -> None:
    edition = await on_paper(database)
    await sign_in(visitor, database, CLAIRE)
    counts = []
    for _round in range(2):
        async with database.writing() as session:
            await make_questions(session, edition)
        with count_queries(database) as asking:
            await visitor.open(PATH)
        counts.append(asking.count)
    assert counts[0] == counts[1] < 12

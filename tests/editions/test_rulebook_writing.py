"""Writing the rulebook through its pages: the usual one, its articles, publishing, amendments, two people at once."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError

from creathon.app import Creathon
from creathon.core.database import Database
from creathon.editions.models import Acceptance, Edition, EditionState, Role, Rulebook, RulebookArticle, RulebookState
from creathon.editions.queries import draft_rulebook, rulebooks_of
from tests.browsing import Visitor
from tests.editions.rulebooks import in_force, mails, sign_in, verbs
from tests.factories.accounts import make_holder
from tests.factories.editions import launch_phase, make_edition, site_of
from tests.factories.jury import make_juror, make_rubric
from tests.factories.rulebook import DATED, make_rulebook
from tests.factories.teams import make_team
from tests.personas import AWA, BASTIEN, CHLOE, CLAIRE, LEILA, NADIA, SAMIR
from tests.queries import count_queries

HOME = "/coordination/reglement"


@pytest.fixture
async def edition(database: Database) -> Edition:
    """An edition without rulebook, with its grid, two national coordinators and one of a site."""
    async with database.writing() as session:
        edition = await make_edition(session, rules=False)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, LEILA, Role.NATIONAL_COORDINATOR, edition)
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        await make_rubric(session, edition)
    return edition


async def draft(database: Database, edition: Edition) -> Rulebook:
    async with database.reading() as session:
        found = await draft_rulebook(session, edition.id)
    assert found is not None
    return found


async def begin(visitor: Visitor, database: Database, edition: Edition) -> Rulebook:
    """Claire starts from the usual rulebook."""
    await sign_in(visitor, database, CLAIRE)
    await visitor.open(HOME)
    await visitor.submit("/coordination/reglement/commencer")
    return await draft(database, edition)


async def test_the_usual_rulebook_is_read_filled_and_published(
    visitor: Visitor, app: Creathon, database: Database, edition: Edition
) -> None:
    started = await begin(visitor, database, edition)
    assert "La version 1 est commencée." in visitor.flash
    assert len(started.articles) == 20
    async with Visitor(app) as stranger:
        await stranger.open("/reglement")
        assert "Pas encore de règlement" in stranger.text
    await visitor.open(f"{HOME}/publier")
    cells = [" ".join(row.get_text(" ").split()) for row in visitor.page.select("main table tr")]
    assert any("C1 – Réponse au besoin" in cell and "25" in cell for cell in cells)
    assert any("Création" in cell and "19/05/2027 07:00" in cell for cell in cells)
    assert "3 à 5 personnes" in visitor.text
    assert "[[" not in visitor.text
    await visitor.submit(f"{HOME}/publier")
    assert visitor.path == HOME
    assert "La version 1 du règlement est publiée" in visitor.flash
    published = await in_force(database, edition)
    async with Visitor(app) as stranger:
        await stranger.open("/reglement")
        assert "Version 1, publiée le mercredi 10 mars 2027 à 10 h 00" in stranger.text
        assert str(published.sha256) in stranger.text
        assert "L’équipe garde tous ses droits" in stranger.text
    assert await verbs(database) == ["rulebook.begun", "rulebook.published"]


async def test_articles_are_added_changed_moved_and_removed(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    articles = (await begin(visitor, database, edition)).articles
    await visitor.open(f"{HOME}/articles/nouveau")
    await visitor.submit(title="Le repas", text="Un repas est offert.")
    assert "ajouté à la fin" in visitor.flash
    await visitor.open(f"{HOME}/articles/{articles[0].id}")
    await visitor.submit(title="Organisation", text="[[pilote]] organise.")
    await visitor.open(HOME)
    await visitor.submit(f"{articles[1].id}/deplacer", sens="haut")
    await visitor.open(f"{HOME}/articles/{articles[2].id}/retirer")
    assert articles[2].text.split("\n")[0][:40] in visitor.text
    await visitor.submit(button="Retirer cet article")
    stored = await draft(database, edition)
    assert [one.title for one in stored.articles][:3] == [articles[1].title, "Organisation", articles[3].title]
    assert (stored.articles[-1].title, len(stored.articles)) == ("Le repas", 20)
    acts = ["added", "edited", "moved", "removed"]
    assert await verbs(database, "rulebook.article-") == [f"rulebook.article-{act}" for act in acts]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"title": " "}, "Ce champ est obligatoire."),
        ({"text": ""}, "Ce champ est obligatoire."),
        ({"text": "[[dates]]"}, "« [[dates]] » ne se remplit pas."),
        ({"text": "x" * 6001}, "6000 caractères au plus"),
        ({"title": "x" * 121}, "120 caractères au plus"),
    ],
)
async def test_a_bad_article_is_refused_with_the_text_kept(
    visitor: Visitor, database: Database, edition: Edition, typed: dict[str, str], said: str
) -> None:
    articles = (await begin(visitor, database, edition)).articles
    await visitor.open(f"{HOME}/articles/{articles[0].id}")
    await visitor.submit(**{"title": "Gardé", "text": "Gardé aussi", **typed})
    assert visitor.status == 422
    assert said in visitor.errors
    assert "Gardé" in str(visitor.form())
    assert (await draft(database, edition)).articles[0].title == articles[0].title


async def test_two_people_in_one_article_see_both_texts(
    visitor: Visitor, app: Creathon, database: Database, edition: Edition
) -> None:
    first = (await begin(visitor, database, edition)).articles[0]
    await visitor.open(f"{HOME}/articles/{first.id}")
    async with Visitor(app) as leila:
        await sign_in(leila, database, LEILA)
        await leila.open(f"{HOME}/articles/{first.id}")
        await leila.submit(text="Ce que Léïla écrit.")
    await visitor.submit(text="Ce que Claire écrit.")
    assert visitor.status == 409
    assert "Ce que Léïla écrit." in visitor.text
    assert "Ce que Claire écrit." in visitor.text
    assert (await draft(database, edition)).articles[0].text == "Ce que Léïla écrit."
    await visitor.submit()
    assert (await draft(database, edition)).articles[0].text == "Ce que Claire écrit."


async def test_a_form_without_version_is_incomplete_and_a_stale_move_does_nothing(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    articles = (await begin(visitor, database, edition)).articles
    await visitor.open(f"{HOME}/articles/{articles[0].id}")
    await visitor.submit(version=None, title="Sans version")
    assert visitor.status == 428
    await visitor.open(HOME)
    await visitor.submit(f"{articles[0].id}/deplacer", version="99", sens="bas")
    assert visitor.status == 409
    await visitor.open(f"{HOME}/articles/{articles[0].id}/retirer")
    await visitor.submit(button="Retirer cet article", version="99")
    assert visitor.status == 409
    assert [one.id for one in (await draft(database, edition)).articles] == [one.id for one in articles]


async def test_dates_moved_between_preview_and_publication_are_read_again(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await begin(visitor, database, edition)
    await visitor.open(f"{HOME}/publier")
    preview = visitor.response
    await visitor.open(f"/coordination/phases/{launch_phase(edition).id}")
    await visitor.submit(closes_at="2027-05-20T10:00", reason="Panne.")
    await visitor.submit(step="save")
    visitor.response = preview
    await visitor.submit(f"{HOME}/publier")
    assert visitor.status == 409
    assert "ont changé depuis cet aperçu" in visitor.errors
    assert "20/05/2027 08:00" in visitor.text
    assert (await draft(database, edition)).number == 1
    await visitor.submit(f"{HOME}/publier")
    assert "est publiée" in visitor.flash


async def test_two_publications_at_once_make_one(app: Creathon, database: Database, edition: Edition) -> None:
    async with AsyncExitStack() as stack:
        claire, leila = [await stack.enter_async_context(Visitor(app)) for _ in range(2)]
        await begin(claire, database, edition)
        await sign_in(leila, database, LEILA)
        for racer in (claire, leila):
            await racer.open(f"{HOME}/publier")
        await asyncio.gather(claire.submit(f"{HOME}/publier"), leila.submit(f"{HOME}/publier"))
        assert sorted((claire.status, leila.status)) == [200, 409]
        (late,) = [racer for racer in (claire, leila) if racer.status == 409]
        assert "Il n’y a plus de brouillon" in late.response.text
    assert (await verbs(database)).count("rulebook.published") == 1
    async with database.reading() as session:
        assert [one.state for one in await rulebooks_of(session, edition.id)] == [RulebookState.PUBLISHED]


async def test_two_beginnings_at_once_make_one_draft(app: Creathon, database: Database, edition: Edition) -> None:
    async with AsyncExitStack() as stack:
        racers = [await stack.enter_async_context(Visitor(app)) for _ in range(2)]
        for racer, persona in zip(racers, (CLAIRE, LEILA), strict=True):
            await sign_in(racer, database, persona)
            await racer.open(HOME)
        await asyncio.gather(*(racer.submit("/coordination/reglement/commencer") for racer in racers))
        assert sorted(racer.status for racer in racers) == [200, 403]
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Rulebook.id))) == 1


async def test_a_publication_whose_commit_fails_publishes_nothing(
    visitor: Visitor, database: Database, edition: Edition, caplog: pytest.LogCaptureFixture
) -> None:
    def break_commit(_connection: object) -> None:
        raise RuntimeError("the disk is gone")

    async with database.writing() as session:
        await make_team(session, edition)
    await begin(visitor, database, edition)
    await visitor.open(f"{HOME}/publier")
    preview = visitor.response
    event.listen(database.writer.sync_engine, "commit", break_commit)
    await visitor.submit(f"{HOME}/publier")
    event.remove(database.writer.sync_engine, "commit", break_commit)
    assert visitor.status == 500
    assert (await draft(database, edition)).number == 1
    assert await mails(database, "rulebook_published") == []
    assert "rulebook.published" not in await verbs(database)
    visitor.response = preview
    await visitor.submit(f"{HOME}/publier")
    assert "est publiée" in visitor.flash
    assert len(await mails(database, "rulebook_published")) == 3


async def test_an_amendment_says_what_changes_and_asks_everybody_again(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    async with database.writing() as session:
        await make_rulebook(session, edition)
        await make_team(session, edition)
        await make_juror(session, edition, NADIA)
    await begin(visitor, database, edition)
    first = (await draft(database, edition)).articles[0]
    await visitor.open(f"{HOME}/articles/{first.id}")
    await visitor.submit(text="Participer est gratuit, repas compris.")
    await visitor.open(f"{HOME}/publier")
    assert "4 personnes seront invitées par message à l’accepter, y compris" in visitor.text
    assert "[ajouté : , repas compris" in visitor.text
    await visitor.submit(f"{HOME}/publier")
    assert visitor.status == 422
    assert "Ce champ est obligatoire." in visitor.errors
    await visitor.submit(f"{HOME}/publier", summary="Le repas est offert.")
    assert "La version 2 du règlement est publiée" in visitor.flash
    assert "0 sur 3" in visitor.text
    told = await mails(database, "rulebook_published")
    assert [mail.recipient for mail in told] == sorted([AWA.email, BASTIEN.email, CHLOE.email, NADIA.email])
    assert "Le repas est offert." in told[0].body
    assert "/reglement/accepter" in told[0].body
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Acceptance.id))) == 3, "what was accepted stays"
    await visitor.open("/coordination")
    assert "3 membres d’équipes n’ont pas accepté le règlement" in visitor.text


async def test_a_rulebook_left_behind_by_the_dates_is_told(
    visitor: Visitor, app: Creathon, database: Database, edition: Edition
) -> None:
    async with database.writing() as session:
        await make_rulebook(session, edition, DATED)
    await sign_in(visitor, database, CLAIRE)
    await visitor.open(HOME)
    assert "Un avenant est nécessaire" not in visitor.text
    for hour in (10, 11):
        await visitor.open(f"/coordination/phases/{launch_phase(edition).id}")
        await visitor.submit(closes_at=f"2027-05-20T{hour}:00", reason="Panne.")
        await visitor.submit(step="save")
    told = await mails(database, "rulebook_outdated")
    assert [mail.recipient for mail in told] == [CLAIRE.email, LEILA.email], "once for each version"
    assert "/coordination/reglement" in told[0].body
    for path in (HOME, "/coordination/grille", "/reglement"):
        await visitor.open(path)
        assert "Un avenant est nécessaire" in visitor.text, path
    await visitor.open("/coordination/preparation")
    assert "un avenant doit les reprendre" in visitor.text
    async with Visitor(app) as stranger:
        await stranger.open("/edition/2027/reglement")
        assert "le calendrier de l’édition fait foi pour les dates" in stranger.text
    await begin(visitor, database, edition)
    await visitor.open(f"{HOME}/publier")
    await visitor.submit(f"{HOME}/publier", summary="Une heure de plus.")
    await visitor.open(HOME)
    assert "Un avenant est nécessaire" not in visitor.text


async def test_an_edition_on_paper_keeps_its_rulebook_to_its_coordination(
    visitor: Visitor, app: Creathon, database: Database, edition: Edition
) -> None:
    async with database.writing() as session:
        await make_rulebook(session, edition)
        held = await session.get(Edition, edition.id)
        assert held is not None
        held.state = EditionState.DRAFT
    await sign_in(visitor, database, CLAIRE)
    await visitor.open("/edition/2027/reglement")
    assert "Participer est gratuit." in visitor.text
    async with Visitor(app) as stranger:
        for path in ("", "/texte", "/changements"):
            await stranger.open(f"/edition/2027/reglement{path}")
            assert stranger.status == 404


async def test_a_copy_begins_with_the_articles_of_the_edition_it_is_shaped_on(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    async with database.writing() as session:
        await make_rulebook(session, edition, DATED)
    await sign_in(visitor, database, CLAIRE)
    await visitor.open("/coordination/editions/copie?edition=2027")
    await visitor.submit(title="Créathon 2028", slug="2028", launch="2028-05-17")
    async with database.reading() as session:
        copy = await session.scalar(select(Edition).where(Edition.slug == "2028"))
    assert copy is not None
    begun = await draft(database, copy)
    assert (begun.number, [one.title for one in begun.articles]) == (1, [one.title for one in DATED])
    await visitor.open(f"{HOME}/publier")
    assert "17/05/2028 07:00" in visitor.text
    assert "19/05/2027" not in visitor.text


async def test_the_database_refuses_to_change_what_is_published(database: Database, edition: Edition) -> None:
    async with database.writing() as session:
        await make_rulebook(session, edition)
        await make_team(session, edition)
    for statement in (
        "UPDATE rulebook SET summary = 'autre'",
        "DELETE FROM rulebook",
        "UPDATE rulebook_article SET text = 'autre'",
        "DELETE FROM rulebook_article",
        "INSERT INTO rulebook_article (id, rulebook_id, key, position, title, text, version) "
        "SELECT 'a', id, 'a', 9, 'A', 'A', 1 FROM rulebook",
        "UPDATE acceptance SET accepted_at = accepted_at",
        "INSERT INTO acceptance (id, edition_id, rulebook_id, person_id, sha256, accepted_at) "
        "SELECT 'a', edition_id, id, 'nobody', 'another seal', created_at FROM rulebook",
    ):
        with pytest.raises(DBAPIError, match=r"(?i)never changes|foreign key"):
            async with database.writing() as session:
                await session.execute(text(statement))
    async with database.reading() as session:
        assert await session.scalar(select(func.count(RulebookArticle.id))) == 2


async def test_only_the_national_coordination_writes(visitor: Visitor, database: Database, edition: Edition) -> None:
    await sign_in(visitor, database, SAMIR)
    for path in ("", "/publier", "/articles/nouveau"):
        await visitor.open(f"{HOME}{path}")
        assert visitor.status == 403
        assert "Cette page est réservée" in visitor.response.text


async def test_pages_of_the_rulebook_ask_little_whatever_its_length(
    visitor: Visitor, database: Database, edition: Edition
) -> None:
    await begin(visitor, database, edition)
    asked: dict[str, list[int]] = {}
    for step in range(2):
        for path in (HOME, f"{HOME}/publier", f"{HOME}/articles/nouveau"):
            with count_queries(database) as counted:
                await visitor.open(path)
            asked.setdefault(path, []).append(counted.count)
        if not step:
            for number in range(2):
                await visitor.open(f"{HOME}/articles/nouveau")
                await visitor.submit(title=f"Article {number}", text="Texte.")
    assert {path: counts for path, counts in asked.items() if max(counts) > 11 or len(set(counts)) > 1} == {}

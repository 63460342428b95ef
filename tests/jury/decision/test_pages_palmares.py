"""Publishing at once, one time: preview, confirmation, race, snapshot, mails, the public page."""

import asyncio

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError

from creathon.accounts.models import Person
from creathon.accounts.queries import person_by_email
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.journal import JournalLine
from creathon.editions.models import Role
from creathon.jury.actions.evaluations import reopen_evaluation
from creathon.jury.models import Palmares, Selection, Tier
from creathon.jury.rules.palmares import seal_of
from creathon.mail.models import Mail
from tests.browsing import Visitor
from tests.factories.accounts import as_actor, make_holder
from tests.factories.decision import REASON, Decision, choose, forget_palmares, make_other, publish
from tests.factories.editions import AFTER_PALMARES, CREATION_CLOSES, EVALUATION, paris
from tests.factories.jury import held, put_in_words, reads_of
from tests.jury.decision.conftest import Browser
from tests.personas import AWA, CLAIRE, NADIA, TEVA, Persona

PATH = "/coordination/palmares"
ROUNDS = 10


@pytest.fixture
async def ready(database: Database, decision: Decision, clock: MovableClock) -> Decision:
    """One project chosen; the embargo is over."""
    async with database.writing() as session:
        await choose(session, decision, prize="Grand prix")
    clock.move_to(AFTER_PALMARES)
    return decision


@pytest.fixture
async def claire(database: Database, decision: Decision) -> Person:
    async with database.reading() as session:
        found = await person_by_email(session, CLAIRE.email)
    assert found is not None
    return found


async def snapshots(database: Database) -> list[Palmares]:
    async with database.reading() as session:
        return list(await session.scalars(select(Palmares)))


async def mails(database: Database) -> list[Mail]:
    async with database.reading() as session:
        return list(await session.scalars(select(Mail).where(Mail.name.startswith("palmares_"))))


async def test_the_preview_is_what_becomes_public(
    database: Database, ready: Decision, browser: Browser, claire: Person, visitor: Visitor
) -> None:
    coordination = await browser(claire)
    await coordination.open(PATH)
    assert "Je publie le palmarès : 1 projet, 3 équipes prévenues" in coordination.text
    assert "3 pour un projet retenu, 6 pour un projet qui ne l’est pas" in coordination.text
    assert "Bonjour Awa," in coordination.text
    assert "Bonjour Lou," in coordination.text
    shown = " ".join(coordination.page.select(".tile")[0].get_text(" ").split())
    await coordination.submit(PATH, confirmed="y")
    assert "Le palmarès est publié : 1 projet." in coordination.flash
    await visitor.open("/palmares")
    assert shown == " ".join(visitor.page.select(".tile")[0].get_text(" ").split())
    assert REASON in shown
    link = visitor.page.select_one(".tile a")
    assert link is not None
    await visitor.open(str(link["href"]))
    assert (visitor.status, visitor.title) == (200, "Consigne en escalier")


async def test_both_samples_are_in_the_words_of_the_edition_as_the_messages_that_leave(
    database: Database, ready: Decision, browser: Browser, claire: Person
) -> None:
    words = {
        "palmares_selected": "Le réseau vous félicite.",
        "palmares_not_selected": "Votre projet a été lu trois fois.",
    }
    async with database.writing() as session:
        for name, added in words.items():
            await put_in_words(session, ready.edition, name, added, subject=f"Créathon : {added}")
    coordination = await browser(claire)
    await coordination.open(PATH)
    assert await mails(database) == []
    shown = [" ".join(tile.get_text(" ").split()) for tile in coordination.page.select("article.tile.mb-3")]
    await coordination.submit(PATH, confirmed="y")
    written = await mails(database)
    for name, added in words.items():
        [tile] = [one for one in shown if f"Créathon : {added}" in one]
        bodies = [" ".join(mail.body.split()) for mail in written if mail.name == name]
        assert {mail.subject for mail in written if mail.name == name} == {f"Créathon : {added}"}
        assert all(f", {added} " in body for body in bodies)
        assert any(body in tile for body in bodies)


async def test_publication_tells_every_member_of_every_team(
    database: Database, ready: Decision, browser: Browser, claire: Person
) -> None:
    async with database.writing() as session:
        await make_other(session, ready, name="Les Tardives", title="Tard", now=CREATION_CLOSES.replace(hour=12))
    coordination = await browser(claire)
    await coordination.open(PATH)
    await coordination.submit(PATH, confirmed="y")
    found = await mails(database)
    assert len(found) == 12
    assert [one.name for one in found].count("palmares_selected") == 3
    by_person = {one.recipient: one for one in found}
    awa, teva, zoe = (by_person[address].body for address in (AWA.email, TEVA.email, "zoe@exemple.test"))
    assert REASON in awa
    assert "Grand prix" in awa
    assert "L’accompagnement commence le lundi 4 octobre 2027" in awa
    assert "/projet/retours" in awa
    assert "n’est pas retenu" in teva
    assert "/projet/retours" in teva
    assert REASON not in teva
    assert "le jury ne l’a pas lu" in zoe
    assert "/projet/retours" not in zoe
    async with database.reading() as session:
        (line,) = await session.scalars(select(JournalLine).where(JournalLine.verb == "palmares.published"))
    (palmares,) = await snapshots(database)
    assert line.details == {"number": 1, "sha256": palmares.sha256, "projects": 1, "mails": 12}
    assert REASON not in str(line.details)


async def test_nothing_is_published_without_the_box(
    database: Database, ready: Decision, browser: Browser, claire: Person
) -> None:
    coordination = await browser(claire)
    await coordination.open(PATH)
    await coordination.submit(PATH)
    assert coordination.status == 422
    assert "Cochez la case pour confirmer" in coordination.errors
    assert await snapshots(database) == []
    await coordination.submit(PATH, confirmed="y")
    assert len(await snapshots(database)) == 1


async def test_a_selection_changed_since_the_preview_is_looked_at_again(
    database: Database, ready: Decision, browser: Browser, claire: Person
) -> None:
    coordination = await browser(claire)
    await coordination.open(PATH)
    async with database.writing() as session:
        await choose(session, ready, "Les Passeurs", tier=Tier.APPUI, reason="Arrivé entre-temps.")
    await coordination.submit(PATH, confirmed="y")
    assert coordination.status == 409
    assert "La sélection a changé depuis l’aperçu" in coordination.errors
    assert "Arrivé entre-temps." in coordination.text
    assert await snapshots(database) == []
    assert await mails(database) == []
    await coordination.submit(PATH, confirmed="y")
    assert len((await snapshots(database))[0].content["projects"]) == 2


@pytest.mark.parametrize(
    ("now", "said"),
    [(paris(2027, 6, 17, 16, 59, 59), "sous embargo jusqu’au jeudi 17 juin 2027"), (EVALUATION, "ouvre le")],
)
async def test_publication_waits_for_the_embargo(
    database: Database, ready: Decision, browser: Browser, claire: Person, clock: MovableClock, now: object, said: str
) -> None:
    early, on_time = await browser(claire), await browser(claire)
    await on_time.open(PATH)
    clock.move_to(now)  # type: ignore[arg-type]
    await early.sign_in_as(claire)
    await early.open(PATH)
    assert said in early.text
    assert not early.page.select("main form")
    await on_time.sign_in_as(claire)
    await on_time.submit(PATH, confirmed="y")
    assert on_time.status == 403
    assert await snapshots(database) == []


async def test_an_empty_selection_is_not_published(
    database: Database, decision: Decision, browser: Browser, claire: Person, clock: MovableClock
) -> None:
    clock.move_to(AFTER_PALMARES)
    coordination = await browser(claire)
    await coordination.open(PATH)
    assert "Aucun projet n’est encore choisi : il n’y a rien à publier." in coordination.text


@pytest.mark.bar("G89")
async def test_two_coordinators_at_once_make_one_publication(
    database: Database, ready: Decision, browser: Browser, claire: Person
) -> None:
    async with database.writing() as session:
        paul = await make_holder(session, Persona("Paul", "Cadran"), Role.NATIONAL_COORDINATOR, ready.edition)
    visitors = [await browser(claire), await browser(paul)]
    for _round in range(ROUNDS):
        for visitor in visitors:
            await visitor.open(PATH)
        await asyncio.gather(*(visitor.submit(PATH, confirmed="y") for visitor in visitors))
        assert sorted(visitor.status for visitor in visitors) == [200, 409]
        loser = next(visitor for visitor in visitors if visitor.status == 409)
        assert "Le palmarès est déjà publié par" in loser.errors
        assert "le vendredi 18 juin 2027 à 10 h 00 (heure de Paris)" in loser.errors
        assert len(await snapshots(database)) == 1
        assert len(await mails(database)) == 9
        async with database.writing() as session:
            await forget_palmares(session)
            await session.execute(delete(Mail))


@pytest.mark.bar("G88")
async def test_a_double_click_publishes_once_and_answers_the_same(
    database: Database, ready: Decision, browser: Browser, claire: Person
) -> None:
    coordination = await browser(claire)
    await coordination.open(PATH)
    first, second = coordination, await browser(claire)
    second.http.cookies, second.response = first.http.cookies, first.response
    await asyncio.gather(first.submit(PATH, confirmed="y"), second.submit(PATH, confirmed="y"))
    assert [first.status, second.status] == [200, 200]
    assert first.path == second.path == PATH
    assert len(await snapshots(database)) == 1


@pytest.mark.bar("G90")
async def test_what_is_published_no_later_change_touches(
    database: Database, ready: Decision, browser: Browser, claire: Person, visitor: Visitor
) -> None:
    async with database.writing() as session:
        await publish(session, ready)
    before = (await visitor.open("/palmares")).text
    async with database.writing() as session:
        nadia = await as_actor(session, ready.jury.people[NADIA])
        for read in await reads_of(session, NADIA):
            await reopen_evaluation(session, nadia, await held(session, read), ready.edition, now=EVALUATION)
        for selection in await session.scalars(select(Selection)):
            selection.reason, selection.tier, selection.prize = "Réécrit en base", Tier.APPUI, ""
    assert (await visitor.open("/palmares")).text == before
    (palmares,) = await snapshots(database)
    assert seal_of(palmares.content) == palmares.sha256
    assert palmares.sha256 in before
    assert "Réécrit" not in str(palmares.content)


async def test_the_snapshot_holds_what_is_public_and_nothing_else(database: Database, ready: Decision) -> None:
    async with database.writing() as session:
        await choose(session, ready, "Les Passeurs", tier=Tier.APPUI)
        palmares = await publish(session, ready)
    assert palmares.content["edition"] == "Créathon 2027"
    assert [one["title"] for one in palmares.content["projects"]] == ["Consigne en escalier", "Le passeur de mots"]
    assert {name for one in palmares.content["projects"] for name in one} == {
        "slug", "title", "team", "site", "tier", "prize", "reason",
    }  # fmt: skip


async def test_within_a_tier_the_order_is_that_of_titles(database: Database, ready: Decision) -> None:
    """Whatever the order of the ranking and of the choices."""
    async with database.writing() as session:
        for team in ("Les Veilleuses", "Les Passeurs"):
            await choose(session, ready, team)
        palmares = await publish(session, ready)
    found = [one["title"] for one in palmares.content["projects"]]
    assert found == sorted(found)


async def test_the_public_page_says_when_then_what(
    database: Database, decision: Decision, clock: MovableClock, visitor: Visitor
) -> None:
    await visitor.open("/palmares")
    assert "à partir du jeudi 17 juin 2027 à 17 h 00 (heure de Paris)" in visitor.text
    clock.move_to(AFTER_PALMARES)
    await visitor.open("/palmares")
    assert "La coordination nationale le publiera bientôt ici." in visitor.text
    assert (await visitor.open("/palmares?edition=nulle-part")).status == 404
    async with database.writing() as session:
        await choose(session, decision)
        await publish(session, decision)
    await visitor.open("/palmares?edition=2027")
    assert "Publié le vendredi 18 juin 2027 à 10 h 00" in visitor.text


async def test_without_edition_the_public_page_is_still_there(visitor: Visitor) -> None:
    for path, words in (("/palmares", "Aucune édition en cours"), ("/methode", "qui décide")):
        await visitor.open(path)
        assert visitor.status == 200
        assert words in visitor.text


@pytest.mark.parametrize(
    "statement", ["UPDATE palmares SET content = '{}'", "UPDATE palmares SET number = 2", "DELETE FROM palmares"]
)
async def test_what_was_published_is_kept_by_the_database_itself(
    database: Database, ready: Decision, statement: str
) -> None:
    async with database.writing() as session:
        await publish(session, ready)
    (before,) = await snapshots(database)
    with pytest.raises(DBAPIError, match="does not change"):
        async with database.writing() as session:
            await session.execute(text(statement))
    (after,) = await snapshots(database)
    assert (after.content, after.number, after.sha256) == (before.content, 1, seal_of(before.content))

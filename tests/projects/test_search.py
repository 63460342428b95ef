"""The search of the gallery: forty written queries, what is forgiven, and that its index follows the deposits."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.migrations import migrate
from creathon.projects.actions import withdraw_deposit
from creathon.projects.models import Deposit, GalleryEntry, GalleryWord
from creathon.projects.queries.gallery import GalleryFilters
from creathon.projects.rules.search import (
    STOP_WORDS,
    is_forgiven,
    is_forgiven_in,
    keys_of_errors,
    near_keys,
    root,
    sought,
    weighed_words,
    words_in,
)
from tests.browsing import Visitor
from tests.factories.editions import AFTER_PALMARES, CREATION, EVALUATION, make_edition, site_of
from tests.factories.projects import make_deposit, make_deposited, make_draft
from tests.factories.teams import make_team
from tests.personas import DORIS, EMIL, HUGO, INES, NADIA, TEVA
from tests.projects.conftest import Scene
from tests.projects.shelf import fill_shelf, titles_found

WRITTEN = tomllib.loads((Path(__file__).parent / "searches.toml").read_text(encoding="utf-8"))["queries"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = some.text(alphabet=LETTERS, min_size=5, max_size=12).filter(lambda word: root(word) == word)
TEXTS = some.text(alphabet=some.characters(codec="utf-8"), max_size=60)


async def test_the_written_queries_find_first_what_they_mean(database: Database) -> None:
    assert len(WRITTEN) >= 40
    async with database.writing() as session:
        edition = await make_edition(session)
        await fill_shelf(session, edition)
    async with database.reading() as session:
        found = {one["asked"]: await titles_found(session, edition, one["asked"]) for one in WRITTEN}
    wrong = {
        one["asked"]: found[one["asked"]][:6]
        for one in WRITTEN
        if found[one["asked"]][: len(one["first"])] != one["first"] or bool(found[one["asked"]]) != bool(one["first"])
    }
    assert wrong == {}


async def test_filters_narrow_what_the_words_find(database: Database) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        await fill_shelf(session, edition)
    async with database.reading() as session:
        wide = await titles_found(session, edition, "jeu")
        narrow = await titles_found(session, edition, "jeu", GalleryFilters(need="audition"))
        nowhere = await titles_found(session, edition, "jeu", GalleryFilters(site=site_of(edition, "RUN").id))
    assert narrow[0] == "Mains mêlées"
    assert narrow == [title for title in wide if title in narrow] != wide
    assert nowhere == []


@given(TEXTS)
def test_words_are_folded_once_for_all(text: str) -> None:
    words = list(words_in(text))
    assert list(words_in(" ".join(words))) == words
    assert list(words_in(text.replace("'", "’"))) == list(words_in(text.replace("’", "'")))


@given(some.text(alphabet="abcdefghijklmnopqrstuvwxyzàâäçéèêëîïôöùûüÿœæ", max_size=20))
def test_words_know_no_case(text: str) -> None:
    assert list(words_in(text.upper())) == list(words_in(text)) == list(words_in(text.title()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("œuvre", "oeuvre"), ("Œuvres", "oeuvre"), ("élève", "ELEVE"), ("l’élève", "élève"), ("l'école", "ecole"),
        ("cœurs", "coeur"), ("jeux", "jeu"), ("animaux", "animal"), ("tableaux", "tableau"), ("ﬁches", "fiche"),
    ],
)  # fmt: skip
def test_words_that_are_the_same(one: str, other: str) -> None:
    assert [root(word) for word in words_in(one) if len(word) > 1] == [root(word) for word in words_in(other)]


@given(WORDS, some.integers(0, 11), some.sampled_from(LETTERS))
def test_one_error_in_a_word_is_forgiven(word: str, place: int, letter: str) -> None:
    place %= len(word)
    before, after = word[:place], word[place:]
    slips = {
        f"{before}{letter}{after[1:]}",
        f"{before}{after[1:]}",
        f"{before}{after[0]}{after}",
        f"{before}{letter}{after}",
    }
    if len(after) > 1:
        slips.add(f"{before}{after[1]}{after[0]}{after[2:]}")
    leads = near_keys("e", word) | keys_of_errors("e", word)
    for slip in slips:
        assert is_forgiven_in(slip, word), slip
        assert leads & (keys_of_errors("e", slip) | keys_of_errors("e", root(slip))), slip


@given(some.text(alphabet="abc", max_size=6), some.text(alphabet="abc", max_size=6))
def test_what_is_forgiven_is_one_error_and_no_more(one: str, other: str) -> None:
    assert is_forgiven(one, other) == (_errors(one, other) <= 1)


def _errors(one: str, other: str) -> int:
    """How many letters wrong, missing, added or exchanged with their neighbour lie between two words."""
    if not one or not other:
        return len(one) + len(other)
    least = [
        _errors(one[1:], other) + 1,
        _errors(one, other[1:]) + 1,
        _errors(one[1:], other[1:]) + (one[0] != other[0]),
    ]
    if one[:2] == other[:2][::-1] and len(one) > 1:
        least.append(_errors(one[2:], other[2:]) + 1)
    return min(least)


@pytest.mark.parametrize(
    ("asked", "term"), [("lire", "dire"), ("chat", "chien"), ("consigne", "consulte"), ("an", "en")]
)
def test_short_words_and_other_words_are_not_forgiven(asked: str, term: str) -> None:
    assert not is_forgiven_in(asked, term)


def test_small_words_decide_nothing_unless_they_are_all_there_is() -> None:
    assert sought("l’IA à la cantine").deciding == ("cantine",)
    assert sought("l’IA à la cantine").helping == ("ia",)
    assert sought("IA").deciding == ("ia",)
    assert sought("le, la, les…").deciding == sought("d'").deciding == sought("%").deciding == ()
    assert STOP_WORDS.isdisjoint(weighed_words({"title": "Le la", "summary": "", "needs": [], "levels": []}))


@pytest.mark.usefixtures("app")
async def test_the_index_follows_deposit_replacement_and_withdrawal(scene: Scene, database: Database) -> None:
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team, title="Le premier pingouin")
        assert await titles_found(session, scene.edition, "pingouin") == []
        first = await make_deposit(session, scene.edition, project)
        assert await titles_found(session, scene.edition, "pingouin") == ["Le premier pingouin"]
        project = await make_draft(session, scene.edition, scene.team, title="Le second kangourou")
        assert await titles_found(session, scene.edition, "kangourou") == []
        second = await make_deposit(session, scene.edition, project)
        assert await titles_found(session, scene.edition, "pingouin") == []
        assert await titles_found(session, scene.edition, "kangourou") == ["Le second kangourou"]
        assert first.superseded_at is not None
        await withdraw_deposit(session, scene.awa, project, second, scene.edition, now=CREATION)
        assert await titles_found(session, scene.edition, "kangourou") == []
        assert await _rows(session) == (0, 0)


async def test_what_was_deposited_before_the_index_is_found_after_the_migration(database: Database) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        await fill_shelf(session, edition)
        before = await _rows(session)
        expected = await titles_found(session, edition, "consigne escallier")
    await migrate(database, "0016", down=True)
    await migrate(database)
    async with database.reading() as session:
        assert await _rows(session) == before
        assert await titles_found(session, edition, "consigne escallier") == expected != []


async def _rows(session: AsyncSession) -> tuple[int, int]:
    counts = [
        await session.scalar(select(func.count()).select_from(model)) or 0 for model in (GalleryEntry, GalleryWord)
    ]
    return counts[0], counts[1]


async def test_search_tells_nothing_of_what_is_not_public(
    visitor: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    """Never deposited, late, replaced, withdrawn; and what is public is found by the same word."""
    async with database.writing() as session:
        project = await make_deposited(session, scene.edition, scene.team, title="Ornithorynque remplacé")
        project = await make_draft(session, scene.edition, scene.team, title="Publique", need="Un ornithorinque voit.")
        await make_deposit(session, scene.edition, project)
        drafted = await make_team(session, scene.edition, [NADIA, HUGO, INES], name="Les Brouillons")
        await make_draft(session, scene.edition, drafted, title="Ornithorynque en brouillon")
        late = await make_team(session, scene.edition, [TEVA, DORIS, EMIL], name="Les Tardifs")
        await make_deposited(session, scene.edition, late, now=EVALUATION, title="Ornithorynque tardif")
    address = "/projets?mots=ornithorynque"
    clock.move_to(EVALUATION)
    await visitor.open(address)
    assert "Publique" not in visitor.response.text
    clock.move_to(AFTER_PALMARES)
    await visitor.open(address)
    assert _titles(visitor) == ["Publique"]
    assert "1 projet trouvé pour « ornithorynque »" in " ".join(visitor.text.split())
    async with database.writing() as session:
        (await session.execute(update(Deposit).where(Deposit.superseded_at.is_(None)).values(late=True)))
    await visitor.open(address)
    assert _titles(visitor) == []


async def test_a_word_of_another_edition_says_nothing(scene: Scene, database: Database) -> None:
    async with database.writing() as session:
        other = await make_edition(session, slug="2028")
        team = await make_team(session, other, [TEVA, DORIS, EMIL], name="Les Suivants")
        await make_deposited(session, other, team, title="Ornithorynque")
        assert await titles_found(session, other, "ornithorinque") == ["Ornithorynque"]
        assert await titles_found(session, scene.edition, "ornithorynque") == []


async def test_a_page_says_what_was_sought_and_keeps_it(
    visitor: Visitor, database: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("creathon.projects.pages.gallery.PER_PAGE", 2)
    async with database.writing() as session:
        edition = await make_edition(session)
        await fill_shelf(session, edition)
    clock.move_to(AFTER_PALMARES)
    await visitor.open("/projets?mots=jeux+calmes")
    assert "1 contient tous ces mots ; les autres, une partie." in " ".join(visitor.text.split())
    await visitor.open("/projets?mots=bourse+astronomie")
    assert "Aucun ne contient tous ces mots" in " ".join(visitor.text.split())
    await visitor.open("/projets?mots=jeux+calmes&besoin=autisme")
    assert _titles(visitor) == ["Plan de cour", "Cantine à voix basse"]
    assert "projets trouvés pour « jeux calmes »" in " ".join(visitor.text.split())
    following = visitor.page.select_one("a[rel=next]")
    assert following is not None
    assert "mots=jeux+calmes&besoin=autisme" in str(following["href"])
    await visitor.open(str(following["href"]))
    assert 0 < len(_titles(visitor)) <= 2
    await visitor.open("/projets?mots=jeux&page=900")
    assert len(_titles(visitor)) in (1, 2)
    await visitor.open("/projets?mots=astronomie")
    assert "Aucun projet ne correspond" in visitor.text
    assert visitor.page.select_one('main a[href="/projets"]') is not None
    await visitor.open("/projets?mots=le+la")
    assert "trop courants" in visitor.text


def _titles(visitor: Visitor) -> Sequence[str]:
    return [tile.get_text(strip=True) for tile in visitor.page.select("li.tile .tile-title")]

"""The agenda and the partners of an edition, as anybody reads them."""

from datetime import date, timedelta

import pytest

from creathon.core.database import Database
from creathon.editions.models import EditionState
from tests.browsing import Visitor
from tests.factories.agenda import make_archive, make_event, make_partner
from tests.factories.editions import make_edition
from tests.queries import MOST_QUERIES, count_queries


async def test_the_archive_shows_its_events_and_partners_in_words(visitor: Visitor, database: Database) -> None:
    async with database.writing() as session:
        await make_edition(session)
        await make_archive(session)
    await visitor.open("/agenda?edition=2019")
    assert "du 20 au 22 septembre 2019" in visitor.text
    assert "Salons de Blossac, Poitiers" in visitor.text
    assert "rencontre" in visitor.text
    await visitor.open("/partenaires?edition=2019")
    assert "autorité indépendante" in visitor.text
    assert "pilotage" in visitor.text


async def test_the_agenda_is_of_the_current_edition_and_teaches_when_empty(
    visitor: Visitor, database: Database
) -> None:
    async with database.writing() as session:
        await make_edition(session)
        await make_archive(session)
    await visitor.open("/agenda")
    assert "Créathon 2027" in visitor.text
    assert "Aucun rendez-vous pour l’instant" in visitor.text
    assert "Educnum" not in visitor.text


@pytest.mark.parametrize("path", ["/agenda", "/partenaires"])
async def test_without_a_current_edition_the_past_ones_are_offered(
    visitor: Visitor, database: Database, path: str
) -> None:
    await visitor.open(path)
    assert visitor.status == 200
    assert "Aucune édition en cours" in visitor.text
    assert visitor.page.select_one('main a[href="/editions"]')


@pytest.mark.parametrize("path", ["/agenda", "/partenaires"])
async def test_an_edition_that_is_unknown_or_not_announced_is_not_there(
    visitor: Visitor, database: Database, path: str
) -> None:
    async with database.writing() as session:
        draft = await make_edition(session, slug="brouillon")
        draft.state = EditionState.DRAFT
        await make_partner(session, draft, "Partenaire secret")
    for slug in ("brouillon", "1999", "%F0%9F%98%80"):
        await visitor.open(f"{path}?edition={slug}")
        assert visitor.status == 404
        assert "secret" not in visitor.response.text


async def test_lists_ask_the_same_whatever_their_length(visitor: Visitor, database: Database) -> None:
    counts: dict[str, set[int]] = {}
    async with database.writing() as session:
        edition = await make_edition(session)
    for number in range(1, 4):
        async with database.writing() as session:
            await make_partner(session, edition, f"Partenaire {number}", kinds=("jury", "pilotage")[: number % 3])
            await make_event(session, edition, f"Journée {number}")
        for path in ("/agenda", "/partenaires", "/edition/2027"):
            with count_queries(database) as asked:
                await visitor.open(path)
            counts.setdefault(path, set()).add(asked.count)
    assert all(len(found) == 1 and max(found) <= MOST_QUERIES for found in counts.values()), counts


async def test_a_long_agenda_is_paged_and_keeps_its_edition(visitor: Visitor, database: Database) -> None:
    async with database.writing() as session:
        archive = await make_archive(session)
        for number in range(26):
            day = date(2019, 6, 1) + timedelta(days=number)
            await make_event(session, archive, f"Jour {number}", starts_on=day, ends_on=day)
    await visitor.open("/agenda?edition=2019")
    assert "27 résultats, page 1 sur 2" in visitor.text
    following = visitor.page.select_one('a[rel="next"]')
    assert following is not None
    await visitor.open(str(following["href"]))
    assert "Journées Educnum" in visitor.text


@pytest.mark.parametrize("query", ["page=0", "page=-3", "page=999999"])
async def test_a_page_out_of_the_list_is_brought_back(visitor: Visitor, database: Database, query: str) -> None:
    async with database.writing() as session:
        await make_archive(session)
    await visitor.open(f"/agenda?edition=2019&{query}")
    assert visitor.status == 200
    assert "Journées Educnum" in visitor.text

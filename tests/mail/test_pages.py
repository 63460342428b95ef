"""Reading the messages written, in development."""

import re

import pytest

from creathon.app import create_app
from creathon.core.database import Database
from creathon.mail.actions import enqueue_mail
from creathon.mail.models import MailState
from creathon.settings import Settings, read_settings
from tests.browsing import Visitor
from tests.conftest import NOW
from tests.queries import MOST_QUERIES, count_queries


async def write(database: Database, to: str, key: str, state: MailState = MailState.QUEUED) -> None:
    """One message with a link of ours and the words of somebody."""
    async with database.writing() as session:
        await enqueue_mail(
            session, "account_invitation", to=to, key=key, now=NOW, state=state, edition="<b>Créathon</b>",
            role="jury", token="jeton123", expires_at=NOW, zone="Europe/Paris",
        )  # fmt: skip


async def test_messages_are_filtered_by_recipient_and_state(visitor: Visitor, database: Database, app: object) -> None:
    await write(database, "awa@exemple.test", "1")
    await write(database, "awa@exemple.test", "2", MailState.FAILED)
    await write(database, "teva@exemple.test", "3", MailState.SENT)
    await visitor.open("/courrier")
    assert "3 résultats" in visitor.text
    assert all(words in visitor.text for words in ("En attente", "En échec", "Remis"))
    await visitor.open("/courrier?pour=AWA")
    assert "2 résultats" in visitor.text
    assert "teva@" not in visitor.text
    await visitor.open("/courrier?pour=awa&etat=failed")
    assert "1 résultat" in visitor.text
    await visitor.open("/courrier?pour=%25")
    assert "Aucun message ne correspond" in visitor.text


async def test_a_message_shows_its_state_and_links_only_to_the_platform(
    visitor: Visitor, database: Database, app: object
) -> None:
    await write(database, "awa@exemple.test", "1")
    await visitor.open("/courrier")
    link = visitor.page.select_one("main table a")
    assert link is not None
    await visitor.open(str(link["href"]))
    assert "En attente" in visitor.text
    body = visitor.page.select_one(".panel-main")
    assert body is not None
    assert [a["href"] for a in body.select("a")] == ["/invitation/jeton123"]
    assert "« <b>Créathon</b> »" in re.sub(r"\s", " ", body.get_text())
    assert body.select("b") == []


async def test_a_long_outbox_is_paged_and_asks_the_same(visitor: Visitor, database: Database, app: object) -> None:
    counts = set()
    for number in range(27):
        await write(database, "awa@exemple.test", str(number))
        if number in (0, 2, 26):
            with count_queries(database) as asked:
                await visitor.open("/courrier?pour=awa")
            counts.add(asked.count)
    assert len(counts) == 1
    assert max(counts) <= MOST_QUERIES
    following = visitor.page.select_one('a[rel="next"]')
    assert following is not None
    assert str(following["href"]) == "/courrier?pour=awa&page=2"


async def test_an_empty_outbox_teaches_and_an_unknown_message_is_not_there(visitor: Visitor) -> None:
    await visitor.open("/courrier")
    assert "Aucun message" in visitor.text
    await visitor.open("/courrier/inconnu")
    assert visitor.status == 404


@pytest.mark.parametrize("path", ["/courrier", "/courrier/{id}"])
async def test_no_message_is_shown_in_production(
    settings: Settings, database: Database, database_url: str, app: object, path: str
) -> None:
    await write(database, "awa@exemple.test", "1")
    values = {"CREATHON_ENV": "production", "CREATHON_SECRET": "s" * 40, "CREATHON_BASE_URL": "https://testserver"}
    values |= {"CREATHON_DATABASE_URL": database_url, "CREATHON_DATA": str(settings.data)}
    production = create_app(read_settings({**values, "CREATHON_TRUSTED_HOSTS": "testserver"}), database=database)
    async with Visitor(production) as visitor:
        await visitor.open(path.format(id="x"))
        assert visitor.status == 404
        assert "awa@" not in visitor.response.text

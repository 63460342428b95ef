"""The pages every house owes."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from creathon.app import create_app
from creathon.core.database import Database
from creathon.dashboards.rules import SITE_MAP
from creathon.settings import LegalNotice, Settings
from tests.browsing import Visitor
from tests.conftest import NOW
from tests.factories.editions import make_edition
from tests.queries import count_queries

PAGES = ("/aide", "/contact", "/accessibilite", "/donnees-personnelles", "/mentions-legales", "/plan-du-site")


@pytest.mark.parametrize("path", PAGES)
async def test_house_pages_open_to_all_and_ask_nothing(visitor: Visitor, database: Database, path: str) -> None:
    with count_queries(database) as asked:
        await visitor.open(path)
    assert visitor.status == 200
    assert asked.count == 0
    assert len(visitor.page.select("h1")) == 1
    assert visitor.page.select_one('footer a[href="/donnees-personnelles"]')


async def test_the_accessibility_statement_is_honest_and_whole(visitor: Visitor) -> None:
    await visitor.open("/accessibilite")
    for part in (
        "Accessibilité : non conforme", "aucun audit valide", "http://testserver", "Non-conformités", "Dérogations",
        "Contenus exemptés", "Technologies", "Environnement de test", "Outils", "Pages vérifiées",
        "Schéma pluriannuel", "une semaine au plus", "Défenseur des droits", "Libre réponse 71120",
    ):  # fmt: skip
        assert part in visitor.text
    await visitor.open("/")
    assert "Accessibilité : non conforme" in " ".join(visitor.page.get_text().split())


@pytest.mark.bar("J117")
async def test_the_notice_says_who_why_how_long_and_what_one_may_ask(visitor: Visitor) -> None:
    await visitor.open("/donnees-personnelles")
    for part in (
        "Responsable du traitement", "mission d’intérêt public", "nécessaires pour participer", "24 mois", "6 mois",
        "réclamation à la CNIL", "opposer", "moins de 18 ans", "message d’invitation",
    ):  # fmt: skip
        assert part in visitor.text
    assert len(visitor.page.select("main table")) == 2


async def test_the_legal_notice_says_what_is_missing(visitor: Visitor) -> None:
    await visitor.open("/mentions-legales")
    assert "Incomplètes" in visitor.text
    assert visitor.text.count("à compléter dans les réglages") == 6


async def test_the_legal_notice_shows_what_is_set(settings: Settings, database: Database) -> None:
    legal = LegalNotice(
        publisher="Réseau Canopé", address="Futuroscope", phone="05 49 49 78 78", director="A. Bruyère",
        host="Un hébergeur", dpo_email="dpo@exemple.test",
    )  # fmt: skip
    values: dict[str, Any] = {**vars(settings), "legal": legal, "contact_email": "creathon@canope.test"}
    async with Visitor(create_app(Settings(**values), database=database)) as visitor:
        await visitor.open("/mentions-legales")
        assert "Réseau Canopé" in visitor.text
        assert "à compléter" not in visitor.text
        await visitor.open("/donnees-personnelles")
        assert "dpo@exemple.test" in visitor.text
        assert "à compléter" not in visitor.text


async def test_security_txt_is_plain_text_and_in_date(visitor: Visitor) -> None:
    await visitor.open("/.well-known/security.txt")
    assert visitor.response.headers["content-type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in visitor.response.text.splitlines())
    assert NOW < datetime.fromisoformat(fields["Expires"]) < NOW + timedelta(days=365)
    assert fields["Canonical"] == "http://testserver/.well-known/security.txt"


async def test_the_map_names_pages_that_are_all_there(visitor: Visitor, database: Database) -> None:
    async with database.writing() as session:
        await make_edition(session)
    await visitor.open("/plan-du-site")
    assert visitor.status == 200
    missing = []
    for url in (url for _title, links in SITE_MAP for url, _text in links):
        await visitor.open(url)
        if visitor.status != 200:
            missing.append((url, visitor.status))
    assert missing == []

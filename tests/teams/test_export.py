"""The file of the applications: cut to the site, one column a question, nothing a spreadsheet runs."""

import csv
import io

import pytest

from creathon.app import Creathon
from creathon.core.database import Database
from creathon.editions.models import Edition, Role
from creathon.teams.models import ApplicationState
from tests.browsing import Visitor
from tests.factories.accounts import make_holder
from tests.factories.editions import site_of
from tests.factories.teams import make_many_teams, make_passeurs, make_questions, make_team
from tests.personas import AWA, BASTIEN, CHLOE, CLAIRE, SAMIR
from tests.queries import count_queries
from tests.teams.acting import an_edition, sign_in

PATH = "/coordination/candidatures.csv"
FORMULA = "=CMD|' /C calc'!A0"


def rows(visitor: Visitor) -> list[dict[str, str]]:
    text = visitor.response.content.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


async def two_teams(visitor: Visitor, database: Database) -> Edition:
    """« Les Marches », whose answer is a formula, and « Les Passeurs » of another site."""
    edition = await an_edition(database)
    async with database.writing() as session:
        questions = await make_questions(session, edition)
        await make_team(session, edition, (AWA, BASTIEN, CHLOE))
        await make_passeurs(session, edition)
        await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
    await sign_in(visitor, database, AWA)
    await visitor.open("/equipe/candidature")
    await visitor.submit("/reponses", **{f"question_{questions[0].id}": FORMULA, f"question_{questions[3].id}": "4"})
    return edition


@pytest.mark.bar("E64")
async def test_the_file_opens_in_french_spreadsheets_and_runs_nothing(visitor: Visitor, database: Database) -> None:
    await two_teams(visitor, database)
    await sign_in(visitor, database, CLAIRE)
    await visitor.open(PATH)
    assert visitor.response.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in visitor.response.headers["content-disposition"]
    first, second = rows(visitor)
    assert (first["équipe"], first["état"], first["membres"]) == ("Les Marches", "en préparation", "3")
    assert first["Pourquoi participer ?"] == f"'{FORMULA}"
    assert first["Ordinateurs à prêter"] == "4"
    assert (second["équipe"], second["Ordinateurs à prêter"]) == ("Les Passeurs", "")


@pytest.mark.bar("C30", "C34")
async def test_the_file_is_cut_to_site_and_filter(visitor: Visitor, app: Creathon, database: Database) -> None:
    edition = await two_teams(visitor, database)
    await sign_in(visitor, database, SAMIR)
    await visitor.open(PATH)
    assert [row["équipe"] for row in rows(visitor)] == ["Les Marches"]
    await visitor.open(f"{PATH}?site={site_of(edition, 'RUN').id}")
    assert visitor.status == 404
    async with Visitor(app) as national:
        await sign_in(national, database, CLAIRE)
        await national.open(f"{PATH}?etat=submitted")
        assert rows(national) == []
    async with Visitor(app) as stranger:
        await sign_in(stranger, database, AWA)
        await stranger.open(PATH)
        assert stranger.status == 403
        assert "Marches" not in stranger.response.text


async def test_the_file_and_the_list_ask_as_much_with_two_as_with_sixty(visitor: Visitor, database: Database) -> None:
    edition = await two_teams(visitor, database)
    await sign_in(visitor, database, CLAIRE)
    counts: dict[str, list[int]] = {}
    for number in range(2):
        for path in (PATH, "/coordination/candidatures", "/coordination/candidatures?etat=waitlisted"):
            with count_queries(database) as asked:
                await visitor.open(path)
            counts.setdefault(path, []).append(asked.count)
        async with database.writing() as session:
            await make_many_teams(session, edition, 60, state=ApplicationState.WAITLISTED, prefix=f"Tour {number}")
    for path, (few, many) in counts.items():
        assert few == many < 12, path

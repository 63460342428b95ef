"""A page that reads the rows of every edition at once fails, in tests and in production."""

import pytest
from litestar import Controller, get
from litestar.response import Template
from sqlalchemy import Select, select

from creathon.accounts.models import Person
from creathon.app import create_app
from creathon.core.clock import MovableClock
from creathon.core.database import Base, Database
from creathon.core.scoping import not_scoped
from creathon.core.web.pages import page
from creathon.core.web.visit import Session, Visiting
from creathon.settings import Settings
from creathon.teams.models import Team
from tests.factories.editions import make_edition
from tests.security.asking import ask

SAID = "accounts/link_sent.html"
QUERIES: dict[str, Select[tuple[Team]]] = {
    "tout": select(Team),
    "etat": select(Team).where(Team.state == "draft"),
    "nom": select(Team).where(Team.name_key == "les marches"),
    "dit": select(Team).execution_options(every_edition="a test says why"),
    "edition": select(Team).where(Team.edition_id == "x"),
    "code": select(Team).where(Team.code == "ABCD-EFGH"),
    "aucun": select(Team).where(Team.id.in_([])),
    "plusieurs": select(Team).where(Team.id.in_(["x", "y"])),
    "tous-sauf": select(Team).where(Team.id.not_in(["x"])),
    "tous-sauf-aucun": select(Team).where(Team.id.not_in([])),
}


class ScopePages(Controller):
    path = "/essai"

    @get("/{name:str}", name="scope:read", policy="visitor")
    async def read(self, visit: Visiting, session: Session) -> Template:
        found = await session.scalars(QUERIES[visit.path.rpartition("/")[2]])
        return page(visit, SAID, sentence=f"{len(found.all())} lignes")


@pytest.mark.bar("C33")
async def test_page_without_scope_fails_and_tells_the_query(
    settings: Settings, database: Database, clock: MovableClock, capsys: pytest.CaptureFixture[str]
) -> None:
    app = create_app(settings, clock=clock, database=database, extra_pages=[ScopePages])
    statuses = {name: (await ask(app, "GET", f"/essai/{name}".encode())).status for name in QUERIES}
    refused = {"tout", "etat", "nom", "tous-sauf", "tous-sauf-aucun"}
    assert statuses == {name: 500 if name in refused else 200 for name in QUERIES}
    assert "UnscopedQueryError: SELECT team.id" in capsys.readouterr().err
    answer = await ask(app, "GET", b"/essai/tout")
    assert "FROM team" not in answer.text
    async with database.reading() as session:
        assert list(await session.scalars(QUERIES["tout"])) == [], "outside a page nothing is watched"


@pytest.mark.parametrize(
    ("statement", "refused"),
    [
        ("SELECT team.id FROM team", True),
        ("SELECT team.id \nFROM team \nWHERE team.state = ?", True),
        ("SELECT team.id FROM team WHERE team.name_key = $1::VARCHAR", True),
        ("SELECT project.id FROM project WHERE project.slug = ?", True),
        ("SELECT score.value FROM score JOIN evaluation ON evaluation.id = score.evaluation_id", True),
        ("SELECT person.id, team.name FROM person, team WHERE person.email_key LIKE ?", True),
        ("SELECT count(*) FROM (SELECT team.id AS id FROM team) AS anon_1 WHERE anon_1.id = ?", True),
        ("WITH x AS (SELECT team.id FROM team) SELECT x.id FROM x", True),
        ("SELECT team.id FROM team WHERE team.edition_id = ?", False),
        ("SELECT team_1.id FROM team AS team_1 WHERE team_1.edition_id = $1::VARCHAR", False),
        ("SELECT team.id FROM team WHERE team.id IN (?, ?)", False),
        ("SELECT team.id FROM team JOIN team_member AS m ON team.id = m.team_id WHERE team.site_id = ?", False),
        ("SELECT level.id FROM level WHERE level.criterion_id IN ($1::VARCHAR)", False),
        ("SELECT team.id FROM team WHERE team.code = ?", False),
        ("SELECT team.id FROM team WHERE team.id IN (SELECT 1 FROM (SELECT 1) WHERE 1!=1)", False),
        ("SELECT team.id FROM team WHERE team.id IN (NULL) AND (1 != 1)", False),
        ("SELECT team.id FROM team WHERE (team.id NOT IN (?))", True),
        ("SELECT team.id FROM team WHERE (team.id NOT IN (SELECT 1 FROM (SELECT 1) WHERE 1!=1))", True),
        ("SELECT person.id FROM person", False),
        ("SELECT edition.id FROM edition WHERE edition.state IN (?)", False),
        ("INSERT INTO team (id) VALUES (?)", False),
    ],
)
@pytest.mark.bar("C33")
def test_what_is_a_scope(statement: str, refused: bool) -> None:
    assert not_scoped(statement, Base.metadata) == refused


@pytest.mark.bar("C33")
async def test_one_row_by_its_key_is_a_scope(settings: Settings, database: Database, clock: MovableClock) -> None:
    """`session.get` and eager loading keep their keys in the text of both databases."""
    app = create_app(settings, clock=clock, database=database)
    async with database.writing() as session:
        await make_edition(session)
        assert await session.get(Person, "nobody") is None
    assert (await ask(app, "GET", b"/")).status == 200

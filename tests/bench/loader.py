"""Fills a migrated database with a large edition, in one transaction, and opens the session of the measured juror."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, insert

from creathon.accounts.actions import open_session
from creathon.accounts.models import Person
from creathon.core.database import Database
from creathon.jury.models import Assignment, Evaluation, PanelJuror
from creathon.projects.models import Project
from tests.bench.rows import Rows, make_rows

PROJECTS = 2000
JURORS = 30


@dataclass(frozen=True)
class Titled:
    """Something that can be asked for, and a title its page must show."""

    key: str
    title: str


@dataclass(frozen=True)
class Loaded:
    """What the scenarios need to know of the edition."""

    token: str
    projects: list[Titled]
    pile: list[Titled]
    """The measured juror's assignments in the order of the pile."""
    open: list[Titled]
    """Those that are not validated."""


async def load(database: Database, *, now: datetime, projects: int = PROJECTS, jurors: int = JURORS) -> Loaded:
    """Insert everything and sign the first juror in."""
    rows = make_rows(now, projects=projects, jurors=jurors)
    async with database.writing() as session:
        for table in ordered(rows):
            await session.execute(insert(table[0]), table[1])
        juror = await session.get_one(Person, rows.of(PanelJuror)[0]["person_id"])
        token, _ = await open_session(session, juror, "bench", now=now)
    return _loaded(rows, token, juror.id)


def ordered(rows: Rows) -> list[tuple[Table, list[dict[str, object]]]]:
    """The tables with their rows, those that others point to first."""
    by_name = {model.__tablename__: found for model, found in rows.tables.items()}
    tables = next(iter(rows.tables)).metadata.sorted_tables
    return [(table, by_name[table.name]) for table in tables if table.name in by_name]


def _loaded(rows: Rows, token: str, person_id: str) -> Loaded:
    titles = {row["id"]: row["title"] for row in rows.of(Project)}
    validated = {row["assignment_id"] for row in rows.of(Evaluation) if row["total"] is not None}
    mine = [row for row in rows.of(Assignment) if row["person_id"] == person_id]
    pile = [Titled(row["id"], titles[row["project_id"]]) for row in mine]
    return Loaded(
        token=token,
        projects=[Titled(row["slug"], row["title"]) for row in rows.of(Project)],
        pile=pile,
        open=[one for one in pile if one.key not in validated],
    )

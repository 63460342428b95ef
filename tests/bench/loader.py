"""Fills a migrated database with a large edition, in one transaction, and opens the session of the measured juror."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Table, insert

from creathon.accounts.actions import open_session
from creathon.accounts.models import Person
from creathon.core.database import Database
from creathon.jury.models import Assignment, Evaluation, PanelJuror
from creathon.projects.models import Project
from tests.bench.applications import receive_applications
from tests.bench.rows import READS, Rows, make_rows

PROJECTS = 2000
PILE = 200
APPLICATIONS = 5000
SITES = 30


def jurors_for(projects: int) -> int:
    """As many as give piles of 200 at three reads each, and a panel in any case."""
    return max(6, projects * READS // PILE)


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
    coordinator: str = ""
    """The session of the national coordination of the edition that receives applications."""
    applications: dict[str, list[Titled]] = field(default_factory=dict)
    """Its applications by site."""


async def load(database: Database, *, now: datetime, projects: int, jurors: int, applications: int = 0) -> Loaded:
    """Insert everything and sign the first juror in; with applications, the coordination of their edition too."""
    rows = make_rows(now, projects=projects, jurors=jurors)
    received = receive_applications(rows, applications, SITES) if applications else None
    async with database.writing() as session:
        for table in ordered(rows):
            for alike in groups(table[1]):
                await session.execute(insert(table[0]), alike)
        juror = await session.get_one(Person, rows.of(PanelJuror)[0]["person_id"])
        token, _ = await open_session(session, juror, "bench", now=now)
        loaded = _loaded(rows, token, juror.id)
        if received is None:
            return loaded
        person = await session.get_one(Person, received.coordinator_id)
        coordinator, _ = await open_session(session, person, "bench", now=now)
    by_site = {site: [Titled(*one) for one in teams] for site, teams in received.by_site.items()}
    return replace(loaded, coordinator=coordinator, applications=by_site)


def groups(rows: list[dict[str, object]]) -> list[list[dict[str, object]]]:
    """The rows that name the same columns together: one statement inserts them."""
    found: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for row in rows:
        found.setdefault(tuple(row), []).append(row)
    return list(found.values())


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

"""Prints what a search over 20,000 projects costs on each database: `make bench-search` (SEARCH_PROJECTS=500).

The projects are those of the demo over and over, a number in their titles: every word is thus in hundreds of projects,
and a common one in all of them, which is harder than twenty thousand different ones would be.
"""

import asyncio
import json
import os
import random
import sys
import tempfile
import time
import tomllib
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from creathon.core.database import Base, Database
from creathon.core.ids import ALPHABET
from creathon.core.migrations import migrate
from creathon.demo.material import Entry, derived_projects, written_projects
from creathon.projects.indexing import Rows, rows_of
from creathon.projects.models import Deposit, GalleryEntry, GalleryNear, GalleryTerm, GalleryWord, Project
from creathon.projects.queries.gallery import GalleryFilters, gallery_lines, projects_found
from creathon.projects.rules import folded
from creathon.projects.rules.search import sought, weighed_words
from creathon.teams.models import ApplicationState, Team
from creathon.teams.rules import name_key
from tests import databases
from tests.bench.load import percentile
from tests.factories.editions import CREATION, make_edition
from tests.services import postgres_answers

PROJECTS = 20_000
AT_ONCE = 500
ROUNDS = 5
PER_PAGE = 24
QUERIES = Path(__file__).parent.parent / "projects" / "searches.toml"
MODELS: tuple[type[Base], ...] = (Team, Project, Deposit, GalleryTerm, GalleryNear, GalleryEntry, GalleryWord)


def main() -> int:
    """Measure SQLite, and PostgreSQL when it answers."""
    projects = int(os.environ.get("SEARCH_PROJECTS", PROJECTS))
    with tempfile.TemporaryDirectory(prefix="creathon-search-") as folder:
        reports = [asyncio.run(_report("SQLite", f"sqlite:///{folder}/creathon.sqlite3", projects))]
    if postgres_answers():
        name = f"creathon_search_{os.getpid()}"
        asyncio.run(databases.postgres_command(f"CREATE DATABASE {name}"))
        try:
            reports.append(asyncio.run(_report("PostgreSQL", databases.address(name), projects)))
        finally:
            asyncio.run(databases.drop(name))
    print(json.dumps({"projects": projects, "measures": reports}, ensure_ascii=False))
    return 0


async def _report(title: str, url: str, projects: int) -> dict[str, Any]:
    database = Database(url)
    try:
        await migrate(database)
        started = time.perf_counter()
        edition_id = await fill(database, projects)
        if not database.on_sqlite:
            await databases.postgres_command("VACUUM (ANALYZE)", url)
        filled = time.perf_counter() - started
        took = await ask(database, edition_id)
    finally:
        await database.close()
    every = [one for times in took.values() for one in times]
    slowest = sorted(took, key=lambda asked: -percentile(took[asked], 0.5))[:5]
    figures = {"p50_ms": percentile(every, 0.5), "p95_ms": percentile(every, 0.95), "p99_ms": percentile(every, 0.99)}
    print(f"\n{title}: {len(took)} queries, {ROUNDS} times each, over {projects} projects (filled in {filled:.0f} s)")
    print("  ".join(f"{name} {value:.1f}" for name, value in figures.items()))
    print("slowest: " + ", ".join(f"« {one} » {percentile(took[one], 0.5):.1f} ms" for one in slowest), flush=True)
    return {"database": title, "queries": len(took), **{name: round(value, 2) for name, value in figures.items()}}


async def ask(database: Database, edition_id: str) -> dict[str, list[float]]:
    """Milliseconds of each query, from the words to the lines of the first page; one round before does not count."""
    asked = [one["asked"] for one in tomllib.loads(QUERIES.read_text(encoding="utf-8"))["queries"]]
    took: dict[str, list[float]] = {}
    for number in range(ROUNDS + 1):
        for words in asked:
            started = time.perf_counter()
            async with database.reading() as session:
                found = await projects_found(
                    session, edition_id, sought(words), GalleryFilters(), offset=0, limit=PER_PAGE
                )
                await gallery_lines(session, edition_id, found.ids)
            if number:
                took.setdefault(words, []).append((time.perf_counter() - started) * 1000)
    return took


async def fill(database: Database, projects: int) -> str:
    """An edition with that many projects; its id."""
    async with database.writing() as session:
        edition = await make_edition(session)
        edition_id, site_ids = edition.id, [site.id for site in edition.sites]
    entries = enumerate(islice(cycle([*written_projects(), *derived_projects()]), projects))
    chance, known = random.Random(2027), set[str]()
    while several := list(islice(entries, AT_ONCE)):
        rows: dict[str, list[dict[str, Any]]] = {}
        for number, entry in several:
            for name, more in _rows(edition_id, site_ids, number, entry, chance, known).items():
                rows.setdefault(name, []).extend(more)
        async with database.writing() as session:
            if not database.on_sqlite:
                await session.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign key is checked
            for model in MODELS:
                table: Any = model.__table__
                if rows[table.name]:
                    await session.execute(insert(table), rows[table.name])
    return edition_id


def _rows(
    edition_id: str, site_ids: list[str], number: int, entry: Entry, chance: random.Random, known: set[str]
) -> Rows:
    """A team, its project, its deposit and the words of it; `known` grows."""
    team, project, deposit = ("".join(chance.choices(ALPHABET, k=12)) for _one in range(3))
    fiche = {**entry.fiche, "title": f"{entry.title} {number}"}
    words, name = weighed_words(fiche), f"{entry.team} {number}"
    new = [word for word in words if word not in known]
    known.update(new)
    title_key = folded(fiche["title"])[:200]
    about = {"edition_id": edition_id, "site_id": site_ids[number % len(site_ids)], "name": name}
    return {
        "team": [
            {"id": team, **about, "name_key": name_key(name), "state": ApplicationState.ACCEPTED,
             "code": f"S{number:07}", "created_at": CREATION}
        ],
        "project": [
            {"id": project, "edition_id": edition_id, "team_id": team, "slug": f"p{number:07}", "created_at": CREATION,
             "updated_at": CREATION, "updated_by": "", "version": 1, "video_captions": "", **fiche}
        ],
        "deposit": [
            {"id": deposit, "edition_id": edition_id, "project_id": project, "number": f"{number:08}",
             "arrived_at": CREATION, "deposited_by": "", "late": False, "title": fiche["title"],
             "title_key": title_key, "summary": fiche["summary"], "needs": fiche["needs"], "levels": fiche["levels"],
             "content": {**fiche, "file": None}, "sha256": "0" * 64}
        ],
        **rows_of(deposit, edition_id, title_key, words, new),
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())

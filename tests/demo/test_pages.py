"""Every page the people of the demo can reach: it answers, asks the database fewer than twelve questions, writes
nothing when it is read twice, and shows each person no field but those of `fields/`.
"""

import csv
import io
import re
from pathlib import Path

import pytest

from creathon.accounts.queries import person_by_email
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.demo.build import ADDRESSES, build_demo
from creathon.demo.calendar import Stage
from creathon.settings import Settings
from tests.browsing import Visitor
from tests.crawling import crawl, kind_of
from tests.demo.test_demo import NOW
from tests.factories.projects import SIGNER
from tests.queries import MOST_QUERIES, count_queries
from tests.security.test_reads import database_digest

FEWEST_KINDS = 45
FIELDS = Path(__file__).parent / "fields"
NUMBERED = re.compile(r"[0-9a-hjkmnp-tv-z]{12}|(?<=^[EI])[0-9]{2}\. .*|[0-9]+")
"""Ids, numbers, and the questions of a questionnaire, which are read in their own file."""
NAMES = "dt, thead th, main [name]"
"""What a page says that it shows or asks: terms, heads of columns, names of inputs."""
HIDDEN = {"_csrf", "_once"}


async def sign_in(visitor: Visitor, database: Database, address: str) -> bool:
    """Whether that person of the demo exists at this stage, signed in then."""
    async with database.reading() as session:
        person = await person_by_email(session, address)
    if person is not None:
        await visitor.sign_in_as(person)
    return person is not None


def fields_of(visitor: Visitor) -> set[str]:
    """The fields a page or a table to download shows, without numbers and ids."""
    if "text/csv" in visitor.response.headers["content-type"]:
        found = next(csv.reader(io.StringIO(visitor.response.text.lstrip("\ufeff")), delimiter=";"))
    elif "text/html" in visitor.response.headers["content-type"]:
        found = [str(one.get("name") or one.get_text(" ", strip=True)) for one in visitor.page.select(NAMES)]
    else:
        found = []
    return {NUMBERED.sub("*", name) for name in found} - HIDDEN


def compare_fields(stage: Stage, shown: dict[tuple[str, str], set[str]], found: Path) -> None:
    """No page shows anybody a field that was not read and agreed to; what they show now is in `found`.

    Ties of the ranking fall as ids do, so that a page may show less on one day than on another.
    """
    told = {f"{who} {kind}": names for (who, kind), names in sorted(shown.items()) if names}
    found.write_text("".join(f"{page}: {' · '.join(sorted(names))}\n" for page, names in told.items()))
    agreed = FIELDS / f"{stage}.txt"
    pages = dict(line.split(": ", 1) for line in agreed.read_text().splitlines())
    more = {page: names - set(pages.get(page, "").split(" · ")) for page, names in told.items()}
    assert {page: names for page, names in more.items() if names} == {}, f"to be read: diff {found} {agreed}"


@pytest.mark.slow
@pytest.mark.bar("C32", "C33", "D48")
@pytest.mark.parametrize("stage", [Stage.CREATION, Stage.ACCOMPAGNEMENT])
async def test_every_page_answers_with_few_queries_and_writes_nothing(
    stage: Stage, app: Creathon, database: Database, clock: MovableClock, settings: Settings
) -> None:
    clock.move_to(NOW)
    files = settings.data / "files"
    await build_demo(database, files, SIGNER, stage, password="girafe mauve", now=NOW, tell=lambda _words: None)
    asked: dict[str, int] = {}
    shown: dict[tuple[str, str], set[str]] = {}
    answers: dict[str, int] = {}
    for address in (None, *ADDRESSES):
        async with Visitor(app) as visitor:
            if address and not await sign_in(visitor, database, address):
                continue
            stored, met = await database_digest(database), list[str]()
            with count_queries(database) as counted:
                before = 0
                async for path in crawl(visitor, "/", "/coordination", "/jury", "/equipe", "/projet", "/plan-du-site"):
                    met.append(path)
                    asked[kind_of(path)] = max(asked.get(kind_of(path), 0), counted.count - before)
                    shown[address or "public", kind_of(path)] = fields_of(visitor)
                    answers[kind_of(path)] = max(answers.get(kind_of(path), 0), visitor.status)
                    before = counted.count
            for path in met:
                await visitor.open(path)
            assert await database_digest(database) == stored, f"something was written by reading as {address}"
    assert {path: status for path, status in answers.items() if status not in (200, 403, 404)} == {}
    assert {path: count for path, count in asked.items() if count > MOST_QUERIES} == {}
    assert len(asked) >= FEWEST_KINDS
    compare_fields(stage, shown, settings.data / f"{stage}.txt")

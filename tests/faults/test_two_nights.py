"""The real `creathon run`, without worker, under faketime, over both nights of the change of hour.

The clock stands where a file says and moves when the file changes: nothing waits, and only the wall clock is false.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from creathon.accounts.actions import open_session
from creathon.core.database import Database
from creathon.editions.actions import PhaseValues
from creathon.editions.models import Allowed, PhaseKind
from creathon.mail.rendering import Renderer, use
from creathon.projects.models import Deposit
from creathon.settings import Settings
from tests.bench.server import running, settings_of
from tests.browser.serving import free_port
from tests.browsing import form_values
from tests.factories.editions import make_edition, paris
from tests.factories.projects import make_draft
from tests.factories.teams import make_team
from tests.services import FAKETIME

SECOND = timedelta(seconds=1)
GRACE = timedelta(minutes=15)
NIGHTS = {
    "spring": (datetime(2027, 3, 28, 1, tzinfo=UTC), "dimanche 28 mars 2027 à 3 h 00 (heure de Paris)"),
    "autumn": (
        datetime(2027, 10, 31, 1, tzinfo=UTC),
        "dimanche 31 octobre 2027 à 2 h 00 (heure de Paris, heure d’hiver)",
    ),
    "the hour that came first": (
        datetime(2027, 10, 31, 0, tzinfo=UTC),
        "dimanche 31 octobre 2027 à 2 h 00 (heure de Paris, heure d’été)",
    ),
}
"""When the creation closes, and how it is said. Paris goes from 1:59:59 to 3:00, then from 2:59:59 back to 2:00."""


class FalseClock:
    """What the server believes the time is."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def stand_at(self, instant: datetime) -> None:
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S}\n")
        fresh.replace(self.file)


async def prepare(database: Database, closes_at: datetime) -> str:
    """An edition whose creation ends that night, a complete draft, and the session of its captain."""
    day, opens_at = timedelta(days=1), closes_at - timedelta(hours=24)
    rights = (Allowed.MANAGE_TEAM, Allowed.WRITE, Allowed.DEPOSIT)
    before = paris(2027, 1, 1)
    applying = (Allowed.APPLY, Allowed.MANAGE_TEAM)
    phases = (
        PhaseValues(PhaseKind.CANDIDATURE, "Candidatures", before, opens_at, applying),
        PhaseValues(PhaseKind.CREATION, "Création", opens_at, closes_at, rights, 15 * 60),
        PhaseValues(PhaseKind.EVALUATION, "Évaluation", closes_at, closes_at + 9 * day, (Allowed.REVIEW,)),
        PhaseValues(PhaseKind.PALMARES, "Palmarès", closes_at + 9 * day, closes_at + 99 * day, (Allowed.PUBLISH,)),
    )
    async with database.writing() as session:
        edition = await make_edition(session, phases=phases)
        team = await make_team(session, edition, now=opens_at - day)
        await make_draft(session, edition, team, now=opens_at)
        token, _session = await open_session(session, team.members[0].person, "test", now=closes_at - SECOND)
    return token


@contextmanager
def served(database_url: str, folder: Path, clock: FalseClock, token: str) -> Iterator[httpx.Client]:
    """`creathon run` on that clock; gives the captain's browser."""
    port = free_port()
    settings = settings_of(port, folder, database_url, 1)
    false_time = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(clock.file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "TZ": "UTC",
    }
    command = [str(Path(__file__).parents[2] / ".venv/bin/creathon"), "run"]
    with running(command, {**settings, **false_time}, port, folder / "server.log"):
        origin = f"https://127.0.0.1:{port}"
        headers = {"origin": origin, "sec-fetch-site": "same-origin", "cookie": f"__Host-session={token}"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers) as browser:
            yield browser


def text_of(answer: httpx.Response) -> str:
    main = BeautifulSoup(answer.text, "lxml").find("main")
    assert main is not None, answer.text[:500]
    return " ".join(main.get_text(" ").split())


@pytest.mark.slow
@pytest.mark.faketime
@pytest.mark.bar("F79", "F84")
@pytest.mark.parametrize("night", NIGHTS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_creation_ends_at_its_instant_on_the_real_server(
    database: Database, database_url: str, settings: Settings, tmp_path: Path, night: str
) -> None:
    closes_at, words = NIGHTS[night]
    use(Renderer(settings.templates, settings.base_url))
    token = await prepare(database, closes_at)
    await database.close()
    clock = FalseClock(tmp_path / "now")
    clock.stand_at(closes_at - timedelta(hours=1))
    with served(database_url, tmp_path, clock, token) as browser:
        for at in (closes_at - timedelta(hours=1), closes_at - SECOND, closes_at, closes_at + SECOND):
            clock.stand_at(at)
            home = browser.get("/")
            opened = "Temps restant" in text_of(home)
            assert opened is (at < closes_at), (night, at)
            if opened:
                assert words in text_of(home)
                found = re.search(r'data-server-now="([^"]+)" datetime="([^"]+)"', home.text)
                assert found is not None
                now, end = (datetime.fromisoformat(value) for value in found.groups())
                assert SECOND >= now - at >= timedelta(0)
                assert end == closes_at, "what the browser counts down is the same instant, whatever the season"
        clock.stand_at(closes_at + GRACE - SECOND)
        review = browser.get("/projet/depot")
        form = BeautifulSoup(review.text, "lxml").select_one("form[action='/projet/depot']")
        assert form is not None, text_of(review)
        answer = browser.post("/projet/depot", data=form_values(form))
        assert answer.status_code == 303, text_of(answer)
        clock.stand_at(closes_at + GRACE)
        assert f"L’écriture des projets est close depuis le {words}" in text_of(browser.get("/projet"))
    fresh = Database(database_url)
    async with fresh.reading() as session:
        deposit = (await session.scalars(select(Deposit))).one()
    await fresh.close()
    assert not deposit.late
    assert SECOND > deposit.arrived_at - (closes_at + GRACE - SECOND) >= timedelta(0)

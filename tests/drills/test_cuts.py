"""The line of a file is cut at any byte, the server is killed on the way: the upload goes on, the digest is equal."""

import hashlib
import os
import random
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from creathon.accounts.models import BrowserSession
from creathon.core.clock import SystemClock
from creathon.core.database import Database
from creathon.core.ids import digest
from creathon.projects.models import ProjectFile
from tests.bench.server import product
from tests.drills.cutting import CutSender
from tests.drills.world import gather
from tests.factories.projects import PDF_END, PDF_START
from tests.projects.videos import mp4

SIZE = 12_000_000
CONTENT = PDF_START + random.Random(2027).randbytes(SIZE) + PDF_END
SHA = hashlib.sha256(CONTENT).hexdigest()
FILM = mp4(3, padding=SIZE)

pytestmark = [pytest.mark.slow, pytest.mark.bar("F61")]


@dataclass
class Place:
    """A database with a team, a folder, and who sends."""

    database: Database
    url: str
    folder: Path
    token: str
    session_id: str

    @property
    def workers(self) -> int:
        return 1 if self.database.on_sqlite else 2

    def sender(self, port: int) -> CutSender:
        return CutSender(port, self.token, self.session_id)

    async def joined(self) -> list[str]:
        async with self.database.reading() as session:
            return list(await session.scalars(select(ProjectFile.sha256)))


@pytest.fixture
async def place(database: Database, database_url: str, tmp_path: Path) -> Place:
    (member,) = (await gather(database, now=SystemClock().now(), teams=1))[:1]
    async with database.reading() as session:
        found = await session.scalar(select(BrowserSession.id).where(BrowserSession.token_hash == digest(member.token)))
    assert found is not None
    folder = tmp_path / "data"
    folder.mkdir()
    return Place(database, database_url, folder, member.token, found)


async def test_a_socket_cut_at_10_50_and_99_percent_loses_no_byte(place: Place) -> None:
    with product(place.folder, place.url, place.workers) as server:
        sender = place.sender(server.port)
        assert sender.begin(len(CONTENT), filename="dossier.pdf", sha256=SHA) == 201
        offset = 0
        for percent in (10, 50, 99):
            at = len(CONTENT) * percent // 100
            sender.send_cut(offset, CONTENT[offset:], at - offset)
            assert sender.settles_at(at) == at
            assert await place.joined() == []
            offset = at
        assert sender.finish(CONTENT) <= {0, 409}
        assert sender.offset() == len(CONTENT)
    assert await place.joined() == [SHA]
    stored = place.folder / "files" / SHA[:2] / SHA[2:4] / SHA
    assert hashlib.sha256(stored.read_bytes()).hexdigest() == SHA


async def test_lines_of_a_video_reset_at_random_bytes_go_on_from_what_arrived(place: Place) -> None:
    chance, furthest, sha = random.Random(2027), 0, hashlib.sha256(FILM).hexdigest()
    with product(place.folder, place.url, place.workers) as server:
        sender = place.sender(server.port)
        assert sender.begin(len(FILM), filename="film.mp4", slot="video", sha256=sha) == 201
        for _cut in range(12):
            offset = sender.offset()
            at = chance.randrange(0, min(3_000_000, len(FILM) - offset))
            sender.send_cut(offset, FILM[offset:], at, brutal=chance.random() < 0.5)
            furthest = max(furthest, offset + at)
            assert sender.offset() <= furthest
        assert sender.finish(FILM) <= {0, 409}
    assert furthest > 1_000_000, "some cut left something to go on from"
    assert await place.joined() == [sha]


async def test_a_server_killed_on_the_way_says_the_truth_and_the_file_is_whole(place: Place) -> None:
    chance = random.Random(7)
    place_of = ""
    for _kill in range(3):
        with product(place.folder, place.url, place.workers) as server:
            sender = place.sender(server.port)
            sender.place = place_of
            if not place_of:
                assert sender.begin(len(CONTENT), filename="dossier.pdf", sha256=SHA) == 201
                place_of = sender.place
            offset = sender.offset()
            (held,) = (place.folder / "files" / "arriving").glob("*") or [None] if offset else [None]
            assert held is None or held.read_bytes() == CONTENT[: held.stat().st_size]
            sender.send_cut(offset, CONTENT[offset:], chance.randrange(1_500_000, 3_000_000))
            assert sender.moves_beyond(offset)
            os.killpg(server.pid, signal.SIGKILL)
    with product(place.folder, place.url, place.workers) as server:
        sender = place.sender(server.port)
        sender.place = place_of
        offset = sender.offset()
        assert 0 < offset < len(CONTENT)
        assert sender.finish(CONTENT) <= {0, 409}
    assert await place.joined() == [SHA]

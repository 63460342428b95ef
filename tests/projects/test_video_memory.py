"""The memory of the server while a large video arrives, is scanned and copied. `make bench-film` sends the largest."""

import asyncio
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from creathon.core.antivirus import Clamd, Scanner
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.files import FileStore, Scan, StoredFile
from creathon.projects.copying import Copyist
from creathon.projects.models import BlindCopy
from creathon.projects.queries.contents import SETTLED
from creathon.settings import Settings
from tests.clamd import FakeClamd, fake_clamd
from tests.factories.projects import make_draft
from tests.memory import forget_peak, peak
from tests.projects.conftest import Scene
from tests.projects.tusing import Sender, files
from tests.projects.videos import mp4
from tests.services import FILM_MB

PART = 8 * 1024 * 1024
FLAT = 40_000_000
"""Bytes by which the peak may grow, whatever the film weighs: less than the smallest one, a few parts."""
SIZE = FILM_MB * 1_000_000
HEAD = mp4(12)[:-8]
FILM = HEAD + struct.pack(">I", SIZE - len(HEAD)) + b"mdat"


class Draining(FakeClamd):
    """Reads to the end and keeps nothing, so that its memory, which is ours here, is not measured."""

    async def _instream(self, reader: asyncio.StreamReader) -> str:
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            await reader.readexactly(size)
        return "stream: OK"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return replace(settings, clamd=str(tmp_path / "c.sock"))


async def sent(sender: Sender) -> None:
    await sender.begin(SIZE, filename="film.mp4", slot="video")
    for first in range(0, SIZE, PART):
        start = FILM if first == 0 else b""
        part = start + bytes(min(PART, SIZE - first) - len(start))
        assert (await sender.send(first, part)).status_code == 204


@pytest.mark.slow
@pytest.mark.bar("E58", "F61")
async def test_the_memory_of_the_server_stays_flat_while_a_video_arrives_is_scanned_and_copied(
    sender: Sender, scene: Scene, database: Database, settings: Settings, clock: MovableClock,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    place, store = str(settings.clamd), FileStore(settings.data / "files")
    async with database.writing() as session:
        await make_draft(session, scene.edition, scene.team)
    grown = {}
    before = forget_peak()
    await sent(sender)
    grown["arrives"] = peak() - before
    (video,) = await files(database)
    await sender.visitor.open("/projet/depot")
    await sender.visitor.submit(button="Déposer le projet")
    clock.move_to(clock.now() + SETTLED)
    before = forget_peak()
    await Copyist(database, store, clock).copy_due()
    grown["copied"] = peak() - before
    before = forget_peak()
    async with fake_clamd(place, Draining(place)):
        await Scanner(database, store, clock, Clamd(place)).scan_due()
    grown["scanned"] = peak() - before
    async with database.reading() as session:
        copy = (await session.scalars(select(BlindCopy).where(BlindCopy.sha256 == video.sha256))).one()
        scans = set(await session.scalars(select(StoredFile.scan)))
    assert scans == {Scan.CLEAN}
    assert store.path(str(copy.copy_sha256)).stat().st_size == SIZE
    record_property(
        "said", f"a video of {FILM_MB} MB: { ({name: f'+{size / 1e6:.0f} MB' for name, size in grown.items()}) }"
    )
    assert max(grown.values()) < FLAT, grown

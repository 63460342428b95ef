"""A disk that fills up: what is acknowledged is stored, and the service comes back when there is room."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.settings import read_settings
from tests.browsing import Visitor
from tests.core.trial import living, make_tables, stored, with_token
from tests.services import NO_SKIP

ROOM = 3 * 1024 * 1024
POSTS = 120


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of three megabytes; mounting needs root, which CI is."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "none", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode and not NO_SKIP:
        pytest.skip(f"a tmpfs cannot be mounted: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


@pytest.mark.bar("E2", "H96")
@pytest.mark.slow
async def test_full_disk_acknowledges_nothing_it_does_not_keep(
    small_disk: Path, sqlite_template: Path, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copyfile(sqlite_template, small_disk / "creathon.sqlite3")
    url = f"sqlite:///{small_disk / 'creathon.sqlite3'}"
    env = {"CREATHON_ENV": "test", "CREATHON_DATA": str(small_disk.parent), "CREATHON_DATABASE_URL": url}
    env |= {"CREATHON_BASE_URL": "http://testserver", "CREATHON_EMBED_WORKER": "0"}
    database = Database(url)
    await make_tables(database)
    acknowledged, answers = [], set()
    async with living(read_settings(env), clock, database) as app, Visitor(app) as visitor:
        visitor.http.follow_redirects = False
        token = await with_token(visitor)
        filler = small_disk / "filler"
        filler.write_bytes(b"0" * max(0, shutil.disk_usage(small_disk).free - 220 * 1024))
        for number in range(POSTS):
            label = f"{number:03}-{'x' * 180}"
            await visitor.post(f"/essai/redirige/{label}", **token)
            answers.add(visitor.status)
            if visitor.status == 303:
                acknowledged.append(label)
        assert answers == {303, 503}, "the disk was never full, or what was said is not what happened"
        assert "votre texte y est encore" in visitor.text
        assert visitor.response.headers["retry-after"]
        assert await stored(database) == acknowledged
        filler.unlink()
        await visitor.post("/essai/redirige/zz-room-again", **token)
        assert visitor.status == 303
        assert await stored(database) == [*acknowledged, "zz-room-again"]
        async with database.reading() as session:
            assert await session.scalar(text("PRAGMA integrity_check")) == "ok"

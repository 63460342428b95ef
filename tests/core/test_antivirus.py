"""What is stored is read by an antivirus that may be slow, down, wrong or killed: nothing is lost, nobody waits."""

import asyncio
import hashlib
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from creathon.core.antivirus import (
    CLAIM_LASTS,
    MOST_TRIES,
    OUTAGE_PAUSE,
    Clamd,
    Outage,
    Scanner,
    ask_again,
    waiting_contents,
)
from creathon.core.clock import MovableClock, SystemClock
from creathon.core.database import Database
from creathon.core.files import FileStore, Scan, StoredFile, keep
from creathon.settings import Settings
from tests.clamd import EICAR, VERSION, FakeClamd, fake_clamd
from tests.conftest import NOW
from tests.factories.projects import Bytes

CLEAN = b"%PDF-1.7 une consigne en escalier"


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


@pytest.fixture
async def clamd(tmp_path: Path) -> AsyncIterator[FakeClamd]:
    async with fake_clamd(str(tmp_path / "c.sock")) as fake:
        yield fake


@pytest.fixture
def scanner(database: Database, store: FileStore, clock: MovableClock, clamd: FakeClamd) -> Scanner:
    return Scanner(database, store, clock, Clamd(clamd.place))


async def stored(database: Database, store: FileStore, content: bytes) -> str:
    received = await store.receive(Bytes(content), limit=50_000_000)
    async with database.writing() as session:
        await keep(session, received, now=NOW)
    return received.sha256


async def state(database: Database, sha256: str) -> StoredFile:
    async with database.reading() as session:
        found = await session.scalar(select(StoredFile).where(StoredFile.sha256 == sha256))
    assert found is not None
    return found


@pytest.mark.bar("E59")
async def test_each_content_gets_its_verdict_once(
    database: Database, store: FileStore, scanner: Scanner, clamd: FakeClamd
) -> None:
    clean, eicar = [await stored(database, store, content) for content in (CLEAN, b"avant " + EICAR)]
    assert (await state(database, clean)).scan is Scan.PENDING
    assert await scanner.scan_due() == 2
    assert await scanner.scan_due() == 0
    assert sorted(map(len, clamd.read)) == sorted([len(CLEAN), len(EICAR) + 6])
    one, other = await state(database, clean), await state(database, eicar)
    assert (one.scan, one.scanned_at, one.scanned_by, one.scan_found) == (Scan.CLEAN, NOW, VERSION, "")
    assert (other.scan, other.scan_found, other.scan_due_at) == (Scan.INFECTED, "Eicar-Test-Signature", None)
    await stored(database, store, CLEAN)
    assert (await state(database, clean)).scan is Scan.CLEAN
    assert await scanner.scan_due() == 0


async def test_a_content_of_many_chunks_arrives_whole(
    database: Database, store: FileStore, scanner: Scanner, clamd: FakeClamd
) -> None:
    large = bytes(range(256)) * 20_000 + EICAR
    sha256 = await stored(database, store, large)
    await scanner.scan_due()
    assert [hashlib.sha256(content).hexdigest() for content in clamd.read] == [sha256]
    assert (await state(database, sha256)).scan is Scan.INFECTED


@pytest.mark.bar("E59")
async def test_while_clamd_is_stopped_nothing_is_counted_and_its_return_is_enough(
    database: Database, store: FileStore, clock: MovableClock, tmp_path: Path
) -> None:
    sha256 = await stored(database, store, CLEAN)
    place = str(tmp_path / "later.sock")
    scanner = Scanner(database, store, clock, Clamd(place))
    for _time in range(MOST_TRIES + 2):
        assert await scanner.scan_due() == 0
        clock.move_to(clock.now() + OUTAGE_PAUSE)
    waiting = await state(database, sha256)
    assert (waiting.scan, waiting.scan_tries) == (Scan.PENDING, 0)
    async with fake_clamd(place):
        assert await scanner.scan_due() == 1
    assert (await state(database, sha256)).scan is Scan.CLEAN


@pytest.mark.parametrize("fault", ["hangs_up", "limit"])
async def test_a_content_it_cannot_read_is_tried_with_growing_pauses_then_waits_for_a_person(
    database: Database, store: FileStore, scanner: Scanner, clamd: FakeClamd, clock: MovableClock, fault: str
) -> None:
    sha256 = await stored(database, store, CLEAN)
    setattr(clamd, fault, 1)
    pauses = []
    for _time in range(MOST_TRIES - 1):
        assert await scanner.scan_due() == 1
        due_at = (await state(database, sha256)).scan_due_at
        assert due_at is not None
        pauses.append((due_at - clock.now()) // timedelta(minutes=1))
        clock.move_to(due_at)
    assert pauses == [1, 2, 4, 8, 16, 32, 64]
    await scanner.scan_due()
    given_up = await state(database, sha256)
    assert (given_up.scan, given_up.scan_due_at) == (Scan.ERROR, None)
    why = {"limit": "INSTREAM size limit exceeded. ERROR", "hangs_up": "no answer"}[fault]
    assert given_up.scan_found == f"Unread: {why}"
    async with database.reading() as session:
        assert (await waiting_contents(session)).errors == 1
    setattr(clamd, fault, 0 if fault == "hangs_up" else 1_000_000)
    async with database.writing() as session:
        assert await ask_again(session, now=clock.now()) == 1
    await scanner.scan_due()
    assert (await state(database, sha256)).scan is Scan.CLEAN


async def test_a_content_that_left_the_disk_is_a_failure_of_its_own(
    database: Database, store: FileStore, scanner: Scanner
) -> None:
    gone, there = [await stored(database, store, content) for content in (b"gone", CLEAN)]
    store.path(gone).unlink()
    assert await scanner.scan_due() == 2
    assert (await state(database, gone)).scan_tries == 1
    assert (await state(database, there)).scan is Scan.CLEAN


async def test_a_claim_lost_with_its_process_lapses(
    database: Database, store: FileStore, scanner: Scanner, clock: MovableClock
) -> None:
    sha256 = await stored(database, store, CLEAN)
    assert await scanner._claim() is not None
    assert await scanner.scan_due() == 0
    clock.move_to(clock.now() + CLAIM_LASTS)
    assert await scanner.scan_due() == 1
    assert (await state(database, sha256)).scan is Scan.CLEAN


async def test_several_processes_share_the_work(
    database: Database, store: FileStore, clock: MovableClock, clamd: FakeClamd
) -> None:
    contents = [f"contenu {number}".encode() for number in range(12)]
    for content in contents:
        await stored(database, store, content)
    scanners = [Scanner(database, store, clock, Clamd(clamd.place)) for _ in range(4)]
    tried = await asyncio.gather(*(scanner.scan_due() for scanner in scanners))
    assert sum(tried) == 12
    assert sorted(clamd.read) == sorted(contents)


async def test_new_signatures_may_change_a_verdict_and_nobody_waits_meanwhile(
    database: Database, store: FileStore, scanner: Scanner, clamd: FakeClamd
) -> None:
    sha256 = await stored(database, store, CLEAN)
    await scanner.scan_due()
    async with database.writing() as session:
        assert await ask_again(session, now=NOW, version=VERSION) == 0
        assert await ask_again(session, now=NOW, version="ClamAV 1.4.3/27501/later") == 1
    assert (await state(database, sha256)).scan is Scan.CLEAN
    clamd.version = "ClamAV 1.4.3/27501/later"
    await scanner.scan_due()
    assert (await state(database, sha256)).scanned_by == clamd.version


@pytest.mark.parametrize("arguments", [["scan"], ["scan", "--again"]])
async def test_the_command_asks_for_what_was_given_up_or_read_with_other_signatures(
    database: Database, store: FileStore, scanner: Scanner, clamd: FakeClamd, settings: Settings, arguments: list[str]
) -> None:
    clean, given_up = [await stored(database, store, content) for content in (CLEAN, b"abc")]
    await scanner.scan_due()
    async with database.writing() as session:
        lost = await session.get_one(StoredFile, given_up)
        lost.scan = Scan.ERROR
    clamd.version = "ClamAV 1.4.3/27501/later"
    environment = {
        "CREATHON_DATA": str(settings.data), "CREATHON_DATABASE_URL": settings.database_url,
        "CREATHON_CLAMD": clamd.place,
    }  # fmt: skip
    command = str(Path(sys.executable).with_name("creathon"))
    process = await asyncio.create_subprocess_exec(command, *arguments, env=environment, stdout=PIPE)
    said = (await process.communicate())[0].decode()
    asked = 1 if arguments == ["scan"] else 2
    assert f"Fichiers à analyser de nouveau : {asked}. Antivirus : ClamAV 1.4.3/27501/later" in said
    assert (await state(database, clean)).scan is Scan.CLEAN
    scanner.clock = SystemClock()
    assert await scanner.scan_due() == asked
    assert (await state(database, given_up)).scan is Scan.CLEAN


def real_clamd() -> str | None:
    return shutil.which("clamd")


@pytest.fixture
async def real(tmp_path: Path) -> AsyncIterator[Clamd]:
    """ClamAV's own clamd, with one signature: that of EICAR, by its SHA-256 and by its words."""
    program = real_clamd()
    assert program is not None
    folder = tmp_path / "signatures"
    folder.mkdir(mode=0o755)
    (folder / "test.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
    socket, conf = tmp_path / "real.sock", tmp_path / "clamd.conf"
    conf.write_text(f"DatabaseDirectory {folder}\nLocalSocket {socket}\nForeground yes\nStreamMaxLength 25M\n")
    process = await asyncio.create_subprocess_exec(program, "-c", str(conf), stdout=DEVNULL, stderr=DEVNULL)
    try:
        clamd = Clamd(str(socket))
        async with asyncio.timeout(30):
            while not await _answers(clamd):
                assert process.returncode is None, "clamd ended"
        yield clamd
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _answers(clamd: Clamd) -> bool:
    try:
        await clamd.version()
    except Outage:
        return False
    return True


@pytest.mark.bar("E59")
@pytest.mark.skipif(real_clamd() is None, reason="ClamAV is not installed (apt-get install clamav-daemon)")
async def test_the_real_clamd_finds_eicar(
    real: Clamd, database: Database, store: FileStore, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    scanner = Scanner(database, store, clock, real)
    eicar, clean = [await stored(database, store, content) for content in (EICAR, CLEAN * 500_000)]
    heavy = await stored(database, store, bytes(27_000_000))
    assert await scanner.scan_due() == 3
    found = await state(database, eicar)
    assert (found.scan, found.scan_found) == (Scan.INFECTED, "Eicar-Test-Signature.UNOFFICIAL")
    assert found.scanned_by.startswith("ClamAV 1.")
    assert (await state(database, clean)).scan is Scan.CLEAN
    late = await state(database, heavy)
    assert (late.scan, late.scan_tries) == (Scan.PENDING, 1)
    assert "size limit exceeded" in caplog.text

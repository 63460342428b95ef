"""The folder of files is full: an upload is refused in a sentence, the draft and what was deposited stay whole."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.files import StoredFile
from creathon.projects.models import Deposit, DraftFile, ProjectFile
from creathon.settings import Settings
from tests.browsing import Visitor
from tests.disks import small_disk
from tests.factories.projects import PDF, make_draft
from tests.projects.conftest import Scene

ROOM = 1024 * 1024
HALF = PDF + bytes(700 * 1024) + PDF


@pytest.fixture
def small_folder(settings: Settings) -> Iterator[Path]:
    """The folder of files, on a file system of one megabyte."""
    with small_disk(settings.data / "files", ROOM) as folder:
        yield folder


@pytest.fixture
async def member(small_folder: Path, app: Creathon, scene: Scene, clock: MovableClock) -> AsyncIterator[Visitor]:
    """Somebody of « Les Marches », on the platform whose folder is small."""
    async with Visitor(app) as visitor:
        await visitor.sign_in_as(scene.people[0])
        yield visitor


def make_room(folder: Path) -> None:
    subprocess.run(["mount", "-o", f"remount,size={3 * ROOM}", str(folder)], check=True)


async def join(visitor: Visitor, name: str, content: bytes) -> None:
    await visitor.open("/projet")
    await visitor.submit("/projet/fichier", files={"file": (name, content)})


@pytest.mark.slow
@pytest.mark.bar("E2", "H96")
async def test_an_upload_without_room_keeps_nothing_and_loses_nothing(
    small_folder: Path, member: Visitor, scene: Scene, database: Database
) -> None:
    async with database.writing() as session:
        await make_draft(session, scene.edition, scene.team)
    await join(member, "premier.pdf", HALF)
    assert member.status == 200
    await join(member, "second.pdf", HALF + b" ")
    assert member.status == 503
    assert "n’a pas pu ranger ce fichier" in member.text
    async with database.reading() as session:
        names = list(await session.scalars(select(ProjectFile.name)))
        assert await session.scalar(select(func.count(StoredFile.sha256))) == 1
        kept = await session.scalar(select(DraftFile.file_id))
    assert names == ["premier.pdf"]
    assert kept is not None
    assert not list((small_folder / "tmp").iterdir()), "nothing half written stays behind"
    await member.open("/projet/depot")
    await member.submit(button="Déposer le projet")
    async with database.reading() as session:
        deposit = await session.scalar(select(Deposit))
    assert deposit is not None
    assert deposit.content["file"]["name"] == "premier.pdf"
    await member.open(f"/projet/recepisses/{deposit.number}")
    assert deposit.sha256 in member.text
    make_room(small_folder)
    await join(member, "second.pdf", HALF + b" ")
    assert member.status == 200
    assert "second.pdf" in member.text

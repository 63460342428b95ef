"""A drill that would notice."""

from pathlib import Path

import pytest
from sqlalchemy import text

from creathon.core.database import Database
from creathon.core.files import FileStore
from creathon.settings import Settings
from tests.browsing import Visitor
from tests.drills.clients import Journal
from tests.drills.survivors import files_without_content, lost
from tests.projects.conftest import Scene
from tests.projects.test_signatures import deposited


@pytest.mark.bar("H99")
async def test_a_drill_notices_what_is_lost(awa: Visitor, scene: Scene, database: Database, settings: Settings) -> None:
    deposit = await deposited(awa, scene, database, settings)
    files = FileStore(settings.data / "files")
    stored = next(path for path in Path(files.root).rglob("*") if path.is_file())
    journal = Journal(
        saved={(scene.team.id, deposit.title)}, joined={(scene.team.id, stored.name)},
        deposited={deposit.number: deposit.title},
    )  # fmt: skip
    assert await lost(database, journal) == []
    assert await files_without_content(database, files) == []
    stored.write_bytes(b"half")
    async with database.writing() as session:
        await session.execute(text("UPDATE deposit SET title = 'Autre'"))
    never = Journal({(scene.team.id, "Jamais")}, {(scene.team.id, "0" * 64)}, journal.deposited)
    assert sorted(line.split()[0] for line in await lost(database, never)) == ["deposit", "joined", "saved"]
    assert await files_without_content(database, files) == [stored.name]

"""What is stored, compared with what was acknowledged."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import select

from creathon.core.database import Database
from creathon.core.files import FileStore, StoredFile
from creathon.projects.models import Deposit, Project, ProjectFile, ProjectRevision
from tests.bench.server import ROOT
from tests.drills.clients import Journal

_JOINED = select(ProjectFile.team_id, ProjectFile.sha256)


async def lost(database: Database, journal: Journal) -> list[str]:
    """Everything that somebody was told is done, and is not there."""
    async with database.reading() as session:
        revisions = await session.execute(
            select(Project.team_id, ProjectRevision.content).join(Project, Project.id == ProjectRevision.project_id)
        )
        texts = {(team_id, content["title"]) for team_id, content in revisions if "title" in content}
        files = {(team_id, sha256) for team_id, sha256 in await session.execute(_JOINED)}
        deposits = dict(iter(await session.execute(select(Deposit.number, Deposit.title))))
    return [
        *(f"saved by {team}: {text}" for team, text in journal.saved - texts),
        *(f"joined by {team}: {sha256}" for team, sha256 in journal.joined - files),
        *(f"deposit {number}" for number, text in journal.deposited.items() if deposits.get(number) != text),
    ]


async def files_without_content(database: Database, files: FileStore) -> list[str]:
    """Rows whose file is not on the disk, or not whole."""
    async with database.reading() as session:
        stored = list(await session.scalars(select(StoredFile)))
    return [
        one.sha256
        for one in stored
        if not files.path(one.sha256).exists() or files.path(one.sha256).stat().st_size != one.size
    ]


def verify(settings: Mapping[str, str]) -> tuple[int, list[str]]:
    """What `creathon verify` finds wrong in the journal, the receipts and the files: its status and its lines."""
    command = [str(Path(sys.executable).with_name("creathon")), "verify"]
    said = subprocess.run(command, cwd=ROOT, env=dict(settings), capture_output=True, text=True, check=False)
    return said.returncode, (said.stdout + said.stderr).strip().splitlines()

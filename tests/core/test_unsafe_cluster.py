"""A PostgreSQL that may lose what it confirms: the platform does not start on it. A cluster of the test's own."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from creathon.core.database import Database, DurabilityError
from tests.services import NO_SKIP

OWNER = "postgres"


def binaries() -> Path:
    """The newest PostgreSQL of Debian."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not (found and os.geteuid() == 0) and not NO_SKIP:
        pytest.skip("a cluster of one's own needs PostgreSQL's programs and root")
    return found[-1]


def as_owner(*words: str) -> None:
    """Run a program of PostgreSQL, which refuses root."""
    owner = pwd.getpwnam(OWNER)
    subprocess.run(words, user=owner.pw_uid, group=owner.pw_gid, cwd="/", check=True, capture_output=True, timeout=60)


@contextmanager
def cluster(setting: str) -> Iterator[str]:
    """A cluster started with one setting changed; its address."""
    programs, folder = binaries(), Path(tempfile.mkdtemp(prefix="creathon-cluster."))
    shutil.chown(folder, OWNER)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data, options = str(folder / "data"), f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c {setting}"
    as_owner(str(programs / "initdb"), "-D", data, "-U", OWNER, "-A", "trust", "--no-sync")
    as_owner(str(programs / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://{OWNER}@127.0.0.1:{port}/postgres"
    finally:
        as_owner(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.bar("H98")
@pytest.mark.parametrize("name", ["fsync", "full_page_writes"])
async def test_a_cluster_that_may_lose_pages_is_refused(name: str) -> None:
    with cluster(f"{name}=off") as address:
        database = Database(address)
        try:
            with pytest.raises(DurabilityError, match=name):
                await database.check()
        finally:
            await database.close()

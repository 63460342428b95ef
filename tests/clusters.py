"""A PostgreSQL cluster of the drill's own, durable as in production, which may be killed and started again."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OWNER = "postgres"
TRIES = 50


@dataclass(frozen=True)
class Cluster:
    """Where it lies and what listens."""

    folder: Path
    port: int

    @property
    def address(self) -> str:
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it; after a kill it waits until the last of what was killed has let its memory go."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder}"
        log = str(self.folder / "log")
        for patience in range(TRIES, 0, -1):
            try:
                _program("pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", log, "-o", options, "start")
            except subprocess.CalledProcessError:
                if patience == 1:
                    raise
                time.sleep(0.1)
            else:
                return

    def kill(self) -> None:
        """SIGKILL to the postmaster and to everything it started, as a machine that loses its power would."""
        first = int((self.folder / "data/postmaster.pid").read_text().split()[0])
        children = subprocess.run(["pgrep", "-P", str(first)], capture_output=True, text=True, check=False)
        for pid in (first, *map(int, children.stdout.split())):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """A new one, started, and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="creathon-drill."))
    shutil.chown(folder, OWNER)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        cluster = Cluster(folder, probe.getsockname()[1])
    _program("initdb", "-D", str(folder / "data"), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    cluster.start()
    try:
        yield cluster
    finally:
        _program("pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(folder)


def _program(name: str, *words: str) -> None:
    """Run a program of PostgreSQL, which refuses root."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))[-1]
    owner = pwd.getpwnam(OWNER)
    subprocess.run(
        [str(found), *words], user=owner.pw_uid, group=owner.pw_gid, cwd="/", check=True, timeout=120,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip

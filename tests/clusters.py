"""PostgreSQL clusters of a test’s own, which it may set, kill, start again, and put on a disk that fills."""

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
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
"""Of the versions of PostgreSQL that Debian has here; the newest is the last."""


@dataclass(frozen=True)
class Cluster:
    """Where it lies, what listens, and the settings it is started with."""

    folder: Path
    data: Path
    port: int
    settings: tuple[str, ...]

    @property
    def address(self) -> str:
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it; after a kill it waits until the last of what was killed has let its memory go."""
        settings = ("listen_addresses=127.0.0.1", *self.settings)
        options = " ".join([f"-p {self.port} -k {self.folder}", *(f"-c {setting}" for setting in settings)])
        for patience in range(TRIES, 0, -1):
            try:
                self.control("-w", "-l", str(self.folder / "log"), "-o", options, "start")
            except subprocess.CalledProcessError:
                if patience == 1:
                    raise
                time.sleep(0.1)
            else:
                return

    def kill(self) -> None:
        """SIGKILL to the postmaster and to everything it started, as a machine that loses its power would."""
        first = int((self.data / "postmaster.pid").read_text().split()[0])
        children = subprocess.run(["pgrep", "-P", str(first)], capture_output=True, text=True, check=False)
        for pid in (first, *map(int, children.stdout.split())):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def stop(self) -> None:
        """At once, if it did not stop by itself."""
        try:
            self.control("-m", "immediate", "stop")
        except subprocess.CalledProcessError:
            if (self.data / "postmaster.pid").exists():
                raise

    def control(self, *words: str) -> None:
        _program("pg_ctl", "-D", str(self.data), *words)


@contextmanager
def own_cluster(*settings: str, data: Path | None = None, wal: Path | None = None) -> Iterator[Cluster]:
    """A new one, started with these settings, removed at the end.

    `data` and `wal` are folders that are not there yet, on the disk where it must lie and where it must write ahead.
    """
    folder = Path(tempfile.mkdtemp(prefix="creathon-cluster."))
    if os.geteuid() == 0:
        shutil.chown(folder, OWNER)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        cluster = Cluster(folder, data or folder / "data", probe.getsockname()[1], settings)
    places = ("-D", str(cluster.data), *(("-X", str(wal)) if wal else ()), "--wal-segsize=1")
    _program("initdb", *places, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)


def _program(name: str, *words: str) -> None:
    """Run a program of PostgreSQL, which refuses root."""
    owner = pwd.getpwnam(OWNER) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    subprocess.run(
        [str(PROGRAMS[-1].with_name(name)), *words], user=owner.pw_uid, group=owner.pw_gid, cwd="/", check=True,
        timeout=120, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip

"""How much processor time the server, its database and everybody else used, read from /proc."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass(frozen=True)
class Usage:
    """Seconds of processor time."""

    server: float
    database: float
    others: float

    def __sub__(self, before: "Usage") -> "Usage":
        return Usage(self.server - before.server, self.database - before.database, self.others - before.others)


@dataclass(frozen=True)
class Watch:
    """The server whose tree of processes is counted, and the PostgreSQL database whose backends are, if any."""

    pid: int
    database: str = ""

    def read(self) -> Usage:
        """What was used since the machine started; zeros on a system without /proc."""
        if not (PROC / "stat").exists():
            return Usage(0.0, 0.0, 0.0)
        table = _processes()
        server = sum(table[pid][1] for pid in _tree(table, self.pid))
        database = sum(table[pid][1] for pid in table if self.database and _serves(pid, self.database))
        return Usage(server, database, _busy() - server - database - time.process_time())


def _processes() -> dict[int, tuple[int, float]]:
    """Parent and seconds used, for every process."""
    found = {}
    for path in PROC.glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[int(path.parent.name)] = (int(fields[1]), (int(fields[11]) + int(fields[12])) / TICKS)
    return found


def _tree(table: dict[int, tuple[int, float]], root: int) -> set[int]:
    """A process and its descendants."""
    tree = {root} & table.keys()
    while grown := {pid for pid, (parent, _) in table.items() if parent in tree} - tree:
        tree |= grown
    return tree


def _busy() -> float:
    """Seconds that the cores were not idle."""
    fields = [int(field) for field in (PROC / "stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4] - fields[7]) / TICKS


def _serves(pid: int, database: str) -> bool:
    """Whether a process is a backend of that database: PostgreSQL writes it in its title."""
    try:
        title = (PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return False
    return title.startswith("postgres:") and f" {database} " in title

"""What clients were told, one line for each answer, and a checker that proves it against what is stored. Bar G94.

The method is Jepsen's: the clients' journal is the only witness, the database is asked afterwards.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Told:
    """An answer that says that something is done, or read: `version` of the draft of a team."""

    client: int
    team_id: str
    act: str
    """`saved`, `joined` or `read`."""
    field: str
    value: str
    version: int
    is_replay: bool = False
    """Sent again under its key: the answer is the state of now, the save was an earlier version."""

    def as_line(self) -> dict[str, Any]:
        return asdict(self)


Revisions = Mapping[str, Mapping[int, Mapping[str, Any]]]
"""What is stored: the revisions of the draft of each team, by version; each holds what it changed, or everything."""


def faults(told: Iterable[Told], stored: Revisions, files: set[tuple[str, str]]) -> list[str]:
    """Everything that was said and is not so.

    An acknowledgement without its row, versions with a gap, two saves of one version, a reader taken back in time.
    """
    found = [f"{team}: the versions have a gap" for team, rows in stored.items() if _has_gap(rows)]
    taken: set[tuple[str, int]] = set()
    last: dict[int, int] = defaultdict(int)
    for one in told:
        if one.act == "joined":
            found += [] if (one.team_id, one.value) in files else [f"client {one.client}: {one.value} is not there"]
            continue
        if one.act == "saved":
            found += _save_faults(one, stored.get(one.team_id, {}), taken)
        if one.version < last[one.client]:
            found.append(f"client {one.client}: read version {one.version} after {last[one.client]}")
        last[one.client] = max(last[one.client], one.version)
    return found


def _save_faults(one: Told, rows: Mapping[int, Mapping[str, Any]], taken: set[tuple[str, int]]) -> list[str]:
    where = range(1, one.version + 1) if one.is_replay else (one.version,)
    if not any(rows.get(version, {}).get(one.field) == one.value for version in where):
        return [f"client {one.client}: {one.field} of version {one.version} is not what was acknowledged"]
    if one.is_replay:
        return []
    place = (one.team_id, one.version)
    found = [f"{one.team_id}: version {one.version} was given to two saves"] if place in taken else []
    taken.add(place)
    return found


def _has_gap(rows: Mapping[int, Any]) -> bool:
    return sorted(rows) != list(range(1, len(rows) + 1))

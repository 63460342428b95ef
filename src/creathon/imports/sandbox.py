"""Reads a file in a process of its own, which is killed when it takes too long."""

import json
from typing import Any

from creathon.core.apart import Died, run_apart
from creathon.core.text import _
from creathon.imports.reading import DAMAGED, SECONDS, Unreadable
from creathon.imports.rules.tables import Row, Table


async def read_table(content: bytes) -> Table:
    """The table of a file.

    Raises:
        Unreadable: it is no table, more of one than is taken, or whatever read it died of it.
    """
    try:
        said = await run_apart("creathon.imports.reading", content, seconds=SECONDS)
    except Died as error:
        raise Unreadable(_(DAMAGED)) from error
    return _table(json.loads(said))


def _table(answer: dict[str, Any]) -> Table:
    if "problem" in answer:
        raise Unreadable(_(answer["problem"]))
    dates: dict[int, set[int]] = {}
    for number, place in answer["dates"]:
        dates.setdefault(number, set()).add(place)
    rows = [Row(number, tuple(cells), frozenset(dates.get(number, ()))) for number, cells in answer["rows"]]
    return Table(answer["sheet"], answer["others"], rows[0], tuple(rows[1:]))

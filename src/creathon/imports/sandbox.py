"""Reads a file in a process of its own, which is killed when it takes too long."""

import asyncio
import json
import sys
from typing import Any

from creathon.core.text import _
from creathon.imports.reading import DAMAGED, SECONDS, Unreadable
from creathon.imports.rules.tables import Row, Table

PATIENCE = SECONDS + 5
"""Seconds of waiting; the process itself is allowed SECONDS of computing."""


async def read_table(content: bytes) -> Table:
    """The table of a file.

    Raises:
        Unreadable: it is no table, more of one than is taken, or whatever read it died of it.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-m", "creathon.imports.reading",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        said, _errors = await asyncio.wait_for(process.communicate(content), PATIENCE)
    except TimeoutError as error:
        raise Unreadable(_(DAMAGED)) from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise Unreadable(_(DAMAGED))
    return _table(json.loads(said))


def _table(answer: dict[str, Any]) -> Table:
    if "problem" in answer:
        raise Unreadable(_(answer["problem"]))
    dates: dict[int, set[int]] = {}
    for number, place in answer["dates"]:
        dates.setdefault(number, set()).add(place)
    rows = [Row(number, tuple(cells), frozenset(dates.get(number, ()))) for number, cells in answer["rows"]]
    return Table(answer["sheet"], answer["others"], rows[0], tuple(rows[1:]))

"""Work on what cannot be trusted, or weighs much: in a process of its own, limited, killed when late."""

import asyncio
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

ENVIRONMENT = {"PATH": os.defpath, "SOURCE_DATE_EPOCH": "0"}
"""Nothing of ours, whose secrets are there; and the fonts of a PDF are not dated, so that it is the same each time."""
GRACE = 25
"""Seconds of waiting beyond the computing allowed: it computes when the pages leave it the time."""
NICENESS = 10
"""Pages are answered first: two hundred files in the last minute took half of a machine from the saves."""


class Died(Exception):
    """The process took too long or ended badly. `code` is how it ended, None when it was killed."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"ended with {code}")
        self.code = code


async def run_apart(module: str, content: bytes | IO[bytes], *words: str, seconds: int) -> bytes:
    """What `python -m module words` says of `content`, given on its standard input.

    An open file of the disk is given itself: the process may seek it, and ours stays where it is. Bytes go through our
    event loop, 64 KiB at each of its turns: give a file whenever there is one.

    Raises:
        Died: it did not end well in time.
    """
    given = content if isinstance(content, bytes) else None
    with _standard_input(content) as stdin:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-m", module, *words,
            stdin=stdin, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            env=ENVIRONMENT,
        )  # fmt: skip
    with suppress(ProcessLookupError):  # it has ended already
        os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    try:
        said, _errors = await asyncio.wait_for(process.communicate(given), seconds + GRACE)
    except TimeoutError as error:
        raise Died(None) from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise Died(process.returncode)
    return said


@contextmanager
def _standard_input(content: bytes | IO[bytes]) -> Iterator[int]:
    if isinstance(content, bytes):
        yield asyncio.subprocess.PIPE
        return
    content.flush()
    again = os.open(f"/dev/fd/{content.fileno()}", os.O_RDONLY)  # opened again: it has a place of its own in the file
    try:
        yield again
    finally:
        os.close(again)


def limit_itself(*, memory: int, seconds: int) -> None:
    """Called by such a process before it reads anything: bytes of address space, seconds of computing, no core."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

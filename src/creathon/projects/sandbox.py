"""Has the file a team joins opened apart, before anything of it is kept; no transaction waits for it."""

import asyncio
import json
import logging
from typing import IO

from creathon.core.apart import Died, run_apart
from creathon.core.errors import Busy
from creathon.core.files import InMemory, Readable
from creathon.core.text import _
from creathon.projects import probing
from creathon.projects.opening import DAMAGED, SECONDS, Unsafe
from creathon.projects.rules.files import PDF, pdf_problem

logger = logging.getLogger("creathon")

NO_VIDEO = "Ce fichier ne se lit pas comme une vidéo. Enregistrez-la de nouveau au format MP4, puis joignez-la."
NO_TIME = "La plateforme est très sollicitée : elle n’a pas pu examiner ce fichier. Réessayez dans quelques minutes."
_two_at_a_time = asyncio.Semaphore(2)
"""In each process of the server: two images of forty million points at most are in memory, however many arrive."""


async def safe(file: IO[bytes], media_type: str) -> Readable | None:
    """What to store in the place of `file`: its image drawn again without metadata; None to keep it as it is.

    Raises:
        Unsafe: nothing of it is stored; the message says what to do.
        Busy: there was no time to look into it.
    """
    if media_type == PDF and (problem := pdf_problem(file)):
        raise Unsafe(problem)
    said = await _said_of(file, media_type)
    if said.startswith(b"!"):
        raise Unsafe(_(said[1:].decode()))
    if said.startswith(b"?"):
        logger.warning("a PDF has so many objects that only its clear parts were read")
    return InMemory(said[1:]) if said.startswith(b"+") else None


async def _said_of(file: IO[bytes], media_type: str) -> bytes:
    """The answer of the process that opens it; the file is left at its beginning."""
    async with _two_at_a_time:
        try:
            if media_type == PDF:
                return await run_apart("creathon.projects.opening_pdf", file, seconds=SECONDS)
            return await run_apart("creathon.projects.opening", file, media_type, seconds=SECONDS)
        except Died as error:
            raise _refusal(error, _(DAMAGED)) from error


def _refusal(error: Died, words: str) -> Unsafe | Busy:
    """A process that computed too much opened a bad file; one we waited for too long says that we are behind."""
    return Busy(_(NO_TIME)) if error.code is None else Unsafe(words)


async def probe(file: IO[bytes]) -> tuple[str | None, float | None]:
    """What a video is (None when it is none we accept), and its seconds when it says so; the file at its beginning.

    Raises:
        Unsafe: it could not be read at all.
        Busy: there was no time to look into it.
    """
    async with _two_at_a_time:
        try:
            said = json.loads(await run_apart("creathon.projects.probing", file, seconds=probing.SECONDS))
        except Died as error:
            raise _refusal(error, _(NO_VIDEO)) from error
    return said["media_type"], said["seconds"]

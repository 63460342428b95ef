"""Has the file a team joins opened apart, before anything of it is kept; no transaction waits for it."""

import asyncio
import io
import json
import logging
from typing import IO

from creathon.core.apart import Died, run_apart
from creathon.core.files import Readable
from creathon.core.text import _
from creathon.projects import probing
from creathon.projects.opening import DAMAGED, SECONDS, Unsafe
from creathon.projects.rules.files import PDF, pdf_problem

logger = logging.getLogger("creathon")

NO_VIDEO = "Ce fichier ne se lit pas comme une vidéo. Enregistrez-la de nouveau au format MP4, puis joignez-la."
_two_at_a_time = asyncio.Semaphore(2)
"""In each process of the server: two images of forty million points at most are in memory, however many arrive."""


class _Bytes:
    """What is kept in the place of an upload."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    async def read(self, size: int = -1) -> bytes:
        return self._content.read(size)


async def safe(file: IO[bytes], media_type: str) -> Readable | None:
    """What to store in the place of `file`: its image drawn again without metadata; None to keep it as it is.

    Raises:
        Unsafe: nothing of it is stored; the message says what to do.
    """
    if media_type == PDF and (problem := pdf_problem(file)):
        raise Unsafe(problem)
    said = await _said_of(file, media_type)
    if said.startswith(b"!"):
        raise Unsafe(_(said[1:].decode()))
    if said.startswith(b"?"):
        logger.warning("a PDF has so many objects that only its clear parts were read")
    return _Bytes(said[1:]) if said.startswith(b"+") else None


async def _said_of(file: IO[bytes], media_type: str) -> bytes:
    """The answer of the process that opens it; the file is left at its beginning."""
    async with _two_at_a_time:
        content = await asyncio.to_thread(file.read)
        file.seek(0)
        try:
            if media_type == PDF:
                return await run_apart("creathon.projects.opening_pdf", content, seconds=SECONDS)
            return await run_apart("creathon.projects.opening", media_type.encode() + b"\n" + content, seconds=SECONDS)
        except Died as error:
            raise Unsafe(_(DAMAGED)) from error


async def probe(file: IO[bytes]) -> tuple[str | None, float | None]:
    """What a video is (None when it is none we accept), and its seconds when it says so; the file at its beginning.

    Raises:
        Unsafe: it could not be read at all.
    """
    async with _two_at_a_time:
        file.seek(0)
        try:
            said = json.loads(await run_apart("creathon.projects.probing", file, seconds=probing.SECONDS))
        except Died as error:
            raise Unsafe(_(NO_VIDEO)) from error
    file.seek(0)
    return said["media_type"], said["seconds"]

"""The words of tus 1.0.0 (https://tus.io): what a request says, what an answer says, a body of which nothing is lost.

Served: creation, expiration, termination. PATCH and DELETE come as POST with X-HTTP-Method-Override.
"""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from datetime import datetime
from email.utils import format_datetime
from enum import Enum
from typing import Any

from litestar import Response
from litestar.types import Receive

from creathon.core.errors import AppError, BadRequest
from creathon.core.web.visit import Visit

VERSION = "1.0.0"
PART = "application/offset+octet-stream"
PIECE = 1 << 20
"""Bytes handed over at a time: each costs a hop to a thread."""
STALLED_SECONDS = 20.0
"""A line that says nothing for so long is given up: what holds the file lets go of it, and the browser resumes."""
_DIGITS = 15
STALLED = "stalled"
UNREADABLE = "Cet envoi ne peut pas être lu. Rechargez la page, puis choisissez de nouveau votre fichier."


class OtherVersion(AppError):
    """The client speaks another version of tus, or none."""

    status = 412


class End(Enum):
    """How a body ended."""

    WHOLE = "whole"
    CUT = "cut"
    STALLED = "stalled"
    TOO_LONG = "too long"


def check_version(visit: Visit) -> None:
    """Refuse who does not speak this version.

    Raises:
        OtherVersion: so it is.
    """
    if visit.header("tus-resumable") != VERSION:
        raise OtherVersion(UNREADABLE)


def count(visit: Visit, name: str) -> int:
    """A number of bytes, as a header says it.

    Raises:
        BadRequest: it is missing, negative or no number.
    """
    value = visit.header(name) or ""
    if not (value.isascii() and value.isdigit() and len(value) <= _DIGITS):
        raise BadRequest(UNREADABLE)
    return int(value)


def metadata(visit: Visit) -> dict[str, str]:
    """Upload-Metadata, decoded.

    Raises:
        BadRequest: it is neither Base64 nor UTF-8.
    """
    pairs = [pair.strip().partition(" ") for pair in (visit.header("upload-metadata") or "").split(",")]
    try:
        return {name: base64.b64decode(value, validate=True).decode() for name, _, value in pairs}
    except ValueError as error:
        raise BadRequest(UNREADABLE) from error


def answer(status: int, body: str = "", **headers: str | int | datetime) -> Response[str]:
    """An answer with these headers: `upload_offset=3` is said as Upload-Offset: 3."""
    said = {"tus-resumable": VERSION, "cache-control": "private, no-store"}
    for name, value in headers.items():
        words = format_datetime(value, usegmt=True) if isinstance(value, datetime) else str(value)
        said[name.replace("_", "-")] = words
    return Response(body, status_code=status, headers=said, media_type="text/plain")


async def pour(receive: Receive, hand_over: Callable[[bytearray], Awaitable[None]], most: int) -> End:
    """Hand a body over by pieces of about 1 MiB, and whatever came before a cut; at most `most` bytes of it."""
    held, end = bytearray(), None
    while end is None:
        message = await _next(receive)
        body = message.get("body", b"") if message["type"] == "http.request" else b""
        held += body[:most]
        if len(body) > most:
            end = End.TOO_LONG
        elif message["type"] != "http.request":
            end = End.STALLED if message["type"] == STALLED else End.CUT
        elif not message.get("more_body", False):
            end = End.WHOLE
        most -= min(len(body), most)
        if len(held) >= PIECE:
            await hand_over(held)
            held = bytearray()
    if held:
        await hand_over(held)
    return end


async def _next(receive: Receive) -> Any:
    """The next message of the server, or one that says that the line is silent."""
    try:
        async with asyncio.timeout(STALLED_SECONDS):
            return await receive()
    except TimeoutError:
        return {"type": STALLED}

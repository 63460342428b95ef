"""Reads a form after the viewer is known and the door's guard has let them in, within limits, and checks its token."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException, InternalServerException
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from creathon.core.clock import Clock, decision_time
from creathon.core.errors import BadRequest, Refused, TooLarge
from creathon.core.forms import MultiDict
from creathon.core.ids import same
from creathon.core.text import size_words
from creathon.core.web.pace import Pace
from creathon.core.web.visit import visit_of

CSRF_FIELD = "_csrf"
CSRF_HEADER = "x-csrf-token"
ANONYMOUS_LIMIT = 64 * 1024
FORM_LIMIT = 512 * 1024
FIELD_LIMIT = 128 * 1024
FIELDS = 500
FILENAME_LIMIT = 255
PIECE = 1024 * 1024
"""Of a file, as it is handed to a thread that writes it; between two, others may pass."""
UNREADABLE = "Ce formulaire ne peut pas être lu. Revenez en arrière et recommencez."
TOO_OLD = "Votre page était ouverte depuis trop longtemps. Revenez en arrière, rechargez-la et envoyez de nouveau."


async def receive_form(request: Request[Any, Any, Any]) -> None:
    """Before every handler: read the form of a write and refuse it without a token bound to the session."""
    visit = visit_of(request.scope)
    if not visit.writes:
        return
    known = visit.viewer.session_id or visit.visitor_id
    tokens = [visit.csrf_token()] if known else []
    if visit.viewer.former and "ends_session" in request.route_handler.opt:
        tokens.append(visit.session_token(visit.viewer.former.session_id))
    await read_posted(request, tokens)


async def read_posted(request: Request[Any, Any, Any], tokens: Sequence[str]) -> None:
    """Read the form within its limits and refuse it without one of the tokens.

    A handler raises the limit of its body with `max_body=<bytes>`, and how many fields it takes with `max_fields=`;
    whoever never signed in sends 64 KiB at most.
    """
    visit = visit_of(request.scope)
    header = visit.header(CSRF_HEADER)
    if header is not None:
        _check_token(header, tokens)
    limit = int(request.route_handler.opt.get("max_body", FORM_LIMIT))
    former = visit.viewer.former
    known = visit.viewer.is_signed_in or (former is not None and former.expired)
    visit.posted = await _read(request, limit if known else ANONYMOUS_LIMIT, visit.uploads)
    clock: Clock = visit.app.state.clock
    visit.arrived = decision_time(visit.arrived, clock.now())
    if header is None:
        _check_token(visit.posted.get(CSRF_FIELD), tokens)


def _check_token(found: object, tokens: Sequence[str]) -> None:
    if not isinstance(found, str) or not any(same(found, token) for token in tokens):
        raise Refused(TOO_OLD)


async def _read(request: Request[Any, Any, Any], limit: int, uploads: list[UploadFile]) -> MultiDict:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    announced = request.headers.get("content-length", "0")
    if not (announced.isascii() and announced.isdigit()):
        raise BadRequest(UNREADABLE)
    if int(announced[:20]) > limit:
        raise _too_large(limit)
    stream = _limited(request, limit)
    try:
        if kind == "multipart/form-data":
            pairs = await _multipart(stream, options.get("boundary", ""), uploads, request.app.state.pace)
        elif kind == "application/x-www-form-urlencoded":
            body = b"".join([chunk async for chunk in stream])
            most = int(request.route_handler.opt.get("max_fields", FIELDS))
            pairs = parse_qsl(body.decode("ascii"), True, errors="strict", max_num_fields=most)
        else:
            pairs = []
    except (ValueError, MultipartError) as error:
        raise BadRequest(UNREADABLE) from error
    return MultiDict(_checked(pairs))


async def _limited(request: Request[Any, Any, Any], limit: int) -> AsyncIterator[bytes]:
    """The body by chunks; refused at the first byte too many, or when it breaks off."""
    read = 0
    try:
        async for chunk in request.stream():
            read += len(chunk)
            if read > limit:
                raise _too_large(limit)
            yield chunk
    except ClientException as error:
        raise _too_large(limit) from error
    except InternalServerException as error:
        raise BadRequest(UNREADABLE) from error


async def _multipart(
    stream: AsyncIterator[bytes], boundary: str, uploads: list[UploadFile], pace: Pace
) -> list[tuple[str, Any]]:
    """The fields; what is opened for a file is noted in `uploads`, to be closed when the request ends."""
    pairs: list[tuple[str, Any]] = []
    segment: MultipartSegment | None = None
    target: _Arriving | bytearray = bytearray()
    with PushMultipartParser(boundary, max_segment_count=FIELDS) as parser:
        async for chunk in stream:
            for part in parser.parse(chunk):
                if isinstance(part, MultipartSegment):
                    segment, target = part, _target(part, pace)
                    if isinstance(target, _Arriving):
                        uploads.append(target)
                elif part:
                    await _append(target, part)
                elif segment is not None:
                    pairs.append((segment.name, await _finished(target)))
    return pairs


class _Arriving(UploadFile):
    """A file of which a piece waits in memory to be large enough to be written."""

    __slots__ = ("_pace", "_waiting")

    def __init__(self, content_type: str, filename: str, pace: Pace) -> None:
        super().__init__(content_type, filename)
        self._waiting = bytearray()
        self._pace = pace

    async def append(self, part: bytes | bytearray) -> None:
        self._waiting += part
        if len(self._waiting) >= PIECE:
            await self.settle()
            await self._pace.let_others()

    async def settle(self) -> None:
        await self.write(bytes(self._waiting))
        self._waiting.clear()


def _target(segment: MultipartSegment, pace: Pace) -> _Arriving | bytearray:
    if segment.filename is None:
        return bytearray()
    if len(segment.filename) > FILENAME_LIMIT:
        raise BadRequest(f"Le nom de ce fichier est trop long : {FILENAME_LIMIT} caractères au plus.")
    return _Arriving(segment.content_type or "", segment.filename, pace)


async def _append(target: _Arriving | bytearray, part: bytes | bytearray) -> None:
    if isinstance(target, _Arriving):
        await target.append(part)
        return
    target.extend(part)
    if len(target) > FIELD_LIMIT:
        raise _too_large(FIELD_LIMIT)


async def _finished(target: _Arriving | bytearray) -> UploadFile | str:
    if isinstance(target, _Arriving):
        await target.settle()
        await target.seek(0)
        return target
    return target.decode("utf-8")


def _checked(pairs: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    for name, value in pairs:
        if "\0" in name or "\0" in (value if isinstance(value, str) else value.filename):
            raise BadRequest(UNREADABLE)
    return pairs


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"Cet envoi dépasse la limite de {size_words(limit)}. Rien n’a été enregistré.")

"""A form sent again while its first sending still waits: one act, and both are answered.

A page that gets no answer in time sends the same again, under the same key. When the platform is slow each repeat would
be more work, answers would come later still, and in the end none in time (decision 31).
"""

import asyncio
import hashlib
from copy import copy
from dataclasses import dataclass, field

from litestar.types import (
    ASGIApp,
    HTTPReceiveMessage,
    HTTPRequestEvent,
    Message,
    Receive,
    Scope,
    Send,
    WebSocketReceiveMessage,
)

from creathon.core.actor import Viewer
from creathon.core.web.pace import Pace
from creathon.core.web.posted import ANONYMOUS_LIMIT
from creathon.core.web.transactions import ONCE_FIELD
from creathon.core.web.visit import CookieChange, Visit, visit_of

LONGEST_ANSWER = 256 * 1024
"""Bytes that are kept for repeats; they are worked on themselves when the answer is longer."""
_KEY = f"{ONCE_FIELD}=".encode()
_SAYING_WHO_AND_WHAT = ("cookie", "content-type", "hx-request", "x-csrf-token")


@dataclass
class Answer:
    """What the first sending was answered, as it left the pages, and what the door adds to it."""

    messages: list[Message] = field(default_factory=list)
    size: int = 0
    viewer: Viewer | None = None
    cookies: list[CookieChange] = field(default_factory=list)

    def keep(self, message: Message) -> None:
        """Keep a copy, as the door adds headers to the one that leaves."""
        if message["type"] == "http.response.body":
            self.size += len(message["body"])
        if self.size <= LONGEST_ANSWER:
            self.messages.append(copy(message))

    @property
    def is_whole(self) -> bool:
        return self.size <= LONGEST_ANSWER and bool(self.messages) and not self.messages[-1].get("more_body", False)


class Repeats:
    """Middleware: a repeat of a form that this process is at work on waits for the answer of the first."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = visit_of(scope)
        if not _may_repeat(visit):
            await self.app(scope, receive, send)
            return
        body, receive = await _read(receive)
        if _KEY not in body:
            await self.app(scope, receive, send)
            return
        await self._once(visit, _digest(visit, body), receive, send)

    async def _once(self, visit: Visit, key: bytes, receive: Receive, send: Send) -> None:
        pace: Pace = visit.app.state.pace
        while first := pace.forms.get(key):
            answer = await asyncio.shield(first)
            if answer.is_whole:
                await _give(answer, visit, send)
                return
        mine = pace.forms[key] = asyncio.get_running_loop().create_future()
        answer = Answer()

        async def send_and_keep(message: Message) -> None:
            answer.keep(message)
            await send(message)

        try:
            await self.app(visit.scope, receive, send_and_keep)
        finally:
            answer.viewer, answer.cookies = visit.viewer, list(visit.cookies)
            del pace.forms[key]
            mine.set_result(answer)


async def _give(answer: Answer, visit: Visit, send: Send) -> None:
    if answer.viewer is not None:
        visit.viewer = answer.viewer
    visit.cookies[:] = answer.cookies
    for message in answer.messages:
        await send(copy(message))


def _may_repeat(visit: Visit) -> bool:
    """Whether it is a form of a browser that has a cookie, as short as what a stranger may send: it is read first."""
    length = visit.header("content-length") or ""
    kind = visit.header("content-type") or ""
    is_form = visit.method == "POST" and kind.startswith("application/x-www-form-urlencoded")
    return is_form and bool(visit.header("cookie")) and length.isdecimal() and int(length[:20]) <= ANONYMOUS_LIMIT


def _digest(visit: Visit, body: bytes) -> bytes:
    said = [visit.path, visit.scope["query_string"].decode("latin-1")]
    said += [visit.header(name) or "" for name in _SAYING_WHO_AND_WHAT]
    return hashlib.sha256("\0".join(said).encode() + b"\0" + body).digest()


async def _read(receive: Receive) -> tuple[bytes, Receive]:
    """The body, and what gives its messages again to whoever reads it next; a body that breaks off is given as such."""
    messages = []
    body = b""
    while True:
        message = await receive()
        messages.append(message)
        if message["type"] != "http.request":
            break
        part: HTTPRequestEvent = message
        body += part["body"]
        if not part["more_body"] or len(body) > ANONYMOUS_LIMIT:
            break
    waiting = iter(messages)

    async def receive_again() -> HTTPReceiveMessage | WebSocketReceiveMessage:
        return next(waiting, None) or await receive()

    return body, receive_again

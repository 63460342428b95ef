"""What can wait does, when a process is behind: pages that ask for news are not answered before those that save.

And what arrived in time is in time, however late the process is when it looks at it.
"""

import asyncio
from collections import deque
from datetime import timedelta
from typing import Any

from litestar.types import ASGIApp, Receive, Scope, Send

from creathon.core.web.visit import visit_of

EVERY_SECONDS = 0.1
BEHIND_SECONDS = 0.25
"""How late a process is when it stops answering what can wait: a person does not feel it yet."""
TURN_SECONDS = 0.03
"""How late a process is when a file on its way rests. On PostgreSQL a save takes twenty turns of the loop: where each
lasts a tenth of a second, as it does while files pour in, the save takes two."""
REST_SECONDS = 0.2
REMEMBERED_SECONDS = 2.0
"""What the loop was late by is held against us that long: a request may have waited through several of its turns."""
CROWD = 40
"""How many forms a process may be at work on before it is behind, even where its loop keeps up: they wait for the
database. In the rush of 500 teams there are ten at a time."""
OWED_AT_MOST = timedelta(seconds=30)
"""Browsers and proxies have given up by then."""
CAN_WAIT = "can_wait"
"""Option of a route: the parameter whose presence says that the answer is only a comfort, asked for again anyway."""


class Pace:
    """How late this process is: its event loop, in seconds, and the forms it has not answered."""

    def __init__(self) -> None:
        self.late = 0.0
        self.forms: dict[bytes, asyncio.Future[Any]] = {}
        """Those it is at work on, by their digest (`web.repeats`)."""
        self._due: float | None = None
        self._past: deque[float] = deque([0.0], maxlen=round(REMEMBERED_SECONDS / EVERY_SECONDS))

    @property
    def is_behind(self) -> bool:
        return self.late > BEHIND_SECONDS or len(self.forms) > CROWD

    async def let_others(self) -> None:
        """Called between two pieces of something long: while turns are long, those that are short go first."""
        if self.late > TURN_SECONDS or self.is_behind:
            await asyncio.sleep(REST_SECONDS)

    async def watch(self) -> None:
        """Measure for ever; cancel to stop."""
        loop = asyncio.get_running_loop()
        while True:
            self._due = loop.time() + EVERY_SECONDS
            await asyncio.sleep(EVERY_SECONDS)
            self.measured(loop.time() - self._due)

    def measured(self, late: float) -> None:
        """The loop was that late, in seconds."""
        self.late = late
        self._past.append(late)

    def owed(self) -> timedelta:
        """How long what is looked at now may have waited for us; nothing while the process keeps up."""
        overdue = 0.0 if self._due is None else asyncio.get_running_loop().time() - self._due
        longest = max(overdue, *self._past)
        return min(timedelta(seconds=longest), OWED_AT_MOST) if longest > BEHIND_SECONDS else timedelta(0)


class Patience:
    """Middleware: while the process is behind, a route that can wait is answered « nothing new », to anybody."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        pace: Pace = visit_of(scope).app.state.pace
        parameter = scope["route_handler"].opt.get(CAN_WAIT)
        if parameter and f"{parameter}=".encode() in scope["query_string"] and pace.is_behind:
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        await self.app(scope, receive, send)

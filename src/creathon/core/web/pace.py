"""What can wait does, when a process is behind: pages that ask for news are not answered before those that save."""

import asyncio

from litestar.types import ASGIApp, Receive, Scope, Send

from creathon.core.web.visit import visit_of

EVERY_SECONDS = 0.1
BEHIND_SECONDS = 0.25
"""How late a process is when it stops answering what can wait: a person does not feel it yet."""
REST_SECONDS = 0.2
CAN_WAIT = "can_wait"
"""Option of a route: the parameter whose presence says that the answer is only a comfort, asked for again anyway."""


class Pace:
    """How late the event loop of this process is, in seconds."""

    def __init__(self) -> None:
        self.late = 0.0

    async def let_others(self) -> None:
        """Called between two pieces of something long: while the process is behind, those that are short go first."""
        if self.late > BEHIND_SECONDS:
            await asyncio.sleep(REST_SECONDS)

    async def watch(self) -> None:
        """Measure for ever; cancel to stop."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + EVERY_SECONDS
            await asyncio.sleep(EVERY_SECONDS)
            self.late = loop.time() - due


class Patience:
    """Middleware: while the process is behind, a route that can wait is answered « nothing new », to anybody."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        pace: Pace = visit_of(scope).app.state.pace
        parameter = scope["route_handler"].opt.get(CAN_WAIT)
        if parameter and f"{parameter}=".encode() in scope["query_string"] and pace.late > BEHIND_SECONDS:
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        await self.app(scope, receive, send)

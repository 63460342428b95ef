"""Who is there: the viewer of each request, read from the session cookie before anything else is read."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from litestar.types import ASGIApp, Receive, Scope, Send
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.actor import Viewer
from creathon.core.ids import digest
from creathon.core.web.flash import read_flashes
from creathon.core.web.visit import visit_of

SESSION_COOKIE = "session"
VISITOR_COOKIE = "visitor"
IMPERSONAL = frozenset({"static", "probe"})
"""The policies of built files and of probes: the same for everybody, so that nobody is looked for."""

LoadViewer = Callable[[AsyncSession, str, datetime], Awaitable[Viewer]]
"""Finds the viewer of a session by the digest of its token; Anonymous when it is unknown, ended or expired."""


class Authentication:
    """Middleware: sets `visit.viewer`, `visit.visitor_id` and the flashes; never writes."""

    def __init__(self, app: ASGIApp, load_viewer: LoadViewer) -> None:
        self.app = app
        self.load_viewer = load_viewer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = visit_of(scope)
        if scope["route_handler"].opt.get("policy") in IMPERSONAL:
            await self.app(scope, receive, send)
            return
        cookies = read_cookies(visit.header("cookie") or "")
        visit.visitor_id = cookies.get(visit.cookie_name(VISITOR_COOKIE), "")
        read_flashes(visit, cookies)
        if token := cookies.get(visit.cookie_name(SESSION_COOKIE)):
            async with visit.database.reading() as session:
                visit.viewer = await self.load_viewer(session, digest(token), visit.arrived)
        await self.app(scope, receive, send)


def read_cookies(header: str) -> dict[str, str]:
    """The cookies of a request, the first of each name; one that cannot be read hides no other."""
    cookies: dict[str, str] = {}
    for part in header.split(";"):
        name, found, value = part.partition("=")
        if found:
            cookies.setdefault(name.strip(), value.strip().strip('"'))
    return cookies

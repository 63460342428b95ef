"""Who is there: the viewer of each request, read from the session cookie before anything else is read."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from http.cookies import CookieError, SimpleCookie

from litestar.types import ASGIApp, Receive, Scope, Send
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.actor import Viewer
from creathon.core.database import Database
from creathon.core.ids import digest
from creathon.core.web.flash import read_flashes
from creathon.core.web.visit import Visit, visit_of

SESSION_COOKIE = "session"
VISITOR_COOKIE = "visitor"

LoadViewer = Callable[[AsyncSession, str, datetime], Awaitable[Viewer]]
"""Finds the viewer of a session by the digest of its token; Anonymous when it is unknown, ended or expired."""


class Authentication:
    """Middleware: sets `visit.viewer`, `visit.visitor_id` and the flashes; never writes."""

    def __init__(self, app: ASGIApp, database: Database, load_viewer: LoadViewer) -> None:
        self.app = app
        self.database = database
        self.load_viewer = load_viewer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = visit_of(scope)
        cookies = _cookies(visit)
        visit.visitor_id = cookies.get(visit.cookie_name(VISITOR_COOKIE), "")
        read_flashes(visit, cookies)
        if token := cookies.get(visit.cookie_name(SESSION_COOKIE)):
            async with self.database.reading() as session:
                visit.viewer = await self.load_viewer(session, digest(token), visit.now)
        await self.app(scope, receive, send)


def _cookies(visit: Visit) -> dict[str, str]:
    """The cookies of the request; those that cannot be read are as if they were absent."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(visit.header("cookie") or "").items()}
    except CookieError:
        return {}

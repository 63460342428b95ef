"""One request, one transaction: committed after the page is rendered and before its first byte leaves.

The commit happens on the way out (`http.response.start`), not in a dependency: the framework does not close a
generator dependency when a later provider raises, which would keep SQLite's only writer. A status of 400 or more, or
an exception, undoes everything; a commit that fails replaces the answer by an error page.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from litestar.types import ASGIApp, Message, Receive, Scope, Send
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.actor import Viewer
from creathon.core.database import Database
from creathon.core.once import claim, note_arrival, once_key, remember, sent_key
from creathon.core.web.errors import ErrorPages, outcome, send_page
from creathon.core.web.visit import Visit, Visiting, visit_of

ONCE_FIELD = "_once"
Touch = Callable[[AsyncSession, Viewer, datetime], Awaitable[None]]
"""Notes, with what a signed-in person writes, that the session is in use. Late, so that its row is held briefly, and
before the journal's turn, which is waited for with nothing else left to wait for."""


class UnitOfWork:
    """The session of one request, opened when first asked for."""

    def __init__(self, database: Database, visit: Visit, touch: Touch | None = None) -> None:
        self.database = database
        self.visit = visit
        self.touch = touch
        self.session = database.write_session() if visit.writes else database.read_session()
        self._key: str | None = None
        self._sent: str | None = None
        self._opened = False

    async def open(self) -> AsyncSession:
        """The session; the first time in a write, the form's idempotency key is claimed.

        Raises:
            AlreadyDone: the same form was acted upon before.
        """
        if not self._opened:
            self._opened = True
            value = self.visit.posted.get(ONCE_FIELD)
            if self.visit.writes and value:
                owner = self.visit.viewer.session_id or self.visit.visitor_id
                self._key = once_key(owner, value)
                self._sent = sent_key(owner, self.visit.posted.pairs())
                self.visit.arrived = await claim(self.session, self._key, self._sent, now=self.visit.arrived)
        return self.session

    async def end(self, status: int) -> None:
        """Commit what the request wrote, or undo it when its answer is a refusal."""
        if self.visit.writes and self._opened and status < 400 and not self.visit.undo:
            try:
                await self._commit()
            except BaseException:
                await self.session.rollback()
                raise
        await self.session.close()

    async def _commit(self) -> None:
        """Commit; when it fails the caller must roll back, as closing alone would hand on an open transaction."""
        if self.touch and self.visit.viewer.is_signed_in:
            await self.touch(self.session, self.visit.viewer, self.visit.arrived)
        if self._key and self.visit.location:
            await remember(self.session, self._key, self.visit.location)
        await self.session.commit()

    async def close(self) -> None:
        await self.session.close()

    async def note_arrival(self) -> None:
        """After a failure of ours: the same form sent again keeps the arrival of this one."""
        if self._sent is not None and not self.visit.uploads:
            async with self.database.writing() as session:
                await note_arrival(session, self._sent, arrived_at=self.visit.arrived)


class Transactions:
    """Middleware that gives each request its unit of work and ends it."""

    def __init__(self, app: ASGIApp, errors: ErrorPages, touch: Touch | None = None) -> None:
        self.app = app
        self.errors = errors
        self.touch = touch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = visit_of(scope)
        work = visit.work = UnitOfWork(visit.database, visit, self.touch)
        replaced = False

        async def send_after_commit(message: Message) -> None:
            nonlocal replaced
            if replaced:
                return
            if message["type"] == "http.response.start":
                try:
                    await work.end(message["status"])
                    if message["status"] >= 500:
                        await self._note_arrival(visit, work)
                except Exception as error:
                    replaced = True
                    await self._note_arrival(visit, work)
                    await self._send_failure(visit, error, send)
                    return
            await send(message)

        try:
            await self.app(scope, receive, send_after_commit)
        finally:
            await work.close()
            for upload in visit.uploads:
                await upload.close()

    async def _note_arrival(self, visit: Visit, work: UnitOfWork) -> None:
        try:
            await work.note_arrival()
        except Exception as error:
            self.errors.log(visit, 500, error)

    async def _send_failure(self, visit: Visit, error: Exception, send: Send) -> None:
        visit.cookies.clear()
        status, message = outcome(error)
        self.errors.log(visit, status, error)
        await send_page(send, status, self.errors.render(status, message, visit.incident))


async def provide_session(visit: Visiting) -> AsyncSession:
    """The request's session: read-only on GET, one transaction on POST."""
    assert visit.work is not None, "the route has no transaction"  # noqa: S101
    return await visit.work.open()

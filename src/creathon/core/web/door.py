"""The outermost layer: arrival stamp, allowed hosts and methods, origin of writes, cookies and headers on the way out.

It wraps the whole application, so that what the framework answers by itself (404, 405, errors) leaves like the rest.
"""

from collections.abc import Iterable
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from creathon.core.clock import Clock
from creathon.core.errors import AppError, BadRequest, Refused
from creathon.core.web.errors import ErrorPages, MethodRefused, send_page
from creathon.core.web.visit import CookieChange, Visit
from creathon.settings import Settings

METHODS = frozenset({"GET", "HEAD", "POST"})

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}
HSTS = "max-age=63072000; includeSubDomains"


class Door:
    """The ASGI application a server runs."""

    def __init__(self, app: ASGIApp, settings: Settings, clock: Clock, errors: ErrorPages) -> None:
        self.app = app
        self.settings = settings
        self.clock = clock
        self.errors = errors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        visit = Visit(scope, self.settings, self.clock.now())
        head = visit.method == "HEAD"
        leaving = _Leaving(visit, send, head=head)
        try:
            self._refuse_strangers(visit)
        except AppError as error:
            await send_page(leaving, error.status, self.errors.render(error.status, error.message, visit.incident))
            return
        if head:
            scope["method"] = HttpMethod.GET
        await self.app(scope, receive, leaving)

    def _refuse_strangers(self, visit: Visit) -> None:
        """Refuse before reading a byte of the body: host, method, path, origin of a write."""
        if visit.method not in METHODS:
            raise MethodRefused()
        host = visit.header("host")
        if host is None or urlsplit(f"//{host}").hostname not in self.settings.trusted_hosts:
            raise BadRequest("Cette adresse n’est pas celle de la plateforme.")
        if b"%00" in visit.scope.get("raw_path", b"") or b"%00" in visit.scope["query_string"]:
            raise BadRequest("Cette adresse contient un caractère interdit.")
        if visit.writes and not _same_origin(visit, host):
            raise Refused("Ce formulaire vient d’un autre site. Ouvrez la page depuis la plateforme et recommencez.")


def _same_origin(visit: Visit, host: str) -> bool:
    """Whether the browser says the write comes from one of our own pages; a browser that says nothing is refused."""
    site = visit.header("sec-fetch-site")
    origin = visit.header("origin")
    if site is None and origin is None:
        return False
    return site in (None, "same-origin") and (origin is None or urlsplit(origin).netloc == host)


class _Leaving:
    """Wraps `send`: headers and cookies on the first message, no body for HEAD."""

    def __init__(self, visit: Visit, send: Send, *, head: bool) -> None:
        self.visit = visit
        self.send = send
        self.head = head

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *self._headers(message["headers"])]
        elif self.head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self.send(message)

    def _headers(self, present: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        names = {key.lower() for key, _ in present}
        wanted = dict(HEADERS)
        if self.visit.settings.secure_cookies:
            wanted["strict-transport-security"] = HSTS
        personal = self.visit.viewer.is_signed_in or self.visit.cookies
        wanted["cache-control"] = "private, no-store" if personal else "no-cache"
        wanted["vary"] = "Cookie"
        headers = [(name.encode(), value.encode()) for name, value in wanted.items() if name.encode() not in names]
        return headers + [(b"set-cookie", self._cookie(change)) for change in self.visit.cookies]

    def _cookie(self, change: CookieChange) -> bytes:
        cookie = SimpleCookie({change.name: change.value or ""})
        morsel = cookie[change.name]
        morsel["path"], morsel["httponly"], morsel["samesite"] = "/", True, "Lax"
        if self.visit.settings.secure_cookies:
            morsel["secure"] = True
        if change.value is None:
            morsel["max-age"] = 0
        elif change.max_age is not None:
            morsel["max-age"] = change.max_age
        return morsel.OutputString().encode()

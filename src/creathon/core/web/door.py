"""The outermost layer: arrival stamp, allowed hosts and methods, origin of writes, cookies and headers on the way out.

It wraps the whole application, so that what the framework answers by itself (404, 405, errors) leaves like the rest.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from http.cookies import SimpleCookie
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit

from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from creathon.core.clock import Clock
from creathon.core.errors import AppError, BadRequest, Refused
from creathon.core.scoping import watched
from creathon.core.web.errors import ErrorPages, MethodRefused, send_page
from creathon.core.web.visit import CookieChange, Visit
from creathon.settings import Settings

METHODS = frozenset({"GET", "HEAD", "POST"})

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; "
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
HEADERS_LIMIT = 64 * 1024
SENT_BY_SCRIPT = "x-form"
"""`fetch`: our script sent the form. It reads where to go and goes there itself: followed for it, the page that shows
what was done would be read, and its sentences spent, before the person sees it."""
LAST_RESORT = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Erreur – Créathon</title></head>
<body><h1>La page n’a pas pu être préparée</h1>
<p>Réessayez dans un instant. Si cela se répète, écrivez-nous en citant ce numéro : {incident}.</p></body></html>"""
"""Shown when even the error page fails."""
HSTS = "max-age=63072000; includeSubDomains"


class Door:
    """The ASGI application a server runs.

    `owed` tells how long what is looked at now may have waited for us: a write arrived that much earlier. A page that
    is read did not, or it would still say « not open yet » after the opening.
    """

    def __init__(
        self, app: ASGIApp, settings: Settings, clock: Clock, errors: ErrorPages, owed: Callable[[], timedelta]
    ) -> None:
        self.app = app
        self.settings = settings
        self.clock = clock
        self.errors = errors
        self.owed = owed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        visit = Visit(scope, self.settings, self.clock.now())
        if visit.writes:
            visit.arrived -= self.owed()
        head = visit.method == "HEAD"
        leaving = _Leaving(visit, send, head=head)
        try:
            self._refuse_strangers(visit)
        except AppError as error:
            self.errors.log(visit, error.status, error)
            await send_page(leaving, error.status, self.errors.render(error.status, error.message, visit.incident))
            return
        if head:
            scope["method"] = HttpMethod.GET.value
        try:
            with watched():
                await self.app(scope, receive, leaving)
        except Exception as error:
            self.errors.log(visit, 500, error)
            if not leaving.started:
                await send_page(leaving, 500, LAST_RESORT.format(incident=visit.incident))

    def _refuse_strangers(self, visit: Visit) -> None:
        """Refuse before reading a byte of the body: headers, method, host, address, origin of a write."""
        if _unreadable(visit.scope):
            raise BadRequest("Cette adresse contient un caractère interdit.")
        if visit.method not in METHODS:
            raise MethodRefused()
        host = _only(visit.scope, b"host")
        if _split(f"//{host}").hostname not in self.settings.trusted_hosts:
            raise BadRequest("Cette adresse n’est pas celle de la plateforme.")
        if visit.writes and not _same_origin(visit, host):
            raise Refused("Ce formulaire vient d’un autre site. Ouvrez la page depuis la plateforme et recommencez.")


def _unreadable(scope: Scope) -> bool:
    """Whether address or headers hold what no page could keep: NUL, broken UTF-8, too much."""
    headers = scope["headers"]
    if sum(len(name) + len(value) for name, value in headers) > HEADERS_LIMIT:
        return True
    if any(b"\0" in value for _name, value in headers):
        return True
    address = unquote_to_bytes(scope.get("raw_path") or scope["path"].encode("utf-8", "surrogateescape"))
    address += b"?" + unquote_to_bytes(scope["query_string"])
    try:
        return "\0" in address.decode("utf-8") or "\0" in scope["path"]
    except UnicodeDecodeError:
        return True


def _only(scope: Scope, name: bytes) -> str:
    """The value of a header that comes exactly once, or nothing."""
    values = [value for key, value in scope["headers"] if key == name]
    return values[0].decode("latin-1") if len(values) == 1 else ""


def _split(address: str) -> SplitResult:
    """The parts of an address; all empty when it cannot be split."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _same_origin(visit: Visit, host: str) -> bool:
    """Whether the browser says the write comes from one of our own pages; a browser that says nothing is refused."""
    site = visit.header("sec-fetch-site")
    origin = visit.header("origin")
    if site is None and origin is None:
        return False
    return site in (None, "same-origin") and (origin is None or _is_ours(_split(origin), visit, host))


def _is_ours(origin: SplitResult, visit: Visit, host: str) -> bool:
    """Same host, and never plain HTTP when the platform is served over HTTPS."""
    return origin.netloc == host and (origin.scheme == "https" or not visit.settings.secure_cookies)


class _Leaving:
    """Wraps `send`: headers and cookies on the first message, no body for HEAD."""

    def __init__(self, visit: Visit, send: Send, *, head: bool) -> None:
        self.visit = visit
        self.send = send
        self.head = head
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            if message["status"] == 303 and self.visit.header(SENT_BY_SCRIPT) == "fetch":
                message["status"] = 200
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

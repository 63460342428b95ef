"""One request as the pages see it: who, when, what was posted, what is answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Annotated, Any

from litestar import Litestar
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.types import Scope
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.actor import Actor, Anonymous, Viewer
from creathon.core.database import Database
from creathon.core.errors import NotSignedIn
from creathon.core.forms import MultiDict
from creathon.core.ids import new_code, new_token, seal
from creathon.settings import Settings

if TYPE_CHECKING:
    from creathon.core.web.transactions import UnitOfWork

_KEY = "creathon.visit"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Flash:
    """A sentence shown once, on the next page."""

    kind: str
    text: str


@dataclass(frozen=True)
class CookieChange:
    """A cookie to set, or to remove when `value` is None; without `max_age` it ends with the browser."""

    name: str
    value: str | None
    max_age: int | None = None


class Visit:
    """The state of one request, made at the door before anything is read.

    `arrived` is the arrival instant of the request's first byte, in UTC, and `now` what every rule that depends on
    time receives: the same instant, unless the page speaks of a rehearsal, whose clock runs `ahead`.
    """

    def __init__(self, scope: Scope, settings: Settings, arrived: datetime) -> None:
        self.scope = scope
        self.settings = settings
        self.arrived = arrived
        self.ahead = timedelta(0)
        self.incident = new_code(8)
        self.viewer: Viewer = Anonymous()
        self.posted = MultiDict()
        self.uploads: list[UploadFile] = []
        self.flashes: list[Flash] = []
        self.cookies: list[CookieChange] = []
        self.undo = False
        self.location: str | None = None
        self.visitor_id = ""
        self.work: UnitOfWork | None = None
        scope[_KEY] = self  # type: ignore[literal-required]

    @property
    def now(self) -> datetime:
        return self.arrived + self.ahead

    @property
    def app(self) -> Litestar:
        return self.scope["litestar_app"]

    @property
    def database(self) -> Database:
        database: Database = self.app.state.database
        return database

    @property
    def method(self) -> str:
        return str(self.scope["method"])  # type: ignore[typeddict-item]

    @property
    def writes(self) -> bool:
        return self.method not in SAFE_METHODS

    @property
    def path(self) -> str:
        return self.scope["path"]

    @property
    def actor(self) -> Actor:
        """The signed-in person.

        Raises:
            NotSignedIn: nobody is.
        """
        if isinstance(self.viewer, Actor):
            return self.viewer
        raise NotSignedIn()

    @property
    def wants_fragment(self) -> bool:
        """Whether htmx asks for a part of the page."""
        return self.header("hx-request") == "true"

    @property
    def client(self) -> str:
        """The address the request comes from: the peer, or what a trusted proxy says of it."""
        peer = self.scope.get("client")
        return client_address(peer[0] if peer else "", self.header("x-forwarded-for"), self.settings.trusted_proxies)

    def header(self, name: str) -> str | None:
        wanted = name.encode()
        return next((value.decode("latin-1") for key, value in self.scope["headers"] if key == wanted), None)

    def url(self, name: str, **parameters: Any) -> str:
        """The path of a page by its name."""
        return self.app.route_reverse(name, **parameters)

    def cookie_name(self, name: str) -> str:
        return f"__Host-{name}" if self.settings.secure_cookies else name

    def csrf_token(self) -> str:
        """The token forms carry, bound to the session or, for a visitor, to a random cookie set on the way out."""
        if self.viewer.session_id:
            return self.session_token(self.viewer.session_id)
        if not self.visitor_id:
            self.visitor_id = new_token()
            self.cookies.append(CookieChange(self.cookie_name("visitor"), self.visitor_id))
        return seal(self.settings.secret, "csrf-visitor", self.visitor_id)

    def session_token(self, session_id: str) -> str:
        """The token of the forms shown under a session."""
        return seal(self.settings.secret, "csrf-session", session_id)

    def flash(self, text: str, kind: str = "success") -> None:
        """Show a sentence on the next page."""
        self.flashes.append(Flash(kind, text))


def client_address(peer: str, forwarded: str | None, trusted: Sequence[str]) -> str:
    """`peer`, or, when it is a proxy of ours, the last address of X-Forwarded-For that is not one."""
    networks = [ip_network(network) for network in trusted]
    chain = [peer, *reversed([address.strip() for address in (forwarded or "").split(",") if address.strip()])]
    for address in chain:
        try:
            if not any(ip_address(address) in network for network in networks):
                return address
        except ValueError:
            return peer
    return chain[-1]


def visit_of(scope: Scope) -> Visit:
    """The visit made at the door for this request."""
    return scope[_KEY]  # type: ignore[literal-required,no-any-return]


Visiting = NamedDependency[Visit]
Session = NamedDependency[AsyncSession]
PageNumber = Annotated[int, QueryParameter(name="page")]
"""`?page=` of a long list."""

"""What a person reads when something is refused or fails; rendered without session, viewer or form."""

import logging
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap, Send
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from creathon.core.errors import AlreadyDone, AppError, NotSignedIn
from creathon.core.text import french_spaces
from creathon.core.web.visit import Visit, visit_of

logger = logging.getLogger("creathon")

PAGES = frozenset({400, 401, 403, 404, 405, 409, 413, 422, 428, 429, 500, 503})
REFUSALS = frozenset({401, 403, 404, 429})
BURST, WITHIN = 20, timedelta(minutes=10)
MOST_COUNTED = 10_000
RETRY_SECONDS = "5"
METHODS = "GET, HEAD, POST"

RACED = "Quelqu’un d’autre vient d’enregistrer la même chose. Revenez en arrière : votre texte y est encore."
NO_ROOM = "La plateforme n’a pas pu enregistrer : revenez en arrière, votre texte y est encore, et réessayez plus tard."
BUSY_WORDS = ("locked", "connection was closed")
BUSY_STATES = ("08", "40P01", "53300", "55P03", "57P")
"""PostgreSQL: connections lost, deadlocks, too many clients, rows waited for too long, a cluster that stops."""
NO_ROOM_WORDS = ("disk is full", "disk I/O error")
NO_ROOM_STATES = ("53100", "58030")
BUSY = "La plateforme reçoit trop de demandes à la fois. Revenez en arrière et réessayez dans quelques secondes."


class MethodRefused(AppError):
    """A method no page answers."""

    status = 405


class ErrorPages:
    """Renders `errors/<status>.html`, and logs what was refused or failed."""

    def __init__(self, templates: Environment) -> None:
        self.templates = templates
        self.bursts = Bursts()

    def render(self, status: int, message: str, incident: str) -> str:
        name = f"errors/{status if status in PAGES else 500}.html"
        return self.templates.get_template(name).render(message=french_spaces(message), incident=incident)

    def log(self, visit: Visit, status: int, error: Exception) -> None:
        """Log failures and refusals under the number the person was given; bursts of refusals raise an alarm."""
        place = f"{visit.method} {_place(visit)}"
        if status >= 500 or isinstance(error, DBAPIError):
            logger.error("incident %s: %s", visit.incident, place, exc_info=error)
        elif isinstance(error, AppError) and status in REFUSALS:
            who = visit.viewer.person_id or "a visitor"
            logger.warning("refused %s: %d %s (%s) to %s", visit.incident, status, place, _policy(visit), who)
            if self.bursts.note(visit.viewer.person_id or visit.client, visit.now):
                logger.warning("alarm: %d refusals within %s to %s, the last is %s", BURST, WITHIN, who, visit.incident)


def outcome(error: Exception) -> tuple[int, str]:
    """The status and the sentence of an exception; an unknown one is a 500 without a word about its cause."""
    match error:
        case AppError():
            return error.status, error.message
        case StaleDataError() | IntegrityError():
            return 409, RACED
        case PoolTimeout() | ConnectionError():
            return 503, BUSY
        case DBAPIError():
            return _database_outcome(str(error.orig), getattr(error.orig, "sqlstate", None) or "")
        case OSError() if type(error) is OSError:
            return 503, NO_ROOM
        case ValidationException():
            return 400, "Cette adresse ne peut pas être lue."
        case HTTPException():
            return error.status_code, ""
    return 500, ""


def _database_outcome(words: str, state: str) -> tuple[int, str]:
    """SQLite says what happened in words, PostgreSQL by its SQLSTATE."""
    if state.startswith(BUSY_STATES) or any(found in words for found in BUSY_WORDS):
        return 503, BUSY
    without_room = state.startswith(NO_ROOM_STATES) or any(found in words for found in NO_ROOM_WORDS)
    return (503, NO_ROOM) if without_room else (500, "")


def error_handlers(pages: ErrorPages) -> ExceptionHandlersMap:
    """The one synchronous handler of every exception."""

    def handle(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
        visit = visit_of(request.scope)
        if isinstance(error, AlreadyDone):
            return Response("", status_code=303, headers={"location": error.location})
        if isinstance(error, NotSignedIn) and not visit.writes:
            return _to_sign_in(visit)
        status, message = outcome(error)
        visit.cookies.clear()
        headers = {"retry-after": RETRY_SECONDS} if status == 503 else {}
        headers |= {"allow": METHODS} if status == 405 else {}
        pages.log(visit, status, error)
        html = pages.render(status, message, visit.incident)
        return Response(html, status_code=status, media_type="text/html", headers=headers)

    return {Exception: handle, HTTPException: handle}


class Bursts:
    """Counts the refusals of each person or address, in this process."""

    def __init__(self) -> None:
        self.seen: OrderedDict[str, deque[datetime]] = OrderedDict()

    def note(self, who: str, now: datetime) -> bool:
        """Whether this refusal makes a burst; the count of that person then starts again."""
        instants = self.seen.setdefault(who, deque())
        self.seen.move_to_end(who)
        instants.append(now)
        while instants[0] <= now - WITHIN:
            instants.popleft()
        if len(self.seen) > MOST_COUNTED:
            self.seen.popitem(last=False)
        if len(instants) < BURST:
            return False
        instants.clear()
        return True


def _policy(visit: Visit) -> str:
    handler: Any = dict(visit.scope).get("route_handler")
    return str(handler.opt.get("policy")) if handler else "no page"


def _place(visit: Visit) -> str:
    """The path as it may be logged: without the secret of a mailed link; its first word when no page was found."""
    route = str(visit.scope.get("path_template", ""))
    if not route:
        return "/" + visit.path.strip("/").partition("/")[0]
    return route if "{token" in route else visit.path


async def send_page(send: Send, status: int, html: str) -> None:
    """Send an HTML page outside the framework."""
    body = html.encode()
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    if status == 503:
        headers.append((b"retry-after", RETRY_SECONDS.encode()))
    if status == 405:
        headers.append((b"allow", METHODS.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _to_sign_in(visit: Visit) -> Response[str]:
    """Send to the sign-in page, which comes back here afterwards."""
    location = visit.url("accounts:sign-in")
    query = visit.scope["query_string"].decode("latin-1")
    wanted = visit.path + (f"?{query}" if query else "")
    return Response("", status_code=303, headers={"location": _with_next(location, wanted)})


def _with_next(location: str, wanted: str) -> str:
    return f"{location}?suite={quote(wanted, safe='/')}" if wanted != "/" else location

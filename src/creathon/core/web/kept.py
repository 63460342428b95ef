"""A form that cannot be acted upon yet is kept, not lost: its session ran out, or the act asks for the password again.

Nothing is stored: the form goes back to the browser under a seal, and is sent again, once, by a button.
"""

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from litestar import Request, Response
from litestar.datastructures import UploadFile
from litestar.types import ASGIApp, Receive, Scope, Send

from creathon.core.errors import NotSignedIn
from creathon.core.forms import MultiDict
from creathon.core.ids import same, seal
from creathon.core.web.local import local_path
from creathon.core.web.policy import SIGN_IN
from creathon.core.web.posted import CSRF_FIELD, read_posted, receive_form
from creathon.core.web.visit import Visit, visit_of

PROOF_LASTS = timedelta(minutes=15)
"""How long a typed password opens the acts marked `reauth=True`."""
SECRET_FIELDS = frozenset({"password", "current"})
"""Never kept: a form that holds one is begun again."""
BEGIN_AGAIN = "Votre session est terminée. Un mot de passe ne se garde pas : connectez-vous, puis recommencez."


@dataclass(frozen=True)
class Kept:
    """What was sent, where, and by whom; `files` are the names of those that could not be kept."""

    address: str
    person_id: str
    fields: list[tuple[str, str]]
    files: list[str]

    @property
    def texts(self) -> list[str]:
        """What somebody wrote, without the choices and the hidden fields."""
        return [value for name, value in self.fields if not name.startswith("_") and len(value.split()) > 1]


ShowKept = Callable[[Visit, Kept], Response[Any]]
"""The page that asks for the password and carries what was kept."""


def keep(visit: Visit, person_id: str) -> Kept:
    """What this request sent.

    Raises:
        NotSignedIn: it cannot be kept, because of a password in it or of its address.
    """
    query = visit.scope["query_string"].decode("latin-1")
    address = local_path(visit.path + (f"?{query}" if query else ""))
    if SECRET_FIELDS & set(visit.posted) or address == "/":
        raise NotSignedIn(BEGIN_AGAIN)
    pairs = [(name, value) for name in visit.posted for value in visit.posted.getlist(name) if name != CSRF_FIELD]
    files = [value.filename for _, value in pairs if isinstance(value, UploadFile) and value.filename]
    return Kept(address, person_id, [(name, value) for name, value in pairs if isinstance(value, str)], files)


def sealed(visit: Visit, kept: Kept) -> str:
    """The form as one field, which nobody else can write."""
    content = base64.urlsafe_b64encode(json.dumps(asdict(kept), ensure_ascii=False).encode()).decode()
    return f"{content}.{seal(visit.settings.secret, 'kept', content)}"


def unsealed(visit: Visit, posted: MultiDict, name: str) -> Kept | None:
    """The form of that field, when the seal is ours."""
    content, _, found = str(posted.get(name) or "").partition(".")
    if not same(found, seal(visit.settings.secret, "kept", content)):
        return None
    values = json.loads(base64.urlsafe_b64decode(content))
    return Kept(**{**values, "fields": [(pair[0], pair[1]) for pair in values["fields"]]})


def receiving(show: ShowKept) -> Callable[[Request[Any, Any, Any]], Awaitable[Response[Any] | None]]:
    """Before every handler: form read, token checked; an act marked `reauth` asks for a password typed lately."""

    async def receive(request: Request[Any, Any, Any]) -> Response[Any] | None:
        visit = visit_of(request.scope)
        await receive_form(request)
        if not visit.writes or "reauth" not in request.route_handler.opt:
            return None
        life = visit.actor.life
        if life is not None and visit.now < life.proved_at + PROOF_LASTS:
            return None
        return show(visit, keep(visit, visit.actor.person_id))

    return receive


class KeepForms:
    """Middleware: a form whose session ran out never reaches its page; the answer asks to sign in, and carries it."""

    def __init__(self, app: ASGIApp, show: ShowKept) -> None:
        self.app = app
        self.show = show

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = visit_of(scope)
        former = visit.viewer.former
        if former is None or not former.expired or not visit.writes or _is_public(visit):
            await self.app(scope, receive, send)
            return
        if visit.wants_fragment:
            raise NotSignedIn(SIGN_IN)
        request: Request[Any, Any, Any] = Request(scope, receive, send)
        await read_posted(request, [visit.session_token(former.session_id)])
        response = self.show(visit, keep(visit, former.person_id))
        await response.to_asgi_response(None, request)(scope, receive, send)


def _is_public(visit: Visit) -> bool:
    policy = visit.scope["route_handler"].opt["policy"]
    return bool(visit.app.state.policies[policy].public)

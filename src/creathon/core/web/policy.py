"""Who may knock: every route names one policy of the hand-written table, and one guard holds it at the door.

The guard knows roles only. What may be done to this object, now, is said by the `rules.py` of its feature.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.routes import HTTPRoute

from creathon.core.actor import Viewer
from creathon.core.errors import NotSignedIn, Refused
from creathon.core.web.visit import visit_of

CLOSED = "Cette page est réservée. Si vous deviez y avoir accès, demandez-le à la coordination."

SIGN_IN = "Connectez-vous pour continuer."
SENT_OUT = (
    "Votre session a été fermée : déconnexion, nouveau mot de passe, ou trop de temps passé. "
    "Rien n’a été enregistré. Connectez-vous et recommencez."
)


class PolicyError(Exception):
    """A route has no policy, or an unknown one; the platform refuses to start."""


@dataclass(frozen=True)
class Policy:
    """A row of the table: who is let in, in words and as a function of the viewer."""

    words: str
    admits: Callable[[Viewer], bool]
    public: bool = False


Policies = Mapping[str, Policy]


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let the viewer in, send a visitor to sign in, refuse the others."""
    policies: Policies = connection.app.state.policies
    policy = policies[handler.opt["policy"]]
    viewer = visit_of(connection.scope).viewer
    if policy.admits(viewer):
        return
    if viewer.is_signed_in:
        raise Refused(CLOSED)
    raise NotSignedIn(SIGN_IN if viewer.former is None or viewer.former.expired else SENT_OUT)


@dataclass(frozen=True)
class RoutePolicy:
    """One route × method with the policy it names."""

    path: str
    method: str
    name: str
    policy: str
    public: bool


def route_policies(app: Litestar, policies: Policies) -> list[RoutePolicy]:
    """Every route × method with its policy.

    Raises:
        PolicyError: a handler names none or an unknown one, or a layer above declares one that handlers would inherit.
    """
    rows = []
    for route, handler in _handlers(app.routes):
        policy = str(handler.opt.get("policy"))
        if policy not in policies:
            raise PolicyError(f"{route.path} ({handler.name}): politique {policy!r} inconnue")
        if any("policy" in (getattr(layer, "opt", None) or {}) for layer in handler.ownership_layers[:-1]):
            raise PolicyError(f"{route.path}: la politique se déclare sur chaque page, jamais au-dessus")
        if handler.before_request is not None:
            raise PolicyError(f"{route.path}: before_request remplacerait le contrôle du jeton")
        rows += [
            RoutePolicy(route.path, method, handler.name or "", policy, policies[policy].public)
            for method in sorted(handler.http_methods)
        ]
    return sorted(rows, key=lambda row: (row.path, row.method))


def _handlers(routes: Iterable[Any]) -> Iterable[tuple[HTTPRoute, HTTPRouteHandler]]:
    for route in routes:
        if not isinstance(route, HTTPRoute):
            raise PolicyError(f"{route.path}: seules les pages HTTP sont admises")
        for handler in route.route_handlers:
            if handler.http_methods != {"OPTIONS"}:
                yield route, handler

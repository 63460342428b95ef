"""Who may knock: each route names one policy, the start refuses anything else, the guard holds it."""

from typing import Any

import pytest
from litestar import Controller, Litestar, Request, Router, WebSocket, get, post, websocket
from litestar.types import ControllerRouterHandler

from creathon.accounts.models import Person
from creathon.app import Creathon, create_app
from creathon.core.database import Database
from creathon.core.web.policy import PolicyError, RoutePolicy, route_policies
from creathon.editions.models import Role
from creathon.policy import POLICIES
from creathon.settings import Settings
from tests.browsing import Visitor
from tests.factories.accounts import make_holder, make_person
from tests.factories.editions import make_edition, site_of
from tests.personas import NADIA, OMAR, SAMIR, ZOE
from tests.security.asking import address, ask


@get("/x", name="x")
async def without() -> None: ...


@get("/x", name="x", policy="nobody")
async def unknown() -> None: ...


@get("/x", name="x", policy=["public"])
async def listed() -> None: ...


async def look_aside(request: Request[Any, Any, Any]) -> None: ...


@post("/x", name="x", policy="public", before_request=look_aside)
async def other_check() -> None: ...


@websocket("/x", policy="public")
async def talks(socket: WebSocket[Any, Any, Any]) -> None: ...


class Inheriting(Controller):
    path = "/x"
    opt = {"policy": "public"}

    @get(name="x", policy="public")
    async def read(self) -> None: ...

    @post(name="x:post")
    async def write(self) -> None: ...


@get("/x", name="x", policy="public")
async def fine() -> None: ...


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (without, "None"),
        (unknown, "nobody"),
        (listed, "inconnue"),
        (other_check, "before_request"),
        (talks, "HTTP"),
        (Inheriting, "jamais au-dessus"),
        (Router("/r", route_handlers=[fine], opt={"policy": "public"}), "jamais au-dessus"),
    ],
)
@pytest.mark.bar("C25", "C26", "E20")
def test_platform_does_not_start_with_an_undeclared_page(
    settings: Settings, page: ControllerRouterHandler, reason: str
) -> None:
    with pytest.raises(PolicyError, match=reason):
        create_app(settings, extra_pages=[page])


@pytest.mark.bar("C25")
def test_platform_starts_with_a_declared_page(settings: Settings) -> None:
    app = create_app(settings, extra_pages=[fine])
    assert ("/x", "GET", "public") in {(row.path, row.method, row.policy) for row in rows_of(app.litestar)}


def rows_of(app: Litestar) -> list[RoutePolicy]:
    return route_policies(app, POLICIES)


@pytest.mark.bar("C25", "E20")
def test_every_route_has_one_policy_and_writes_are_never_public(routes: list[RoutePolicy]) -> None:
    assert len({(route.path, route.method) for route in routes}) == len(routes) > 60
    assert {route.method for route in routes} == {"GET", "POST"}
    assert {route.policy for route in routes if route.method == "POST"} & {"public", "static"} == set()


@pytest.mark.bar("C25", "E13")
async def test_stranger_is_sent_to_sign_in_or_refused_on_every_closed_route(
    visitor: Visitor, claire: Person, routes: list[RoutePolicy]
) -> None:
    closed = [route for route in routes if not route.public]
    assert len(closed) > 30
    for route in closed:
        path = address(route)
        answer = await visitor.http.request(route.method, f"{path}?a=1&b=2", follow_redirects=False)
        if route.method == "GET":
            assert answer.status_code == 303, path
            assert answer.headers["location"] == f"/connexion?suite={path}%3Fa%3D1%26b%3D2"
        else:
            assert (answer.status_code, "Connectez-vous" in answer.text) == (401, True), path


async def test_person_comes_back_where_they_wanted_to_go(visitor: Visitor, claire: Person) -> None:
    await visitor.open("/coordination/invitations?page=2")
    assert visitor.path == "/connexion"
    assert visitor.form().select_one("input[name=suite]")["value"] == "/coordination/invitations?page=2"  # type: ignore[index]


@pytest.mark.parametrize(
    ("persona", "role", "admitted"),
    [
        (ZOE, None, set()),
        (NADIA, Role.JUROR, {"jury"}),
        (OMAR, Role.MENTOR, {"mentor"}),
        (SAMIR, Role.SITE_COORDINATOR, {"coordination"}),
    ],
)
@pytest.mark.bar("C25", "C27")
async def test_role_opens_its_own_doors_only(
    visitor: Visitor, database: Database, routes: list[RoutePolicy], persona: Any, role: Role | None, admitted: set[str]
) -> None:
    async with database.writing() as session:
        edition = await make_edition(session)
        site = site_of(edition, "POI") if role == Role.SITE_COORDINATOR else None
        person = await (make_holder(session, persona, role, edition, site) if role else make_person(session, persona))
    await visitor.sign_in_as(person)
    for route in routes:
        if route.public or route.policy == "signed_in":
            continue
        answer = await visitor.http.request(route.method, address(route), follow_redirects=False)
        shut = answer.status_code == 403 and "Cette page est réservée" in answer.text
        assert shut == (route.policy not in admitted), f"{route.method} {route.path} ({route.policy})"


@pytest.mark.parametrize(
    "path",
    [
        "/coordination/connexion", "/compte/connexion", "/connexion/../compte", "/connexion/..%2fcompte", "//compte",
        "/compte/", "/COMPTE", "/compte;connexion", "/compte%2f", "/compte?x=/connexion", "/static/../compte",
    ],
)  # fmt: skip
@pytest.mark.bar("E13")
async def test_path_that_names_an_open_page_opens_nothing(visitor: Visitor, claire: Person, path: str) -> None:
    answer = await ask(visitor.app, "GET", path.encode())
    assert answer.status in (303, 404)
    assert "suite=" in (answer.header("location") or "suite=")


def test_app_is_what_the_table_is_read_from(app: Creathon, routes: list[RoutePolicy]) -> None:
    assert rows_of(app.litestar) == routes

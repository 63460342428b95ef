"""What every answer carries, whatever it is and whoever made it."""

import re
from dataclasses import replace

import pytest

from creathon.accounts.models import Person
from creathon.app import Creathon, create_app
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.web.door import CSP, HEADERS, HSTS
from creathon.core.web.policy import RoutePolicy
from creathon.settings import Settings
from tests.browsing import Visitor, form_values
from tests.security.asking import HOST, OURS, Answer, address, ask

DIRECTIVES = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
    "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "object-src 'none'", "font-src 'self'",
    "media-src 'self'",
}  # fmt: skip


def check_headers(answer: Answer) -> None:
    names = [name.decode() for name, _ in answer.headers]
    for name, value in HEADERS.items():
        assert names.count(name) == 1, name
        if name == "content-security-policy":
            assert "unsafe" not in answer.header(name)
            assert "default-src 'none'" in answer.header(name)
        else:
            assert answer.header(name) == value
    assert "cache-control" in names
    assert "vary" in names
    assert "server" not in names
    assert "x-powered-by" not in names


@pytest.mark.bar("D43")
def test_policy_of_contents_allows_nothing_unsafe() -> None:
    assert set(CSP.split("; ")) == DIRECTIVES


@pytest.mark.bar("D43", "D44", "D45", "B23")
async def test_every_page_carries_the_headers(
    app: Creathon, visitor: Visitor, claire: Person, routes: list[RoutePolicy]
) -> None:
    await visitor.sign_in_as(claire)
    cookie = (b"cookie", f"session={visitor.http.cookies['session']}".encode())
    statuses = set()
    for route in routes:
        for headers in ([*OURS, cookie], OURS):
            answer = await ask(app, route.method, address(route).encode(), headers)
            check_headers(answer)
            statuses.add(answer.status)
            assert answer.status < 500, route.path
            if cookie in headers and route.policy not in ("static", "probe") and answer.status != 413:
                assert answer.header("cache-control") == "private, no-store", route.path
    assert statuses >= {200, 303, 401, 403, 404}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", b"/nowhere", [HOST], 404),
        ("GET", b"/static/nothing.css", [HOST], 404),
        ("GET", b"/%ff", [HOST], 400),
        ("GET", b"/", [], 400),
        ("POST", b"/", OURS, 405),
        ("GET", b"/deconnexion", [HOST], 405),
        ("PUT", b"/", [HOST], 405),
        ("TRACE", b"/", [HOST], 405),
        ("OPTIONS", b"/", [HOST], 405),
        ("PATCH", b"/compte", OURS, 405),
        ("DELETE", b"/compte", OURS, 405),
        ("BREW", b"/", [HOST], 405),
        ("POST", b"/compte", [HOST], 403),
        ("POST", b"/compte", OURS, 401),
        ("POST", b"/connexion", [*OURS, (b"content-length", b"999999999")], 413),
        ("GET", b"/schema", [HOST], 404),
        ("GET", b"/schema/openapi.json", [HOST], 404),
    ],
)
@pytest.mark.bar("D45", "D50")
async def test_refusals_of_the_framework_leave_like_the_rest(
    app: Creathon, method: str, path: bytes, headers: list[tuple[bytes, bytes]], status: int
) -> None:
    answer = await ask(app, method, path, headers)
    assert (answer.status, "<h1" in answer.text, 'lang="fr"' in answer.text) == (status, True, True)
    check_headers(answer)
    assert ("POST" in answer.header("allow")) == (status == 405)


@pytest.mark.bar("D45", "E72")
async def test_even_a_broken_error_page_leaves_like_the_rest(
    app: Creathon, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(app.errors.templates.globals, "asset")
    app.errors.templates.cache.clear()  # type: ignore[union-attr]
    answer = await ask(app, "GET", b"/nowhere")
    assert (answer.status, "La page n’a pas pu être préparée" in answer.text) == (500, True)
    assert "asset" not in answer.text
    assert "asset" in caplog.text
    check_headers(answer)


@pytest.mark.bar("D45")
async def test_static_file_carries_the_headers_and_no_cookie(app: Creathon) -> None:
    path = app.litestar.state.assets.url("app.js")
    cookies = (b"cookie", b"session=x; message=y.z")
    answer = await ask(app, "GET", path.encode(), [HOST, cookies])
    if answer.status == 404:
        pytest.skip("assets are not built")
    check_headers(answer)
    assert answer.header("cache-control") == "public, max-age=31536000, immutable"
    assert answer.header("set-cookie") == ""


def observatory(answer: Answer, cookies: list[str]) -> int:
    """The score Mozilla's HTTP Observatory gives: 100, less what is missing, plus what is better than asked."""
    csp = dict(part.partition(" ")[::2] for part in answer.header("content-security-policy").split("; "))
    sources = " ".join(csp.values())
    strict = csp.get("default-src") == "'none'" and "unsafe" not in sources and "http:" not in sources
    hsts = re.search(r"max-age=(\d+)", answer.header("strict-transport-security"))
    locked = all("Secure" in cookie and "HttpOnly" in cookie for cookie in cookies)
    sites = all("SameSite=" in cookie for cookie in cookies)
    score = 100
    score += 10 if strict else -20 if csp else -25
    score += 0 if hsts and int(hsts[1]) >= 15_768_000 else -20
    score += (5 if sites else 0) if locked else -40
    score += 5 if csp.get("frame-ancestors") == "'none'" else 0 if answer.header("x-frame-options") else -20
    score += 0 if answer.header("x-content-type-options") == "nosniff" else -5
    score += 5 if answer.header("referrer-policy") in ("no-referrer", "same-origin", "strict-origin") else 0
    score += 10 if answer.header("cross-origin-resource-policy") in ("same-origin", "same-site") else 0
    return score - 50 * (answer.header("access-control-allow-origin") == "*")


@pytest.mark.bar("D44")
@pytest.mark.parametrize("path", [b"/", b"/connexion", b"/nowhere", b"/healthz"])
async def test_observatory_would_be_content(
    settings: Settings, database: Database, clock: MovableClock, path: bytes
) -> None:
    app = create_app(replace(settings, base_url="https://testserver"), clock=clock, database=database)
    answer = await ask(app, "GET", path)
    cookies = [value.decode() for name, value in answer.headers if name == b"set-cookie"]
    assert bool(cookies) == (path == b"/connexion")
    assert observatory(answer, cookies) == 135
    assert observatory(Answer(200, [], b""), ["session=x"]) < 0, "a bare answer is found wanting"


@pytest.mark.bar("D49")
@pytest.mark.parametrize(
    "origin",
    [b"https://evil.test", b"null", b"https://testserverXtest", b"http://testserver.evil.test", b"http://testserver"],
)
async def test_no_origin_may_read_over_the_fence(app: Creathon, routes: list[RoutePolicy], origin: bytes) -> None:
    for route in routes:
        for method in {route.method, "OPTIONS"}:
            asks = (b"access-control-request-method", b"POST")
            answer = await ask(app, method, address(route).encode(), [HOST, (b"origin", origin), asks])
            assert not [name for name, _ in answer.headers if name.startswith(b"access-control-")], route.path


@pytest.mark.bar("D44")
async def test_https_is_asked_for_two_years(settings: Settings, database: Database, clock: MovableClock) -> None:
    app = create_app(replace(settings, base_url="https://testserver"), clock=clock, database=database)
    for path in (b"/connexion", b"/nowhere", b"/%ff"):
        assert (await ask(app, "GET", path)).header("strict-transport-security") == HSTS
    assert int(HSTS.partition("=")[2].partition(";")[0]) >= 31_536_000


async def test_head_is_a_get_without_body(app: Creathon, routes: list[RoutePolicy]) -> None:
    for route in routes:
        if route.method == "GET":
            head = await ask(app, "HEAD", address(route).encode())
            get = await ask(app, "GET", address(route).encode())
            assert (head.status, head.body) == (get.status, b""), route.path
            check_headers(head)


@pytest.mark.bar("B24")
async def test_public_pages_set_no_cookie(app: Creathon, claire: Person, routes: list[RoutePolicy]) -> None:
    public = [route for route in routes if route.method == "GET" and route.policy in ("public", "static")]
    assert len(public) > 10
    for route in public:
        answer = await ask(app, "GET", address(route).encode())
        assert answer.header("set-cookie") == "", route.path
        assert "Cookie" in answer.header("vary") or route.policy == "static"


@pytest.mark.bar("D50")
def test_debug_cannot_be_switched_on(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITESTAR_DEBUG", "1")
    assert create_app(settings).litestar.debug is False


@pytest.mark.bar("C25")
async def test_websocket_is_not_spoken(app: Creathon) -> None:
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {
        "type": "websocket", "path": "/", "raw_path": b"/", "headers": [HOST], "query_string": b"", "subprotocols": [],
        "client": ("127.0.0.1", 1), "server": ("testserver", 80), "scheme": "ws", "root_path": "", "extensions": {},
    }  # fmt: skip
    await app(scope, receive, send)  # type: ignore[arg-type]
    assert {message["type"] for message in sent} == {"websocket.close"}


async def test_a_form_sent_by_our_script_is_told_where_to_go_and_spends_no_sentence(
    visitor: Visitor, claire: Person
) -> None:
    await visitor.sign_in_as(claire)
    await visitor.open("/compte")
    form = form_values(visitor.form("/compte"))
    visitor.http.headers["x-form"] = "fetch"
    await visitor.post("/compte", **form)
    assert (visitor.status, visitor.response.headers["location"], visitor.response.text) == (200, "/compte", "")
    assert visitor.response.history == []
    await visitor.open("/compte")
    assert "Votre profil est enregistré" in visitor.flash


async def test_a_refusal_is_the_same_for_our_script(visitor: Visitor, claire: Person) -> None:
    await visitor.sign_in_as(claire)
    await visitor.open("/compte")
    visitor.http.headers["x-form"] = "fetch"
    await visitor.submit("/compte", given_name=" ")
    assert visitor.status == 422
    assert "Ce champ est obligatoire" in visitor.errors

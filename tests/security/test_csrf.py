"""Every write needs a token of its own session and a browser that says it comes from one of our pages."""

from collections.abc import AsyncIterator
from resource import RUSAGE_SELF, getrusage

import pytest

from creathon.accounts.models import Person
from creathon.app import Creathon
from creathon.core.web.policy import RoutePolicy
from creathon.core.web.posted import ANONYMOUS_LIMIT, FIELD_LIMIT, FIELDS, FORM_LIMIT, TOO_OLD
from tests.browsing import Visitor
from tests.security.asking import HOST, OURS, address, ask

FOREIGN = "autre site"
MEGABYTE = 1024 * 1024


def posts(routes: list[RoutePolicy]) -> list[str]:
    found = [address(route) for route in routes if route.method == "POST"]
    assert len(found) > 20
    return found


async def token_of(visitor: Visitor, path: str = "/compte") -> str:
    await visitor.open(path)
    return str(visitor.page.select_one("main input[name=_csrf]")["value"])  # type: ignore[index]


@pytest.mark.bar("D41")
async def test_no_route_takes_a_write_without_its_token(
    visitor: Visitor, claire: Person, routes: list[RoutePolicy]
) -> None:
    await visitor.sign_in_as(claire)
    for path in posts(routes):
        for form in ({}, {"_csrf": ""}, {"_csrf": "0" * 64}):
            await visitor.post(path, **form)
            assert (visitor.status, TOO_OLD in visitor.text) == (403, True), path


@pytest.mark.bar("D41")
async def test_no_route_takes_the_token_of_another_session(
    app: Creathon, visitor: Visitor, claire: Person, routes: list[RoutePolicy]
) -> None:
    await visitor.sign_in_as(claire)
    async with Visitor(app) as other, Visitor(app) as stranger:
        await other.sign_in_as(claire)
        tokens = [await token_of(other), await token_of(stranger, "/connexion")]
    for path in posts(routes):
        for token in tokens:
            await visitor.post(path, _csrf=token)
            assert (visitor.status, TOO_OLD in visitor.text) == (403, True), path


@pytest.mark.bar("D41")
async def test_right_token_opens_every_route(visitor: Visitor, claire: Person, routes: list[RoutePolicy]) -> None:
    """Else the tests above would pass on a platform that refuses everything."""
    await visitor.sign_in_as(claire)
    token = await token_of(visitor)
    for path in posts(routes):
        if path == "/deconnexion":
            continue
        visitor.response = await visitor.http.post(path, data={"_csrf": token}, follow_redirects=False)
        assert TOO_OLD not in visitor.response.text, path
        assert visitor.status < 500, path


@pytest.mark.bar("D41")
async def test_token_may_come_in_a_header(visitor: Visitor, claire: Person) -> None:
    await visitor.sign_in_as(claire)
    token = await token_of(visitor)
    answer = await visitor.http.post("/compte", headers={"x-csrf-token": token})
    assert answer.status_code == 422
    answer = await visitor.http.post("/compte", headers={"x-csrf-token": "0" * 64}, data={"_csrf": token})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "said",
    [
        {"origin": "https://evil.test"},
        {"origin": "http://testserver.evil.test"},
        {"origin": "http://testserver:81"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "same-origin", "origin": "https://evil.test"},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {},
    ],
    ids=str,
)
@pytest.mark.bar("D41", "D49")
async def test_write_from_elsewhere_is_refused_on_every_route(
    visitor: Visitor, claire: Person, routes: list[RoutePolicy], said: dict[str, str]
) -> None:
    await visitor.sign_in_as(claire)
    token = await token_of(visitor)
    for name in ("origin", "sec-fetch-site"):
        del visitor.http.headers[name]
    for path in posts(routes):
        answer = await visitor.http.post(path, data={"_csrf": token}, headers=said)
        assert (answer.status_code, FOREIGN in answer.text) == (403, True), path
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("said", [{"origin": "http://testserver"}, {"sec-fetch-site": "same-origin"}], ids=str)
@pytest.mark.bar("D41")
async def test_either_word_of_the_browser_is_enough(visitor: Visitor, claire: Person, said: dict[str, str]) -> None:
    await visitor.sign_in_as(claire)
    token = await token_of(visitor)
    for name in ("origin", "sec-fetch-site"):
        del visitor.http.headers[name]
    answer = await visitor.http.post("/compte", data={"_csrf": token}, headers=said)
    assert answer.status_code == 422


async def flood(size: int) -> AsyncIterator[bytes]:
    """A multipart text field that never ends."""
    yield b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\n'
    for _ in range(size // (64 * 1024)):
        yield b"a" * 64 * 1024


MULTIPART = (b"content-type", b"multipart/form-data; boundary=x")


@pytest.mark.bar("D42", "E14", "E52")
async def test_body_of_a_stranger_is_not_read_on_a_guarded_route(app: Creathon, routes: list[RoutePolicy]) -> None:
    before = getrusage(RUSAGE_SELF).ru_maxrss
    guarded = [address(route) for route in routes if route.method == "POST" and not route.public]
    assert len(guarded) > 10
    for path in guarded:
        answer = await ask(app, "POST", path.encode(), [*OURS, MULTIPART], chunks=flood(60 * MEGABYTE))
        assert (answer.status, answer.taken) == (401, 0), path
    assert getrusage(RUSAGE_SELF).ru_maxrss - before < 10 * 1024


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.bar("D42", "E14", "E52")
async def test_body_of_a_stranger_is_cut_short_on_an_open_route(
    app: Creathon, routes: list[RoutePolicy], announced: bool
) -> None:
    before = getrusage(RUSAGE_SELF).ru_maxrss
    headers = [*OURS, MULTIPART, *([(b"content-length", str(60 * MEGABYTE).encode())] if announced else [])]
    for route in routes:
        if route.method == "POST" and route.public:
            answer = await ask(app, "POST", address(route).encode(), headers, chunks=flood(60 * MEGABYTE))
            assert answer.status == 413, route.path
            assert answer.taken <= (0 if announced else ANONYMOUS_LIMIT + 128 * 1024)
            assert "Rien n’a été enregistré" in answer.text
    assert getrusage(RUSAGE_SELF).ru_maxrss - before < 10 * 1024


async def body(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def field(name: bytes, value: bytes, more: bytes = b"") -> bytes:
    return b'--x\r\nContent-Disposition: form-data; name="' + name + b'"' + more + b"\r\n\r\n" + value + b"\r\n"


END = b"--x--\r\n"
URLENCODED = (b"content-type", b"application/x-www-form-urlencoded")


@pytest.mark.parametrize(
    ("kind", "content", "status"),
    [
        (MULTIPART, field(b"a", b"x" * (FIELD_LIMIT + 1)) + END, 413),
        (MULTIPART, field(b"a", b"x") * (FIELDS + 1) + END, 400),
        (MULTIPART, field(b"a", b"x", b'; filename="' + b"n" * 300 + b'.pdf"') + END, 400),
        (MULTIPART, field(b"a", b"x", b'; filename="n\0.pdf"') + END, 400),
        (MULTIPART, field(b"a", b"\xff\xfe") + END, 400),
        (MULTIPART, field(b"a\xff", b"x") + END, 400),
        (MULTIPART, field(b"a", b"\0") + END, 400),
        (MULTIPART, field(b"a", b"x"), 400),
        (MULTIPART, b"nothing of the kind", 400),
        (MULTIPART, b"--x\r\n" + b"X-Long: " + b"y" * 9000 + b"\r\n\r\nz\r\n" + END, 400),
        ((b"content-type", b"multipart/form-data"), END, 400),
        ((b"content-type", b"multipart/form-data; boundary=\xff\xff"), END, 400),
        ((b"content-type", b"multipart/form-data; boundary=" + b"b" * 5000), END, 400),
        (URLENCODED, b"a=%00", 400),
        (URLENCODED, b"a=%ff", 400),
        (URLENCODED, b"a=%ED%A0%80", 400),
        (URLENCODED, b"a=\xc3\xa9", 400),
        (URLENCODED, b"&".join([b"a=1"] * (FIELDS + 1)), 400),
        (URLENCODED, b"a=" + b"x" * FORM_LIMIT, 413),
        ((b"content-type", b"application/json"), b'{"a": 1}', 403),
        ((b"content-type", b"\xff;;;="), b"a=1", 403),
        ((b"content-type", b""), b"a=1", 403),
    ],
)
@pytest.mark.bar("E52", "E70")
async def test_form_that_cannot_be_read_is_refused_and_never_breaks(
    app: Creathon, visitor: Visitor, claire: Person, kind: tuple[bytes, bytes], content: bytes, status: int
) -> None:
    await visitor.sign_in_as(claire)
    cookie = (b"cookie", f"session={visitor.http.cookies['session']}".encode())
    answer = await ask(app, "POST", b"/compte", [*OURS, cookie, kind], chunks=body(content))
    assert answer.status == status


@pytest.mark.parametrize("length", [b"abc", b"-1", b"1e3", b"9" * 5000, "²".encode(), b"+1", b"1, 2"])
@pytest.mark.bar("E70")
async def test_length_that_is_no_number_is_refused(app: Creathon, length: bytes) -> None:
    answer = await ask(
        app, "POST", b"/connexion", [*OURS, URLENCODED, (b"content-length", length)], chunks=body(b"a=1")
    )
    assert answer.status in (400, 413)


async def test_host_is_asked_before_anything_else(app: Creathon) -> None:
    answer = await ask(app, "POST", b"/connexion", [HOST], chunks=flood(MEGABYTE))
    assert (answer.status, answer.taken) == (403, 0)

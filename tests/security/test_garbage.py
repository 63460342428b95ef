"""Bytes that mean nothing give 400 (or the page), never 500: path, query, cookies, headers, hosts."""

import pytest

from creathon.accounts.models import Person
from creathon.app import Creathon
from creathon.core.web.policy import RoutePolicy
from tests.browsing import Visitor
from tests.security.asking import HOST, address, ask

BROKEN = [b"%00", b"a%00b", b"%ff", b"%C3%28", b"%ED%A0%80", b"%F4%90%80%80", b"%C0%AF", b"\xff\xfe", b"\x00"]
ODD = [
    *(
        b"%F0%9F%A6%92",
        b"%E2%80%AE",
        b"%EF%BB%BF",
        b"e%CC%81",
        b"'",
        b'"',
        b"%25",
        b"_",
        b"%",
        b"%zz",
        b"..",
        b"%2e%2e",
    ),
    *(b"a" * 4000, b"-1", b"0", b"99999999999999999999", b"1e9", b"NaN", b"true", b"%3Cscript%3E", b"{{7*7}}", b";"),
    *(b"%0d%0aSet-Cookie:%20a=b", b"../../etc/passwd", b"%2f%2fevil.test", b"'%20OR%201=1--", b"\\", b"a%20b", b"+"),
]


@pytest.mark.parametrize("junk", BROKEN)
@pytest.mark.bar("E70")
async def test_unreadable_address_is_400(app: Creathon, junk: bytes) -> None:
    for path, query in ((b"/projets/" + junk, b""), (b"/" + junk, b""), (b"/connexion", b"suite=" + junk)):
        answer = await ask(app, "GET", path, query=query)
        assert (answer.status, "<h1" in answer.text) == (400, True), (path, query)


@pytest.mark.bar("E70")
async def test_junk_breaks_no_page(app: Creathon, visitor: Visitor, claire: Person, routes: list[RoutePolicy]) -> None:
    """Every GET route × every junk value, in its parameters and in the query names pages know."""
    await visitor.sign_in_as(claire)
    cookie = (b"cookie", f"session={visitor.http.cookies['session']}".encode())
    asked = 0
    for route in routes:
        if route.method != "GET":
            continue
        for junk in ODD:
            path = address(route).replace("inconnu", "JUNK").encode().replace(b"JUNK", junk)
            query = b"&".join(name + b"=" + junk for name in (b"page", b"suite", b"q", b"site", b"page_number"))
            answer = await ask(app, "GET", path, [HOST, cookie], query=query)
            assert answer.status < 500, (route.path, junk)
            assert not answer.header("set-cookie").startswith("a=b")
            asked += 1
    assert asked > 500


@pytest.mark.parametrize(
    "cookie",
    [
        b"session=\xff\xff", b"session=%00", b"session=" + b"x" * 8000, b"session=\xed\xa0\x80",
        b"message=a.b", b"message=.",
        b'message="', b"session=;visitor=", b"=;=;=", b"visitor=" + "é".encode(), b"session='; DROP TABLE person",
    ],
)  # fmt: skip
@pytest.mark.bar("E70")
async def test_strange_cookie_is_nobodys(app: Creathon, cookie: bytes) -> None:
    for path in (b"/", b"/connexion"):
        assert (await ask(app, "GET", path, [HOST, (b"cookie", cookie)])).status == 200
    assert (await ask(app, "GET", b"/compte", [HOST, (b"cookie", cookie)])).status == 303


@pytest.mark.parametrize(
    "header",
    [(b"user-agent", b"a\0b"), (b"cookie", b"session=a\0"), (b"x-any", b"y" * 70_000), (b"referer", b"z" * 100_000)],
)
@pytest.mark.bar("E70")
async def test_header_that_holds_too_much_or_nul_is_400(app: Creathon, header: tuple[bytes, bytes]) -> None:
    assert (await ask(app, "GET", b"/", [HOST, header])).status == 400


@pytest.mark.parametrize(
    "hosts",
    [
        [], [b""], [b"evil.test"], [b"testserver.evil.test"], [b"evil.test:80"], [b"testserver", b"evil.test"],
        [b"evil.test", b"testserver"], [b"[::1"], [b"[testserver]"], [b"testserver/evil"],
        [b"\xff"], [b"testserver\\evil.test"],
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("forwarded", [b"", b"testserver", b"evil.test"])
@pytest.mark.bar("D46")
async def test_host_of_somebody_else_is_400(app: Creathon, hosts: list[bytes], forwarded: bytes) -> None:
    headers = [(b"host", host) for host in hosts]
    headers += [(b"x-forwarded-host", forwarded)] if forwarded else []
    answer = await ask(app, "GET", b"/connexion", headers)
    assert (answer.status, "evil.test" in answer.text) == (400, False)


@pytest.mark.parametrize("host", [b"testserver", b"testserver:8000", b"TESTSERVER"])
@pytest.mark.bar("D46")
async def test_own_host_is_answered_and_forwarded_names_change_nothing(app: Creathon, host: bytes) -> None:
    forwarded = [(b"x-forwarded-host", b"evil.test"), (b"forwarded", b"host=evil.test"), (b"x-host", b"evil.test")]
    answer = await ask(app, "GET", b"/mot-de-passe", [(b"host", host), *forwarded])
    assert (answer.status, "evil.test" in answer.text) == (200, False)

"""Where `suite=` may lead: a path of this platform, nothing else."""

from urllib.parse import urljoin, urlsplit

import pytest

from creathon.core.web.local import local_path
from tests.browsing import Visitor

HOSTILE = [
    *("//evil.test", "///evil.test", "////evil.test", "/\\evil.test", "\\\\evil.test", "\\/evil.test", "/\\/evil.test"),
    *("http://evil.test", "https://evil.test/", "HTTPS://EVIL.TEST", "http:evil.test", "https:/evil.test"),
    *("http:///evil.test", "ftp://evil.test", "javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:alert(1)"),
    *("data:text/html,<script>", "vbscript:x", "blob:x", "mailto:a@evil.test", "evil.test", "www.evil.test"),
    *("/%0d%0aLocation:%20//evil.test", "/%0D%0Aset-cookie:a=b", "/%0a", "/%0d", "/\r\nLocation: //evil.test", "/a\nb"),
    *("/\t/evil.test", "\t//evil.test", " //evil.test", "/ /evil.test", "\x00//evil.test", "/\x00", "/%00"),
    *("/%5c%5cevil.test", "/%5Cevil.test", "/%2f%2fevil.test", "/%2F%2Fevil.test", "/%2f%2F", "/a%2f%2fevil.test"),
    *("//evil.test@testserver", "https://testserver@evil.test", "https://testserver.evil.test", "//evil%E3%80%82test"),
    *("/。evil.test", "//ⓔvil.test", "/évil", "/\u2028evil", "/\u202eevil", "/\ufeff", "https://еvil.test"),
    *(
        "?suite=//evil.test",
        "#//evil.test",
        "/#evil",
        "./evil",
        "../evil",
        "compte",
        "",
        ".",
        "/'onload=x",
        '/"><script>',
    ),
    *("/<script>", "/{{7*7}}", "/a;b", "/a|b", "/[::1]", "//[::1]/", "http://0x7f.1", "//0x7f.1", "/^", "/`x`"),
]
FRIENDLY = ["/", "/compte", "/projet/depot", "/projets?page=2&site=POI", "/equipe/invitation/abc-DEF_1", "/a.b~c%20d"]


@pytest.mark.parametrize("wanted", HOSTILE)
@pytest.mark.bar("D47")
def test_hostile_address_leads_home(wanted: str) -> None:
    assert local_path(wanted) == "/"


@pytest.mark.parametrize("wanted", FRIENDLY)
@pytest.mark.bar("D47")
def test_path_of_the_platform_is_kept(wanted: str) -> None:
    assert local_path(wanted) == wanted
    assert urlsplit(urljoin("https://testserver/connexion", wanted)).netloc == "testserver"


@pytest.mark.bar("D47")
def test_corpus_is_large_enough() -> None:
    assert len(set(HOSTILE)) >= 60


@pytest.mark.bar("D47")
async def test_sign_in_form_never_carries_a_hostile_address(visitor: Visitor) -> None:
    for wanted in (*HOSTILE[:30], "/compte"):
        response = await visitor.http.get("/connexion", params={"suite": wanted})
        visitor.response = response
        if response.status_code == 200:
            value = visitor.form().select_one("input[name=suite]")["value"]  # type: ignore[index]
            assert value == ("/compte" if wanted == "/compte" else "/")
        else:
            assert response.status_code == 400

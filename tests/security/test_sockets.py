"""The very bytes of HTTP, sent to the server that `creathon run` starts: hosts, two lengths, broken bodies."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.bench.server import Server, product

CREATHON = str(Path(sys.executable).with_name("creathon"))
ALIVE = b"\r\n\r\nok"
LAST = b"GET /healthz HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
POST = b"POST /connexion HTTP/1.1\r\nHost: %s\r\nOrigin: https://%s\r\n" + FORM
CHUNKED, LENGTH = b"Transfer-Encoding: chunked\r\n", b"Content-Length: 5\r\n"
FIVE, CHUNKS = b"\r\na=b&c", b"\r\n5\r\na=b&c\r\n0\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served")
    url = f"sqlite:///{folder / 'creathon.sqlite3'}"
    env = {"CREATHON_DATA": str(folder), "CREATHON_DATABASE_URL": url}
    subprocess.run([CREATHON, "migrate"], check=True, env=env, stdout=subprocess.DEVNULL)
    with product(folder, url, 1) as running:
        yield running


def say(server: Server, said: bytes) -> bytes:
    """Send the bytes and read until the server closes, or says nothing for a while."""
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=3)) as line:
        line.sendall(said.replace(b"%s", server.host.encode()))
        heard = b""
        while chunk := line.recv(65536):
            heard += chunk
        return heard


def statuses(heard: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"HTTP/1\.[01] (\d{3}) ", heard)]


@pytest.mark.bar("A10", "D46")
@pytest.mark.parametrize(
    "said",
    [
        b"GET /healthz HTTP/1.0\r\n\r\n",
        b"GET /healthz HTTP/1.0\r\nHost: evil.test\r\n\r\n",
        b"GET /healthz HTTP/1.0\r\nX-Forwarded-Host: %s\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: evil.test\r\nX-Forwarded-Host: %s\r\nConnection: close\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: %s\r\nHost: evil.test\r\nConnection: close\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: %s\r\nHost: %s\r\nConnection: close\r\n\r\n",
        b"GET http://evil.test/healthz HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n",
    ],
)
def test_host_is_one_and_ours(server: Server, said: bytes) -> None:
    heard = say(server, said)
    assert statuses(heard) == [400]
    assert b"evil.test" not in heard
    assert "n’est pas celle de la plateforme".encode() in heard


@pytest.mark.bar("D46")
@pytest.mark.parametrize("said", [LAST, b"GET /healthz HTTP/1.0\r\nHost: %s\r\n\r\n"])
def test_own_host_is_answered(server: Server, said: bytes) -> None:
    """Else the tests above would pass on a server that refuses everything."""
    heard = say(server, said)
    assert (statuses(heard), heard.endswith(ALIVE)) == ([200], True)
    assert re.findall(rb"^server: (.*)\r$", heard, re.MULTILINE) == [b"granian"], "the server says no version"


@pytest.mark.bar("D51")
@pytest.mark.parametrize("framed", [LENGTH + FIVE, CHUNKED + CHUNKS])
def test_what_follows_a_well_framed_body_is_a_request(server: Server, framed: bytes) -> None:
    heard = say(server, POST + framed + LAST)
    assert (statuses(heard), heard.endswith(ALIVE)) == ([403, 200], True)


@pytest.mark.bar("D51")
@pytest.mark.parametrize(
    "framed",
    [
        LENGTH + CHUNKED + CHUNKS,
        CHUNKED + LENGTH + CHUNKS,
        LENGTH + CHUNKED + b"\r\n0\r\n\r\n",
        LENGTH + b"Content-Length: 0\r\n" + FIVE,
        b"Content-Length: 5, 0\r\n" + FIVE,
        b"Content-Length: +5\r\n" + FIVE,
        b"Content-Length: -5\r\n" + FIVE,
        b"Content-Length: 5 5\r\n" + FIVE,
        b"Content-Length : 5\r\n" + FIVE,
        b"Transfer-Encoding: xchunked\r\n" + CHUNKS,
        b"Transfer-Encoding: chunked, identity\r\n" + CHUNKS,
        b"Transfer-Encoding : chunked\r\n" + CHUNKS,
        b"X-Any: a\r\n folded\r\n" + LENGTH + FIVE,
    ],
)
def test_what_follows_a_doubtful_body_is_never_answered(server: Server, framed: bytes) -> None:
    """One refusal, then the connection is closed: nothing hidden behind the body becomes a request."""
    heard = say(server, POST + framed + LAST)
    assert statuses(heard) in ([400], [403])
    assert ALIVE not in heard


@pytest.mark.bar("D51")
def test_old_version_with_chunks_is_refused(server: Server) -> None:
    assert statuses(say(server, POST.replace(b"HTTP/1.1", b"HTTP/1.0") + CHUNKED + CHUNKS + LAST)) == [400]


@pytest.mark.bar("D51", "E70")
@pytest.mark.parametrize("chunks", [b"ZZ\r\n\r\n", b"5\r\na=b&cX\r\n0\r\n\r\n"])
def test_broken_chunk_is_the_senders_fault(server: Server, chunks: bytes) -> None:
    heard = say(server, POST + CHUNKED + b"Connection: close\r\n\r\n" + chunks)
    assert (statuses(heard), "ne peut pas être lu".encode() in heard) == ([400], True)

"""Requests as no browser makes them: the raw ASGI scope, and an address for every route."""

import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from creathon.app import Creathon
from creathon.core.web.policy import RoutePolicy

PARAMETER = re.compile(r"{[^}]*:(\w+)}")
HOST = (b"host", b"testserver")
OURS = [HOST, (b"origin", b"http://testserver"), (b"sec-fetch-site", b"same-origin")]


def address(route: RoutePolicy) -> str:
    """An address the route matches; its parameters name nothing that exists."""
    return PARAMETER.sub(lambda found: "7" if found[1] == "int" else "inconnu", route.path)


@dataclass
class Answer:
    """What came back, and how much of the body was asked for."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    taken: int = 0

    def header(self, name: str) -> str:
        return next((value.decode() for key, value in self.headers if key == name.encode()), "")

    @property
    def text(self) -> str:
        return self.body.decode()


async def ask(
    app: Creathon,
    method: str,
    path: bytes,
    headers: Iterable[tuple[bytes, bytes]] = (HOST,),
    *,
    query: bytes = b"",
    chunks: AsyncIterator[bytes] | None = None,
) -> Answer:
    """Send a request with these very bytes."""
    answer = Answer()
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "method": method,
        "path": unquoted(path), "raw_path": path, "query_string": query, "root_path": "",
        "headers": list(headers), "client": ("127.0.0.1", 1), "server": ("testserver", 80), "extensions": {},
    }  # fmt: skip

    async def receive() -> dict[str, object]:
        if chunks is not None:
            async for chunk in chunks:
                answer.taken += len(chunk)
                return {"type": "http.request", "body": chunk, "more_body": True}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            answer.status, answer.headers = message["status"], message["headers"]  # type: ignore[assignment]
        else:
            answer.body += message.get("body", b"")  # type: ignore[operator]

    await app(scope, receive, send)  # type: ignore[arg-type]
    return answer


def unquoted(path: bytes) -> str:
    """The path as servers give it: percent signs decoded, what is not UTF-8 replaced."""
    return unquote(path.decode("latin-1"), errors="replace")

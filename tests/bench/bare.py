"""What the server costs without the product: `/` is a plain answer, `/page` one real template on rows kept in memory.

The template and its context are those of the real public list: the page is asked for once when the process starts,
what it would have rendered is kept, and every later request renders it again, without database.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from jinja2 import Environment
from litestar import Request
from litestar.plugins.jinja import JinjaTemplateEngine

from creathon.app import Creathon, create_app
from creathon.core.web.pages import Page
from creathon.settings import read_settings

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LIST = "/projets"
PLAIN = b"ok"
HTML = [(b"content-type", b"text/html; charset=utf-8")]


@dataclass
class Kept:
    """The page last rendered by the application: its template and its context."""

    environment: Environment | None = None
    name: str = ""
    context: dict[str, Any] = field(default_factory=dict)


kept = Kept()


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """The bare ASGI application."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["path"] == "/":
        await _answer(send, 200, PLAIN)
    elif scope["path"] == "/page" and kept.environment:
        await _answer(send, 200, kept.environment.get_template(kept.name).render(kept.context).encode())
    else:
        await _answer(send, 404, b"")


async def _answer(send: Send, status: int, body: bytes) -> None:
    headers = [*HTML, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    await _keep_list()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


async def _keep_list() -> None:
    """Ask the application for the public list and keep what it renders; nothing when there is no such page."""
    app = create_app(read_settings())
    engine = app.litestar.template_engine
    assert isinstance(engine, JinjaTemplateEngine)
    make_context = Page.create_template_context

    def keep(page: Page, request: Request[Any, Any, Any]) -> dict[str, Any]:
        kept.name, kept.context = str(page.template_name), make_context(page, request)
        return kept.context

    with patch.object(Page, "create_template_context", keep):
        async with app.litestar.lifespan():
            if await _status(app, LIST) == 200:
                kept.environment = engine.engine


async def _status(app: Creathon, path: str) -> int:
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        **{"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http"},
        **{"path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"", "client": None},
        **{"server": ("127.0.0.1", 80), "headers": [(b"host", b"127.0.0.1")]},
    }
    await app(scope, receive, send)  # type: ignore[arg-type]
    return statuses[0]

"""Why the session is not a generator dependency: what Litestar 2.25 does with one, shown on a bare application.

A regression marker for docs/decisions/0002: the day these tests fail, the decision may be read again.
"""

from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar, get
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException

opened: list[str] = []
closed: list[str] = []


async def provide_connection() -> AsyncIterator[str]:
    opened.append("connection")
    try:
        yield "connection"
    finally:
        closed.append("connection")


async def provide_thing(connection: NamedDependency[str]) -> str:
    raise NotFoundException(connection)


@get("/absent", dependencies={"thing": Provide(provide_thing)})
async def absent(thing: NamedDependency[str]) -> str:
    return thing


@get("/raises")
async def raises(connection: NamedDependency[str]) -> str:
    raise NotFoundException(connection)


async def ask(path: str) -> int:
    opened.clear()
    closed.clear()
    app = Litestar([absent, raises], dependencies={"connection": Provide(provide_connection)}, openapi_config=None)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        return (await client.get(path)).status_code


async def test_generator_dependency_is_closed_when_the_handler_raises() -> None:
    assert await ask("/raises") == 404
    assert (opened, closed) == (["connection"], ["connection"])


@pytest.mark.bar("H95")
async def test_generator_dependency_is_left_open_when_a_later_provider_raises() -> None:
    """Nobody closes it: with one writer connection that is the end of writing. (Reference counting or the garbage
    collector may end the generator later, which is not « when the request ends ».)
    """
    assert await ask("/absent") == 404
    assert (opened, closed) == (["connection"], [])

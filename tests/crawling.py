"""Follows every link a person is shown, page after page, inside the platform."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

from tests.browsing import Visitor

MOST = 150
ID = re.compile(r"/[0-9a-hjkmnp-tv-z]{12}(?=/|$)|/[0-9A-F]{4}-[0-9A-F]{4}|(?<=/sites)/[A-Z]+(?=/|$)")

Read = Callable[[str], Awaitable[Iterable[str]]]
"""Opens an address and gives the addresses its page links to."""


def kind_of(path: str) -> str:
    """The page without its ids and query: one of each kind is enough."""
    return ID.sub("/*", path.partition("?")[0])


async def walk(read: Read, *starts: str) -> AsyncIterator[str]:
    """The addresses reached from the starts, one of each kind; the one given has just been read."""
    waiting, seen = list(starts), set()
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        if kind_of(path) in seen:
            continue
        seen.add(kind_of(path))
        links = await read(path)
        yield path
        found = [link.partition("#")[0] for link in links if link.startswith("/")]
        waiting += [link for link in found if link and not link.startswith("/static")]


async def crawl(visitor: Visitor, *starts: str) -> AsyncIterator[str]:
    """The addresses reached from the starts, one of each kind; the visitor has just opened the one given."""

    async def read(path: str) -> list[str]:
        await visitor.open(path)
        if "text/html" not in visitor.response.headers["content-type"]:
            return []
        return [str(link["href"]) for link in visitor.page.select("a[href]")]

    async for path in walk(read, *starts):
        yield path

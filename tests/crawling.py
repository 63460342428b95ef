"""Follows every link a person is shown, page after page, inside the platform."""

import re
from collections.abc import AsyncIterator

from tests.browsing import Visitor

MOST = 150
ID = re.compile(r"/[0-9a-hjkmnp-tv-z]{12}(?=/|$)|/[0-9A-F]{4}-[0-9A-F]{4}")


def kind_of(path: str) -> str:
    """The page without its ids and query: one of each kind is enough."""
    return ID.sub("/*", path.partition("?")[0])


async def crawl(visitor: Visitor, *starts: str) -> AsyncIterator[str]:
    """The addresses reached from the starts, one of each kind; the visitor has just opened the one given."""
    waiting, seen = list(starts), set()
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        if kind_of(path) in seen:
            continue
        seen.add(kind_of(path))
        await visitor.open(path)
        yield path
        if "text/html" in visitor.response.headers["content-type"]:
            found = [str(link["href"]).partition("#")[0] for link in visitor.page.select("a[href^='/']")]
            waiting += [href for href in found if href and not href.startswith("/static")]

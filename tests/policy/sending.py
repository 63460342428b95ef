"""What the request of a cell is: the address, the browser of whoever asks, the form."""

import re
from dataclasses import dataclass, field
from typing import Any

from creathon.core.ids import seal
from creathon.core.web.policy import RoutePolicy
from tests.policy.book import NONE, Block, Book, BookError, Cell
from tests.policy.forms import FORMS
from tests.policy.forms_sites import QUERIES
from tests.policy.requests import NOWHERE, Raw, Request
from tests.policy.worlds import COLUMNS_OF_ASSIGNMENT, SECRET, World

PARAMETER = re.compile(r"{(\w+):\w+}")


@dataclass(frozen=True)
class Sending:
    """A request as it leaves."""

    method: str
    path: str
    cookies: dict[str, str]
    query: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, Any] | None = None
    files: dict[str, Any] | None = None
    content: bytes | None = None
    more: dict[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        return {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **self.more}


def sending(book: Book, world: World, cell: Cell, route: RoutePolicy) -> Sending:
    """The request of a cell in its world."""
    path = _address(book.block(cell.page), world, cell, route)
    token, session_id = world.tokens.get(cell.who), world.sessions.get(cell.who, "")
    cookies = {"visitor": "policy"} | ({"session": token} if token else {})
    request = Request(world, cell.who, cell.place)
    if route.method == "GET":
        query = QUERIES[cell.page](request) if cell.page in QUERIES else {}
        return Sending(route.method, path, cookies, query=query)
    if cell.page not in FORMS:
        raise BookError(f"page {cell.page} has no form in tests/policy/forms.py")
    knows = session_id and cell.who not in book.outsiders
    purpose, value = ("csrf-session", session_id) if knows else ("csrf-visitor", "policy")
    token_of_page = seal(SECRET, purpose, value)
    fields = FORMS[cell.page](request)
    if isinstance(fields, Raw):
        more = fields.headers | {"x-csrf-token": token_of_page}
        return Sending(route.method, path, cookies, content=fields.content, more=more)
    files = {name: fields.pop(name) for name in ("file", "video") if isinstance(fields.get(name), tuple)} or None
    return Sending(route.method, path, cookies, fields=fields | {"_csrf": token_of_page}, files=files)


def _address(block: Block, world: World, cell: Cell, route: RoutePolicy) -> str:
    wanted, kinds = PARAMETER.findall(route.path), block.kinds[: len(block.kinds) - block.named]
    if len(wanted) != len(kinds):
        raise BookError(f"page {cell.page}: its address names {wanted}, the policy file {list(kinds)}")
    places = cell.place.split("/")[: len(kinds)]
    values = iter(_id(world, kind, place, cell.who) for kind, place in zip(kinds, places, strict=True))
    return PARAMETER.sub(lambda _found: next(values), route.path)


def _id(world: World, kind: str, place: str, who: str) -> str:
    if place == NONE:
        return {"receipt": "0000-0000"}.get(kind, NOWHERE)
    if kind == "session":
        somebody_else = "nobody" if who == "dpo" else "dpo"
        return world.ids["session", who if place == "own" and who != "anonymous" else somebody_else]
    if kind == "assignment" and place == "own" and who in COLUMNS_OF_ASSIGNMENT:
        return world.ids["assignment_of", COLUMNS_OF_ASSIGNMENT[who]]
    return world.ids[kind, place]

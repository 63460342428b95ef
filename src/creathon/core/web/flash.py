"""Sentences shown on the next page, carried in a sealed cookie: reading a page never writes to the database."""

import base64
import json
from collections.abc import Mapping

from creathon.core.ids import same, seal
from creathon.core.web.visit import CookieChange, Flash, Visit

FLASH_COOKIE = "message"
_SECONDS = 120
_LONGEST = 3000


def read_flashes(visit: Visit, cookies: Mapping[str, str]) -> None:
    """Take the sentences of the cookie when its seal holds, and remove it."""
    name = visit.cookie_name(FLASH_COOKIE)
    if visit.writes or name not in cookies:
        return
    visit.cookies.append(CookieChange(name, None))
    content, _, found = cookies[name].partition(".")
    if same(found, seal(visit.settings.secret, "flash", content)):
        visit.flashes = [Flash(*pair) for pair in json.loads(base64.urlsafe_b64decode(content))]


def write_flashes(visit: Visit) -> None:
    """Carry the sentences to the next page."""
    if visit.flashes:
        pairs = [(flash.kind, flash.text) for flash in visit.flashes]
        content = base64.urlsafe_b64encode(json.dumps(pairs).encode()).decode()
        if len(content) <= _LONGEST:
            sealed = f"{content}.{seal(visit.settings.secret, 'flash', content)}"
            visit.cookies.append(CookieChange(visit.cookie_name(FLASH_COOKIE), sealed, _SECONDS))

"""Who sends the form of which page, about what: what every form is made from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.policy.cast import BEFORE, NOW
from tests.policy.worlds import PASSWORD, World

PARIS = ZoneInfo("Europe/Paris")
ASLEEP = ("draft", "archive")
NOWHERE = "zzzzzzzzzzzz"
"""The id of nothing."""
NEW_ACCOUNT = {"given_name": "Invitée", "family_name": "Coulisse", "password": PASSWORD, "age": "adult"}


@dataclass(frozen=True)
class Request:
    """Who sends the form of which page, about what."""

    world: World
    who: str
    place: str

    @property
    def near(self) -> str:
        """The place whose stored things the form speaks of: « own » when the address names nothing of ours."""
        return next((place for place in ("same", "other") if place in self.place), "own")

    @property
    def at_hand(self) -> str:
        """The edition whoever sends works in: « own », or « other »."""
        return "other" if self.who == "other_edition" and self.world.phase in ASLEEP else "own"

    @property
    def year(self) -> str:
        return NOW.slug if self.at_hand == "own" else BEFORE.slug

    def value(self, name: str) -> str:
        """What a preview of the edition at hand showed."""
        return self.world.values.get(f"{name}_{self.at_hand}", "")

    def version(self, table: str, kind: str, column: str = "id") -> str:
        return str(self.world.version(table, kind, self.near, column))

    def thing(self, kind: str) -> str:
        """The thing of the edition at hand that is « own » to it; nothing when it does not exist yet."""
        return self.world.ids.get((kind, self.at_hand), "")

    def named(self, kind: str) -> str:
        """The thing that the form itself names, in a block that says `names`."""
        return self.world.ids.get((kind, self.place), NOWHERE)

    @property
    def team(self) -> str:
        """The place of the team of whoever sends."""
        return "same" if self.who == "other_member" else "own"

    @property
    def is_team(self) -> bool:
        return self.who in ("captain", "member", "other_member")


Fields = dict[str, Any]


@dataclass(frozen=True)
class Raw:
    """What a script sends that is no form."""

    headers: dict[str, str]
    content: bytes = b""


Make = Callable[[Request], Fields | Raw]


def fixed(**fields: Any) -> Make:
    return lambda _request: dict(fields)


def local(request: Request, days: float) -> str:
    moment = (request.world.now + timedelta(days=days)).astimezone(PARIS)
    return moment.strftime("%Y-%m-%dT%H:%M")

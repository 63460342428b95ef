"""Who acts: the person of the request with the rights held now, or nobody."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class Grant:
    """A role held on an edition, perhaps on one site only; without edition it holds everywhere."""

    role: str
    edition_id: str | None = None
    site_id: str | None = None


@dataclass(frozen=True)
class SessionLife:
    """The instants of a session: when its password was last typed, when it was last noted in use, when it ends by
    itself, when it ends whatever one does."""

    proved_at: datetime
    seen_at: datetime
    idle_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class FormerSession:
    """The session a browser still names and that is over. `expired`: it ran out a short while ago, nobody ended it."""

    session_id: str
    person_id: str
    expired: bool


@dataclass(frozen=True)
class Actor:
    """A signed-in person, as loaded at the door of each request."""

    person_id: str
    display_name: str
    email: str
    zone: str | None = None
    grants: frozenset[Grant] = field(default_factory=frozenset)
    session_id: str = ""
    edition_id: str | None = None
    """The edition the person chose to work in, when there are several."""
    life: SessionLife | None = None
    former: None = None
    is_signed_in: Literal[True] = True

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants)

    def holds(self, role: str, edition_id: str | None = None, site_id: str | None = None) -> bool:
        """Whether the role is held on that edition and, for a role cut to a site, on that site."""
        return any(
            grant.role == role
            and (grant.edition_id is None or edition_id is None or grant.edition_id == edition_id)
            and (grant.site_id is None or site_id is None or grant.site_id == site_id)
            for grant in self.grants
        )


@dataclass(frozen=True)
class Anonymous:
    """Nobody is signed in."""

    person_id: None = None
    display_name: str = ""
    email: str = ""
    zone: None = None
    grants: frozenset[Grant] = frozenset()
    roles: frozenset[str] = frozenset()
    session_id: str = ""
    edition_id: None = None
    life: None = None
    former: FormerSession | None = None
    is_signed_in: Literal[False] = False

    def holds(self, role: str, edition_id: str | None = None, site_id: str | None = None) -> bool:
        return False


Viewer = Actor | Anonymous

SYSTEM = Actor(person_id="system", display_name="Plateforme", email="")
"""The platform itself, for what no person does: the demo, the worker, the command line."""

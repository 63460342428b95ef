"""What teams tell the features above."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from creathon.core.actor import Actor
from creathon.editions.models import Edition
from creathon.teams.models import Team


@dataclass(frozen=True)
class ApplicationsOpened:
    """Somebody opens or answers these applications; a feature above adds to `hidden` those they may not see."""

    team_ids: Collection[str]
    person_id: str
    hidden: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class CompetingChanged:
    """A team takes part without competing, or competes again; a feature above that cannot have it raises Refused."""

    actor: Actor
    team: Team
    edition: Edition
    non_competing: bool
    now: datetime

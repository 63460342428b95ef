"""What teams tell the features above."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement

from creathon.core.actor import Actor
from creathon.editions.models import Edition
from creathon.teams.models import Team


@dataclass(frozen=True)
class ApplicationsOpened:
    """Somebody opens or answers applications; a feature above adds, on the row of the team, what hides one."""

    person_id: str
    hiding: list[ColumnElement[bool]] = field(default_factory=list)


@dataclass(frozen=True)
class CompetingChanged:
    """A team takes part without competing, or competes again; a feature above that cannot have it raises Refused."""

    actor: Actor
    team: Team
    edition: Edition
    non_competing: bool
    now: datetime

"""What editions tell the features above."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from creathon.core.actor import Actor
from creathon.editions.models import Edition, Phase, PhaseChange, Role, Rulebook, Site
from creathon.editions.rules import PlannedPhase
from creathon.editions.rules.rulebook import Filling


@dataclass(frozen=True)
class PhaseMoved:
    """A phase of an announced edition was moved, with what touches it, in the transaction that publishes this.

    `changes` begins with that phase; `before` is the calendar as it was.
    """

    actor: Actor
    edition: Edition
    phase: Phase
    changes: tuple[PhaseChange, ...]
    before: tuple[PlannedPhase, ...]
    now: datetime


@dataclass(frozen=True)
class EditionFounded:
    """Somebody made an edition on paper."""

    actor: Actor
    edition: Edition
    now: datetime


@dataclass(frozen=True)
class EditionCopied:
    """An edition was made from `source`, everything `later`; each feature above copies what is its own."""

    actor: Actor
    source: Edition
    edition: Edition
    later: timedelta
    now: datetime


@dataclass(frozen=True)
class EditionAnnounced:
    """An edition is about to be announced; a feature that lacks something raises Refused with what."""

    actor: Actor
    edition: Edition
    now: datetime


@dataclass(frozen=True)
class RoleTaken:
    """Somebody is about to hold a role on an edition; a feature above that cannot have it raises Refused."""

    person_id: str
    role: Role
    edition: Edition


@dataclass(frozen=True)
class FillingsAsked:
    """A rulebook is about to be shown or sealed; each feature adds to `fillings` what its placeholders say now."""

    edition: Edition
    fillings: dict[str, Filling]


@dataclass(frozen=True)
class RulebookPublished:
    """A version of the rulebook is in force from now on."""

    actor: Actor
    edition: Edition
    rulebook: Rulebook
    now: datetime


@dataclass(frozen=True)
class RulebookTouched:
    """Something a rulebook shows was changed, other than by moving a phase."""

    actor: Actor
    edition: Edition
    now: datetime


@dataclass(frozen=True)
class CapacityChanged:
    """A site of an edition now has another number of places than `before`."""

    actor: Actor
    edition: Edition
    site: Site
    before: int
    now: datetime


@dataclass(frozen=True)
class CapacityChanging:
    """A site is about to hold another number of teams; a feature that promised more raises Refused with why."""

    site: Site
    capacity: int


@dataclass(frozen=True)
class SiteRemoving:
    """A site is about to be taken away; a feature that needs it raises Refused with why."""

    site: Site

"""What editions tell the features above."""

from dataclasses import dataclass
from datetime import datetime

from creathon.core.actor import Actor
from creathon.editions.models import Edition, Phase, PhaseChange


@dataclass(frozen=True)
class PhaseMoved:
    """A phase of an announced edition was moved, in the transaction that publishes this."""

    actor: Actor
    edition: Edition
    phase: Phase
    change: PhaseChange
    now: datetime

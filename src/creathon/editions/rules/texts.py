"""What a form of an edition gives its action."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class EditionTexts:
    """The texts a coordinator may change."""

    title: str
    pilot: str
    theme_title: str
    theme_statement: str


@dataclass(frozen=True)
class PhaseMove:
    """Where a phase goes, and why. Instants are aware."""

    opens_at: datetime
    closes_at: datetime
    reason: str

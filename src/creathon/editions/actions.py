"""Making an edition and changing its state and calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Conflict, Stale, check
from creathon.core.events import publish
from creathon.core.text import _
from creathon.editions.events import PhaseMoved
from creathon.editions.models import Edition, EditionState, Phase, PhaseChange, PhaseKind, Site, SiteKind, Theme
from creathon.editions.rules import EditionTexts, may_change_edition, may_move_phase, theme_follows

CHANGED_MEANWHILE = "Quelqu’un a modifié l’édition pendant que vous écriviez. Comparez, puis choisissez."


@dataclass(frozen=True)
class PhaseValues:
    """A phase to make. Instants are aware."""

    kind: PhaseKind
    title: str
    opens_at: datetime
    closes_at: datetime
    allows: Sequence[str]
    grace_seconds: int = 0


@dataclass(frozen=True)
class SiteValues:
    """A site to make."""

    code: str
    name: str
    city: str
    academy: str
    zone: str
    capacity: int
    kind: SiteKind = SiteKind.ONSITE


@dataclass(frozen=True)
class EditionValues:
    """An edition to make, in draft."""

    slug: str
    title: str
    pilot: str
    zone: str
    theme_title: str
    theme_statement: str
    theme_revealed_at: datetime | None = None
    phases: Sequence[PhaseValues] = ()
    sites: Sequence[SiteValues] = ()
    is_demo: bool = False


async def create_edition(session: AsyncSession, actor: Actor, values: EditionValues, *, now: datetime) -> Edition:
    """Make an edition in draft with its theme, phases and sites.

    Raises:
        Conflict: the slug is taken.
    """
    if await session.scalar(select(Edition.id).where(Edition.slug == values.slug)):
        raise Conflict(_("Une édition porte déjà cette adresse."))
    edition = Edition(
        slug=values.slug,
        title=values.title,
        pilot=values.pilot,
        zone=values.zone,
        is_demo=values.is_demo,
        created_at=now,
        theme=Theme(title=values.theme_title, statement=values.theme_statement, revealed_at=values.theme_revealed_at),
        phases=[Phase(**{**vars(phase), "allows": list(phase.allows)}) for phase in values.phases],
        sites=[Site(**vars(site)) for site in values.sites],
    )
    session.add(edition)
    await session.flush()
    journal.record(session, actor, "edition.created", edition, now=now, edition_id=edition.id, slug=values.slug)
    return edition


async def set_edition_state(
    session: AsyncSession, actor: Actor, edition: Edition, state: EditionState, *, now: datetime
) -> None:
    """Announce, run, close or archive an edition."""
    before, edition.state = edition.state, state
    await session.flush()
    journal.record(session, actor, "edition.state", edition, now=now, edition_id=edition.id, before=before, after=state)


async def edit_edition(
    session: AsyncSession, actor: Actor, edition: Edition, values: EditionTexts, *, version: int, now: datetime
) -> None:
    """Change the texts of an edition; its version guards them, the theme's included.

    Raises:
        Refused: the actor does not coordinate the edition, or it is an archive.
        Stale: the edition was changed in between; `current` holds the stored texts.
    """
    check(may_change_edition(actor, edition))
    stored = texts_of(edition)
    if version != edition.version:
        raise Stale(_(CHANGED_MEANWHILE), vars(stored))
    changed = [name for name, value in vars(values).items() if value != getattr(stored, name)]
    if not changed:
        return
    edition.title, edition.pilot = values.title, values.pilot
    edition.theme.title, edition.theme.statement = values.theme_title, values.theme_statement
    edition.version += 1
    await session.flush()
    journal.record(session, actor, "edition.edited", edition, now=now, edition_id=edition.id, fields=changed)


def texts_of(edition: Edition) -> EditionTexts:
    """The texts of an edition as they are stored."""
    return EditionTexts(edition.title, edition.pilot, edition.theme.title, edition.theme.statement)


async def move_phase(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    phase: Phase,
    *,
    version: int,
    opens_at: datetime,
    closes_at: datetime,
    reason: str,
    now: datetime,
) -> PhaseChange:
    """Change the interval of a phase, with a reason told to everybody; the edition's version guards it.

    A theme that was to be revealed when the phase opens stays so: no change of dates tells it early.

    Raises:
        Refused: the interval is empty or the same, or the actor does not coordinate the edition.
        Stale: the calendar was changed in between; `current` holds the stored bounds.
    """
    check(may_change_edition(actor, edition))
    if version != edition.version:
        raise Stale(_(CHANGED_MEANWHILE), {"opens_at": phase.opens_at, "closes_at": phase.closes_at})
    check(may_move_phase(phase, opens_at, closes_at))
    change = _change_of(phase, opens_at, closes_at, reason, actor, now)
    session.add(change)
    if theme_follows(edition, phase, now=now):
        edition.theme.revealed_at = opens_at
    phase.opens_at, phase.closes_at = opens_at, closes_at
    edition.version += 1
    await session.flush()
    before = [change.old_opens_at.isoformat(), change.old_closes_at.isoformat()]
    after = [opens_at.isoformat(), closes_at.isoformat()]
    journal.record(session, actor, "phase.moved", phase, now=now, before=before, after=after, change=change.id)
    await publish(session, PhaseMoved(actor, edition, phase, change, now))
    return change


def _change_of(
    phase: Phase, opens_at: datetime, closes_at: datetime, reason: str, actor: Actor, now: datetime
) -> PhaseChange:
    """The public trace of a move, before it is made."""
    return PhaseChange(
        edition_id=phase.edition_id,
        phase_id=phase.id,
        old_opens_at=phase.opens_at,
        old_closes_at=phase.closes_at,
        new_opens_at=opens_at,
        new_closes_at=closes_at,
        reason=reason,
        changed_by=actor.person_id,
        changed_at=now,
    )

"""Making an edition, from nothing or from another one, and changing its state."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Conflict, Refused, check
from creathon.core.events import publish
from creathon.core.text import _
from creathon.editions.actions.calendar import steps_of
from creathon.editions.actions.deliverables import deliverables_for
from creathon.editions.actions.messages import copy_words
from creathon.editions.actions.rulebook import copy_rulebook, require_rulebook
from creathon.editions.events import EditionAnnounced, EditionCopied, EditionFounded
from creathon.editions.models import Edition, EditionState, Phase, PhaseKind, Site, Theme
from creathon.editions.queries import day_steps, deliverables_of, load_sites
from creathon.editions.rules import (
    USUAL,
    Deliverables,
    SiteValues,
    announcement_problems,
    days_to,
    launch_of,
    limits_of,
    may_change_state,
    may_copy_edition,
    may_create_edition,
    shifted,
    shifted_in,
)

SLUG_TAKEN = "Une édition porte déjà cette adresse."
NOT_COPIED = frozenset({"id", "edition_id"})


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
    steps: Sequence[tuple[int, str]] = ()
    """The steps of the day: minutes after the launch, title."""
    deliverables: Deliverables = field(default_factory=lambda: USUAL)
    is_demo: bool = False


async def create_edition(session: AsyncSession, actor: Actor, values: EditionValues, *, now: datetime) -> Edition:
    """Make an edition in draft with its theme, phases and sites.

    Raises:
        Conflict: the slug is taken.
    """
    if await session.scalar(select(Edition.id).where(Edition.slug == values.slug)):
        raise Conflict(_(SLUG_TAKEN))
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
    session.add_all([*steps_of(edition, values.steps), *deliverables_for(edition, values.deliverables)])
    await session.flush()
    journal.record(session, actor, "edition.created", edition, now=now, edition_id=edition.id, slug=values.slug)
    return edition


async def found_edition(session: AsyncSession, actor: Actor, values: EditionValues, *, now: datetime) -> Edition:
    """Make an edition on paper, whose national coordination its founder joins.

    Raises:
        Refused: the actor coordinates no edition.
        Conflict: the slug is taken.
    """
    check(may_create_edition(actor))
    edition = await create_edition(session, actor, values, now=now)
    await publish(session, EditionFounded(actor, edition, now))
    return edition


@dataclass(frozen=True)
class CopyValues:
    """A new edition shaped on another: its names, and the day it is launched."""

    slug: str
    title: str
    launch: date


async def copy_edition(
    session: AsyncSession, actor: Actor, source: Edition, values: CopyValues, *, now: datetime
) -> Edition:
    """Make an edition on paper from another: its calendar moved by whole weeks, its sites, what each feature copies.

    Hours stay those of the clock on the wall, whatever the season; those of the creation are real hours. Neither
    people nor theme are copied.

    Raises:
        Refused: the actor may not, or the day is not the same day of the week as the launch of the source.
        Conflict: the slug is taken.
    """
    check(may_copy_edition(actor, source))
    days = days_to(source, values.launch)
    if days is None:
        raise Refused(_("Choisissez le même jour de la semaine que le lancement d’origine."))
    launched = shifted(launch_of(source), source.zone, days)
    copied = EditionValues(
        slug=values.slug,
        title=values.title,
        pilot=source.pilot,
        zone=source.zone,
        theme_title="",
        theme_statement="",
        theme_revealed_at=launched,
        steps=[(step.minutes, step.title) for step in await day_steps(session, source.id)],
        phases=[_moved(source, phase, days) for phase in source.phases],
        deliverables=limits_of(await deliverables_of(session, source.id)),
        is_demo=source.is_demo,
    )
    edition = await found_edition(session, actor, copied, now=now)
    await load_sites(session, source)
    edition.sites.extend(_copy_of(site, edition) for site in source.sites)
    await session.flush()
    await copy_rulebook(session, actor, source, edition, now=now)
    await copy_words(session, actor, source, edition, now=now)
    journal.record(session, actor, "edition.copied", edition, now=now, edition_id=edition.id, source=source.id)
    await publish(session, EditionCopied(actor, source, edition, timedelta(days=days), now))
    return edition


async def change_state(
    session: AsyncSession, actor: Actor, edition: Edition, state: EditionState, *, now: datetime
) -> None:
    """Announce an edition, run it, close it, open it again or archive it.

    Raises:
        Refused: the actor does not coordinate it, that state does not follow, or something is missing to announce it.
    """
    check(may_change_state(actor, edition, state, now=now))
    if state == EditionState.ANNOUNCED:
        await load_sites(session, edition)
        if problems := announcement_problems(edition, now=now):
            raise Refused(problems[0])
        await require_rulebook(session, edition)
        await publish(session, EditionAnnounced(actor, edition, now))
    await set_edition_state(session, actor, edition, state, now=now)


async def set_edition_state(
    session: AsyncSession, actor: Actor, edition: Edition, state: EditionState, *, now: datetime
) -> None:
    """Write the state of an edition whatever it was: for the platform itself. People go through `change_state`."""
    before, edition.state = edition.state, state
    await session.flush()
    journal.record(session, actor, "edition.state", edition, now=now, edition_id=edition.id, before=before, after=state)


def _moved(source: Edition, phase: Phase, days: int) -> PhaseValues:
    return PhaseValues(
        kind=phase.kind,
        title=phase.title,
        opens_at=shifted_in(source, phase.opens_at, days),
        closes_at=shifted_in(source, phase.closes_at, days),
        allows=phase.allows,
        grace_seconds=phase.grace_seconds,
    )


def _copy_of(site: Site, edition: Edition) -> Site:
    """The same place in another edition; a column that speaks of people says so in its `info` and stays behind."""
    columns = [column for column in Site.__table__.columns if column.key not in NOT_COPIED]
    kept = {column.key: getattr(site, column.key) for column in columns if not column.info.get("people")}
    return Site(edition_id=edition.id, **kept)

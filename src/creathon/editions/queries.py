"""Editions with what their pages show."""

from collections.abc import Collection

from sqlalchemy import Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from creathon.core.actor import Viewer
from creathon.core.errors import NotThere
from creathon.editions.models import (
    Acceptance,
    DayStep,
    Deliverable,
    Edition,
    EditionState,
    Facilitator,
    Phase,
    PhaseChange,
    PhaseProposal,
    ProposalState,
    Role,
    Rulebook,
    RulebookState,
    Site,
)
from creathon.editions.rules.rulebook import Acceptances
from creathon.mail.composing import keep_words

CURRENT_STATES = (EditionState.RUNNING, EditionState.ANNOUNCED)
_PUBLIC = (Edition.state != EditionState.DRAFT, Edition.rehearsal_of_id.is_(None))
_PARTS = (joinedload(Edition.theme), joinedload(Edition.phases))
_COMPLETE = (joinedload(Edition.theme), selectinload(Edition.phases), selectinload(Edition.sites))
_WHICH = "which one is at hand is what is asked"


async def current_edition(
    session: AsyncSession, viewer: Viewer, *, lock: bool = False, hold: bool = False, words: bool = False
) -> Edition | None:
    """The edition somebody works in, with theme and phases; locked when it is about to change.

    `words`: with what it adds to messages, for an act that holds it already and sends some.

    Held, its calendar cannot change before the transaction ends: what a phase allows is still allowed at the commit.

    Several may be announced or running: the one the person chose, else the newest where they hold a role, else the
    newest. A choice or a role also reaches a closed edition; the choice of its coordination, one still on paper.
    Whoever is in a rehearsal chose it; to everybody else it does not exist.
    The lock comes first and alone: the phases read with it would be as old as the wait.
    """
    which = at_hand(viewer)
    if lock or hold:
        locking = which.with_for_update() if lock else which.with_for_update(read=True, key_share=True)
        edition_id = await session.scalar(locking.execution_options(every_edition=_WHICH))
        return await edition_by_id(session, edition_id) if edition_id else None
    query = select(Edition).where(Edition.id == which.scalar_subquery()).options(*_PARTS)
    if words:
        query = query.options(joinedload(Edition.words))
    edition = await _one(session, query.execution_options(every_edition=_WHICH))
    if words and edition is not None:
        keep_words(session, edition.id, edition.words)
    return edition


def at_hand(viewer: Viewer) -> Select[str]:
    """Which edition is at hand: to be asked within another query that says why it reads across editions."""
    granted = Edition.id.in_({grant.edition_id for grant in viewer.grants})
    coordinated = {grant.edition_id for grant in viewer.grants if grant.role == Role.NATIONAL_COORDINATOR}
    chosen, closed = Edition.id == viewer.edition_id, Edition.state == EditionState.CLOSED
    on_paper = chosen & (Edition.state == EditionState.DRAFT) & Edition.id.in_(coordinated)
    reached = closed & (chosen | granted)
    query = select(Edition.id).where(Edition.state.in_(CURRENT_STATES) | reached | on_paper)
    query = query.where(Edition.rehearsal_of_id.is_(None) | chosen)
    return query.order_by(chosen.desc(), closed, granted.desc(), Edition.created_at.desc(), Edition.id).limit(1)


async def edition_by_slug(session: AsyncSession, slug: str) -> Edition | None:
    """One edition with theme and phases."""
    return await _one(session, select(Edition).where(Edition.slug == slug).options(*_PARTS))


async def edition_by_id(session: AsyncSession, edition_id: str) -> Edition | None:
    """One edition with theme and phases."""
    return await _one(session, select(Edition).where(Edition.id == edition_id).options(*_PARTS))


async def _one(session: AsyncSession, query: Select[Edition]) -> Edition | None:
    return (await session.scalars(query)).unique().one_or_none()


async def load_sites(session: AsyncSession, edition: Edition) -> Edition:
    """The same edition, with its sites."""
    set_committed_value(edition, "sites", await sites_of(session, edition.id))
    return edition


async def sites_of(session: AsyncSession, edition_id: str) -> list[Site]:
    """The sites of an edition by name."""
    return list(await session.scalars(select(Site).where(Site.edition_id == edition_id).order_by(Site.name, Site.id)))


async def site_names(session: AsyncSession, edition_id: str, site_ids: set[str] | None = None) -> dict[str, str]:
    """What a form needs of the sites (None: all): their names by id, in order."""
    query = select(Site.id, Site.name).where(Site.edition_id == edition_id).order_by(Site.name, Site.id)
    if site_ids is not None:
        query = query.where(Site.id.in_(site_ids))
    return dict((await session.execute(query)).all())


async def living_editions(session: AsyncSession) -> list[Edition]:
    """The editions announced or running, rehearsals too; with theme, phases and sites."""
    query = select(Edition).where(Edition.state.in_(CURRENT_STATES)).options(*_COMPLETE)
    return list(await session.scalars(query.order_by(Edition.id)))


async def rehearsals_of(session: AsyncSession, edition_id: str) -> list[Edition]:
    """The rehearsals of an edition, newest first; with theme, phases and sites."""
    query = select(Edition).where(Edition.rehearsal_of_id == edition_id).options(*_COMPLETE)
    return list(await session.scalars(query.order_by(Edition.created_at.desc(), Edition.id)))


async def editions_coordinated_by(session: AsyncSession, viewer: Viewer) -> list[Edition]:
    """The editions somebody coordinates nationally, on paper too, newest first; with theme, phases and sites."""
    held = {grant.edition_id for grant in viewer.grants if grant.role == Role.NATIONAL_COORDINATOR}
    query = select(Edition).where(Edition.id.in_(held)).options(*_COMPLETE)
    return list(await session.scalars(query.order_by(Edition.created_at.desc(), Edition.id)))


async def editions_to_copy(session: AsyncSession, viewer: Viewer) -> list[Edition]:
    """The editions somebody sees, newest first; with theme, phases and sites."""
    held = {grant.edition_id for grant in viewer.grants if grant.role == Role.NATIONAL_COORDINATOR}
    query = select(Edition).where(and_(*_PUBLIC) | Edition.id.in_(held), Edition.rehearsal_of_id.is_(None))
    query = query.options(*_COMPLETE)
    return list(await session.scalars(query.order_by(Edition.created_at.desc(), Edition.id)))


async def public_editions(session: AsyncSession, *, offset: int = 0, limit: int | None = None) -> list[Edition]:
    """The editions told to the public, newest first, with their theme."""
    query = select(Edition).where(*_PUBLIC).options(joinedload(Edition.theme))
    query = query.execution_options(every_edition="the list of editions")
    query = query.order_by(Edition.created_at.desc(), Edition.id).offset(offset).limit(limit)
    return list(await session.scalars(query))


async def public_editions_count(session: AsyncSession) -> int:
    """How many editions the public is told of."""
    return await session.scalar(select(func.count(Edition.id)).where(*_PUBLIC)) or 0


async def phase_by_id(session: AsyncSession, edition_id: str, phase_id: str) -> Phase | None:
    """One phase of that edition."""
    return await session.scalar(select(Phase).where(Phase.edition_id == edition_id, Phase.id == phase_id))


async def site_by_id(session: AsyncSession, edition_id: str, site_id: str) -> Site | None:
    """One site of that edition."""
    return await session.scalar(select(Site).where(Site.edition_id == edition_id, Site.id == site_id))


async def phase_changes(session: AsyncSession, edition_id: str) -> list[PhaseChange]:
    """The changes of the calendar, newest first, with their phase."""
    query = select(PhaseChange).where(PhaseChange.edition_id == edition_id).options(joinedload(PhaseChange.phase))
    return list(await session.scalars(query.order_by(PhaseChange.changed_at.desc(), PhaseChange.id)))


async def rulebooks_of(session: AsyncSession, edition_id: str) -> list[Rulebook]:
    """Every version of the rulebook of an edition, newest first, the draft included; without their articles."""
    query = select(Rulebook).where(Rulebook.edition_id == edition_id).order_by(Rulebook.number.desc())
    return list(await session.scalars(query))


async def rulebook_by_number(session: AsyncSession, edition_id: str, number: int) -> Rulebook | None:
    """One version with its articles, read again whatever the session knew."""
    query = select(Rulebook).where(Rulebook.edition_id == edition_id, Rulebook.number == number)
    query = query.options(selectinload(Rulebook.articles)).execution_options(populate_existing=True)
    return await session.scalar(query)


async def published_rulebook(session: AsyncSession, edition_id: str) -> Rulebook | None:
    """The version in force, with its articles."""
    query = select(Rulebook).where(Rulebook.edition_id == edition_id, Rulebook.state == RulebookState.PUBLISHED)
    query = query.options(selectinload(Rulebook.articles)).order_by(Rulebook.number.desc()).limit(1)
    return (await session.scalars(query)).first()


async def draft_rulebook(session: AsyncSession, edition_id: str) -> Rulebook | None:
    """The version being written, with its articles, read again whatever the session knew."""
    query = select(Rulebook).where(Rulebook.edition_id == edition_id, Rulebook.state == RulebookState.DRAFT)
    query = query.options(selectinload(Rulebook.articles)).execution_options(populate_existing=True)
    return await session.scalar(query)


async def acceptances_of(session: AsyncSession, edition_id: str, people: Collection[str]) -> Acceptances:
    """What these people have accepted of the rulebook of an edition, in one statement."""
    query = (
        select(Rulebook, Acceptance.person_id)
        .outerjoin(Acceptance, (Acceptance.rulebook_id == Rulebook.id) & Acceptance.person_id.in_(people))
        .where(Rulebook.edition_id == edition_id, Rulebook.state == RulebookState.PUBLISHED)
        .order_by(Rulebook.number.desc())
    )
    rows = (await session.execute(query)).all()
    if not rows:
        return Acceptances()
    current = rows[0][0]
    accepted = frozenset(person for rulebook, person in rows if person and rulebook is current)
    before = frozenset(person for rulebook, person in rows if person and rulebook is not current)
    return Acceptances(current, accepted, before)


async def lock_site(session: AsyncSession, site: Site) -> Site:
    """The site held and read again, so that its places are counted by one person at a time.

    Raises:
        NotThere: the site is gone.
    """
    query = select(Site).where(Site.id == site.id).with_for_update().execution_options(populate_existing=True)
    held = await session.scalar(query)
    if held is None:
        raise NotThere()
    return held


async def facilitators_of(session: AsyncSession, site_id: str, *, public_only: bool = False) -> list[Facilitator]:
    """Who facilitates a site, by name; with `public_only`, those who agreed to be told to everybody."""
    query = select(Facilitator).where(Facilitator.site_id == site_id)
    if public_only:
        query = query.where(Facilitator.is_public)
    return list(await session.scalars(query.order_by(Facilitator.name, Facilitator.id)))


async def facilitator_by_id(session: AsyncSession, site_id: str, facilitator_id: str) -> Facilitator:
    """One facilitator of that site.

    Raises:
        NotThere: nobody of this site has that id.
    """
    query = select(Facilitator).where(Facilitator.site_id == site_id, Facilitator.id == facilitator_id)
    found = await session.scalar(query)
    if found is None:
        raise NotThere()
    return found


async def facilitator_counts(session: AsyncSession, edition_id: str) -> dict[str, int]:
    """How many facilitators each site of an edition has."""
    query = select(Facilitator.site_id, func.count()).where(Facilitator.edition_id == edition_id)
    return dict(iter(await session.execute(query.group_by(Facilitator.site_id))))


async def day_steps(session: AsyncSession, edition_id: str) -> list[DayStep]:
    """The steps of the day of an edition, in order."""
    query = select(DayStep).where(DayStep.edition_id == edition_id)
    return list(await session.scalars(query.order_by(DayStep.minutes, DayStep.title)))


async def deliverables_of(session: AsyncSession, edition_id: str) -> list[Deliverable]:
    """What an edition asks for, a row for each kind."""
    query = select(Deliverable).where(Deliverable.edition_id == edition_id)
    return list(await session.scalars(query.order_by(Deliverable.kind)))


async def pending_proposals(session: AsyncSession, edition_id: str) -> list[PhaseProposal]:
    """The changes of the calendar that wait for a second person, oldest first, with their phase."""
    query = select(PhaseProposal).where(
        PhaseProposal.edition_id == edition_id, PhaseProposal.state == ProposalState.PENDING
    )
    query = query.options(joinedload(PhaseProposal.phase))
    return list(await session.scalars(query.order_by(PhaseProposal.proposed_at, PhaseProposal.id)))


async def proposal_by_id(session: AsyncSession, edition_id: str, proposal_id: str) -> PhaseProposal | None:
    """One proposal of that edition, with its phase; read again whatever the session knew."""
    query = select(PhaseProposal).where(PhaseProposal.edition_id == edition_id, PhaseProposal.id == proposal_id)
    query = query.options(joinedload(PhaseProposal.phase)).execution_options(populate_existing=True)
    return await session.scalar(query)

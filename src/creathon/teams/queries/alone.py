"""People who apply alone, and what is proposed to them."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload, selectinload

from creathon.accounts.models import Person, RoleGrant
from creathon.teams.models import (
    AloneApplication,
    AloneState,
    ApplicationState,
    Proposal,
    ProposedSeat,
    SeatAnswer,
    Team,
    TeamKind,
    TeamMember,
)
from creathon.teams.rules import NOT_COMPETING

_COMPLETE = (joinedload(AloneApplication.person), joinedload(AloneApplication.site))
_PROPOSAL = (
    joinedload(Proposal.site),
    selectinload(Proposal.seats).joinedload(ProposedSeat.alone).joinedload(AloneApplication.person),
)


async def alone_of(
    session: AsyncSession, person_id: str, edition_id: str, *, lock: bool = False
) -> AloneApplication | None:
    """The application somebody sent alone in an edition; with person and site."""
    query = select(AloneApplication).where(
        AloneApplication.person_id == person_id, AloneApplication.edition_id == edition_id
    )
    return await _one(session, query, lock)


async def alone_by_id(session: AsyncSession, alone_id: str) -> AloneApplication | None:
    """One application; with person and site."""
    return await _one(session, select(AloneApplication).where(AloneApplication.id == alone_id), False)


async def alone_page(
    session: AsyncSession,
    edition_id: str,
    site_ids: Collection[str] | None,
    state: AloneState | None,
    *,
    offset: int,
    limit: int,
) -> list[AloneApplication]:
    """People who apply alone, the first to come first; with person and site."""
    query = select(AloneApplication).where(*_among(edition_id, site_ids, state)).options(*_COMPLETE)
    query = query.order_by(AloneApplication.submitted_at, AloneApplication.id)
    return list(await session.scalars(query.offset(offset).limit(limit)))


async def alone_count(
    session: AsyncSession, edition_id: str, site_ids: Collection[str] | None, state: AloneState | None
) -> int:
    """How many `alone_page` would list in all."""
    query = select(func.count(AloneApplication.id)).where(*_among(edition_id, site_ids, state))
    return await session.scalar(query) or 0


async def lock_alone(session: AsyncSession, alone_ids: Collection[str]) -> list[AloneApplication]:
    """These applications held; with person and site."""
    query = select(AloneApplication).where(AloneApplication.id.in_(alone_ids)).order_by(AloneApplication.id)
    query = query.options(*_COMPLETE).with_for_update(of=AloneApplication)
    return list(await session.scalars(query.execution_options(populate_existing=True)))


async def proposed_among(session: AsyncSession, alone_ids: Collection[str]) -> set[str]:
    """Those of these people who have a proposal to answer, or said yes to one that others must answer."""
    other = aliased(ProposedSeat)
    awaited = (
        select(other.id)
        .join(AloneApplication, AloneApplication.id == other.alone_id)
        .where(other.proposal_id == ProposedSeat.proposal_id, other.answer == SeatAnswer.PENDING)
        .where(AloneApplication.state == AloneState.SEARCHING)
    )
    query = (
        select(ProposedSeat.alone_id)
        .join(Proposal, Proposal.id == ProposedSeat.proposal_id)
        .where(Proposal.closed_at.is_(None), ProposedSeat.answer != SeatAnswer.DECLINED, awaited.exists())
        .where(ProposedSeat.alone_id.in_(alone_ids))
    )
    return set(await session.scalars(query))


async def judging_among(session: AsyncSession, edition_id: str, person_ids: Collection[str]) -> set[str]:
    """Those of these people who judge or run the edition."""
    query = select(RoleGrant.person_id).where(RoleGrant.edition_id == edition_id, RoleGrant.role.in_(NOT_COMPETING))
    return set(await session.scalars(query.where(RoleGrant.person_id.in_(person_ids))))


async def seats_proposed_to(session: AsyncSession, alone_id: str) -> list[ProposedSeat]:
    """The seats of open proposals made to somebody; with the proposal, its site, its team and its people."""
    proposal = joinedload(ProposedSeat.proposal)
    query = (
        select(ProposedSeat)
        .join(Proposal, Proposal.id == ProposedSeat.proposal_id)
        .where(ProposedSeat.alone_id == alone_id, Proposal.closed_at.is_(None))
        .where(ProposedSeat.answer != SeatAnswer.DECLINED)
        .options(proposal.joinedload(Proposal.site), proposal.joinedload(Proposal.team))
        .options(joinedload(ProposedSeat.alone).joinedload(AloneApplication.person))
        .options(
            proposal.selectinload(Proposal.seats).joinedload(ProposedSeat.alone).joinedload(AloneApplication.person)
        )
    )
    return list(await session.scalars(query))


async def proposal_of_seat(session: AsyncSession, seat_id: str, *, lock: bool = False) -> Proposal | None:
    """The proposal a seat is of; with site, seats, people. Hold the people before: that is the order of everybody."""
    query = select(Proposal).where(Proposal.id.in_(select(ProposedSeat.proposal_id).where(ProposedSeat.id == seat_id)))
    query = query.options(*_PROPOSAL)
    if lock:
        query = query.with_for_update(of=Proposal).execution_options(populate_existing=True)
    return await session.scalar(query)


async def hold_people(session: AsyncSession, person_ids: Collection[str]) -> None:
    """Hold several people, so that each sits down in one team at a time."""
    query = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id)
    await session.execute(query.with_for_update(key_share=True))


async def teams_with_a_seat(session: AsyncSession, site_id: str) -> list[Team]:
    """The teams of a site that may take somebody in, by name; with their members."""
    gone = (ApplicationState.REFUSED, ApplicationState.WITHDRAWN)
    query = select(Team).where(Team.site_id == site_id, Team.dissolved_at.is_(None), Team.state.not_in(gone))
    query = query.where(Team.kind == TeamKind.STANDARD).options(selectinload(Team.members))
    return list(await session.scalars(query.order_by(Team.name_key)))


async def people_in_teams(session: AsyncSession, edition_id: str, person_ids: Collection[str]) -> set[str]:
    """Those of these people who are in a team of the edition."""
    query = select(TeamMember.person_id).where(TeamMember.edition_id == edition_id)
    return set(await session.scalars(query.where(TeamMember.person_id.in_(person_ids))))


async def _one(session: AsyncSession, query: Select[AloneApplication], lock: bool) -> AloneApplication | None:
    query = query.options(*_COMPLETE)
    if lock:
        query = query.with_for_update(of=AloneApplication).execution_options(populate_existing=True)
    return await session.scalar(query)


def _among(edition_id: str, site_ids: Collection[str] | None, state: AloneState | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [AloneApplication.edition_id == edition_id]
    if site_ids is not None:
        wanted.append(AloneApplication.site_id.in_(site_ids))
    if state is not None:
        wanted.append(AloneApplication.state == state)
    return wanted

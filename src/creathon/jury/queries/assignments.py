"""Who reads what: piles, what an allocation depends on, how far each juror is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person, RoleGrant
from creathon.editions.models import Role
from creathon.jury.models import Assignment, ConflictOfInterest, Evaluation, EvaluationState, Panel, PanelJuror
from creathon.jury.queries.links import projects_in_scope
from creathon.jury.rules.panels import Situation, is_late
from creathon.jury.rules.pile import PileRow
from creathon.projects.models import Deposit
from creathon.teams.models import TeamMember


@dataclass(frozen=True)
class JurorProgress:
    """How far one juror of a panel is. No score."""

    panel_id: str
    panel: str
    person_id: str
    name: str
    email: str
    declared_at: datetime | None
    assigned: int
    drafts: int
    validated: int
    last_at: datetime | None

    @property
    def left(self) -> int:
        return self.assigned - self.validated

    @property
    def is_late(self) -> bool:
        return is_late(declared_at=self.declared_at, left=self.left)


_HAS_CONFLICT = exists().where(
    ConflictOfInterest.person_id == Assignment.person_id, ConflictOfInterest.project_id == Assignment.project_id
)
_COMPETES = exists().where(TeamMember.person_id == Assignment.person_id, TeamMember.edition_id == Panel.edition_id)
_HOLDS_ROLE = exists().where(
    RoleGrant.person_id == Assignment.person_id,
    RoleGrant.edition_id == Panel.edition_id,
    RoleGrant.role == Role.JUROR,
)
_STILL_SEATED = exists().where(PanelJuror.panel_id == Assignment.panel_id, PanelJuror.person_id == Assignment.person_id)


async def pile_of(session: AsyncSession, person_id: str, edition_id: str) -> list[PileRow]:
    """A juror's pile in its order: what they may read, each with its current deposit. No content is read."""
    query = (
        select(Assignment.id, Deposit.title, Assignment.position, Panel.name, Evaluation.state, Evaluation.updated_at)
        .select_from(Assignment)
        .join(Panel, Panel.id == Assignment.panel_id)
        .join(Deposit, and_(Deposit.project_id == Assignment.project_id, Deposit.superseded_at.is_(None)))
        .outerjoin(Evaluation, Evaluation.assignment_id == Assignment.id)
        .where(
            Assignment.person_id == person_id,
            Panel.edition_id == edition_id,
            Assignment.withdrawn_at.is_(None),
            _STILL_SEATED,
            _HOLDS_ROLE,
            ~_HAS_CONFLICT,
            ~_COMPETES,
        )
        .order_by(Panel.name, Assignment.position, Assignment.id)
    )
    return [PileRow(*row) for row in await session.execute(query)]


async def situation_of(session: AsyncSession, panel: Panel) -> Situation:
    """What an allocation of a panel (with its jurors) depends on."""
    people = [seat.person_id for seat in panel.jurors]
    sites = {panel.site_id} if panel.site_id else None
    projects = await projects_in_scope(session, panel.edition_id, sites, to_read=True)
    reads = await session.execute(
        select(Assignment.person_id, Assignment.project_id, Assignment.panel_id, Assignment.withdrawn_at)
        .join(Panel, Panel.id == Assignment.panel_id)
        .where(Panel.edition_id == panel.edition_id)
    )
    existing: set[tuple[str, str]] = set()
    elsewhere: set[tuple[str, str]] = set()
    for person, project, of, gone in reads:
        (existing if of == panel.id and gone is None else elsewhere).add((person, project))
    linked = select(ConflictOfInterest.person_id, ConflictOfInterest.project_id).where(
        ConflictOfInterest.edition_id == panel.edition_id
    )
    conflicts = {(person, project) for person, project in await session.execute(linked)}
    contestants = select(TeamMember.person_id).where(
        TeamMember.edition_id == panel.edition_id, TeamMember.person_id.in_(people)
    )
    return Situation(
        panel=panel,
        seats=sorted(panel.jurors, key=lambda seat: (seat.person.family_name, seat.person.given_name, seat.id)),
        homes=await _homes(session, panel.edition_id, people),
        projects=projects,
        existing=frozenset(existing),
        conflicts=frozenset(conflicts),
        elsewhere=frozenset(elsewhere),
        excluded=frozenset(await session.scalars(contestants)),
    )


async def last_positions(session: AsyncSession, panel_id: str) -> dict[str, int]:
    """The highest place given so far in each juror's pile of a panel."""
    query = select(Assignment.person_id, func.max(Assignment.position)).where(Assignment.panel_id == panel_id)
    return dict((await session.execute(query.group_by(Assignment.person_id))).all())


async def living_assignments(
    session: AsyncSession, *conditions: ColumnElement[bool], lock: bool = False
) -> list[Assignment]:
    """The assignments under these conditions that were not withdrawn; locked in the order of their ids."""
    query = select(Assignment).where(Assignment.withdrawn_at.is_(None), *conditions).order_by(Assignment.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return list(await session.scalars(query))


async def lock_reads(session: AsyncSession, panel_id: str, person_id: str) -> None:
    """Hold every read of a juror in a panel, in the order of their ids."""
    query = select(Assignment.id).where(Assignment.panel_id == panel_id, Assignment.person_id == person_id)
    await session.execute(query.order_by(Assignment.id).with_for_update())


async def unfinished_reads(session: AsyncSession, panel_id: str, person_id: str) -> list[Assignment]:
    """The reads of a juror in a panel that are neither withdrawn nor validated."""
    validated = exists().where(Evaluation.assignment_id == Assignment.id, _is_validated())
    mine = (Assignment.panel_id == panel_id, Assignment.person_id == person_id)
    return await living_assignments(session, *mine, ~validated)


async def progress_of(
    session: AsyncSession,
    edition_id: str,
    site_ids: set[str] | None,
    *,
    panel_id: str = "",
    late_only: bool = False,
) -> list[JurorProgress]:
    """How far every juror of the panels of the sites is (None: all), by panel then name. One query, no score."""
    last = func.max(Evaluation.updated_at)
    columns = (
        Panel.id, Panel.name, Person.id, Person.given_name, Person.family_name, Person.email,
        PanelJuror.links_declared_at,
    )  # fmt: skip
    reads = and_(Assignment.panel_id == Panel.id, Assignment.person_id == Person.id, Assignment.withdrawn_at.is_(None))
    counts = (func.count(Assignment.id), _how_many(_is(EvaluationState.DRAFT)), _how_many(_is_validated()), last)
    query = (
        select(*columns, *counts)
        .select_from(PanelJuror)
        .join(Panel, Panel.id == PanelJuror.panel_id)
        .join(Person, Person.id == PanelJuror.person_id)
        .outerjoin(Assignment, reads)
        .outerjoin(Evaluation, Evaluation.assignment_id == Assignment.id)
        .where(Panel.edition_id == edition_id)
        .group_by(*columns)
        .order_by(Panel.name, Person.family_name, Person.given_name, Person.id)
    )
    if site_ids is not None:
        query = query.where(Panel.site_id.in_(site_ids))
    if panel_id:
        query = query.where(Panel.id == panel_id)
    found = [
        JurorProgress(of, name, person, f"{given} {family}", email, declared, count, drafts or 0, validated or 0, at)
        for of, name, person, given, family, email, declared, count, drafts, validated, at in await session.execute(
            query
        )
    ]
    return [row for row in found if row.is_late] if late_only else found


def _is(state: EvaluationState) -> ColumnElement[bool]:
    return Evaluation.state == state


def _is_validated() -> ColumnElement[bool]:
    return _is(EvaluationState.VALIDATED)


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


async def _homes(session: AsyncSession, edition_id: str, people: list[str]) -> dict[str, str]:
    """The site of each juror whose role was given for one."""
    query = select(RoleGrant.person_id, RoleGrant.site_id).where(
        RoleGrant.edition_id == edition_id,
        RoleGrant.role == Role.JUROR,
        RoleGrant.site_id.is_not(None),
        RoleGrant.person_id.in_(people),
    )
    return {person_id: site_id for person_id, site_id in await session.execute(query) if site_id}

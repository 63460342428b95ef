"""The decisions on what is deposited: the last of a project, its history, the list of the coordination."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.editions.models import Site
from creathon.projects.models import AdmissibilityCheck, Deposit, Project
from creathon.projects.rules.access import OUT
from creathon.projects.rules.admissibility import Admissibility
from creathon.teams.models import Team

_LAST = and_(
    AdmissibilityCheck.project_id == Project.id,
    AdmissibilityCheck.deposit_id == Deposit.id,
    AdmissibilityCheck.superseded_at.is_(None),
)
_CURRENT = and_(Deposit.project_id == Project.id, Deposit.superseded_at.is_(None))
_STATE = case(
    (AdmissibilityCheck.id.is_(None), Admissibility.TO_CHECK.value),
    (AdmissibilityCheck.admissible, Admissibility.ADMISSIBLE.value),
    (
        and_(AdmissibilityCheck.contested_at.is_not(None), AdmissibilityCheck.answered_at.is_(None)),
        Admissibility.CONTESTED.value,
    ),
    else_=Admissibility.REFUSED.value,
)


@dataclass(frozen=True)
class CheckRow:
    """One line of the list: a deposit that counts, and where it stands."""

    project_id: str
    title: str
    team: str
    site: str
    late: bool
    state: Admissibility
    decided_at: datetime | None


@dataclass(frozen=True)
class CheckFilters:
    """What the coordination asks for. `mine` None means every site; `hiding`: what hides a project from the reader."""

    mine: set[str] | None = None
    state: Admissibility | None = None
    sites: set[str] = field(default_factory=set)
    hiding: Sequence[ColumnElement[bool]] = ()


async def last_check(session: AsyncSession, project_id: str) -> AdmissibilityCheck | None:
    """The last decision on a project, read again whatever the session knew; perhaps on a deposit since replaced."""
    query = select(AdmissibilityCheck).where(
        AdmissibilityCheck.project_id == project_id, AdmissibilityCheck.superseded_at.is_(None)
    )
    return await session.scalar(query.execution_options(populate_existing=True))


async def checks_of(session: AsyncSession, project_id: str) -> list[tuple[AdmissibilityCheck, str]]:
    """Every decision on a project and the name of who made it, newest first."""
    query = (
        select(AdmissibilityCheck, Person.given_name, Person.family_name)
        .outerjoin(Person, Person.id == AdmissibilityCheck.decided_by)
        .where(AdmissibilityCheck.project_id == project_id)
        .order_by(AdmissibilityCheck.number.desc())
    )
    rows = await session.execute(query.execution_options(populate_existing=True))
    return [(check, f"{given} {family}" if given else "") for check, given, family in rows]


async def checked_count(session: AsyncSession, edition_id: str, filters: CheckFilters) -> int:
    """How many deposits `checked_page` would list in all."""
    return await session.scalar(_listed(select(func.count(Project.id)), edition_id, filters)) or 0


async def checked_page(
    session: AsyncSession, edition_id: str, filters: CheckFilters, *, offset: int, limit: int
) -> list[CheckRow]:
    """One page of the deposits that count, late ones too, by site then team."""
    columns = Project.id, Deposit.title, Team.name, Site.name, Deposit.late, _STATE, AdmissibilityCheck.decided_at
    query = _listed(select(*columns), edition_id, filters).order_by(Site.name, Team.name, Project.id)
    rows = await session.execute(query.offset(offset).limit(limit))
    return [
        CheckRow(project_id, title, team, site, late, Admissibility(state), decided_at)
        for project_id, title, team, site, late, state, decided_at in rows
    ]


async def check_counts(session: AsyncSession, edition_id: str, filters: CheckFilters) -> dict[Admissibility, int]:
    """How many deposits are at each state."""
    query = _listed(select(_STATE, func.count(Project.id)), edition_id, filters).group_by(_STATE)
    counts = {Admissibility(state): number for state, number in await session.execute(query)}
    return {state: counts.get(state, 0) for state in Admissibility}


def is_refused() -> ColumnElement[bool]:
    """Whether the deposit that counts is decided not admissible; a condition on the rows of `Project` and `Deposit`."""
    refused = select(AdmissibilityCheck.id).where(_LAST, AdmissibilityCheck.admissible.is_(False))
    return refused.correlate(Project, Deposit).exists()


def _listed(query: Select[Any], edition_id: str, filters: CheckFilters) -> Select[Any]:
    query = (
        query.select_from(Project)
        .join(Deposit, _CURRENT)
        .join(Team, Team.id == Project.team_id)
        .join(Site, Site.id == Team.site_id)
        .outerjoin(AdmissibilityCheck, _LAST)
        .where(Project.edition_id == edition_id, Team.state.not_in(OUT), *(~hidden for hidden in filters.hiding))
    )
    if filters.mine is not None:
        query = query.where(Team.site_id.in_(filters.mine))
    if filters.sites:
        query = query.where(Team.site_id.in_(filters.sites))
    if filters.state:
        query = query.where(_STATE.in_([filters.state.value]))
    return query

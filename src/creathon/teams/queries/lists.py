"""The lists of applications: identifiers first, from the index, then only what a line shows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.text import _
from creathon.editions.models import Site
from creathon.teams.models import ApplicationState, Team, TeamKind, TeamMember
from creathon.teams.queries.places import RANK


@dataclass(frozen=True)
class ApplicationFilters:
    """Which applications: `site_ids` None means all of the edition; None or False elsewhere, any."""

    edition_id: str
    site_ids: Collection[str] | None = None
    state: ApplicationState | None = None
    kind: TeamKind | None = None
    asks_non_competing: bool = False


@dataclass(frozen=True)
class ApplicationRow:
    """One line of the list; `rank` in the waiting list of the site, for those who wait."""

    id: str
    version: int
    name: str
    site_id: str
    site: str
    kind: TeamKind
    state: ApplicationState
    submitted_at: datetime | None
    pupils: int
    non_competing: bool
    asks_non_competing: bool
    members: int
    rank: int | None

    @property
    def size(self) -> str:
        """« 4 personnes » without the word; a class says its pupils."""
        return (
            _("%(members)s + %(pupils)s élèves", members=self.members, pupils=self.pupils)
            if self.kind == TeamKind.CLASS
            else str(self.members)
        )


async def applications_page(
    session: AsyncSession, filters: ApplicationFilters, *, offset: int = 0, limit: int = 25
) -> list[ApplicationRow]:
    """One page of the applications, by name. Teams that everybody left are not there."""
    wanted = select(Team.id).where(*_listed(filters)).order_by(Team.name_key, Team.id)
    return await _rows(session, Team.id.in_(wanted.offset(offset).limit(limit)), Team.name_key, Team.id)


async def applications_of(
    session: AsyncSession, filters: ApplicationFilters, team_ids: Collection[str] | None, *, limit: int
) -> list[ApplicationRow]:
    """The applications chosen (None: every one of the filter), the first to come first."""
    wanted = select(Team.id).where(*_listed(filters))
    if team_ids is not None:
        wanted = wanted.where(Team.id.in_(team_ids))
    wanted = wanted.order_by(Team.submitted_at.is_(None), Team.submitted_at, Team.id).limit(limit)
    return await _rows(session, Team.id.in_(wanted), Team.submitted_at, Team.id)


async def applications_export(session: AsyncSession, filters: ApplicationFilters) -> list[ApplicationRow]:
    """Every application of the filter, by site then name."""
    return await _rows(session, Team.id.in_(select(Team.id).where(*_listed(filters))), Site.name, Team.name_key)


async def applications_counts(
    session: AsyncSession, filters: ApplicationFilters
) -> tuple[dict[ApplicationState, int], int]:
    """How many teams of the sites stand where, and how many `applications_page` would list in all."""
    every = replace(filters, state=None, kind=None, asks_non_competing=False)
    listed = func.count(case((and_(*_listed(filters)), Team.id)))
    query = select(Team.state, func.count(), listed).where(*_listed(every)).group_by(Team.state)
    rows = (await session.execute(query)).all()
    return {state: count for state, count, _of_filter in rows}, sum(count for *_others, count in rows)


_MEMBERS = select(func.count(TeamMember.id)).where(TeamMember.team_id == Team.id).correlate(Team).scalar_subquery()
_PUPILS = Team.pupils_under_15 + Team.pupils_15_17 + Team.pupils_adult


async def _rows(session: AsyncSession, which: ColumnElement[bool], *order: Any) -> list[ApplicationRow]:
    query = (
        select(
            Team.id, Team.version, Team.name, Team.site_id, Site.name, Team.kind, Team.state, Team.submitted_at,
            _PUPILS, Team.non_competing, Team.asks_non_competing, _MEMBERS,
            case((Team.state == ApplicationState.WAITLISTED, RANK), else_=None),
        )
        .join(Site, Site.id == Team.site_id)
        .where(which)
        .order_by(*order)
    )  # fmt: skip
    found: Sequence[Any] = (await session.execute(query)).all()
    return [ApplicationRow(*row) for row in found]


def _listed(filters: ApplicationFilters) -> Sequence[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [Team.edition_id == filters.edition_id, Team.dissolved_at.is_(None)]
    if filters.site_ids is not None:
        wanted.append(Team.site_id.in_(filters.site_ids))
    if filters.state is not None:
        wanted.append(Team.state == filters.state)
    if filters.kind is not None:
        wanted.append(Team.kind == filters.kind)
    if filters.asks_non_competing:
        wanted.append(Team.asks_non_competing.is_(True))
    return wanted

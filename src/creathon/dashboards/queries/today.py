"""The counts of a coordination, cut to its sites: seven statements whatever the number of sites."""

from collections.abc import Set
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.dashboards.rules import SiteCounts, Today
from creathon.editions.models import Acceptance, Rulebook, RulebookState
from creathon.jury.models import Assignment, Evaluation, EvaluationState, Palmares, Panel, PanelJuror
from creathon.jury.queries.selection import selections_count
from creathon.projects.models import Deposit, Project
from creathon.teams.models import FEWEST, ApplicationState, Team, TeamKind, TeamMember
from creathon.teams.queries import minors_count

ALIVE = (
    ApplicationState.DRAFT,
    ApplicationState.SUBMITTED,
    ApplicationState.ACCEPTED,
    ApplicationState.WAITLISTED,
)


Rows = Select[*tuple[Any, ...]]


async def today_of(session: AsyncSession, edition_id: str, site_ids: Set[str] | None, viewer_id: str) -> Today:
    """The counts of an edition; None for the sites means all of them, and what only the whole edition may know.

    A selection that a link of interest hides from the viewer is not counted.
    """
    sites = await _sites(session, edition_id, site_ids)
    juries: dict[str, Any] = {
        **await _panels(session, edition_id, site_ids),
        **await _reads(session, edition_id, site_ids),
        "unaccepted": await _unaccepted(session, edition_id, site_ids),
        "minors": await minors_count(session, edition_id, site_ids, awaited=True),
    }
    if site_ids is not None:
        return Today(sites, **juries)
    selections = await selections_count(session, edition_id, viewer_id)
    return Today(sites, **juries, selections=selections)


async def _sites(session: AsyncSession, edition_id: str, site_ids: Set[str] | None) -> dict[str, SiteCounts]:
    members = (
        select(TeamMember.team_id, func.count(TeamMember.id).label("count"))
        .where(TeamMember.edition_id == edition_id)
        .group_by(TeamMember.team_id)
        .subquery()
    )
    late = select(Deposit.project_id).where(Deposit.edition_id == edition_id, Deposit.late).distinct().subquery()
    pupils = Team.pupils_under_15 + Team.pupils_15_17 + Team.pupils_adult
    people = case((Team.kind == TeamKind.CLASS, pupils), else_=func.coalesce(members.c.count, 0))
    incomplete = case((Team.state.in_(ALIVE) & (people < FEWEST), 1), else_=0)
    query = (
        select(
            Team.site_id,
            Team.state,
            func.count(Team.id),
            func.sum(incomplete),
            func.count(Project.id),
            func.count(Deposit.id),
            func.count(late.c.project_id),
        )
        .outerjoin(members, members.c.team_id == Team.id)
        .outerjoin(Project, Project.team_id == Team.id)
        .outerjoin(Deposit, (Deposit.project_id == Project.id) & Deposit.superseded_at.is_(None))
        .outerjoin(late, late.c.project_id == Project.id)
        .where(Team.edition_id == edition_id)
        .group_by(Team.site_id, Team.state)
    )
    if site_ids is not None:
        query = query.where(Team.site_id.in_(site_ids))
    sites: dict[str, SiteCounts] = {}
    for site_id, state, teams, few, projects, deposits, hors_delai in await session.execute(query):
        site = sites.setdefault(site_id, SiteCounts())
        site.states[state] = teams
        site.incomplete += few
        site.projects += projects
        site.deposits += deposits
        site.late += hors_delai
    return sites


async def _panels(session: AsyncSession, edition_id: str, site_ids: Set[str] | None) -> dict[str, Any]:
    """The panels and their jurors; whether the palmarès is published, which concerns those who see all of them."""
    published = select(select(Palmares.id).where(Palmares.edition_id == edition_id).exists()).scalar_subquery()
    undeclared = func.count(PanelJuror.id).filter(PanelJuror.links_declared_at.is_(None))
    query = (
        select(func.count(Panel.id.distinct()), func.count(PanelJuror.id), undeclared, published)
        .outerjoin(PanelJuror, PanelJuror.panel_id == Panel.id)
        .where(Panel.edition_id == edition_id)
    )
    panels, jurors, silent, told = (await session.execute(_of_sites(query, site_ids))).one()
    return {"panels": panels, "jurors": jurors, "undeclared": silent, "published": told and site_ids is None}


async def _reads(session: AsyncSession, edition_id: str, site_ids: Set[str] | None) -> dict[str, int]:
    validated = func.count(Evaluation.id).filter(Evaluation.state == EvaluationState.VALIDATED)
    query = (
        select(func.count(Assignment.id), validated)
        .join(Panel, Panel.id == Assignment.panel_id)
        .outerjoin(Evaluation, Evaluation.assignment_id == Assignment.id)
        .where(Panel.edition_id == edition_id, Assignment.withdrawn_at.is_(None))
    )
    to_read, done = (await session.execute(_of_sites(query, site_ids))).one()
    return {"to_read": to_read, "validated": done}


async def _unaccepted(session: AsyncSession, edition_id: str, site_ids: Set[str] | None) -> int:
    current = (
        select(Rulebook.id)
        .where(Rulebook.edition_id == edition_id, Rulebook.state == RulebookState.PUBLISHED)
        .order_by(Rulebook.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    accepted = (Acceptance.person_id == TeamMember.person_id) & (Acceptance.rulebook_id == current)
    query = (
        select(func.count(TeamMember.id))
        .join(Team, Team.id == TeamMember.team_id)
        .outerjoin(Acceptance, accepted)
        .where(Team.edition_id == edition_id, Team.state.in_(ALIVE))
        .where(Acceptance.id.is_(None), current.is_not(None))
    )
    if site_ids is not None:
        query = query.where(Team.site_id.in_(site_ids))
    return await session.scalar(query) or 0


def _of_sites(query: Rows, site_ids: Set[str] | None) -> Rows:
    """A jury of the whole edition is nobody's site: only the national coordination counts it."""
    return query if site_ids is None else query.where(Panel.site_id.in_(site_ids))

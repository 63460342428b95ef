"""What one person has in an edition, in at most six statements."""

from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.actor import Actor
from creathon.dashboards.rules import Mine
from creathon.editions.models import Edition, Role
from creathon.editions.queries import acceptances_of
from creathon.jury.models import Assignment, Evaluation, EvaluationState, Palmares, Panel, PanelJuror
from creathon.mentoring.models import Pairing
from creathon.projects.models import Deposit, Project
from creathon.teams.models import Side, Team, TeamKind, TeamMember
from creathon.teams.queries.approaches import waiting_for_person


async def mine_of(session: AsyncSession, actor: Actor, edition: Edition) -> Mine:
    """The team, the pile and the followed projects of somebody, and the approaches they have to answer."""
    found = await _team(session, actor.person_id, edition.id)
    waiting = await waiting_for_person(session, edition.id, actor.person_id)
    found |= {"seats_offered": waiting.get(Side.TEAM, 0), "seats_asked": waiting.get(Side.PERSON, 0)}
    if actor.holds(Role.JUROR, edition.id):
        found |= await _pile(session, actor.person_id, edition.id)
    if actor.holds(Role.MENTOR, edition.id):
        query = select(func.count(Pairing.id)).where(Pairing.mentor_id == actor.person_id)
        found["followed"] = await session.scalar(query.where(Pairing.edition_id == edition.id)) or 0
    if "team_name" in found or actor.holds(Role.JUROR, edition.id):
        acceptances = await acceptances_of(session, edition.id, [actor.person_id])
        if acceptances.lacks(actor.person_id):
            found["rulebook"] = "changed" if actor.person_id in acceptances.before else "first"
    return Mine(**found)


async def _team(session: AsyncSession, person_id: str, edition_id: str) -> dict[str, Any]:
    members = select(func.count(TeamMember.id)).where(TeamMember.team_id == Team.id).correlate(Team).scalar_subquery()
    published = select(Palmares.id).where(Palmares.edition_id == edition_id).exists()
    followed = select(Pairing.id).where(Pairing.project_id == Project.id).exists()
    pupils = Team.pupils_under_15 + Team.pupils_15_17 + Team.pupils_adult
    people = case((Team.kind == TeamKind.CLASS, pupils), else_=members)
    query = (
        select(Team.name, Team.state, people, Project.id, Deposit.arrived_at, published, followed)
        .where(Team.edition_id == edition_id)
        .where(Team.id.in_(select(TeamMember.team_id).where(TeamMember.person_id == person_id)))
        .outerjoin(Project, Project.team_id == Team.id)
        .outerjoin(Deposit, (Deposit.project_id == Project.id) & Deposit.superseded_at.is_(None))
    )
    row = (await session.execute(query)).first()
    if row is None:
        return {}
    name, state, count, project_id, arrived_at, is_published, is_followed = row
    return {
        "team_name": name,
        "team_state": state,
        "members": count,
        "has_project": project_id is not None,
        "deposited_at": arrived_at,
        "is_published": is_published,
        "is_followed": is_followed,
    }


async def _pile(session: AsyncSession, person_id: str, edition_id: str) -> dict[str, Any]:
    validated = func.count(Evaluation.id).filter(Evaluation.state == EvaluationState.VALIDATED)
    query = (
        select(func.count(Assignment.id), validated)
        .join(Panel, Panel.id == Assignment.panel_id)
        .outerjoin(Evaluation, Evaluation.assignment_id == Assignment.id)
        .where(Panel.edition_id == edition_id, Assignment.person_id == person_id, Assignment.withdrawn_at.is_(None))
    )
    to_read, read = (await session.execute(query)).one()
    undeclared = (
        select(func.count(PanelJuror.id))
        .join(Panel, Panel.id == PanelJuror.panel_id)
        .where(Panel.edition_id == edition_id, PanelJuror.person_id == person_id)
        .where(PanelJuror.links_declared_at.is_(None))
    )
    return {"to_read": to_read, "read": read, "undeclared_panels": await session.scalar(undeclared) or 0}

"""Programme, pairings with what is followed, who may be whose mentor; nothing of it before the palmarès."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from creathon.accounts.models import Person, RoleGrant
from creathon.editions.models import Role
from creathon.jury.models import ConflictOfInterest, Palmares, Selection
from creathon.mentoring.models import Interview, Milestone, MilestoneState, Pairing, Programme, ProgrammeSession
from creathon.mentoring.rules import MentorStanding
from creathon.projects.models import Deposit, Project
from creathon.teams.models import Team, TeamMember

_TEAM = joinedload(Project.team).options(
    joinedload(Team.site), selectinload(Team.members).joinedload(TeamMember.person)
)
_FOLLOWED = (
    joinedload(Pairing.mentor),
    joinedload(Pairing.project).options(_TEAM),
    selectinload(Pairing.interviews),
    selectinload(Pairing.milestones),
)
_CURRENT = and_(Deposit.project_id == Project.id, Deposit.superseded_at.is_(None))


@dataclass(frozen=True)
class SelectedProject:
    """A selected project as its coordination, its team or its mentor opens it."""

    selection: Selection
    title: str
    in_conflict: bool


@dataclass(frozen=True)
class SelectedRow:
    """One line of the coordination's list: a selected project and how far it is followed."""

    project_id: str
    title: str
    team: str
    tier: str
    mentor: Person | None
    pairing_id: str | None
    held: int
    planned: int
    done: int
    milestones: int


async def is_published(session: AsyncSession, edition_id: str) -> bool:
    """Whether the palmarès of an edition is published."""
    return bool(await session.scalar(select(exists().where(Palmares.edition_id == edition_id))))


async def programme_of(session: AsyncSession, edition_id: str) -> Programme | None:
    """The programme of an edition with its moments, in order."""
    query = select(Programme).where(Programme.edition_id == edition_id).options(joinedload(Programme.sessions))
    return (await session.scalars(query)).unique().first()


async def session_by_id(
    session: AsyncSession, edition_id: str, session_id: str, *, lock: bool = False
) -> ProgrammeSession | None:
    """One moment of the programme of that edition; locked, it is read again whatever the session knew."""
    query = select(ProgrammeSession).join(Programme, Programme.id == ProgrammeSession.programme_id)
    query = query.where(Programme.edition_id == edition_id, ProgrammeSession.id == session_id)
    if lock:
        query = query.with_for_update(of=ProgrammeSession).execution_options(populate_existing=True)
    return await session.scalar(query)


async def selected_project(
    session: AsyncSession, edition_id: str, *, viewer_id: str | None, project_id: str | None = None,
    team_id: str | None = None,
) -> SelectedProject | None:  # fmt: skip
    """A project of the published palmarès with its team and site; whether a link hides it from the viewer."""
    conflict = exists().where(
        ConflictOfInterest.person_id == viewer_id, ConflictOfInterest.project_id == Selection.project_id
    )
    query = _published(select(Selection, Deposit.title, conflict), edition_id)
    query = query.options(joinedload(Selection.project).joinedload(Project.team).joinedload(Team.site))
    wanted = Project.id == project_id if project_id is not None else Project.team_id == team_id
    row = (await session.execute(query.where(wanted))).first()
    return SelectedProject(row[0], row[1], bool(row[2])) if row else None


async def selected_count(session: AsyncSession, edition_id: str) -> int:
    """How many projects the published palmarès gives to follow."""
    return await session.scalar(_published(select(func.count(Selection.id)), edition_id)) or 0


async def selected_page(
    session: AsyncSession, edition_id: str, *, offset: int = 0, limit: int = 25
) -> list[SelectedRow]:
    """The selected projects of the published palmarès by tier and title, with how far each is followed."""
    mentor = aliased(Person)
    query = _published(
        select(
            Selection, Deposit.title, Team.name, mentor, Pairing.id,
            _interviews(Interview.noted_at.is_not(None)), _interviews(),
            _milestones(Milestone.state == MilestoneState.VALIDE),
            _milestones(Milestone.state != MilestoneState.ABANDONNE),
        ),
        edition_id,
    )  # fmt: skip
    query = query.join(Team, Team.id == Project.team_id).outerjoin(Pairing, Pairing.project_id == Project.id)
    query = query.outerjoin(mentor, mentor.id == Pairing.mentor_id)
    query = query.order_by(Selection.tier.desc(), Deposit.title_key, Project.id).offset(offset).limit(limit)
    return [
        SelectedRow(row[0].project_id, row[1], row[2], row[0].tier, *row[3:]) for row in await session.execute(query)
    ]


async def pairing_by_id(session: AsyncSession, pairing_id: str, *, lock: bool = False) -> Pairing | None:
    """One pairing with its mentor, project, team, members, interviews and milestones.

    Locked, it is read again whatever the session knew. The lock comes first and alone: what is read with it would be
    as old as the wait.
    """
    query = select(Pairing).where(Pairing.id == pairing_id).options(*_FOLLOWED)
    if lock:
        await session.scalar(select(Pairing.id).where(Pairing.id == pairing_id).with_for_update())
        query = query.execution_options(populate_existing=True)
    return await session.scalar(query)


async def pairing_of_project(session: AsyncSession, project_id: str) -> Pairing | None:
    """The pairing of a project whose team the session already holds; with mentor, interviews and milestones."""
    query = select(Pairing).where(Pairing.project_id == project_id)
    query = query.options(
        joinedload(Pairing.mentor), joinedload(Pairing.project).joinedload(Project.team),
        selectinload(Pairing.interviews), selectinload(Pairing.milestones),
    )  # fmt: skip
    return await session.scalar(query)


async def lock_selection(session: AsyncSession, selection_id: str) -> None:
    """Hold a selected project, so that it is paired once."""
    await session.scalar(select(Selection.id).where(Selection.id == selection_id).with_for_update())


async def pairings_of_mentor(session: AsyncSession, person_id: str, edition_id: str) -> list[Pairing]:
    """What somebody follows in an edition, by date of pairing, then by team; with team, interviews, milestones.

    Nothing without the role in that edition; never in conflict.
    """
    query = (
        select(Pairing)
        .join(Pairing.project)
        .join(Project.team)
        .where(Pairing.mentor_id == person_id, Pairing.edition_id == edition_id)
        .where(Pairing.mentor_id.in_(_mentors(edition_id)))
        .where(Pairing.project_id.not_in(_hidden_from(person_id)))
        .options(
            contains_eager(Pairing.project).contains_eager(Project.team),
            selectinload(Pairing.interviews),
            selectinload(Pairing.milestones),
        )
        .order_by(Pairing.paired_at, Team.name_key)
    )
    return list(await session.scalars(query))


async def titles_of(session: AsyncSession, project_ids: list[str]) -> dict[str, str]:
    """The titles deposited, by project id."""
    query = select(Deposit.project_id, Deposit.title).where(Deposit.superseded_at.is_(None))
    rows = await session.execute(query.where(Deposit.project_id.in_(project_ids)))
    return {project_id: title for project_id, title in rows}  # noqa: C416 — a row is not a pair for mypy


async def title_and_conflict(session: AsyncSession, project_id: str, viewer_id: str | None) -> tuple[str, bool]:
    """The title deposited of a project, and whether a link hides the project from somebody; one query."""
    conflict = exists().where(ConflictOfInterest.person_id == viewer_id, ConflictOfInterest.project_id == project_id)
    query = select(Deposit.title, conflict).where(Deposit.project_id == project_id, Deposit.superseded_at.is_(None))
    title, in_conflict = (await session.execute(query)).one()
    return title, bool(in_conflict)


async def possible_mentors(session: AsyncSession, edition_id: str, project_id: str) -> list[Person]:
    """Who may follow a project: mentors of the edition, not of its team, without link to it; by name."""
    linked = select(ConflictOfInterest.person_id).where(ConflictOfInterest.project_id == project_id)
    query = select(Person).where(
        Person.id.in_(_mentors(edition_id)), Person.disabled_at.is_(None),
        Person.id.not_in(linked), Person.id.not_in(_members(project_id)),
    )  # fmt: skip
    return list(await session.scalars(query.order_by(Person.family_name, Person.given_name, Person.id)))


async def mentor_standing(session: AsyncSession, person: Person, edition_id: str, project_id: str) -> MentorStanding:
    """Where a person stands to a project they might follow, in one query."""
    holds = exists().where(
        RoleGrant.person_id == person.id, RoleGrant.edition_id == edition_id, RoleGrant.role == Role.MENTOR
    )
    linked = exists().where(ConflictOfInterest.person_id == person.id, ConflictOfInterest.project_id == project_id)
    row = (
        await session.execute(select(holds, Person.id.in_(_members(project_id)), linked).where(Person.id == person.id))
    ).one()
    return MentorStanding(bool(row[0]), bool(row[1]), bool(row[2]), person.disabled_at is not None)


def _published(query: Any, edition_id: str) -> Any:
    """Of selected projects with their deposit, none before the palmarès is there."""
    query = query.select_from(Selection).join(Project, Project.id == Selection.project_id).join(Deposit, _CURRENT)
    return query.where(Selection.edition_id == edition_id, exists().where(Palmares.edition_id == edition_id))


def _members(project_id: str) -> Select[str]:
    query = select(TeamMember.person_id).join(Project, Project.team_id == TeamMember.team_id)
    return query.where(Project.id == project_id)


def _mentors(edition_id: str) -> Select[str]:
    return select(RoleGrant.person_id).where(RoleGrant.edition_id == edition_id, RoleGrant.role == Role.MENTOR)


def _hidden_from(person_id: str) -> Select[str]:
    return select(ConflictOfInterest.project_id).where(ConflictOfInterest.person_id == person_id)


def _interviews(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    query = select(func.count(Interview.id)).where(Interview.pairing_id == Pairing.id, *conditions)
    return query.correlate(Pairing).scalar_subquery()


def _milestones(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    query = select(func.count(Milestone.id)).where(Milestone.pairing_id == Pairing.id, *conditions)
    return query.correlate(Pairing).scalar_subquery()

"""Projects, deposits, revisions; and the list of the coordination, which reads no long text."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from creathon.accounts.models import Person
from creathon.core.actor import Viewer
from creathon.core.files import StoredFile
from creathon.editions.models import Site
from creathon.editions.queries import at_hand
from creathon.projects.models import Deposit, Project, ProjectFile, ProjectRevision
from creathon.projects.rules import OLDER, Change, Progress
from creathon.projects.rules.access import OUT
from creathon.teams.models import Team, TeamMember

_DRAFT_FILES = joinedload(Project.files).joinedload(ProjectFile.stored)
_COMPLETE = (
    _DRAFT_FILES,
    selectinload(Project.deposits),
    selectinload(Project.team).options(
        joinedload(Team.site), selectinload(Team.members).joinedload(TeamMember.person)
    ),
)  # fmt: skip
_FILES = joinedload(Deposit.files).joinedload(ProjectFile.stored)
MOST_CHANGES = 200
_OF_CHANGE = (
    ProjectRevision.version, ProjectRevision.at, ProjectRevision.author_id, Person.given_name, Person.family_name,
    ProjectRevision.changed,
)  # fmt: skip
_COUNTS = and_(Deposit.project_id == Project.id, Deposit.superseded_at.is_(None))


@dataclass(frozen=True)
class Followed:
    """One line of the coordination's list: a team and how far its project is."""

    team: str
    site: str
    progress: Progress
    title: str = ""
    project_id: str | None = None
    saved_at: datetime | None = None
    arrived_at: datetime | None = None
    number: str | None = None


@dataclass(frozen=True)
class FollowFilters:
    """What the coordination asks for; `site_ids` None means every site of the edition."""

    site_ids: set[str] | None = None
    progress: Progress | None = None
    sites: set[str] = field(default_factory=set)


async def project_of_team(session: AsyncSession, team_id: str, *, lock: bool = False) -> Project | None:
    """The project of a team with its files, deposits, team, site and members; locked when it is about to change."""
    return await _one(session, select(Project).where(Project.team_id == team_id), lock=lock)


async def draft_of_team(session: AsyncSession, team: Team, *, lock: bool = False) -> Project | None:
    """The project of a loaded team with its files alone, for a save."""
    query = select(Project).where(Project.team_id == team.id).options(_DRAFT_FILES)
    if lock:
        query = query.with_for_update(of=Project).execution_options(populate_existing=True)
    project = (await session.scalars(query)).unique().one_or_none()
    if project is not None:
        set_committed_value(project, "team", team)
    return project


async def project_id_of_team(session: AsyncSession, team_id: str) -> str:
    """The id of the project of a team; empty when it has none."""
    return await session.scalar(select(Project.id).where(Project.team_id == team_id)) or ""


async def version_at_hand(session: AsyncSession, viewer: Viewer) -> int | None:
    """The version of the draft of the person's team in the edition at hand, in one short query; None without any."""
    query = select(Project.version).join(TeamMember, TeamMember.team_id == Project.team_id)
    query = query.where(
        TeamMember.person_id == viewer.person_id, Project.edition_id == at_hand(viewer).scalar_subquery()
    )
    return await session.scalar(query.execution_options(every_edition="the one at hand is asked within"))


async def project_by_id(session: AsyncSession, project_id: str, *, lock: bool = False) -> Project | None:
    """One project, loaded like `project_of_team`."""
    return await _one(session, select(Project).where(Project.id == project_id), lock=lock)


async def current_deposit(session: AsyncSession, project_id: str) -> Deposit | None:
    """The deposit that counts, with its files."""
    query = select(Deposit).where(Deposit.project_id == project_id, Deposit.superseded_at.is_(None))
    return (await session.scalars(query.options(_FILES))).unique().one_or_none()


async def deposit_by_number(session: AsyncSession, number: str) -> Deposit | None:
    """A deposit by its receipt, with its files and its project's team and members."""
    team = joinedload(Deposit.project).joinedload(Project.team)
    query = select(Deposit).where(Deposit.number == number)
    found = await session.scalars(
        query.options(
            _FILES,
            team.joinedload(Team.site),
            team.selectinload(Team.members).joinedload(TeamMember.person),
        )
    )
    return found.unique().one_or_none()


async def deposited_projects(
    session: AsyncSession, edition_id: str, site_ids: set[str] | None = None, *, late_too: bool = False
) -> list[Project]:
    """The projects whose deposit counts, by title, with team, site, members and deposits; late ones only if asked."""
    query = select(Project).join(Deposit, _COUNTS).where(Project.edition_id == edition_id)
    if not late_too:
        query = query.where(Deposit.late.is_(False))
    if site_ids is not None:
        query = query.join(Team, Team.id == Project.team_id).where(Team.site_id.in_(site_ids))
    found = await session.scalars(query.options(*_COMPLETE).order_by(Deposit.title_key, Project.id))
    return list(found.unique())


async def content_at(session: AsyncSession, project_id: str, version: int) -> dict[str, Any] | None:
    """What the draft was at one version, its files and their ids included; None for a version that never was."""
    return (await contents_at(session, project_id, version, version)).get(version)


async def contents_at(session: AsyncSession, project_id: str, first: int, last: int) -> dict[int, dict[str, Any]]:
    """What the draft was at two versions, in one query, by version; a version that never was is not there."""
    of_project = ProjectRevision.project_id == project_id
    whole = select(func.max(ProjectRevision.version)).where(
        of_project, ProjectRevision.whole, ProjectRevision.version <= first
    )
    query = select(ProjectRevision.version, ProjectRevision.content).where(
        of_project, ProjectRevision.version.between(whole.scalar_subquery(), last)
    )
    content: dict[str, Any] = dict(OLDER)
    found = {}
    for number, changed in await session.execute(query.order_by(ProjectRevision.version)):
        content = content | changed
        if number in (first, last):
            found[number] = content
    return found


async def change_at(session: AsyncSession, project_id: str, version: int) -> Change | None:
    """Who saved a version, and when."""
    row = (await session.execute(_changes(project_id).where(ProjectRevision.version == version))).first()
    return _change(*row) if row else None


async def changes_since(session: AsyncSession, project_id: str, version: int) -> list[Change]:
    """What happened after a version, oldest first; the last two hundred when it was long ago."""
    query = _changes(project_id).where(ProjectRevision.version > version)
    rows = await session.execute(query.order_by(ProjectRevision.version.desc()).limit(MOST_CHANGES))
    return [_change(*row) for row in rows][::-1]


async def changes_page(session: AsyncSession, project_id: str, *, offset: int, limit: int) -> list[Change]:
    """One page of the history, newest first."""
    query = _changes(project_id).order_by(ProjectRevision.version.desc()).offset(offset).limit(limit)
    return [_change(*row) for row in await session.execute(query)]


async def members_without_deposit(session: AsyncSession, edition_id: str) -> list[tuple[str, str, Person]]:
    """(project id, team, person) of every member of a team whose draft is not deposited, by team then seat."""
    query = (
        select(Project.id, Team.name, Person)
        .join(Team, Team.id == Project.team_id)
        .join(TeamMember, TeamMember.team_id == Team.id)
        .join(Person, Person.id == TeamMember.person_id)
        .outerjoin(Deposit, _COUNTS)
        .where(Project.edition_id == edition_id, Deposit.id.is_(None), Team.state.not_in(OUT))
        .where(Person.disabled_at.is_(None))
        .order_by(Team.name_key, TeamMember.seat)
    )
    return [(project_id, team, person) for project_id, team, person in await session.execute(query)]


async def file_by_id(session: AsyncSession, file_id: str) -> ProjectFile | None:
    """A file with its stored content."""
    query = select(ProjectFile).where(ProjectFile.id == file_id).options(joinedload(ProjectFile.stored))
    return await session.scalar(query)


async def files_by_id(session: AsyncSession, ids: Collection[str]) -> list[ProjectFile]:
    """Some files."""
    return list(await session.scalars(select(ProjectFile).where(ProjectFile.id.in_(ids)))) if ids else []


async def bytes_kept(session: AsyncSession, team_id: str, edition_id: str) -> tuple[int, int]:
    """How many bytes the files of a team, and of its edition, take."""
    kept = select(ProjectFile.team_id, ProjectFile.sha256, StoredFile.size).distinct()
    files = kept.join(StoredFile, StoredFile.sha256 == ProjectFile.sha256).join(Team, Team.id == ProjectFile.team_id)
    rows = files.where(Team.edition_id == edition_id).subquery()
    of_team = func.sum(case((rows.c.team_id == team_id, rows.c.size), else_=0))
    found = (await session.execute(select(of_team, func.sum(rows.c.size)))).one()
    return int(found[0] or 0), int(found[1] or 0)


async def number_is_taken(session: AsyncSession, number: str) -> bool:
    """Whether a receipt carries that number already."""
    return await session.scalar(select(Deposit.id).where(Deposit.number == number)) is not None


async def followed_count(session: AsyncSession, edition_id: str, filters: FollowFilters) -> int:
    """How many teams the coordination follows under these filters."""
    return await session.scalar(_followed(select(func.count(Team.id)), edition_id, filters)) or 0


async def followed_page(
    session: AsyncSession, edition_id: str, filters: FollowFilters, *, offset: int, limit: int
) -> list[Followed]:
    """One page of the teams and how far their projects are, by site then team."""
    columns = (
        Team.name, Site.name, _PROGRESS, Project.title, Project.id, Project.updated_at, Deposit.arrived_at,
        Deposit.number, Deposit.title,
    )  # fmt: skip
    query = _followed(select(*columns), edition_id, filters).order_by(Site.name, Team.name, Team.id)
    rows = await session.execute(query.offset(offset).limit(limit))
    return [
        Followed(team, site, Progress(progress), deposited or title or "", *rest)
        for team, site, progress, title, *rest, deposited in rows
    ]


async def progress_counts(session: AsyncSession, edition_id: str, site_ids: set[str] | None) -> dict[Progress, int]:
    """How many teams are at each state."""
    query = _followed(select(_PROGRESS, func.count(Team.id)), edition_id, FollowFilters(site_ids))
    counts = {Progress(state): number for state, number in await session.execute(query.group_by(_PROGRESS))}
    return {progress: counts.get(progress, 0) for progress in Progress}


_PROGRESS = case(
    (Project.id.is_(None), Progress.NOT_STARTED.value),
    (Deposit.id.is_(None), Progress.DRAFT.value),
    (Deposit.late, Progress.LATE.value),
    else_=Progress.DEPOSITED.value,
)


async def _one(session: AsyncSession, query: Select[Project], *, lock: bool = False) -> Project | None:
    query = query.options(*_COMPLETE)
    if lock:
        query = query.with_for_update(of=Project).execution_options(populate_existing=True)
    return (await session.scalars(query)).unique().one_or_none()


def _followed(query: Select[Any], edition_id: str, filters: FollowFilters) -> Select[Any]:
    query = (
        query.select_from(Team)
        .join(Site, Site.id == Team.site_id)
        .outerjoin(Project, Project.team_id == Team.id)
        .outerjoin(Deposit, _COUNTS)
        .where(Team.edition_id == edition_id, Team.state.not_in(OUT), or_(Project.id.is_not(None), Team.members.any()))
    )
    if filters.site_ids is not None:
        query = query.where(Team.site_id.in_(filters.site_ids))
    if filters.sites:
        query = query.where(Team.site_id.in_(filters.sites))
    if filters.progress:
        query = query.where(_PROGRESS.in_([filters.progress.value]))
    return query


def _changes(project_id: str) -> Any:
    query = select(*_OF_CHANGE).outerjoin(Person, Person.id == ProjectRevision.author_id)
    return query.where(ProjectRevision.project_id == project_id)


def _change(version: int, at: Any, author_id: str, given_name: Any, family_name: Any, changed: list[str]) -> Change:
    author = f"{given_name} {family_name}" if given_name else ""
    return Change(version, at, author_id, author, tuple(changed))

"""What a decision is made on: deposited projects, what is hidden from the reader, what is chosen."""

from sqlalchemy import CompoundSelect, and_, func, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from creathon.core.errors import NotThere
from creathon.editions.models import Edition, Site
from creathon.jury.models import ConflictOfInterest, Panel, Selection
from creathon.jury.queries.evaluations import validated_evaluations
from creathon.jury.queries.rubric import rubric_of
from creathon.jury.ranking import Read
from creathon.jury.rules.selection import Entry, reads_from
from creathon.projects.models import Deposit, Project
from creathon.projects.queries.admissibility import is_refused
from creathon.projects.rules.access import OUT
from creathon.teams.models import Team, TeamMember

_COMPLETE = joinedload(Selection.project).options(
    joinedload(Project.team).joinedload(Team.site), selectinload(Project.deposits)
)
_CURRENT = and_(Deposit.project_id == Project.id, Deposit.superseded_at.is_(None))


async def hold_edition(session: AsyncSession, edition_id: str) -> Edition:
    """The edition held against any other decision, and read again: its phases may have moved since the page.

    The lock lets rows that point to the edition be added meanwhile. It comes first and alone: what is read with it
    would be as old as the wait.
    """
    await session.scalar(select(Edition.id).where(Edition.id == edition_id).with_for_update(key_share=True))
    query = select(Edition).where(Edition.id == edition_id)
    query = query.options(joinedload(Edition.theme), selectinload(Edition.phases))
    edition = await session.scalar(query.execution_options(populate_existing=True))
    if edition is None:
        raise NotThere()
    return edition


async def entries(
    session: AsyncSession,
    edition_id: str,
    viewer_id: str | None,
    site_ids: set[str] | None = None,
    *,
    project_id: str | None = None,
) -> list[Entry]:
    """The deposited projects of the sites (None: all), late ones too, by title; or one of them. One query."""
    asked = select(func.coalesce(func.sum(Panel.reads), 0)).where(
        Panel.edition_id == edition_id, or_(Panel.site_id.is_(None), Panel.site_id == Team.site_id)
    )
    hidden = Project.id.in_(_hidden_from(viewer_id, edition_id))
    query = (
        select(
            Project.id, Project.slug, Deposit.title, Team.name, Site.id, Site.name, Deposit.late,
            asked.correlate(Team).scalar_subquery(), hidden,
            Team.non_competing, is_refused(),
        )
        .join(Deposit, _CURRENT)
        .join(Team, Team.id == Project.team_id)
        .join(Site, Site.id == Team.site_id)
        .where(Project.edition_id == edition_id, Team.state.not_in(OUT))
        .order_by(Deposit.title_key, Project.id)
    )  # fmt: skip
    if site_ids is not None:
        query = query.where(Team.site_id.in_(site_ids))
    if project_id is not None:
        query = query.where(Project.id == project_id)
    return [Entry(*row) for row in await session.execute(query)]


async def ranking_reads(session: AsyncSession, edition_id: str) -> list[Read]:
    """Every read that counts in an edition, as the ranking takes them; none without a grid, nor of a team set aside."""
    rubric = await rubric_of(session, edition_id)
    evaluations = await validated_evaluations(session, edition_id) if rubric else []
    aside = await set_aside(session, edition_id)
    competing = [one for one in evaluations if one.assignment.project_id not in aside]
    return reads_from(competing, rubric.criteria if rubric else [])


async def set_aside(session: AsyncSession, edition_id: str) -> set[str]:
    """The projects of the teams that take part without competing."""
    query = select(Project.id).join(Team, Team.id == Project.team_id)
    return set(await session.scalars(query.where(Project.edition_id == edition_id, Team.non_competing.is_(True))))


async def has_links(session: AsyncSession, person_id: str, edition_id: str) -> bool:
    """Whether somebody has a link with a deposited project of the edition, or is of its team."""
    query = select(Project.id).join(Deposit, _CURRENT).where(Project.id.in_(_hidden_from(person_id, edition_id)))
    return await session.scalar(query.limit(1)) is not None


async def selections(session: AsyncSession, edition_id: str) -> list[Selection]:
    """The projects chosen in an edition, by tier then title; with project, team, site and deposits."""
    query = select(Selection).join(Project, Project.id == Selection.project_id).outerjoin(Deposit, _CURRENT)
    competing = select(Team.id).where(Team.edition_id == edition_id, Team.non_competing.is_(False))
    query = query.where(Selection.edition_id == edition_id, Project.team_id.in_(competing)).options(_COMPLETE)
    order = (Selection.tier.desc(), Deposit.title_key, Project.id)
    return list(await session.scalars(query.order_by(*order)))


async def selection_of(session: AsyncSession, project_id: str) -> Selection | None:
    """What is decided of a project, if anything; read again whatever the session knew."""
    query = select(Selection).where(Selection.project_id == project_id)
    return await session.scalar(query.execution_options(populate_existing=True))


async def selections_count(session: AsyncSession, edition_id: str, viewer_id: str) -> int:
    """How many projects are chosen in an edition, of those no link hides from the viewer."""
    query = select(func.count(Selection.id)).where(Selection.edition_id == edition_id)
    return await session.scalar(query.where(Selection.project_id.not_in(_hidden_from(viewer_id, edition_id)))) or 0


async def chosen(session: AsyncSession, edition_id: str) -> dict[str, Selection]:
    """What is decided in an edition, by project id."""
    query = select(Selection).where(Selection.edition_id == edition_id)
    return {selection.project_id: selection for selection in await session.scalars(query)}


def _hidden_from(person_id: str | None, edition_id: str) -> CompoundSelect[tuple[str]]:
    """The projects no decision of a person may touch nor show: those they have a link with, their own team's."""
    linked = select(ConflictOfInterest.project_id).where(
        ConflictOfInterest.person_id == person_id, ConflictOfInterest.edition_id == edition_id
    )
    own = (
        select(Project.id)
        .join(TeamMember, TeamMember.team_id == Project.team_id)
        .where(TeamMember.person_id == person_id, TeamMember.edition_id == edition_id)
    )
    return union(linked, own)

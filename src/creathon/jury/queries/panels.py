"""Panels, their jurors, and who may become one."""

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from creathon.accounts.models import Person, RoleGrant
from creathon.editions.models import Role
from creathon.jury.models import Assignment, Panel, PanelJuror
from creathon.teams.models import TeamMember

_COMPLETE = (joinedload(Panel.site), selectinload(Panel.jurors).joinedload(PanelJuror.person))


async def panels_of(session: AsyncSession, edition_id: str, site_ids: set[str] | None = None) -> list[Panel]:
    """The panels of the sites (None: all, the national ones included), by name; with site, jurors and people."""
    query = select(Panel).where(Panel.edition_id == edition_id).options(*_COMPLETE).order_by(Panel.name, Panel.id)
    if site_ids is not None:
        query = query.where(Panel.site_id.in_(site_ids))
    return list(await session.scalars(query))


async def panel_by_id(session: AsyncSession, panel_id: str, *, lock: bool = False) -> Panel | None:
    """One panel with site, jurors and people. Locked, it is read again whatever the session knew.

    The lock comes first and alone: what is read with it would be as old as the wait.
    """
    query = select(Panel).where(Panel.id == panel_id).options(*_COMPLETE)
    if lock:
        await session.scalar(select(Panel.id).where(Panel.id == panel_id).with_for_update())
        query = query.execution_options(populate_existing=True)
    return await session.scalar(query)


async def panel_names(session: AsyncSession, edition_id: str) -> list[str]:
    """The names taken in an edition."""
    return list(await session.scalars(select(Panel.name).where(Panel.edition_id == edition_id)))


async def seats_of(session: AsyncSession, person_id: str, edition_id: str, *, lock: bool = False) -> list[PanelJuror]:
    """The panels somebody sits in, in an edition, with their panel and its site; all those panels locked, in order."""
    mine = and_(PanelJuror.panel_id == Panel.id, PanelJuror.person_id == person_id, Panel.edition_id == edition_id)
    query = select(PanelJuror).join(Panel, mine).order_by(Panel.id)
    query = query.options(joinedload(PanelJuror.panel).joinedload(Panel.site))
    if lock:
        await session.execute(select(Panel.id).join(PanelJuror, mine).order_by(Panel.id).with_for_update(of=Panel))
    return list(await session.scalars(query))


async def is_in_a_team(session: AsyncSession, person_id: str, edition_id: str) -> bool:
    """Whether somebody is of a team of the edition."""
    query = select(TeamMember.id).where(TeamMember.person_id == person_id, TeamMember.edition_id == edition_id)
    return await session.scalar(query) is not None


async def is_invited_juror(session: AsyncSession, person_id: str, panel: Panel) -> bool:
    """Whether somebody holds the role of juror in the edition, or on the site of the panel."""
    query = select(RoleGrant.id).where(RoleGrant.person_id == person_id, *_invited_to(panel))
    return await session.scalar(query.limit(1)) is not None


async def people_to_seat(session: AsyncSession, panel: Panel) -> list[Person]:
    """Who may be added to a panel: jurors of the edition or of its site, in no team, not there yet; by name."""
    jurors = select(RoleGrant.person_id).where(*_invited_to(panel))
    contestants = select(TeamMember.person_id).where(TeamMember.edition_id == panel.edition_id)
    seated = select(PanelJuror.person_id).where(PanelJuror.panel_id == panel.id)
    query = select(Person).where(
        Person.id.in_(jurors), Person.id.not_in(contestants), Person.id.not_in(seated), Person.disabled_at.is_(None)
    )
    return list(await session.scalars(query.order_by(Person.family_name, Person.given_name, Person.id)))


async def reads_by_panel(session: AsyncSession, edition_id: str) -> dict[str, int]:
    """How many reads are given in each panel."""
    query = (
        select(Assignment.panel_id, func.count())
        .join(Panel, Panel.id == Assignment.panel_id)
        .where(Panel.edition_id == edition_id, Assignment.withdrawn_at.is_(None))
        .group_by(Assignment.panel_id)
    )
    return dict((await session.execute(query)).all())


def _invited_to(panel: Panel) -> list[ColumnElement[bool]]:
    """A jury of a site takes the jurors of that site and those of the whole edition, not those of another site."""
    wanted = [RoleGrant.edition_id == panel.edition_id, RoleGrant.role == Role.JUROR]
    if panel.site_id is not None:
        wanted.append(or_(RoleGrant.site_id.is_(None), RoleGrant.site_id == panel.site_id))
    return wanted

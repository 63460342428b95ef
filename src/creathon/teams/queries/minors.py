"""The members of fifteen to seventeen, and what was signed for them."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from creathon.accounts.models import AgeBand, Person
from creathon.editions.models import Site
from creathon.teams.models import Authorisation, Team, TeamMember

_AWAITED = TeamMember.authorised_at.is_(None)


async def minors_page(
    session: AsyncSession,
    edition_id: str,
    site_ids: Collection[str] | None,
    *,
    awaited: bool = False,
    offset: int = 0,
    limit: int = 25,
) -> list[TeamMember]:
    """The minors in the teams of the sites (None: all), with person, team and site; those who wait come first."""
    query = _minors(edition_id, site_ids, awaited=awaited).order_by(
        _AWAITED.desc(), Person.family_name, Person.given_name, TeamMember.id
    )
    return list(await session.scalars(query.offset(offset).limit(limit)))


async def minors_count(
    session: AsyncSession, edition_id: str, site_ids: Collection[str] | None, *, awaited: bool = False
) -> int:
    """How many `minors_page` would list in all."""
    found = _minors(edition_id, site_ids, awaited=awaited).with_only_columns(TeamMember.id).subquery()
    return await session.scalar(select(func.count()).select_from(found)) or 0


async def minor_by_person(session: AsyncSession, edition_id: str, person_id: str) -> TeamMember | None:
    """A minor in a team of the edition, read again whatever the session knew."""
    query = _minors(edition_id, None).where(TeamMember.person_id == person_id)
    return await session.scalar(query.execution_options(populate_existing=True))


async def authorisations_of(session: AsyncSession, edition_id: str, people: Collection[str]) -> list[Authorisation]:
    """What was signed for these people and not withdrawn, oldest first."""
    query = select(Authorisation).where(
        Authorisation.edition_id == edition_id,
        Authorisation.person_id.in_(people),
        Authorisation.withdrawn_at.is_(None),
    )
    return list(await session.scalars(query.order_by(Authorisation.validated_at, Authorisation.id)))


def _minors(edition_id: str, site_ids: Collection[str] | None, *, awaited: bool = False) -> Select[TeamMember]:
    wanted: list[ColumnElement[bool]] = [TeamMember.edition_id == edition_id, Person.age_band == AgeBand.MINOR]
    if site_ids is not None:
        wanted.append(Team.site_id.in_(site_ids))
    if awaited:
        wanted.append(_AWAITED)
    return (
        select(TeamMember)
        .join(TeamMember.person)
        .join(TeamMember.team)
        .join(Site, Site.id == Team.site_id)
        .where(*wanted)
        .options(
            contains_eager(TeamMember.person),
            contains_eager(TeamMember.team).contains_eager(Team.site),
        )
    )

"""Who agreed that the video of a team be shown, and what would be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from creathon.editions.models import DeliverableKind
from creathon.projects.models import BlindCopy, DepositFile, ImageConsent, ProjectFile
from creathon.teams.models import Authorisation, AuthorisedAct, Team, TeamMember


@dataclass(frozen=True)
class Agreements:
    """What the members of a team said, and what was signed for the minors among them; nothing that was withdrawn."""

    consents: Sequence[ImageConsent]
    authorisations: Sequence[Authorisation]


async def agreements_of(session: AsyncSession, team: Team) -> Agreements:
    """What was agreed to in a team, whose members are loaded by the way. One query."""
    said = and_(
        ImageConsent.team_id == TeamMember.team_id,
        ImageConsent.person_id == TeamMember.person_id,
        ImageConsent.withdrawn_at.is_(None),
    )
    signed = and_(
        Authorisation.edition_id == TeamMember.edition_id,
        Authorisation.person_id == TeamMember.person_id,
        Authorisation.act == AuthorisedAct.BROADCAST,
        Authorisation.withdrawn_at.is_(None),
    )
    query = (
        select(TeamMember, ImageConsent, Authorisation)
        .join(TeamMember.person)
        .outerjoin(ImageConsent, said)
        .outerjoin(Authorisation, signed)
        .where(TeamMember.team_id == team.id)
        .order_by(TeamMember.seat)
        .options(contains_eager(TeamMember.person))
    )
    rows: Sequence[Any] = (await session.execute(query)).all()
    set_committed_value(team, "members", [member for member, _consent, _signed in rows])
    return Agreements(
        [consent for _member, consent, _signed in rows if consent],
        [paper for _member, _consent, paper in rows if paper],
    )


async def teams_of_person(session: AsyncSession, person_id: str) -> list[Team]:
    """The teams somebody is in, in whatever edition, which is loaded; the last one joined first."""
    query = select(Team).join(TeamMember, TeamMember.team_id == Team.id).where(TeamMember.person_id == person_id)
    query = query.order_by(TeamMember.joined_at.desc(), TeamMember.id).options(joinedload(Team.edition))
    return list(await session.scalars(query))


async def consents_of(session: AsyncSession, team: Team, person_id: str) -> list[ImageConsent]:
    """What somebody agreed to for a team and did not withdraw; it may be past its last day."""
    query = select(ImageConsent).where(ImageConsent.team_id == team.id, ImageConsent.person_id == person_id)
    return list(await session.scalars(query.where(ImageConsent.withdrawn_at.is_(None))))


async def video_and_copy(session: AsyncSession, deposit_id: str) -> tuple[ProjectFile, BlindCopy | None] | None:
    """The video of a deposit, and its copy without metadata; with what is stored of both."""
    query = (
        select(ProjectFile, BlindCopy)
        .join(DepositFile, DepositFile.file_id == ProjectFile.id)
        .outerjoin(BlindCopy, BlindCopy.sha256 == ProjectFile.sha256)
        .where(DepositFile.deposit_id == deposit_id, ProjectFile.slot == DeliverableKind.VIDEO)
        .options(joinedload(ProjectFile.stored), joinedload(BlindCopy.copied))
    )
    row = (await session.execute(query)).first()
    return (row[0], row[1]) if row else None

"""What was published, and whom it is told to."""

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.jury.models import Palmares
from creathon.jury.rules.palmares import Addressee
from creathon.projects.models import Deposit, Project
from creathon.projects.rules.access import OUT
from creathon.teams.models import Team, TeamMember


async def published_palmares(session: AsyncSession, edition_id: str) -> Palmares | None:
    """The latest publication of an edition; None before."""
    query = select(Palmares).where(Palmares.edition_id == edition_id).order_by(Palmares.number.desc()).limit(1)
    return await session.scalar(query)


async def publisher_of(session: AsyncSession, palmares: Palmares) -> str:
    """The name of who published."""
    person = await session.get(Person, palmares.published_by)
    return person.display_name if person else palmares.published_by


async def addressees(session: AsyncSession, edition_id: str) -> list[Addressee]:
    """Every member of every team that deposited, late ones too: nobody is left without a word. By title and seat."""
    query = (
        select(
            Project.id, Deposit.title, Deposit.late, Team.name, Person.id, Person.email, Person.given_name, Person.zone
        )
        .join(Deposit, and_(Deposit.project_id == Project.id, Deposit.superseded_at.is_(None)))
        .join(Team, Team.id == Project.team_id)
        .join(TeamMember, TeamMember.team_id == Team.id)
        .join(Person, Person.id == TeamMember.person_id)
        .where(Project.edition_id == edition_id, Team.state.not_in(OUT))
        .order_by(Deposit.title_key, Project.id, TeamMember.seat)
    )
    return [Addressee(*row) for row in await session.execute(query)]

"""What the gates of admissibility look at, read together."""

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.editions.models import Edition
from creathon.editions.queries import deliverables_of
from creathon.editions.rules import limits_of
from creathon.projects.models import Deposit
from creathon.projects.queries.contents import contents_of_deposit
from creathon.projects.rules.gates import Facts
from creathon.teams.models import Team
from creathon.teams.queries import acceptances_in


async def facts_of(session: AsyncSession, deposit: Deposit, team: Team, edition: Edition) -> Facts:
    """The facts of a deposit that counts; the team is loaded with its members and their people."""
    accepted = await acceptances_in(session, team)
    asked = limits_of(await deliverables_of(session, edition.id))
    return Facts(deposit, team, accepted, edition.zone, asked, await contents_of_deposit(session, deposit))

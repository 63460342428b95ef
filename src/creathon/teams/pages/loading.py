"""What the pages of a team begin with: the edition of now, the team of the person."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, TooMany
from creathon.core.text import _, wait_words
from creathon.core.web.visit import Visit
from creathon.editions.models import Edition
from creathon.editions.queries import current_edition
from creathon.teams.models import Team
from creathon.teams.queries import team_of


async def edition_of_now(session: AsyncSession) -> Edition:
    """The edition announced or running.

    Raises:
        NotThere: there is none.
    """
    edition = await current_edition(session)
    if edition is None:
        raise NotThere()
    return edition


async def own_team(visit: Visit, session: AsyncSession) -> tuple[Edition, Team]:
    """The edition of now and the team of the person in it.

    Raises:
        NotThere: no edition, or no team.
    """
    edition = await edition_of_now(session)
    team = await team_of(session, visit.actor.person_id, edition.id)
    if team is None:
        raise NotThere()
    return edition, team


def refuse_to_wait(wait: timedelta) -> None:
    """Say when to come back to whoever tried too often."""
    if wait:
        raise TooMany(_(f"Trop d’essais de suite. Revenez dans {wait_words(wait)}."))

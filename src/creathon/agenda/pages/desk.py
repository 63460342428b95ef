"""The edition whose agenda somebody may write."""

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.agenda.rules import may_write_agenda
from creathon.core.errors import check
from creathon.core.web.visit import Visit
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand


async def edition_to_write(visit: Visit, session: AsyncSession) -> Edition:
    """The edition at hand.

    Raises:
        Refused: the viewer does not coordinate it, or it is an archive.
    """
    edition = await edition_at_hand(visit, session)
    check(may_write_agenda(visit.viewer, edition))
    return edition

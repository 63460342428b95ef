"""What projects do when the antivirus says something of a content, or says nothing for long."""

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.antivirus import AntivirusSilent, ContentJudged
from creathon.core.files import Scan
from creathon.editions.queries import edition_by_id
from creathon.projects import mails
from creathon.projects.queries.contents import editions_waiting, teams_holding


async def tell_of_scan(session: AsyncSession, judged: ContentJudged) -> None:
    """A virus is told to the team and to its site; a content that cannot be read, to the national coordination."""
    for team, name in await teams_holding(session, judged.sha256):
        edition = await edition_by_id(session, team.edition_id)
        if edition is None:
            continue
        if judged.scan is Scan.INFECTED:
            await mails.tell_of_virus(session, judged, team, name, edition)
        else:
            await mails.tell_of_unread(session, judged, team, name, edition)


async def tell_of_silence(session: AsyncSession, silent: AntivirusSilent) -> None:
    """Once a day, to the national coordination of each edition whose files wait."""
    for edition_id in await editions_waiting(session):
        edition = await edition_by_id(session, edition_id)
        if edition is not None:
            await mails.tell_of_silence(session, silent, edition)

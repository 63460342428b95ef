"""What mentoring answers to what happens below it."""

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.editions.events import EditionCopied
from creathon.editions.rules import shifted
from creathon.mentoring.models import Programme, ProgrammeSession
from creathon.mentoring.queries import programme_of
from creathon.mentoring.rules import values_of


async def copy_programme(session: AsyncSession, copied: EditionCopied) -> None:
    """A copy of an edition has its programme, moved as its calendar is."""
    source = await programme_of(session, copied.source.id)
    if source is None:
        return
    zone, days = copied.edition.zone, copied.later.days
    moments = [ProgrammeSession(**vars(values_of(one))) for one in source.sessions]
    for one in moments:
        one.starts_at, one.ends_at = shifted(one.starts_at, zone, days), shifted(one.ends_at, zone, days)
    programme = Programme(edition_id=copied.edition.id, title=source.title, created_at=copied.now, sessions=moments)
    session.add(programme)
    await session.flush()
    journal.record(session, copied.actor, "programme.created", programme, now=copied.now, sessions=len(moments))

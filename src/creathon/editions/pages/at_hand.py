"""The edition a page speaks of, with its time: the one its address names, else the one the person works in.

Pages load editions through here and nowhere else: a rehearsal has a clock of its own.
"""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import Conflict, NotThere
from creathon.core.text import _
from creathon.core.web.pages import EDITION_FIELD
from creathon.core.web.visit import Visit
from creathon.editions.models import Edition
from creathon.editions.queries import current_edition, edition_by_id, edition_by_slug

OTHER_EDITION = (
    "Cette page parlait d’une autre édition que celle où vous travaillez maintenant. "
    "Rien n’a été enregistré : rechargez-la avant de recommencer."
)


async def edition_if_any(
    visit: Visit, session: AsyncSession, *, lock: bool = False, held: bool = False
) -> Edition | None:
    """The edition at hand, or None; held for the whole of a write, unless the caller did with what it changes (`held`).

    Raises:
        Conflict: the form was made in another edition, which the person has left in another tab.
    """
    writes = visit.writes and not held and visit.work is not None and session is visit.work.session
    edition = await current_edition(session, visit.viewer, lock=lock, hold=writes, words=held)
    meant = visit.posted.get(EDITION_FIELD)
    if meant and (edition is None or meant != edition.id):
        raise Conflict(_(OTHER_EDITION))
    return _timed(visit, edition)


async def edition_at_hand(visit: Visit, session: AsyncSession, *, lock: bool = False, held: bool = False) -> Edition:
    """The edition at hand.

    Raises:
        NotThere: there is none.
        Conflict: the form was made in another edition.
    """
    edition = await edition_if_any(visit, session, lock=lock, held=held)
    if edition is None:
        raise NotThere()
    return edition


async def edition_named(visit: Visit, session: AsyncSession, slug: str) -> Edition | None:
    """The edition an address names."""
    return _timed(visit, await edition_by_slug(session, slug))


async def edition_of(visit: Visit, session: AsyncSession, edition_id: str) -> Edition | None:
    """The edition of the thing a page shows."""
    return _timed(visit, await edition_by_id(session, edition_id))


def _timed(visit: Visit, edition: Edition | None) -> Edition | None:
    """From here on, `visit.now` is the time it is in that edition: only a rehearsal has a clock of its own."""
    if edition is not None:
        visit.ahead = timedelta(seconds=edition.clock_seconds)
    return edition

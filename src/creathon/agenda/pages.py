"""The agenda and the partners of an edition, for everybody."""

from typing import Annotated

from litestar import Controller, get
from litestar.params import QueryParameter
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.agenda.queries import events_count, events_of, partners_count, partners_of
from creathon.agenda.rules import CONTRIBUTION_KINDS, EVENT_KINDS, PARTNER_KINDS, audience_words, event_dates
from creathon.core.errors import NotThere, check
from creathon.core.paging import Paging, paging
from creathon.core.web.pages import page
from creathon.core.web.visit import PageNumber, Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.queries import current_edition, edition_by_slug
from creathon.editions.rules import may_see_edition

Slug = Annotated[str, QueryParameter(name="edition")]


class AgendaPages(Controller):
    """/agenda and /partenaires, of the current edition or of the one named by `?edition=`."""

    @get("/agenda", name="agenda:events", policy="public")
    async def events(self, visit: Visiting, session: Session, slug: Slug = "", number: PageNumber = 1) -> Template:
        edition = await _edition(visit, session, slug)
        if edition is None:
            return page(visit, "agenda/events.html", edition=None)
        shown = _paging(visit, number, await events_count(session, edition.id), slug)
        events = await events_of(session, edition.id, offset=shown.offset, limit=shown.size)
        words = {"dates": event_dates, "kinds": EVENT_KINDS, "audience": audience_words}
        return page(visit, "agenda/events.html", edition=edition, events=events, words=words, paging=shown)

    @get("/partenaires", name="agenda:partners", policy="public")
    async def partners(self, visit: Visiting, session: Session, slug: Slug = "", number: PageNumber = 1) -> Template:
        edition = await _edition(visit, session, slug)
        if edition is None:
            return page(visit, "agenda/partners.html", edition=None)
        shown = _paging(visit, number, await partners_count(session, edition.id), slug)
        partners = await partners_of(session, edition.id, offset=shown.offset, limit=shown.size)
        words = {"kinds": PARTNER_KINDS, "contributions": CONTRIBUTION_KINDS}
        return page(visit, "agenda/partners.html", edition=edition, partners=partners, words=words, paging=shown)


async def _edition(visit: Visit, session: AsyncSession, slug: str) -> Edition | None:
    """The edition named, or the current one; None when there is no current one."""
    if not slug:
        return await current_edition(session)
    edition = await edition_by_slug(session, slug)
    if edition is None:
        raise NotThere()
    check(may_see_edition(visit.viewer, edition))
    return edition


def _paging(visit: Visit, number: int, total: int, slug: str) -> Paging:
    return paging(number, total, visit.path, {"edition": slug})

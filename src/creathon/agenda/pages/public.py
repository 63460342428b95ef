"""The agenda and the partners of an edition, for everybody."""

from typing import Annotated, Any

from litestar import Controller, get
from litestar.params import QueryParameter
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.agenda.queries import events_count, events_of, partners_count, partners_of
from creathon.agenda.rules import (
    EVENT_KINDS,
    PARTNER_KINDS,
    audience_words,
    contribution_words,
    event_dates,
    event_state,
    may_write_agenda,
    moment_words,
)
from creathon.core.errors import NotThere, check
from creathon.core.paging import Paging, paging
from creathon.core.web.pages import page
from creathon.core.web.visit import PageNumber, Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_if_any, edition_named
from creathon.editions.rules import local_time, may_see_edition

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
        words: dict[str, Any] = {
            "dates": event_dates, "kinds": EVENT_KINDS, "audience": audience_words,
            "state": event_state, "moment": moment_words, "today": local_time(visit.now, edition.zone).date(),
        }  # fmt: skip
        writes = may_write_agenda(visit.viewer, edition) is None
        return page(
            visit, "agenda/events.html", edition=edition, events=events, words=words, paging=shown, writes=writes
        )

    @get("/partenaires", name="agenda:partners", policy="public")
    async def partners(self, visit: Visiting, session: Session, slug: Slug = "", number: PageNumber = 1) -> Template:
        edition = await _edition(visit, session, slug)
        if edition is None:
            return page(visit, "agenda/partners.html", edition=None)
        shown = _paging(visit, number, await partners_count(session, edition.id), slug)
        partners = await partners_of(session, edition.id, offset=shown.offset, limit=shown.size)
        words: dict[str, Any] = {"kinds": PARTNER_KINDS, "contribution": contribution_words}
        writes = may_write_agenda(visit.viewer, edition) is None
        return page(
            visit, "agenda/partners.html", edition=edition, partners=partners, words=words, paging=shown, writes=writes
        )


async def _edition(visit: Visit, session: AsyncSession, slug: str) -> Edition | None:
    """The edition named, or the current one; None when there is no current one."""
    if not slug:
        return await edition_if_any(visit, session)
    edition = await edition_named(visit, session, slug)
    if edition is None:
        raise NotThere()
    check(may_see_edition(visit.viewer, edition))
    return edition


def _paging(visit: Visit, number: int, total: int, slug: str) -> Paging:
    return paging(number, total, visit.path, {"edition": slug})

"""The journal of the current edition, for its national coordination."""

from typing import Annotated, Any

from litestar import Controller, get
from litestar.params import QueryParameter
from litestar.response import Template

from creathon.core.errors import check
from creathon.core.paging import paging
from creathon.core.text import zone_name
from creathon.core.web.pages import page
from creathon.core.web.visit import PageNumber, Session, Visiting
from creathon.dashboards.queries import acts_count, acts_of, verbs_of
from creathon.dashboards.rules import thing_words, verb_words
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.rules import may_coordinate

Verb = Annotated[str, QueryParameter(name="verbe")]


class JournalPages(Controller):
    """/coordination/journal."""

    path = "/coordination/journal"

    @get(name="dashboards:journal", policy="national_coordination")
    async def journal(self, visit: Visiting, session: Session, verb: Verb = "", number: PageNumber = 1) -> Template:
        edition = await edition_at_hand(visit, session)
        check(may_coordinate(visit.viewer, edition))
        shown = paging(number, await acts_count(session, edition.id, verb=verb), visit.path, {"verbe": verb})
        acts = await acts_of(session, edition.id, verb=verb, offset=shown.offset, limit=shown.size)
        verbs = sorted(
            ((known, verb_words(known)) for known in await verbs_of(session, edition.id)), key=lambda v: v[1]
        )
        words = {"verb": verb_words, "thing": thing_words}
        context: dict[str, Any] = {"acts": acts, "verbs": verbs, "verb": verb, "words": words, "paging": shown}
        context["zone"] = zone_name(edition.zone)
        return page(visit, "dashboards/journal.html", edition=edition, **context)

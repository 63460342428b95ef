"""The calendar of an edition for the reader's own calendar."""

from litestar import Controller, Response, get
from litestar.params import FromPath

from creathon.core.errors import NotThere, check
from creathon.core.web.visit import Session, Visiting
from creathon.editions.pages.at_hand import edition_named
from creathon.editions.queries import day_steps, phase_changes
from creathon.editions.rules import calendar_feed, day_rows, may_see_edition


class CalendarFeed(Controller):
    """/edition/<slug>/calendrier.ics."""

    path = "/edition/{slug:str}/calendrier.ics"

    @get(name="editions:feed", policy="public")
    async def feed(self, visit: Visiting, session: Session, slug: FromPath[str]) -> Response[bytes]:
        edition = await edition_named(visit, session, slug)
        if edition is None:
            raise NotThere()
        check(may_see_edition(visit.viewer, edition))
        steps = day_rows(edition, await day_steps(session, edition.id))
        url = visit.settings.base_url + visit.url("editions:show", slug=slug)
        content = calendar_feed(edition, await phase_changes(session, edition.id), steps, url)
        headers = {"content-disposition": 'attachment; filename="calendrier.ics"'}
        return Response(content, media_type="text/calendar", headers=headers)

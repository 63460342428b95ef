"""The public page of an edition, with what its partners do."""

from litestar import Controller, get
from litestar.params import FromPath
from litestar.response import Template

from creathon.agenda.queries import events_count, events_of, partners_count, partners_of
from creathon.agenda.rules import event_dates
from creathon.core.errors import NotThere, check
from creathon.core.text import zone_name
from creathon.core.web.pages import page
from creathon.core.web.visit import Session, Visiting
from creathon.editions.pages.at_hand import edition_named
from creathon.editions.queries import day_steps, phase_changes, sites_of
from creathon.editions.rules import ENDED, calendar_rows, change_rows, day_rows, may_see_edition, may_see_theme

SHOWN = 6


class EditionPages(Controller):
    """/edition/<slug>."""

    path = "/edition"

    @get("/{slug:str}", name="editions:show", policy="public")
    async def show(self, visit: Visiting, session: Session, slug: FromPath[str]) -> Template:
        edition = await edition_named(visit, session, slug)
        if edition is None:
            raise NotThere()
        check(may_see_edition(visit.viewer, edition))
        return page(
            visit,
            "dashboards/edition.html",
            edition=edition,
            sites=await sites_of(session, edition.id),
            ended=edition.state in ENDED,
            theme_revealed=may_see_theme(edition, now=visit.now),
            rows=calendar_rows(edition, visit.now, visit.viewer.zone),
            changes=change_rows(await phase_changes(session, edition.id), edition),
            steps=day_rows(edition, await day_steps(session, edition.id), visit.viewer.zone),
            partners=await partners_of(session, edition.id, limit=SHOWN),
            partners_total=await partners_count(session, edition.id),
            events=await events_of(session, edition.id, limit=SHOWN),
            events_total=await events_count(session, edition.id),
            event_dates=event_dates,
            zone_names=zone_name,
        )

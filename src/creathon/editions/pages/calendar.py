"""The calendar of the current edition for its coordination."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.response import Template

from creathon.core.errors import check
from creathon.core.text import _
from creathon.core.web.pages import done, page, posted_version
from creathon.core.web.visit import Session, Visiting
from creathon.editions import actions
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.queries import pending_proposals, phase_changes
from creathon.editions.rules import (
    calendar_problems,
    calendar_rows,
    change_rows,
    may_complete_calendar,
    may_coordinate,
    may_help_coordinate,
    may_move_dates,
    may_redraw_calendar,
)


class PhasePages(Controller):
    """/coordination/phases."""

    path = "/coordination/phases"

    @get(name="editions:phases", policy="coordination")
    async def phases(self, visit: Visiting, session: Session) -> Template:
        edition = await edition_at_hand(visit, session)
        check(may_help_coordinate(visit.viewer, edition))
        is_national = may_coordinate(visit.viewer, edition) is None
        context: dict[str, Any] = {
            "rows": calendar_rows(edition, visit.now, visit.viewer.zone),
            "changes": change_rows(await phase_changes(session, edition.id), edition),
            "movable": may_move_dates(visit.viewer, edition) is None,
            "drawable": may_redraw_calendar(visit.viewer, edition) is None,
            "problems": calendar_problems(edition.phases, edition.zone),
            "proposals": await pending_proposals(session, edition.id) if is_national else [],
            "may_complete": may_complete_calendar(visit.viewer, edition) is None,
        }
        return page(visit, "editions/phases.html", edition=edition, **context)

    @post("/habituelles", name="editions:complete-calendar", policy="national_coordination")
    async def complete(self, visit: Visiting, session: Session) -> Response[Any]:
        version = posted_version(visit.posted)
        edition = await edition_at_hand(visit, session, lock=True)
        added = await actions.complete_calendar(session, visit.actor, edition, version=version, now=visit.now)
        message = _("Phases ajoutées : %(added)s. Vérifiez leurs dates, elles se changent toutes.", added=added)
        return done(visit, visit.url("editions:phases"), message)

"""/coordination/affectation: what is feasible, a preview, then the piles."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import Conflict, check
from creathon.core.text import _, ngettext
from creathon.core.web.pages import done, page
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.rules import coordinated_sites, may_help_coordinate
from creathon.jury.actions.assignments import allocate
from creathon.jury.models import Panel
from creathon.jury.pages.panels import panel_of
from creathon.jury.queries.assignments import situation_of
from creathon.jury.queries.panels import panels_of, reads_by_panel
from creathon.jury.rules.panels import READING_TIME, plan, plan_mark

SHOW = "jury/reading/allocation.html"


class AllocationPages(Controller):
    """/coordination/affectation."""

    path = "/coordination/affectation"

    @get(name="jury:allocations", policy="coordination")
    async def allocations(self, visit: Visiting, session: Session) -> Template:
        edition = await edition_at_hand(visit, session)
        check(may_help_coordinate(visit.viewer, edition))
        panels = await panels_of(session, edition.id, coordinated_sites(visit.viewer, edition))
        given = await reads_by_panel(session, edition.id)
        return page(visit, "jury/reading/allocations.html", edition=edition, panels=panels, reads_given=given)

    @get("/{panel_id:str}", name="jury:allocation", policy="coordination")
    async def preview(self, visit: Visiting, session: Session, panel_id: FromPath[str]) -> Template:
        edition, panel = await panel_of(visit, session, panel_id)
        return page(visit, SHOW, **await _preview(visit, session, edition, panel))

    @post("/{panel_id:str}", name="jury:allocate", policy="coordination")
    async def allocate(self, visit: Visiting, session: Session, panel_id: FromPath[str]) -> Response[Any]:
        edition, panel = await panel_of(visit, session, panel_id)
        mark = visit.posted.get("apercu") or ""
        try:
            report = await allocate(session, visit.actor, panel, edition, mark=mark, now=visit.now)
        except Conflict as error:
            context = await _preview(visit, session, edition, panel)
            return page(visit, SHOW, status=409, problem=error.message, **context)
        reads = ngettext("lecture confiée", "lectures confiées", report.reads)
        message = _(
            "Les piles sont prêtes : %(count)s %(reads)s en tout. Chaque personne reçoit un message.",
            count=report.reads,
            reads=reads,
        )
        return done(visit, visit.url("jury:allocation", panel_id=panel.id), message)


async def _preview(visit: Visit, session: AsyncSession, edition: Edition, panel: Panel) -> dict[str, Any]:
    """What the page shows; a project the viewer has a link with is not named."""
    situation = await situation_of(session, panel)
    allocation = plan(situation)
    hidden = situation.hidden_from(visit.actor.person_id)
    added: dict[str, int] = {}
    for person_id, _project_id in allocation.added:
        added[person_id] = added.get(person_id, 0) + 1
    return {
        "edition": edition,
        "panel": panel,
        "situation": situation,
        "report": allocation.report,
        "added": added,
        "mark": plan_mark(allocation),
        "titles": {project.id: project.title for project in situation.projects if project.id not in hidden},
        "hours": situation.load * READING_TIME,
    }

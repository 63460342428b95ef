"""/coordination/suivi: how far each juror is, without a score; reminders."""

from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Template

from creathon.core.errors import check
from creathon.core.paging import paging
from creathon.core.text import _
from creathon.core.web.pages import done, page
from creathon.core.web.visit import Session, Visiting
from creathon.editions.models import Allowed
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.rules import coordinated_sites, deadline, may_help_coordinate, until_words
from creathon.jury.actions.panels import remind_jurors
from creathon.jury.pages.panels import panel_of
from creathon.jury.queries.assignments import JurorProgress, progress_of

PanelFilter = Annotated[str, QueryParameter(name="jury")]
LateFilter = Annotated[str, QueryParameter(name="reste")]
PageNumber = Annotated[int, QueryParameter(name="page")]


class ProgressPages(Controller):
    """/coordination/suivi."""

    path = "/coordination/suivi"

    @get(name="jury:progress", policy="coordination")
    async def progress(
        self, visit: Visiting, session: Session, panel_id: PanelFilter = "", late: LateFilter = "",
        page_number: PageNumber = 1,
    ) -> Template:  # fmt: skip
        edition = await edition_at_hand(visit, session)
        check(may_help_coordinate(visit.viewer, edition))
        everybody = await progress_of(session, edition.id, coordinated_sites(visit.viewer, edition))
        rows = _chosen(everybody, panel_id, late=bool(late))
        here = paging(page_number, len(rows), visit.path, {"jury": panel_id, "reste": late})
        closes_at = deadline(edition, Allowed.REVIEW, now=visit.now)
        return page(
            visit, "jury/reading/progress.html", edition=edition, panels=_by_panel(everybody),
            rows=rows[here.offset : here.offset + here.size], paging=here, panel_id=panel_id, late=late,
            until=until_words(closes_at, edition.zone) if closes_at else "",
        )  # fmt: skip

    @post("/{panel_id:str}/rappel", name="jury:remind", policy="coordination")
    async def remind(self, visit: Visiting, session: Session, panel_id: FromPath[str]) -> Response[Any]:
        edition, panel = await panel_of(visit, session, panel_id)
        rows = await progress_of(session, edition.id, None, panel_id=panel.id, late_only=True)
        closes_at = deadline(edition, Allowed.REVIEW, now=visit.now)
        told = await remind_jurors(session, visit.actor, panel, rows, edition, closes_at=closes_at, now=visit.now)
        message = _("Rappels envoyés : %(told)s.", told=told)
        if told < len(rows):
            message += " " + _("Déjà prévenues aujourd’hui : %(count)s.", count=len(rows) - told)
        return done(visit, visit.url("jury:progress"), message)


def _chosen(rows: list[JurorProgress], panel_id: str, *, late: bool) -> list[JurorProgress]:
    return [row for row in rows if panel_id in ("", row.panel_id) and (row.is_late or not late)]


def _by_panel(rows: list[JurorProgress]) -> list[dict[str, Any]]:
    """The panels with what is validated and how many people are late."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        empty = {"id": row.panel_id, "name": row.panel, "assigned": 0, "validated": 0, "late": 0}
        panel = found.setdefault(row.panel_id, empty)
        panel["assigned"] += row.assigned
        panel["validated"] += row.validated
        panel["late"] += row.is_late
    return list(found.values())

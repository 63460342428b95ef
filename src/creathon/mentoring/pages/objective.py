"""/accompagnement/<pairing>/objectif: what is aimed at."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import Stale, check
from creathon.core.text import _
from creathon.core.web.pages import done, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.jury.queries.feedback import evaluations_of_project
from creathon.jury.rules.palmares import remarks_of
from creathon.mentoring.actions import set_objective
from creathon.mentoring.forms import ObjectiveForm
from creathon.mentoring.pages.desk import Desk, crumbs, desk_of
from creathon.mentoring.rules import may_steer

SHOW = "mentoring/objective.html"


class ObjectivePages(Controller):
    """For the mentor and the coordination."""

    path = "/accompagnement/{pairing_id:str}/objectif"

    @get(name="mentoring:objective", policy="signed_in")
    async def objective(self, visit: Visiting, session: Session, pairing_id: FromPath[str]) -> Template:
        desk = await desk_of(visit, session, pairing_id)
        check(may_steer(desk.standing))
        context = await _context(visit, session, desk)
        way = crumbs(desk, visit, _("Objectif"))
        form, version = ObjectiveForm(obj=desk.pairing), desk.pairing.version
        return page(visit, SHOW, form=form, version=version, both=[], way=way, **context)

    @post(name="mentoring:set-objective", policy="signed_in")
    async def set(self, visit: Visiting, session: Session, pairing_id: FromPath[str]) -> Response[Any]:
        desk = await desk_of(visit, session, pairing_id)
        form, version, status = ObjectiveForm(visit.posted), posted_version(visit.posted), 422
        both: list[Any] = []
        if form.accepts():
            objective = form.objective.data
            try:
                await set_objective(
                    session, visit.actor, desk.pairing, objective, desk.edition, version=version, now=visit.now
                )
                return done(visit, desk.home(visit), _("L’objectif est enregistré."))
            except Stale as error:
                form.refuse(error.message)
                status, version = 409, desk.pairing.version
                both = [(form.objective.label.text, objective, error.current["objective"])]
        context = await _context(visit, session, desk)
        way = crumbs(desk, visit, _("Objectif"))
        return page(visit, SHOW, status=status, form=form, version=version, both=both, way=way, **context)


async def _context(visit: Visit, session: AsyncSession, desk: Desk) -> dict[str, Any]:
    evaluations = await evaluations_of_project(session, desk.edition.id, desk.pairing.project_id)
    return desk.context(visit, remarks=remarks_of(evaluations))

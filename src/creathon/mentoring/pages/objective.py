"""/accompagnement/<pairing>/objectif: what is aimed at."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from creathon.core.errors import Stale, check
from creathon.core.text import _
from creathon.core.web.pages import done, page, posted_version
from creathon.core.web.visit import Session, Visiting
from creathon.mentoring.actions import set_objective
from creathon.mentoring.forms import ObjectiveForm
from creathon.mentoring.pages.desk import crumbs, desk_of
from creathon.mentoring.queries import team_remarks
from creathon.mentoring.rules import may_steer

SHOW = "mentoring/objective.html"


class ObjectivePages(Controller):
    """For the mentor and the coordination."""

    path = "/accompagnement/{pairing_id:str}/objectif"

    @get(name="mentoring:objective", policy="signed_in")
    async def objective(self, visit: Visiting, session: Session, pairing_id: FromPath[str]) -> Template:
        desk = await desk_of(visit, session, pairing_id)
        check(may_steer(desk.standing))
        context = desk.context(visit, remarks=await team_remarks(session, desk.pairing.project_id))
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
        context = desk.context(visit, remarks=await team_remarks(session, desk.pairing.project_id))
        way = crumbs(desk, visit, _("Objectif"))
        return page(visit, SHOW, status=status, form=form, version=version, both=both, way=way, **context)

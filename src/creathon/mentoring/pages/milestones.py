"""/accompagnement/<pairing>/jalons: setting a milestone, moving it."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from creathon.core.errors import Refused, Stale, check
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.mentoring import actions
from creathon.mentoring.forms import MilestoneForm, StepForm
from creathon.mentoring.models import Milestone, MilestoneState
from creathon.mentoring.pages.desk import Desk, crumbs, desk_of
from creathon.mentoring.rules import STATE_NAMES, may_add_milestone, next_states

NEW = "mentoring/new_milestone.html"
SHOW = "mentoring/milestone.html"


class MilestonePages(Controller):
    """For those who follow a project: the team works and hands in, the mentor answers."""

    path = "/accompagnement/{pairing_id:str}/jalons"

    @get(name="mentoring:new-milestone", policy="signed_in")
    async def new(self, visit: Visiting, session: Session, pairing_id: FromPath[str]) -> Template:
        desk = await desk_of(visit, session, pairing_id)
        check(may_add_milestone(desk.standing, desk.edition, now=visit.now))
        return page(visit, NEW, form=MilestoneForm(), **_adding(visit, desk))

    @post(name="mentoring:add-milestone", policy="signed_in")
    async def add(self, visit: Visiting, session: Session, pairing_id: FromPath[str]) -> Response[Any]:
        desk = await desk_of(visit, session, pairing_id)
        form = MilestoneForm(visit.posted)
        if not form.accepts():
            return invalid(visit, NEW, form=form, **_adding(visit, desk))
        try:
            await actions.add_milestone(
                session, visit.actor, desk.pairing, form.values(), desk.edition, now=visit.now
            )  # fmt: skip
        except Refused as error:
            form.refuse(error.message)
            return page(visit, NEW, status=403, form=form, **_adding(visit, desk))
        return done(visit, desk.home(visit), _("Le jalon « %(data)s » est ajouté.", data=form.title.data))

    @get("/{milestone_id:str}", name="mentoring:milestone", policy="signed_in")
    async def milestone(
        self, visit: Visiting, session: Session, pairing_id: FromPath[str], milestone_id: FromPath[str]
    ) -> Template:
        desk = await desk_of(visit, session, pairing_id)
        milestone = desk.milestone(milestone_id)
        form = StepForm(standing=desk.standing, milestone=milestone)
        return page(visit, SHOW, form=form, **_showing(visit, desk, milestone))

    @post("/{milestone_id:str}", name="mentoring:move-milestone", policy="signed_in")
    async def move(
        self, visit: Visiting, session: Session, pairing_id: FromPath[str], milestone_id: FromPath[str]
    ) -> Response[Any]:
        desk = await desk_of(visit, session, pairing_id)
        milestone, version, status = desk.milestone(milestone_id), posted_version(visit.posted), 422
        form = StepForm(visit.posted, standing=desk.standing, milestone=milestone)
        known = form.state.data in set(MilestoneState)
        if not form.accepts() and not (known and version != milestone.version):
            return invalid(visit, SHOW, form=form, **_showing(visit, desk, milestone, version, kept=True))
        try:
            await actions.update_milestone(
                session, visit.actor, milestone, desk.pairing, form.values(), desk.edition,
                version=version, now=visit.now,
            )  # fmt: skip
        except Refused as error:
            form.refuse(error.message, "text")
            status = 403
        except Stale as error:
            form.refuse(error.message)
            return _stale(visit, desk, milestone, form, error)
        else:
            state = STATE_NAMES[milestone.state]
            return done(
                visit, desk.home(visit), _("Le jalon « %(title)s » est %(state)s.", title=milestone.title, state=state)
            )
        return page(visit, SHOW, status=status, form=form, **_showing(visit, desk, milestone, version, kept=True))


def _adding(visit: Visit, desk: Desk) -> dict[str, Any]:
    return desk.context(visit, way=crumbs(desk, visit, _("Ajouter un jalon")))


def _showing(
    visit: Visit, desk: Desk, milestone: Milestone, version: int | None = None, *, kept: bool = False, both: Any = ()
) -> dict[str, Any]:
    """A milestone with the form this reader may fill; `kept` keeps it open so that nothing typed is lost."""
    context = desk.context(visit)
    moves = next_states(desk.standing, milestone.state)
    return {
        **context,
        "milestone": milestone,
        "version": milestone.version if version is None else version,
        "moves": bool(moves) and (context["closed"] is None or kept),
        "may_move": bool(moves),
        "kept": kept,
        "both": both,
        "way": crumbs(desk, visit, milestone.title),
    }


def _stale(visit: Visit, desk: Desk, milestone: Milestone, form: StepForm, error: Stale) -> Template:
    """What was chosen and written beside what is stored; the form offers what is possible from there."""
    state: Any = error.current["state"]
    typed = _state_words(form.state.data)
    both = [
        (_("État"), typed, STATE_NAMES[state]),
        (form.text.label.text, form.text.data or "", error.current["text"]),
    ]
    again = StepForm(visit.posted, standing=desk.standing, milestone=milestone)
    again.form_errors = form.form_errors
    return page(visit, SHOW, status=409, form=again, **_showing(visit, desk, milestone, both=both, kept=True))


def _state_words(value: str | None) -> str:
    return STATE_NAMES[MilestoneState(value)] if value in set(MilestoneState) else ""

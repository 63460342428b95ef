"""/accompagnement/<pairing>/entretiens: planning interviews, moving one, writing its note."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from creathon.core.errors import Refused, Stale, check
from creathon.core.text import _, date_words, instant_words, ngettext
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.rules import until_words
from creathon.mentoring import actions
from creathon.mentoring.forms import MoveForm, NoteForm, PlanForm
from creathon.mentoring.models import Interview
from creathon.mentoring.pages.desk import Desk, crumbs, desk_of
from creathon.mentoring.rules import (
    Relation,
    Rhythm,
    interview_dates,
    may_cancel,
    may_note,
    may_steer,
    mentoring_end,
    rhythm_of,
)

PLAN = "mentoring/plan.html"
SHOW = "mentoring/interview.html"


class InterviewPages(Controller):
    """For those who follow a project; the team reads, the mentor writes the notes."""

    path = "/accompagnement/{pairing_id:str}/entretiens"

    @get(name="mentoring:plan", policy="signed_in")
    async def plan(self, visit: Visiting, session: Session, pairing_id: FromPath[str]) -> Template:
        desk = await desk_of(visit, session, pairing_id)
        check(may_steer(desk.standing))
        form = PlanForm(zone=desk.edition.zone, rhythm=rhythm_of(desk.pairing.tier).value)
        return page(visit, PLAN, form=form, **_planning(visit, desk))

    @post(name="mentoring:plan-interviews", policy="signed_in")
    async def plan_interviews(self, visit: Visiting, session: Session, pairing_id: FromPath[str]) -> Response[Any]:
        desk = await desk_of(visit, session, pairing_id)
        form, zone = PlanForm(visit.posted, zone=desk.edition.zone), desk.edition.zone
        if not form.accepts():
            return invalid(visit, PLAN, form=form, **_planning(visit, desk))
        until = mentoring_end(desk.edition)
        starts = interview_dates(form.instant("first"), Rhythm(form.rhythm.data), until, zone) if until else []
        try:
            made = await actions.plan_interviews(
                session, visit.actor, desk.pairing, starts, desk.edition, minutes=form.minutes.data, now=visit.now
            )
        except Refused as error:
            form.refuse(error.message, "first")
            return page(visit, PLAN, status=403, form=form, **_planning(visit, desk))
        count = ngettext("%(num)s entretien est planifié", "%(num)s entretiens sont planifiés", len(made))
        return done(
            visit, desk.home(visit), _("%(count)s. L’équipe et son mentor reçoivent la liste des dates.", count=count)
        )

    @get("/{interview_id:str}", name="mentoring:interview", policy="signed_in")
    async def interview(
        self, visit: Visiting, session: Session, pairing_id: FromPath[str], interview_id: FromPath[str]
    ) -> Template:
        desk = await desk_of(visit, session, pairing_id)
        return page(visit, SHOW, **_showing(visit, desk, desk.interview(interview_id)))

    @post("/{interview_id:str}", name="mentoring:move-interview", policy="signed_in")
    async def move(
        self, visit: Visiting, session: Session, pairing_id: FromPath[str], interview_id: FromPath[str]
    ) -> Response[Any]:
        desk = await desk_of(visit, session, pairing_id)
        interview = desk.interview(interview_id)
        form = MoveForm(visit.posted, zone=desk.edition.zone, interview=interview)
        version, status = posted_version(visit.posted), 422
        if form.accepts():
            try:
                await actions.move_interview(
                    session, visit.actor, interview, desk.pairing, form.instant("starts_at"), desk.edition,
                    minutes=form.minutes.data, version=version, now=visit.now,
                )  # fmt: skip
                message = _("Le rendez-vous est enregistré. L’équipe et son mentor reçoivent la nouvelle liste.")
                return done(visit, _address(visit, desk, interview), message)
            except Refused as error:
                form.refuse(error.message, "starts_at")
                status = 403
            except Stale as error:
                form.refuse(error.message)
                both = _hours(desk, form, error)
                return page(visit, SHOW, status=409, **_showing(visit, desk, interview, move=form, both=both))
        return page(visit, SHOW, status=status, **_showing(visit, desk, interview, version, move=form))

    @post("/{interview_id:str}/compte-rendu", name="mentoring:note-interview", policy="signed_in")
    async def note(
        self, visit: Visiting, session: Session, pairing_id: FromPath[str], interview_id: FromPath[str]
    ) -> Response[Any]:
        desk = await desk_of(visit, session, pairing_id)
        interview, form = desk.interview(interview_id), NoteForm(visit.posted)
        version, status = posted_version(visit.posted), 422
        if form.accepts():
            try:
                await actions.note_interview(
                    session, visit.actor, interview, desk.pairing, form.values(), desk.edition,
                    version=version, now=visit.now,
                )  # fmt: skip
                message = _("Le compte rendu est enregistré. L’équipe peut le lire.")
                return done(visit, _address(visit, desk, interview), message)
            except Refused as error:
                form.refuse(error.message)
                status = 403
            except Stale as error:
                form.refuse(error.message)
                both = [
                    (form[name].label.text, form[name].data, text)
                    for name, text in error.current.items()
                    if form[name].data != text
                ]
                return page(visit, SHOW, status=409, **_showing(visit, desk, interview, note=form, both=both))
        return page(visit, SHOW, status=status, **_showing(visit, desk, interview, version, note=form, kept=True))

    @post("/{interview_id:str}/annuler", name="mentoring:cancel-interview", policy="signed_in")
    async def cancel(
        self, visit: Visiting, session: Session, pairing_id: FromPath[str], interview_id: FromPath[str]
    ) -> Response[Any]:
        desk = await desk_of(visit, session, pairing_id)
        interview = desk.interview(interview_id)
        await actions.cancel_interview(session, visit.actor, interview, desk.pairing, desk.edition, now=visit.now)
        message = _("L’entretien est annulé. L’équipe et son mentor reçoivent la liste de ceux qui restent.")
        return done(visit, desk.home(visit), message)


def _planning(visit: Visit, desk: Desk) -> dict[str, Any]:
    way = crumbs(desk, visit, _("Planifier des entretiens"))
    ends_at = mentoring_end(desk.edition)
    return desk.context(visit, until=until_words(ends_at, desk.edition.zone) if ends_at else "", way=way)


def _showing(
    visit: Visit,
    desk: Desk,
    interview: Interview,
    version: int | None = None,
    *,
    move: MoveForm | None = None,
    note: NoteForm | None = None,
    both: list[Any] | None = None,
    kept: bool = False,
) -> dict[str, Any]:
    """An interview with the forms this reader may fill; `kept` keeps the note open so that nothing typed is lost."""
    refusal = may_note(desk.standing, interview, desk.edition, now=visit.now)
    return desk.context(
        visit,
        interview=interview,
        version=interview.version if version is None else version,
        form=move or note or NoteForm(obj=interview),
        move=move or MoveForm(zone=desk.edition.zone, interview=interview),
        note=note or NoteForm(obj=interview),
        noting=refusal,
        writes_note=refusal is None or (kept and desk.standing is Relation.MENTOR),
        moving=may_steer(desk.standing) or may_cancel(interview),
        both=both or [],
        way=crumbs(desk, visit, date_words(interview.starts_at, desk.edition.zone)),
    )


def _address(visit: Visit, desk: Desk, interview: Interview) -> str:
    return visit.url("mentoring:interview", pairing_id=desk.pairing.id, interview_id=interview.id)


def _hours(desk: Desk, form: MoveForm, error: Stale) -> list[tuple[str, object, object]]:
    zone = desk.edition.zone
    typed = instant_words(form.instant("starts_at"), zone)
    stored: Any = error.current["starts_at"]
    minutes = (form.minutes.label.text, form.minutes.data, error.current["minutes"])
    return [(form.starts_at.label.text, typed, instant_words(stored, zone)), minutes]

"""/coordination/questions: what an edition asks of those who apply, and how its places are given."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, Stale, check
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Edition, Seating
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.rules import may_change_edition
from creathon.teams import actions, queries, rules
from creathon.teams.forms import QuestionForm, SeatingForm, WordingForm, shown
from creathon.teams.models import Question

LIST = "teams/questions.html"
FORM = "teams/question.html"


class QuestionPages(Controller):
    """/coordination/questions."""

    path = "/coordination/questions"

    @get(name="teams:questions", policy="national_coordination")
    async def questions(self, visit: Visiting, session: Session) -> Template:
        edition = await _edition(visit, session)
        return page(visit, LIST, **await _listed(visit, session, edition))

    @post("/places", name="teams:seating", policy="national_coordination")
    async def seating(self, visit: Visiting, session: Session) -> Response[Any]:
        edition, version = await _edition(visit, session, lock=True), posted_version(visit.posted)
        form = SeatingForm(visit.posted)
        if not form.accepts():
            return invalid(visit, LIST, **await _listed(visit, session, edition, form))
        try:
            await actions.choose_seating(
                session, visit.actor, edition, Seating(form.seating.data), version=version, now=visit.now
            )
        except Stale as error:
            form.refuse(error.message)
            return page(visit, LIST, status=409, **await _listed(visit, session, edition, form))
        return done(visit, visit.url("teams:questions"), _("La façon de donner les places est enregistrée."))

    @get("/nouvelle", name="teams:new-question", policy="national_coordination")
    async def new(self, visit: Visiting, session: Session) -> Template:
        edition = await _edition(visit, session)
        check(rules.may_change_questions(visit.viewer, edition, now=visit.now))
        return page(visit, FORM, edition=edition, form=QuestionForm(), question=None, version=0, both=[])

    @post("/nouvelle", name="teams:add-question", policy="national_coordination")
    async def add(self, visit: Visiting, session: Session) -> Response[Any]:
        edition, form = await _edition(visit, session, lock=True), QuestionForm(visit.posted)
        if not form.accepts():
            return invalid(visit, FORM, edition=edition, form=form, question=None, version=0, both=[])
        await actions.add_question(session, visit.actor, edition, form.values(), now=visit.now)
        return done(visit, visit.url("teams:questions"), _("La question est ajoutée."))

    @get("/{question_id:str}", name="teams:question", policy="national_coordination")
    async def question(self, visit: Visiting, session: Session, question_id: FromPath[str]) -> Template:
        edition = await _edition(visit, session)
        question = await _question(session, edition, question_id)
        form = _form(visit, edition)(**shown(actions.values_of(question)))
        return page(visit, FORM, edition=edition, form=form, question=question, version=question.version, both=[])

    @post("/{question_id:str}", name="teams:edit-question", policy="national_coordination")
    async def edit(self, visit: Visiting, session: Session, question_id: FromPath[str]) -> Response[Any]:
        edition, version = await _edition(visit, session, lock=True), posted_version(visit.posted)
        question, form = await _question(session, edition, question_id), _form(visit, edition)(visit.posted)
        if not form.accepts():
            context = {"question": question, "version": version, "both": []}
            return invalid(visit, FORM, edition=edition, form=form, **context)
        values = form.values() if isinstance(form, QuestionForm) else _reworded(question, form)
        try:
            await actions.edit_question(
                session, visit.actor, edition, question_id, values, version=version, now=visit.now
            )
        except Stale as error:
            form.refuse(error.message)
            both = _both(form, shown(rules.QuestionValues(**error.current)))  # type: ignore[arg-type]
            context = {"question": question, "version": question.version, "both": both}
            return page(visit, FORM, status=409, edition=edition, form=form, **context)
        return done(visit, visit.url("teams:questions"), _("La question est enregistrée."))

    @post("/{question_id:str}/place", name="teams:move-question", policy="national_coordination")
    async def move(self, visit: Visiting, session: Session, question_id: FromPath[str]) -> Response[Any]:
        edition, version = await _edition(visit, session, lock=True), posted_version(visit.posted)
        up = visit.posted.get("sens") == "haut"
        await actions.move_question(session, visit.actor, edition, question_id, up=up, version=version, now=visit.now)
        return done(visit, visit.url("teams:questions"), _("L’ordre des questions est enregistré."))

    @post("/{question_id:str}/retrait", name="teams:remove-question", policy="national_coordination")
    async def remove(self, visit: Visiting, session: Session, question_id: FromPath[str]) -> Response[Any]:
        edition, version = await _edition(visit, session, lock=True), posted_version(visit.posted)
        await actions.remove_question(session, visit.actor, edition, question_id, version=version, now=visit.now)
        return done(visit, visit.url("teams:questions"), _("La question est retirée."))


async def _edition(visit: Visit, session: AsyncSession, *, lock: bool = False) -> Edition:
    edition = await edition_at_hand(visit, session, lock=lock)
    check(may_change_edition(visit.viewer, edition))
    return edition


async def _question(session: AsyncSession, edition: Edition, question_id: str) -> Question:
    question = await queries.question_by_id(session, edition.id, question_id)
    if question is None:
        raise NotThere()
    return question


async def _listed(
    visit: Visit, session: AsyncSession, edition: Edition, form: SeatingForm | None = None
) -> dict[str, Any]:
    return {
        "edition": edition,
        "questions": await queries.questions_of(session, edition.id),
        "form": form or SeatingForm(seating=edition.seating.value),
        "refusal": rules.may_change_questions(visit.viewer, edition, now=visit.now),
        "kinds": rules.QUESTION_KINDS,
        "until": rules.promotions_end(edition),
    }


def _form(visit: Visit, edition: Edition) -> type[WordingForm]:
    """Everything of a question, or its wording once applications are open."""
    return WordingForm if rules.may_change_questions(visit.viewer, edition, now=visit.now) else QuestionForm


def _reworded(question: Question, form: WordingForm) -> rules.QuestionValues:
    kept = vars(actions.values_of(question))
    return rules.QuestionValues(**{**kept, "label": form.label.data, "hint": form.hint.data or ""})


def _both(form: WordingForm, stored: dict[str, object]) -> list[tuple[str, object, object]]:
    """The fields whose typed and stored values differ: label, typed, stored."""
    return [(one.label.text, one.data, stored[one.name]) for one in form if one.data != stored[one.name]]

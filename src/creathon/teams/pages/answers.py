"""/equipe/candidature: answering the questions of the edition, sending the application; /equipe/classe, the pupils."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import Refused, Stale, check
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.teams import actions, queries, rules
from creathon.teams.forms import AnswersForm, AskAsideForm, PupilsForm
from creathon.teams.models import Team
from creathon.teams.pages.loading import own_team

APPLICATION = "teams/applying.html"
PUPILS = "teams/pupils.html"
ASIDE = "teams/ask_aside.html"


class ApplyingPages(Controller):
    """/equipe/candidature."""

    path = "/equipe/candidature"

    @get(name="teams:applying", policy="signed_in")
    async def applying(self, visit: Visiting, session: Session) -> Template:
        edition, team = await own_team(visit, session)
        questions = await queries.questions_of(session, edition.id)
        stored = await queries.answers_of(session, team_id=team.id)
        form = AnswersForm.asking(questions)(**AnswersForm.initial(questions, stored))
        return page(visit, APPLICATION, **await _applying(visit, session, edition, team, form))

    @post("/reponses", name="teams:save-answers", policy="signed_in")
    async def save(self, visit: Visiting, session: Session) -> Response[Any]:
        edition, team = await own_team(visit, session)
        version = posted_version(visit.posted)
        form = AnswersForm.asking(await queries.questions_of(session, edition.id))(visit.posted)
        if not form.accepts():
            return invalid(visit, APPLICATION, **await _applying(visit, session, edition, team, form, version))
        try:
            await actions.save_answers(
                session, visit.actor, team, edition, form.answers(), version=version, now=visit.now
            )
        except Stale as error:
            form.refuse(error.message)
            context = await _applying(visit, session, edition, team, form)
            return page(visit, APPLICATION, status=409, **{**context, "both": form.rows(error.current)})
        return done(visit, visit.url("teams:applying"), _("Le brouillon de vos réponses est enregistré."))

    @post(name="teams:submit", policy="signed_in")
    async def submit(self, visit: Visiting, session: Session) -> Response[Any]:
        edition, team = await own_team(visit, session)
        questions = await queries.questions_of(session, edition.id)
        stored = await queries.answers_of(session, team_id=team.id)
        form = AnswersForm.asking(questions)(**AnswersForm.initial(questions, stored))
        check(rules.may_submit(visit.viewer, team, edition, await queries.acceptances_in(session, team), now=visit.now))
        if form.refuse_unanswered():
            return invalid(visit, APPLICATION, **await _applying(visit, session, edition, team, form))
        await actions.submit_application(session, visit.actor, team, edition, now=visit.now)
        message = _("Votre candidature est envoyée à la coordination du site %(name)s.", name=team.site.name)
        return done(visit, visit.url("teams:mine"), message)


class ClassPages(Controller):
    """/equipe/classe, /equipe/hors-competition."""

    path = "/equipe"

    @get("/classe", name="teams:pupils", policy="signed_in")
    async def pupils(self, visit: Visiting, session: Session) -> Template:
        edition, team = await own_team(visit, session)
        check(rules.may_declare_class(visit.viewer, team, edition, now=visit.now))
        form = PupilsForm(**{**vars(actions.pupils_of(team)), "names": team.pupil_names.replace(", ", "\n")})
        return page(visit, PUPILS, edition=edition, team=team, form=form, version=team.version, both=[])

    @post("/classe", name="teams:declare-pupils", policy="signed_in")
    async def declare(self, visit: Visiting, session: Session) -> Response[Any]:
        edition, team = await own_team(visit, session)
        check(rules.may_declare_class(visit.viewer, team, edition, now=visit.now))
        form, version = PupilsForm(visit.posted), posted_version(visit.posted)
        if not form.accepts():
            return invalid(visit, PUPILS, edition=edition, team=team, form=form, version=version, both=[])
        try:
            await actions.declare_pupils(
                session, visit.actor, team, edition, form.values(), version=version, now=visit.now
            )
        except Stale as error:
            form.refuse(error.message)
            context = {"both": _both(form, error.current), "version": team.version}
            return page(visit, PUPILS, status=409, edition=edition, team=team, form=form, **context)
        return done(visit, visit.url("teams:mine"), _("Votre classe est enregistrée."))

    @get("/hors-competition", name="teams:ask-aside", policy="signed_in")
    async def ask_aside(self, visit: Visiting, session: Session) -> Template:
        edition, team = await own_team(visit, session)
        check(rules.may_ask_aside(visit.viewer, team, edition, now=visit.now))
        return page(visit, ASIDE, edition=edition, team=team, form=AskAsideForm())

    @post("/hors-competition", name="teams:do-ask-aside", policy="signed_in")
    async def do_ask_aside(self, visit: Visiting, session: Session) -> Response[Any]:
        edition, team = await own_team(visit, session)
        form = AskAsideForm(visit.posted)
        if not form.accepts():
            return invalid(visit, ASIDE, edition=edition, team=team, form=form)
        try:
            await actions.ask_aside(session, visit.actor, team, edition, reason=form.reason.data, now=visit.now)
        except Refused as error:
            form.refuse(error.message)
            return page(visit, ASIDE, status=403, edition=edition, team=team, form=form)
        return done(visit, visit.url("teams:mine"), _("Votre demande est envoyée à la coordination du site."))


async def _applying(
    visit: Visit,
    session: AsyncSession,
    edition: Edition,
    team: Team,
    form: AnswersForm,
    version: int | None = None,
) -> dict[str, Any]:
    acceptances = await queries.acceptances_in(session, team)
    return {
        "edition": edition,
        "team": team,
        "form": form,
        "version": team.answers_version if version is None else version,
        "both": [],
        "writing": rules.may_write_answers(visit.viewer, team, edition, now=visit.now),
        "sending": rules.may_submit(visit.viewer, team, edition, acceptances, now=visit.now),
        "rank": await queries.rank_in_queue(session, team),
        "size": rules.size_words(team),
        "answers": form.answers(),
        "on_arrival": rules.on_arrival(edition),
    }


def _both(form: PupilsForm, stored: dict[str, object]) -> list[tuple[str, object, object]]:
    """The fields whose typed and stored values differ: label, typed, stored."""
    typed = vars(form.values())
    return [(form[name].label.text, typed[name], stored[name]) for name in typed if typed[name] != stored[name]]

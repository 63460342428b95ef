"""/coordination/candidatures/<id>: reading an application, answering it, moving it, setting it aside."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import Refused, Stale
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.queries import site_names
from creathon.teams import actions, queries, rules
from creathon.teams.forms import AsideForm, DecisionForm, MoveForm
from creathon.teams.models import ApplicationState, Team
from creathon.teams.pages.loading import coordinated_team

READING = "teams/application.html"
MORE = "teams/more.html"


class ApplicationPages(Controller):
    """/coordination/candidatures/<id>."""

    path = "/coordination/candidatures/{team_id:str}"

    @get(name="teams:application", policy="coordination")
    async def application(self, visit: Visiting, session: Session, team_id: FromPath[str]) -> Template:
        edition, team = await coordinated_team(visit, session, team_id)
        return page(visit, READING, **await _reading(visit, session, edition, team))

    @post(name="teams:decide", policy="coordination")
    async def decide(self, visit: Visiting, session: Session, team_id: FromPath[str]) -> Response[Any]:
        edition, team = await coordinated_team(visit, session, team_id)
        form, version = DecisionForm(visit.posted), posted_version(visit.posted)
        if not form.accepts():
            return invalid(visit, READING, **await _reading(visit, session, edition, team, form, version))
        reason = form.reason.data or ""
        try:
            await actions.decide_application(
                session, visit.actor, team, edition, form.chosen, reason=reason, version=version, now=visit.now
            )
        except Stale as error:
            context = await _reading(visit, session, edition, team, form, stored=error)
            return page(visit, READING, status=409, **context)
        message = _("Réponse enregistrée. Messages aux membres de l’équipe : %(count)s.", count=len(team.members))
        return done(visit, visit.url("teams:application", team_id=team.id), message)

    @get("/autres", name="teams:more", policy="coordination")
    async def more(self, visit: Visiting, session: Session, team_id: FromPath[str]) -> Template:
        edition, team = await coordinated_team(visit, session, team_id)
        return page(visit, MORE, **await _more(visit, session, edition, team))

    @post("/site", name="teams:move", policy="national_coordination")
    async def move(self, visit: Visiting, session: Session, team_id: FromPath[str]) -> Response[Any]:
        edition, team = await coordinated_team(visit, session, team_id)
        form = MoveForm(visit.posted, sites=await site_names(session, edition.id))
        version = posted_version(visit.posted)
        if not form.accepts():
            return invalid(visit, MORE, **await _more(visit, session, edition, team, moving=form))
        try:
            await actions.move_application(
                session, visit.actor, team, edition, site_id=form.site_id.data, version=version, now=visit.now
            )
        except Refused as error:
            form.refuse(error.message, "site_id")
            return invalid(visit, MORE, **await _more(visit, session, edition, team, moving=form))
        message = _("La candidature est maintenant au site %(name)s. L’équipe est prévenue.", name=team.site.name)
        return done(visit, visit.url("teams:application", team_id=team.id), message)

    @post("/hors-competition", name="teams:set-aside", policy="coordination")
    async def set_aside(self, visit: Visiting, session: Session, team_id: FromPath[str]) -> Response[Any]:
        edition, team = await coordinated_team(visit, session, team_id)
        form, version = AsideForm(visit.posted), posted_version(visit.posted)
        aside = visit.posted.get("choix") == "hors"
        if not form.accepts():
            return invalid(visit, MORE, **await _more(visit, session, edition, team, aside=form))
        try:
            await actions.set_aside(
                session, visit.actor, team, edition, non_competing=aside, reason=form.reason.data, version=version,
                now=visit.now,
            )  # fmt: skip
        except Refused as error:
            form.refuse(error.message, "reason")
            return invalid(visit, MORE, **await _more(visit, session, edition, team, aside=form))
        said = _("participe hors compétition") if aside else _("participe au concours")
        message = _("L’équipe « %(name)s » %(said)s. Ses membres sont prévenus.", name=team.name, said=said)
        return done(visit, visit.url("teams:application", team_id=team.id), message)


async def _reading(
    visit: Visit,
    session: AsyncSession,
    edition: Edition,
    team: Team,
    form: DecisionForm | None = None,
    version: int | None = None,
    *,
    stored: Stale | None = None,
) -> dict[str, Any]:
    """An application with the form of its answer; with `stored`, both answers side by side."""
    decision = team.state.value if team.state in rules.DECISIONS else None
    room = (await queries.rooms_at(session, [team.site_id]))[team.site_id]
    return {
        "edition": edition,
        "team": team,
        "form": form or DecisionForm(decision=decision, reason=team.decision_reason),
        "version": version or team.version,
        "stored": stored,
        "captain": rules.captain_of(team),
        "refusals": {
            "decide": rules.may_decide(visit.viewer, team, edition),
            "promote": rules.may_promote(edition, now=visit.now),
        },
        "rank": await queries.rank_in_queue(session, team),
        "full": room <= 0 and team.state != ApplicationState.ACCEPTED,
        "questions": await queries.questions_of(session, edition.id),
        "answers": await queries.answers_of(session, team_id=team.id),
        "state_names": rules.STATE_NAMES,
        "role_names": rules.TEAM_ROLE_NAMES,
        "size": rules.size_words(team),
        "missing": rules.missing_people(team),
    }


async def _more(
    visit: Visit,
    session: AsyncSession,
    edition: Edition,
    team: Team,
    moving: MoveForm | None = None,
    aside: AsideForm | None = None,
) -> dict[str, Any]:
    """What a coordination does apart from answering."""
    return {
        "edition": edition,
        "team": team,
        "moving": moving or MoveForm(sites=await site_names(session, edition.id)),
        "aside": aside or AsideForm(reason=team.non_competing_reason),
        "version": team.version,
        "refusals": {
            "move": rules.may_move(visit.viewer, team, edition),
            "aside": rules.may_set_aside(visit.viewer, team, edition),
        },
    }

"""/equipe/rejoindre: sitting down with a code. Tries are counted even when they fail, outside the transaction."""

from datetime import datetime
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from creathon.core.actor import Actor
from creathon.core.database import Database
from creathon.core.errors import Refused, check
from creathon.core.text import _
from creathon.core.throttle import forget_tries, take_try
from creathon.core.web.pages import done, invalid, page
from creathon.core.web.visit import Session, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.teams import actions, queries
from creathon.teams.forms import JoinForm
from creathon.teams.models import Team
from creathon.teams.pages.loading import refuse_to_wait
from creathon.teams.rules import CODE_TRIES, may_enter_teams

DatabaseOf = NamedDependency[Database]


class JoiningPages(Controller):
    """/equipe/rejoindre."""

    path = "/equipe/rejoindre"

    @get(name="teams:join", policy="signed_in")
    async def join(self, visit: Visiting, session: Session) -> Template:
        edition = await edition_at_hand(visit, session)
        own = await queries.team_of(session, visit.actor.person_id, edition.id)
        check(may_enter_teams(visit.viewer, edition, own, now=visit.now))
        return page(visit, "teams/join.html", edition=edition, form=JoinForm())

    @post(name="teams:do-join", policy="signed_in")
    async def do_join(self, visit: Visiting, database: DatabaseOf) -> Response[Any]:
        async with database.reading() as session:
            edition = await edition_at_hand(visit, session)
        form = JoinForm(visit.posted)
        if not form.accepts():
            return invalid(visit, "teams/join.html", edition=edition, form=form)
        await _count_try(database, visit.actor, visit.now)
        try:
            team = await _join(database, visit.actor, edition, form, visit.now)
        except Refused as error:
            form.refuse(error.message, "code")
            return invalid(visit, "teams/join.html", edition=edition, form=form)
        return done(visit, visit.url("teams:mine"), _("Vous faites partie de l’équipe « %(name)s ».", name=team.name))


async def _count_try(database: Database, actor: Actor, now: datetime) -> None:
    async with database.writing() as session:
        wait = await take_try(session, CODE_TRIES, actor.person_id, now=now)
    refuse_to_wait(wait)


async def _join(database: Database, actor: Actor, edition: Edition, form: JoinForm, now: datetime) -> Team:
    async with database.writing() as session:
        team = await actions.join_by_code(session, actor, edition, code=form.code.data, role=form.chosen_role, now=now)
        await forget_tries(session, CODE_TRIES, actor.person_id)
    return team

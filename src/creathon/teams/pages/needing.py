"""/equipe/equipes-en-recherche: the teams that look for somebody, for people who applied alone."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, Refused, check
from creathon.core.paging import paging
from creathon.core.text import _
from creathon.core.throttle import take_try
from creathon.core.web.pages import done, invalid, page
from creathon.core.web.visit import PageNumber, Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.queries import site_names
from creathon.teams import actions, queries, rules
from creathon.teams.forms import ApproachForm
from creathon.teams.models import AloneApplication, Side, Team, TeamRole
from creathon.teams.pages.free import RoleFilter, SiteFilter, wanted_of
from creathon.teams.pages.loading import refuse_to_wait

LIST = "teams/needing.html"
ONE = "teams/needing_team.html"
WISHED = "Rôle que vous prendriez"


class NeedingPages(Controller):
    """/equipe/equipes-en-recherche."""

    path = "/equipe/equipes-en-recherche"

    @get(name="teams:needing", policy="signed_in")
    async def teams(
        self, visit: Visiting, session: Session, site: SiteFilter = "", role: RoleFilter = "", number: PageNumber = 1
    ) -> Template:
        edition, alone = await _looking(visit, session)
        sites = await site_names(session, edition.id)
        wanted = wanted_of(edition, alone.site_id, sites, site, role)
        total = await queries.needing_teams_count(session, wanted)
        where = paging(number, total, visit.url("teams:needing"), {"site": site, "role": role})
        teams = await queries.needing_teams(session, wanted, offset=where.offset, limit=where.size)
        rows = [(team, len(rules.free_seats(team)), _names(rules.lacking_roles(team))) for team in teams]
        waiting = {one.team_id: one for one in await queries.waiting_for_alone(session, alone)}
        context: dict[str, Any] = {"edition": edition, "alone": alone, "rows": rows, "paging": where}
        context["waiting"] = waiting
        return page(visit, LIST, sites=sites, site=site, role=role, role_names=rules.TEAM_ROLE_NAMES, **context)

    @get("/{team_id:str}", name="teams:needing-team", policy="signed_in")
    async def team(self, visit: Visiting, session: Session, team_id: FromPath[str]) -> Template:
        edition, alone = await _looking(visit, session)
        context = await _reading(visit, session, edition, alone, team_id)
        lacking = context["lacking"]
        role = alone.role if alone.role in lacking or not lacking else lacking[0]
        return page(visit, ONE, form=ApproachForm(role_label=WISHED, role=role.value), **context)

    @post("/{team_id:str}", name="teams:ask-team", policy="signed_in")
    async def ask(self, visit: Visiting, session: Session, team_id: FromPath[str]) -> Response[Any]:
        edition, alone = await _looking(visit, session)
        context = await _reading(visit, session, edition, alone, team_id)
        form = ApproachForm(visit.posted, role_label=WISHED)
        if not form.accepts():
            return invalid(visit, ONE, form=form, **context)
        refuse_to_wait(await take_try(session, rules.APPROACHES_SENT, visit.actor.person_id, now=visit.now))
        said: dict[str, Any] = {"role": form.chosen_role, "message": form.message.data, "now": visit.now}
        try:
            sent = await actions.approach_team(session, visit.actor, team_id, edition, **said)
        except Refused as error:
            form.refuse(error.message)
            return invalid(visit, ONE, form=form, **context)
        message = _(
            "Votre demande part vers l’équipe « %(name)s ». Vous recevrez sa réponse par message.", name=sent.team.name
        )
        return done(visit, visit.url("teams:mine"), message)


async def _looking(visit: Visit, session: AsyncSession) -> tuple[Edition, AloneApplication]:
    """The edition at hand and the application of the person, who still looks for a team.

    Raises:
        NotThere: no edition, or they did not apply alone, or have found a team.
        Refused: teams are no longer composed, or they are under eighteen.
    """
    edition = await edition_at_hand(visit, session)
    alone = await queries.alone_of(session, visit.actor.person_id, edition.id)
    check(rules.may_look_for_team(visit.viewer, alone, edition, None, now=visit.now))
    if alone is None:
        raise NotThere()
    return edition, alone


def _names(roles: list[TeamRole]) -> str:
    return ", ".join(rules.TEAM_ROLE_NAMES[role] for role in roles)


async def _reading(
    visit: Visit, session: AsyncSession, edition: Edition, alone: AloneApplication, team_id: str
) -> dict[str, Any]:
    team: Team | None = await queries.needing_team(session, edition.id, team_id)
    if team is None:
        raise NotThere()
    past = await queries.approaches_between(session, team.id, alone.id)
    sent = await queries.sent_count(session, Side.PERSON, alone.id)
    return {
        "edition": edition,
        "alone": alone,
        "team": team,
        "free": len(rules.free_seats(team)),
        "lacking": rules.lacking_roles(team),
        "lacking_names": _names(rules.lacking_roles(team)),
        "refusal": rules.may_ask_team(visit.viewer, alone, team, edition, None, past, sent, now=visit.now),
        "role_names": rules.TEAM_ROLE_NAMES,
    }

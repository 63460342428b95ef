"""/coordination/candidatures-individuelles: people who apply alone, and what their coordination proposes to them."""

from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import Conflict, NotThere, Refused, check
from creathon.core.paging import paging
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page
from creathon.core.web.visit import PageNumber, Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.teams import actions, queries, rules
from creathon.teams.forms import GroupForm, ProposeForm
from creathon.teams.models import AloneApplication, AloneState
from creathon.teams.pages.loading import chosen_sites, sites_coordinated

SiteFilter = Annotated[str, QueryParameter(name="site")]
StateFilter = Annotated[str, QueryParameter(name="etat")]
LIST = "teams/people.html"
ONE = "teams/person.html"


class AloneListPages(Controller):
    """/coordination/candidatures-individuelles."""

    path = "/coordination/candidatures-individuelles"

    @get(name="teams:people", policy="coordination")
    async def people(
        self,
        visit: Visiting,
        session: Session,
        site: SiteFilter = "",
        state_name: StateFilter = AloneState.SEARCHING.value,
        number: PageNumber = 1,
    ) -> Template:
        edition = await edition_at_hand(visit, session)
        context = await _listed(visit, session, edition, site, state_name, number)
        return page(visit, LIST, form=GroupForm(), checked=set(), **context)

    @post("/groupe", name="teams:propose-group", policy="coordination")
    async def group(self, visit: Visiting, session: Session) -> Response[Any]:
        edition, form = await edition_at_hand(visit, session), GroupForm(visit.posted)
        chosen = visit.posted.getlist("choisies")
        if form.accepts():
            try:
                await actions.propose_group(session, visit.actor, chosen, form.name.data, edition, now=visit.now)
                message = _(
                    "L’équipe est proposée à %(count)s personnes. Chacune reçoit un message.", count=len(set(chosen))
                )
                return done(visit, visit.url("teams:people"), message)
            except (Refused, Conflict) as error:
                form.refuse(error.message, "name" if isinstance(error, Conflict) else None)
        site, number = visit.posted.get("site") or "", visit.posted.get("page") or ""
        state = visit.posted.get("etat") or ""
        page_number = int(number[:6]) if number.isdecimal() else 1
        context = await _listed(visit, session, edition, site, state, page_number)
        return invalid(visit, LIST, form=form, checked=set(chosen), **context)

    @get("/{alone_id:str}", name="teams:person", policy="coordination")
    async def person(self, visit: Visiting, session: Session, alone_id: FromPath[str]) -> Template:
        edition, alone = await _alone(visit, session, alone_id)
        return page(visit, ONE, **await _reading(session, edition, alone))

    @post("/{alone_id:str}", name="teams:propose", policy="coordination")
    async def propose(self, visit: Visiting, session: Session, alone_id: FromPath[str]) -> Response[Any]:
        edition, alone = await _alone(visit, session, alone_id)
        context = await _reading(session, edition, alone)
        form = context["form"] = ProposeForm(visit.posted, teams=context["teams"])
        if not form.accepts():
            return invalid(visit, ONE, **context)
        try:
            await actions.propose_team(session, visit.actor, alone, form.team_id.data, edition, now=visit.now)
        except Refused as error:
            form.refuse(error.message, "team_id")
            return invalid(visit, ONE, **context)
        return done(visit, visit.url("teams:people"), _("La proposition part par message. La personne répondra."))


async def _alone(visit: Visit, session: AsyncSession, alone_id: str) -> tuple[Edition, AloneApplication]:
    edition = await edition_at_hand(visit, session)
    alone = await queries.alone_by_id(session, alone_id)
    if alone is None:
        raise NotThere()
    check(rules.may_see_alone(visit.viewer, alone, edition))
    return edition, alone


async def _reading(session: AsyncSession, edition: Edition, alone: AloneApplication) -> dict[str, Any]:
    found = await queries.teams_with_a_seat(session, alone.site_id)
    teams = [team for team in found if rules.may_take_in(team, alone.site_id) is None]
    proposed = await queries.proposed_among(session, [alone.id])
    return {
        "edition": edition,
        "alone": alone,
        "teams": teams,
        "form": ProposeForm(teams=teams),
        "refusal": rules.is_free(alone, proposed),
        "questions": await queries.questions_of(session, edition.id, of_person=True),
        "answers": await queries.answers_of(session, alone_id=alone.id),
        "role_names": rules.TEAM_ROLE_NAMES,
        "state_names": rules.ALONE_STATES,
    }


async def _listed(
    visit: Visit, session: AsyncSession, edition: Edition, site: str, state: str, number: int
) -> dict[str, Any]:
    if state not in {"", *AloneState}:
        raise NotThere()
    sites = await sites_coordinated(visit, session, edition)
    chosen, wanted = chosen_sites(visit, edition, site, sites), AloneState(state) if state else None
    total = await queries.alone_count(session, edition.id, chosen, wanted)
    where = paging(number, total, visit.url("teams:people"), {"site": site, "etat": state})
    people = await queries.alone_page(session, edition.id, chosen, wanted, offset=where.offset, limit=where.size)
    return {
        "edition": edition,
        "people": people,
        "proposed": await queries.proposed_among(session, [alone.id for alone in people]),
        "paging": where,
        "sites": sites,
        "site": site,
        "etat": state,
        "role_names": rules.TEAM_ROLE_NAMES,
        "state_names": rules.ALONE_STATES,
    }

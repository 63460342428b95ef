"""/equipe/personnes-libres, /equipe/recherche: whom a team looks for, who is free; answers."""

from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, Refused, Stale, check
from creathon.core.paging import paging
from creathon.core.text import _
from creathon.core.throttle import take_try
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import PageNumber, Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.queries import site_names
from creathon.teams import actions, queries, rules
from creathon.teams.forms import ApproachForm, NeedForm
from creathon.teams.models import AloneApplication, Approach, Side, Team, TeamRole
from creathon.teams.pages.loading import own_team, refuse_to_wait

SiteFilter = Annotated[str, QueryParameter(name="site")]
RoleFilter = Annotated[str, QueryParameter(name="role")]
LIST = "teams/free_people.html"
ONE = "teams/free_person.html"
NEED = "teams/need.html"
OFFERED = "Rôle proposé"


class FreePeoplePages(Controller):
    """/equipe/personnes-libres."""

    path = "/equipe/personnes-libres"

    @get(name="teams:free-people", policy="signed_in")
    async def people(
        self, visit: Visiting, session: Session, site: SiteFilter = "", role: RoleFilter = "", number: PageNumber = 1
    ) -> Template:
        edition, team = await recruiting_team(visit, session)
        sites = await site_names(session, edition.id)
        wanted = wanted_of(edition, team.site_id, sites, site, role)
        total = await queries.free_people_count(session, wanted)
        where = paging(number, total, visit.url("teams:free-people"), {"site": site, "role": role})
        people = await queries.free_people(session, wanted, offset=where.offset, limit=where.size)
        waiting = {one.alone_id: one for one in await queries.waiting_for_team(session, team)}
        context: dict[str, Any] = {"edition": edition, "team": team, "people": people, "paging": where}
        context["waiting"] = waiting
        return page(visit, LIST, sites=sites, site=site, role=role, role_names=rules.TEAM_ROLE_NAMES, **context)

    @get("/{alone_id:str}", name="teams:free-person", policy="signed_in")
    async def person(self, visit: Visiting, session: Session, alone_id: FromPath[str]) -> Template:
        edition, team = await recruiting_team(visit, session)
        context = await _reading(visit, session, edition, team, alone_id)
        form = ApproachForm(role_label=OFFERED, role=context["alone"].role.value)
        return page(visit, ONE, form=form, **context)

    @post("/{alone_id:str}", name="teams:invite-free", policy="signed_in")
    async def invite(self, visit: Visiting, session: Session, alone_id: FromPath[str]) -> Response[Any]:
        edition, team = await recruiting_team(visit, session)
        context = await _reading(visit, session, edition, team, alone_id)
        form = ApproachForm(visit.posted, role_label=OFFERED)
        if not form.accepts():
            return invalid(visit, ONE, form=form, **context)
        refuse_to_wait(await take_try(session, rules.APPROACHES_SENT, visit.actor.person_id, now=visit.now))
        said: dict[str, Any] = {"role": form.chosen_role, "message": form.message.data, "now": visit.now}
        try:
            sent = await actions.approach_person(session, visit.actor, team, alone_id, edition, **said)
        except Refused as error:
            form.refuse(error.message)
            return invalid(visit, ONE, form=form, **context)
        message = _(
            "La proposition part vers %(short_name)s, qui répondra depuis sa page.",
            short_name=sent.alone.person.short_name,
        )
        return done(visit, visit.url("teams:mine"), message)


class NeedPages(Controller):
    """/equipe/recherche."""

    path = "/equipe/recherche"

    @get(name="teams:need", policy="signed_in")
    async def need(self, visit: Visiting, session: Session) -> Template:
        edition, team = await recruiting_team(visit, session)
        context: dict[str, Any] = {"edition": edition, "team": team, "both": [], "version": team.version}
        return page(visit, NEED, form=NeedForm(seeks=team.seeks), **context)

    @post(name="teams:say-need", policy="signed_in")
    async def say(self, visit: Visiting, session: Session) -> Response[Any]:
        edition, team = await recruiting_team(visit, session)
        form, version, stops = NeedForm(visit.posted), posted_version(visit.posted), "arreter" in visit.posted
        context: dict[str, Any] = {"edition": edition, "team": team, "form": form}
        if not stops and not form.accepts():
            return invalid(visit, NEED, both=[], version=version, **context)
        seeks = "" if stops else form.seeks.data
        try:
            await actions.say_need(session, visit.actor, team, edition, seeks=seeks, version=version, now=visit.now)
        except Stale as error:
            form.refuse(error.message)
            both = [(form.seeks.label.text, seeks, error.current["seeks"])]
            return page(visit, NEED, status=409, both=both, version=team.version, **context)
        shown = _("Votre équipe est maintenant montrée aux personnes qui cherchent une équipe.")
        hidden = _("Votre équipe n’est plus montrée aux personnes qui cherchent une équipe.")
        return done(visit, visit.url("teams:mine"), hidden if stops else shown)


class ApproachPages(Controller):
    """/equipe/demandes/<id>: the answer of either side, and taking back."""

    path = "/equipe/demandes/{approach_id:str}"

    @post("/reponse", name="teams:answer-approach", policy="signed_in")
    async def answer(self, visit: Visiting, session: Session, approach_id: FromPath[str]) -> Response[Any]:
        edition = await edition_at_hand(visit, session)
        accept = visit.posted.get("reponse") == "oui"
        answered = await actions.answer_approach(
            session, visit.actor, approach_id, edition, accept=accept, now=visit.now
        )
        return done(visit, visit.url("teams:mine"), _answered(answered, accept))

    @post("/retrait", name="teams:withdraw-approach", policy="signed_in")
    async def withdraw(self, visit: Visiting, session: Session, approach_id: FromPath[str]) -> Response[Any]:
        edition = await edition_at_hand(visit, session)
        taken = await actions.withdraw_approach(session, visit.actor, approach_id, edition, now=visit.now)
        offered, asked = _("La proposition est retirée."), _("Votre demande est retirée.")
        return done(visit, visit.url("teams:mine"), offered if taken.sent_by == Side.TEAM else asked)


def _answered(approach: Approach, accept: bool) -> str:
    """What is said to whoever just answered."""
    team, person = approach.team.name, approach.alone.person
    if approach.sent_by == Side.TEAM:
        if accept:
            return _("Vous faites partie de l’équipe « %(team)s ».", team=team)
        return _("Vous avez refusé la place dans « %(team)s ». L’équipe est prévenue.", team=team)
    if accept:
        return _(
            "%(display_name)s fait maintenant partie de votre équipe, et l’apprend par un message.",
            display_name=person.display_name,
        )
    return _(
        "Vous avez refusé la demande de %(short_name)s, qui l’apprend par un message.", short_name=person.short_name
    )


async def recruiting_team(visit: Visit, session: AsyncSession) -> tuple[Edition, Team]:
    """The edition at hand and the team of the person, which may take somebody in.

    Raises:
        NotThere: no edition, or no team.
        Refused: the team takes nobody in now.
    """
    edition, team = await own_team(visit, session)
    check(rules.may_recruit(visit.viewer, team, edition, now=visit.now))
    return edition, team


def wanted_of(edition: Edition, near: str, sites: dict[str, str], site: str, role: str) -> queries.Wanted:
    """The filters of a list; one that names nothing of the edition is as a page that does not exist."""
    if (site and site not in sites) or role not in {"", *TeamRole}:
        raise NotThere()
    return queries.Wanted(edition.id, near, site, TeamRole(role) if role else None)


async def _reading(visit: Visit, session: AsyncSession, edition: Edition, team: Team, alone_id: str) -> dict[str, Any]:
    alone: AloneApplication | None = await queries.free_person(session, edition.id, alone_id)
    if alone is None:
        raise NotThere()
    past = await queries.approaches_between(session, team.id, alone.id)
    sent = await queries.sent_count(session, Side.TEAM, team.id)
    return {
        "edition": edition,
        "team": team,
        "alone": alone,
        "refusal": rules.may_approach(visit.viewer, team, edition, past, sent, now=visit.now),
        "role_names": rules.TEAM_ROLE_NAMES,
    }

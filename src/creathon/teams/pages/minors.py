"""/equipe/autorisations: what is to be signed, to print; /coordination/mineurs: what a site has read signed."""

from datetime import date
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, check
from creathon.core.paging import paging
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page
from creathon.core.web.visit import PageNumber, Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.rules import coordinated_sites, launch_of, local_day
from creathon.teams import actions, queries, rules
from creathon.teams.forms import ImageForm, ParticipationForm
from creathon.teams.models import AuthorisedAct, TeamMember
from creathon.teams.pages.loading import own_team, sites_coordinated

LIST, ONE = "teams/minors.html", "teams/minor.html"
PAPERS = {"participation": "teams/paper_participation.html", "image": "teams/paper_image.html"}


class AuthorisationPages(Controller):
    """/equipe/autorisations."""

    path = "/equipe/autorisations"

    @get(name="teams:authorisations", policy="signed_in")
    async def authorisations(self, visit: Visiting, session: Session) -> Template:
        edition, team = await own_team(visit, session)
        own = rules.member_of(team, visit.viewer.person_id)
        known = await queries.authorisations_of(session, edition.id, [visit.actor.person_id])
        return page(
            visit, "teams/authorisations.html", edition=edition, team=team, own=own, acts=rules.ACT_WORDS,
            in_force={one.act: one for one in known if rules.stands(one, _today(visit, edition))},
            suspended=rules.suspended(team),
        )  # fmt: skip

    @get("/{paper:str}", name="teams:paper", policy="signed_in")
    async def paper(self, visit: Visiting, session: Session, paper: FromPath[str]) -> Template:
        edition, team = await own_team(visit, session)
        if paper not in PAPERS:
            raise NotThere()
        own = rules.member_of(team, visit.viewer.person_id)
        assert own is not None  # noqa: S101 — it is the team they are in
        return page(visit, PAPERS[paper], edition=edition, team=team, own=own, launch=launch_of(edition))


class MinorPages(Controller):
    """/coordination/mineurs."""

    path = "/coordination/mineurs"

    @get(name="teams:minors", policy="coordination")
    async def minors(self, visit: Visiting, session: Session, number: PageNumber = 1) -> Template:
        edition = await edition_at_hand(visit, session)
        await sites_coordinated(visit, session, edition)
        sites = coordinated_sites(visit.viewer, edition)
        where = paging(number, await queries.minors_count(session, edition.id, sites), visit.path)
        minors = await queries.minors_page(session, edition.id, sites, offset=where.offset, limit=where.size)
        known = await queries.authorisations_of(session, edition.id, [minor.person_id for minor in minors])
        held = {(one.person_id, one.act) for one in known if rules.stands(one, _today(visit, edition))}
        awaited = await queries.minors_count(session, edition.id, sites, awaited=True)
        return page(
            visit, LIST, edition=edition, minors=minors, paging=where, held=held, awaited=awaited, acts=rules.ACT_WORDS
        )

    @get("/{minor_id:str}", name="teams:minor", policy="coordination")
    async def minor(self, visit: Visiting, session: Session, minor_id: FromPath[str]) -> Template:
        edition, minor = await _minor(visit, session, minor_id)
        return page(visit, ONE, **await _reading(visit, session, edition, minor))

    @post("/{minor_id:str}/participation", name="teams:authorise", policy="coordination")
    async def authorise(self, visit: Visiting, session: Session, minor_id: FromPath[str]) -> Response[Any]:
        edition, minor = await _minor(visit, session, minor_id)
        form = ParticipationForm(visit.posted)
        if not form.accepts():
            return invalid(visit, ONE, **await _reading(visit, session, edition, minor) | {"participation": form})
        await actions.authorise_participation(session, visit.actor, edition, minor_id, now=visit.now)
        message = _("%(given_name)s participe désormais. Un message part.", given_name=minor.person.given_name)
        return done(visit, visit.url("teams:minor", minor_id=minor_id), message)

    @post("/{minor_id:str}/image", name="teams:authorise-image", policy="coordination")
    async def authorise_image(self, visit: Visiting, session: Session, minor_id: FromPath[str]) -> Response[Any]:
        edition, minor = await _minor(visit, session, minor_id)
        form = ImageForm(visit.posted, today=_today(visit, edition))
        if not form.accepts():
            return invalid(visit, ONE, **await _reading(visit, session, edition, minor) | {"image": form})
        await actions.authorise_image(
            session, visit.actor, edition, minor_id, form.acts, signatories=int(form.signatories.data),
            ends_on=form.ends_on.data, now=visit.now,
        )  # fmt: skip
        return done(visit, visit.url("teams:minor", minor_id=minor_id), _("L’autorisation est enregistrée."))

    @post("/{minor_id:str}/retrait", name="teams:withdraw-authorisation", policy="coordination")
    async def withdraw(self, visit: Visiting, session: Session, minor_id: FromPath[str]) -> Response[Any]:
        edition, _found = await _minor(visit, session, minor_id)
        act = next((act for act in AuthorisedAct if act == visit.posted.get("acte")), None)
        if act is None:
            raise NotThere()
        await actions.withdraw_authorisation(session, visit.actor, edition, minor_id, act, now=visit.now)
        return done(visit, visit.url("teams:minor", minor_id=minor_id), _("L’autorisation est retirée."))


async def _minor(visit: Visit, session: AsyncSession, person_id: str) -> tuple[Edition, TeamMember]:
    """A minor of the sites the person coordinates; somebody else is as one who does not exist."""
    edition = await edition_at_hand(visit, session)
    minor = await queries.minor_by_person(session, edition.id, person_id)
    if minor is None:
        raise NotThere()
    check(rules.may_see_minor(visit.viewer, minor, edition))
    return edition, minor


async def _reading(visit: Visit, session: AsyncSession, edition: Edition, minor: TeamMember) -> dict[str, Any]:
    today = _today(visit, edition)
    return {
        "edition": edition,
        "minor": minor,
        "known": await queries.authorisations_of(session, edition.id, [minor.person_id]),
        "today": today,
        "acts": rules.ACT_WORDS,
        "participation": ParticipationForm(),
        "image": ImageForm(today=today),
    }


def _today(visit: Visit, edition: Edition) -> date:
    return local_day(visit.now, edition.zone)

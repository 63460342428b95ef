"""/coordination/candidatures: reading applications and answering them, each coordination its own sites."""

from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, Stale, check
from creathon.core.paging import paging
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Edition, Site
from creathon.editions.rules import coordinated_sites
from creathon.teams import actions, queries, rules
from creathon.teams.forms import DecisionForm
from creathon.teams.models import FEWEST, SEATS, ApplicationState, Team
from creathon.teams.pages.loading import edition_of_now

SiteFilter = Annotated[str, QueryParameter(name="site")]
StateFilter = Annotated[str, QueryParameter(name="etat")]
PageNumber = Annotated[int, QueryParameter(name="page")]


class ApplicationPages(Controller):
    """/coordination/candidatures."""

    path = "/coordination/candidatures"

    @get(name="teams:applications", policy="coordination")
    async def applications(
        self,
        visit: Visiting,
        session: Session,
        site_id: SiteFilter = "",
        state_name: StateFilter = "",
        page_number: PageNumber = 1,
    ) -> Template:
        edition = await edition_of_now(session)
        listing = await _listing(visit, session, edition, site_id, state_name, page_number)
        return page(visit, "teams/applications.html", edition=edition, **listing)

    @get("/{team_id:str}", name="teams:application", policy="coordination")
    async def application(self, visit: Visiting, session: Session, team_id: FromPath[str]) -> Template:
        edition, team = await _team(visit, session, team_id)
        decision = team.state.value if team.state in rules.DECISIONS else None
        form = DecisionForm(decision=decision, reason=team.decision_reason)
        return page(visit, "teams/application.html", **_reading(visit, edition, team, form))

    @post("/{team_id:str}", name="teams:decide", policy="coordination")
    async def decide(self, visit: Visiting, session: Session, team_id: FromPath[str]) -> Response[Any]:
        edition, team = await _team(visit, session, team_id)
        form, version = DecisionForm(visit.posted), posted_version(visit.posted)
        if not form.accepts():
            return invalid(visit, "teams/application.html", **_reading(visit, edition, team, form, version))
        reason = form.reason.data or ""
        try:
            await actions.decide_application(
                session, visit.actor, team, edition, form.chosen, reason=reason, version=version, now=visit.now
            )
        except Stale as error:
            return page(
                visit, "teams/application.html", status=409, **_reading(visit, edition, team, form, None, error)
            )
        message = _(f"Réponse enregistrée. Messages aux membres de l’équipe : {len(team.members)}.")
        return done(visit, visit.url("teams:application", team_id=team.id), message)


async def _team(visit: Visit, session: AsyncSession, team_id: str) -> tuple[Edition, Team]:
    """The application, for those who may read it; the same « not there » for everybody else."""
    edition = await edition_of_now(session)
    team = await queries.team_by_id(session, team_id)
    if team is None:
        raise NotThere()
    check(rules.may_see_application(visit.viewer, team, edition))
    return edition, team


async def _listing(
    visit: Visit, session: AsyncSession, edition: Edition, site_id: str, state_name: str, number: int
) -> dict[str, Any]:
    sites = _sites(visit, edition)
    mine = coordinated_sites(visit.viewer, edition)
    wanted = _chosen(site_id, sites) or mine
    state = _state(state_name)
    counts = await queries.counts_by_state(session, edition.id, wanted)
    total = counts.get(state, 0) if state else sum(counts.values())
    filters = {"site": site_id, "etat": state_name}
    where = paging(number, total, visit.path, filters)
    teams = await queries.teams_page(session, edition.id, wanted, state=state, offset=where.offset, limit=where.size)
    return {
        "teams": teams,
        "paging": where,
        "sites": sites,
        "counts": counts,
        "state_names": rules.STATE_NAMES,
        "seats": SEATS,
        **filters,
    }


def _sites(visit: Visit, edition: Edition) -> list[Site]:
    """The sites of the edition that the person coordinates.

    Raises:
        NotThere: none.
    """
    mine = coordinated_sites(visit.viewer, edition)
    sites = [site for site in edition.sites if mine is None or site.id in mine]
    if not sites and mine is not None:
        raise NotThere()
    return sites


def _chosen(site_id: str, sites: list[Site]) -> set[str]:
    """The site of the filter; one that is not the person's is as one that does not exist."""
    if site_id and site_id not in {site.id for site in sites}:
        raise NotThere()
    return {site_id} if site_id else set()


def _state(name: str) -> ApplicationState | None:
    if name and name not in set(ApplicationState):
        raise NotThere()
    return ApplicationState(name) if name else None


def _reading(
    visit: Visit,
    edition: Edition,
    team: Team,
    form: DecisionForm,
    version: int | None = None,
    stored: Stale | None = None,
) -> dict[str, Any]:
    """An application with the form of its answer; with `stored`, both answers side by side."""
    return {
        "edition": edition,
        "team": team,
        "form": form,
        "version": version or team.version,
        "stored": stored,
        "captain": rules.captain_of(team),
        "refusal": rules.may_decide(visit.viewer, team, edition),
        "state_names": rules.STATE_NAMES,
        "role_names": rules.TEAM_ROLE_NAMES,
        "fewest": FEWEST,
        "seats": SEATS,
    }

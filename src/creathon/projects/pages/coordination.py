"""/coordination/projets: how far each team is, and its project read-only, each coordination its own sites."""

from typing import Any

from litestar import Controller, get
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, check
from creathon.core.events import publish
from creathon.core.forms import MultiDict
from creathon.core.paging import paging
from creathon.core.web.pages import page
from creathon.core.web.visit import PageNumber, Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.queries import current_edition, edition_by_id
from creathon.editions.rules import coordinated_sites
from creathon.projects import queries
from creathon.projects.events import ProjectOpened
from creathon.projects.forms import FollowForm
from creathon.projects.queries import FollowFilters
from creathon.projects.rules import PROGRESS_NAMES, content_of, deposit_words, may_follow, standing


class FollowPages(Controller):
    """The coordination's view of the projects."""

    path = "/coordination/projets"

    @get(name="projects:follow", policy="coordination")
    async def follow(
        self,
        visit: Visiting,
        session: Session,
        etat: FromQuery[str] = "",
        site: FromQuery[str] = "",
        number: PageNumber = 1,
    ) -> Template:
        edition = await current_edition(session)
        if edition is None:
            raise NotThere()
        asked = {"etat": etat, "site": site}
        return page(visit, "projects/follow.html", **await _listing(visit, session, edition, asked, number))

    @get("/{project_id:str}", name="projects:followed", policy="coordination")
    async def followed(self, visit: Visiting, session: Session, project_id: FromPath[str]) -> Template:
        project = await queries.project_by_id(session, project_id)
        edition = await edition_by_id(session, project.edition_id) if project else None
        if project is None or edition is None:
            raise NotThere()
        check(may_follow(visit.actor, project.team, edition))
        await publish(session, ProjectOpened(project.id, visit.actor.person_id))
        return page(
            visit, "projects/followed.html", edition=edition, project=project, team=project.team,
            content=content_of(project), current=project.current, deposits=list(reversed(project.deposits)),
            standing=standing(project, edition, now=visit.now), deposit_words=deposit_words,
        )  # fmt: skip


async def _listing(
    visit: Visit, session: AsyncSession, edition: Edition, asked: dict[str, str], number: int
) -> dict[str, Any]:
    mine = coordinated_sites(visit.viewer, edition)
    sites = [site for site in edition.sites if mine is None or site.id in mine]
    form = FollowForm(MultiDict(asked.items()), sites=sites)
    if not form.accepts():
        form, asked = FollowForm(sites=sites), {}
    chosen = {form.site.data} if form.site.data else set()
    filters = FollowFilters(mine, form.progress, chosen)
    total = await queries.followed_count(session, edition.id, filters)
    place = paging(number, total, visit.path, asked)
    return {
        "edition": edition,
        "form": form,
        "place": place,
        "rows": await queries.followed_page(session, edition.id, filters, offset=place.offset, limit=place.size),
        "counts": await queries.progress_counts(session, edition.id, mine),
        "progress_names": PROGRESS_NAMES,
        "filtered": any(asked.values()),
        "only_site": sites[0].name if len(sites) == 1 else "",
    }

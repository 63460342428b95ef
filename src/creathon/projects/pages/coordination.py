"""/coordination/projets: how far each team is, and its project read-only, each coordination its own sites."""

from dataclasses import replace
from typing import Any

from litestar import Controller, Response, get
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
from creathon.editions.pages.at_hand import edition_at_hand, edition_of
from creathon.editions.queries import site_names
from creathon.editions.rules import coordinated_sites, may_filter_by_site, may_help_coordinate
from creathon.projects import queries
from creathon.projects.events import ProjectOpened
from creathon.projects.forms import FollowForm
from creathon.projects.models import Project, ProjectFile
from creathon.projects.pages.download import Shown, file_shown, files_shown
from creathon.projects.pages.track import send_track
from creathon.projects.queries import FollowFilters
from creathon.projects.queries.contents import blind_copies
from creathon.projects.rules import PROGRESS_NAMES, content_of, deposit_words, may_follow, standing, written
from creathon.projects.rules.files import copy_words


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
        edition = await edition_at_hand(visit, session)
        check(may_help_coordinate(visit.viewer, edition))
        asked = {"etat": etat, "site": site}
        return page(visit, "projects/follow.html", **await _listing(visit, session, edition, asked, number))

    @get("/{project_id:str}", name="projects:followed", policy="coordination")
    async def followed(self, visit: Visiting, session: Session, project_id: FromPath[str]) -> Template:
        project, edition = await _opened(visit, session, project_id)
        return page(
            visit, "projects/followed.html", edition=edition, project=project, team=project.team,
            content=content_of(project), current=project.current, deposits=list(reversed(project.deposits)),
            standing=standing(project, edition, now=visit.now), deposit_words=deposit_words,
            **await _files_shown(visit, session, project),
        )  # fmt: skip

    @get("/{project_id:str}/sous-titres.vtt", name="projects:followed-captions", policy="coordination")
    async def captions(self, visit: Visiting, session: Session, project_id: FromPath[str]) -> Response[str]:
        project, _edition = await _opened(visit, session, project_id)
        return send_track(project.current.content if project.current else written(project))


async def _opened(visit: Visit, session: AsyncSession, project_id: str) -> tuple[Project, Edition]:
    """A project that its coordination opens, which is noted; to everybody else it does not exist."""
    project = await queries.project_by_id(session, project_id)
    edition = await edition_of(visit, session, project.edition_id) if project else None
    if project is None or edition is None:
        raise NotThere()
    check(may_follow(visit.actor, project.team, edition))
    await publish(session, ProjectOpened(project.id, visit.actor.person_id))
    return project, edition


async def _files_shown(visit: Visit, session: AsyncSession, project: Project) -> dict[str, Any]:
    """What is joined to the deposit that counts, or to the draft, and what becomes of the copies that jurors read."""
    deposit = await queries.current_deposit(session, project.id)
    copies = await blind_copies(session, [file.sha256 for file in deposit.files]) if deposit else {}

    def shown(file: ProjectFile) -> Shown:
        found = file_shown(visit, file, visit.url("projects:file", file_id=file.id))
        note = f"{found.note} {copy_words(copies.get(file.sha256)) if deposit else ''}"
        return replace(found, note=note.strip())

    return files_shown(deposit or project, shown)


async def _listing(
    visit: Visit, session: AsyncSession, edition: Edition, asked: dict[str, str], number: int
) -> dict[str, Any]:
    mine = coordinated_sites(visit.viewer, edition)
    sites = await site_names(session, edition.id, mine)
    check(may_filter_by_site(asked["site"], sites))
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
        "only_site": next(iter(sites.values())) if len(sites) == 1 else "",
    }

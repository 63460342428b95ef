"""The forty-eight projects of the demo, all deposited in time, without the hours it takes to live them."""

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.ids import new_code
from creathon.demo.material import Entry, derived_projects, written_projects
from creathon.editions.models import Edition
from creathon.projects.indexing import show_in_search
from creathon.projects.models import Deposit, Project
from creathon.projects.queries.gallery import GalleryFilters, gallery_lines, projects_found
from creathon.projects.receipts import bundle_sha256, new_number
from creathon.projects.rules import FicheValues, bundle_of, folded, write
from creathon.projects.rules.search import sought
from creathon.teams.models import ApplicationState, Team
from creathon.teams.rules import name_key
from tests.factories.editions import CREATION


async def fill_shelf(session: AsyncSession, edition: Edition) -> None:
    """Every project of the demo in this edition."""
    for entry in [*written_projects(), *derived_projects()]:
        await _deposit(session, edition, entry)


async def _deposit(session: AsyncSession, edition: Edition, entry: Entry) -> None:
    team = Team(
        edition_id=edition.id, site_id=edition.sites[0].id, name=entry.team, name_key=name_key(entry.team),
        state=ApplicationState.ACCEPTED, code=new_code(), created_at=CREATION,
    )  # fmt: skip
    session.add(team)
    await session.flush()
    project = Project(
        edition_id=edition.id, team_id=team.id, slug=new_code().lower(), created_at=CREATION, updated_at=CREATION,
        updated_by="",
    )  # fmt: skip
    values = FicheValues(**entry.fiche).content()
    write(project, values)
    session.add(project)
    await session.flush()
    bundle = bundle_of(values, ())
    deposit = Deposit(
        edition_id=edition.id, project_id=project.id, number=new_number(), arrived_at=CREATION, deposited_by="",
        late=False, title=entry.title, title_key=folded(entry.title), summary=entry.fiche["summary"],
        needs=entry.fiche["needs"], levels=entry.fiche["levels"], techniques=bundle.get("e02", []),
        content=bundle, sha256=bundle_sha256(bundle),
    )  # fmt: skip
    session.add(deposit)
    await session.flush()
    await show_in_search(session, deposit)


async def titles_found(
    session: AsyncSession, edition: Edition, asked: str, filters: GalleryFilters | None = None
) -> list[str]:
    """The titles a search shows, in their order."""
    filters = filters or GalleryFilters()
    found = await projects_found(session, edition.id, sought(asked), filters, offset=0, limit=100)
    lines = await gallery_lines(session, edition.id, found.ids)
    assert len(lines) == found.total
    return [line.title for line in lines]

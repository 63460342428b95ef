"""What the jury answers to what happens below it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.errors import NotThere, Refused
from creathon.core.text import _
from creathon.editions.events import EditionAnnounced, EditionCopied, FillingsAsked, SiteRemoving
from creathon.jury.actions.rubric import give_rubric
from creathon.jury.models import ConflictOfInterest, Panel, Selection
from creathon.jury.queries.palmares import published_palmares
from creathon.jury.queries.rubric import rubric_of
from creathon.jury.queries.selection import hold_edition
from creathon.jury.rules.rubric import RUBRIC_MISSING, criteria_of, criteria_table
from creathon.projects.events import ChecksListed, ProjectOpened
from creathon.projects.models import Project
from creathon.teams.events import ApplicationsOpened, CompetingChanged
from creathon.teams.models import Team


async def hide_conflicted(session: AsyncSession, opened: ProjectOpened) -> None:
    """A link of interest hides a project from a coordinator too, wherever they open it.

    Raises:
        NotThere: a link is declared.
    """
    query = select(ConflictOfInterest.id).where(
        ConflictOfInterest.person_id == opened.person_id, ConflictOfInterest.project_id == opened.project_id
    )
    if await session.scalar(query) is not None:
        raise NotThere()


async def copy_rubric(session: AsyncSession, copied: EditionCopied) -> None:
    """A copy of an edition has its grid, not frozen."""
    rubric = await rubric_of(session, copied.source.id)
    if rubric is not None:
        await give_rubric(session, copied.actor, copied.edition, criteria_of(rubric), now=copied.now)


async def require_rubric(session: AsyncSession, announced: EditionAnnounced) -> None:
    """Teams apply knowing how they will be read.

    Raises:
        Refused: the edition has no grid.
    """
    if await rubric_of(session, announced.edition.id) is None:
        raise Refused(_(RUBRIC_MISSING))


async def hide_applications(_session: AsyncSession, opened: ApplicationsOpened) -> None:
    """A link with a team's project hides its application: whoever answers it decides whether the project counts."""
    linked = select(Project.id).join(ConflictOfInterest, ConflictOfInterest.project_id == Project.id)
    linked = linked.where(ConflictOfInterest.person_id == opened.person_id, Project.team_id == Team.id)
    opened.hiding.append(linked.correlate(Team).exists())


async def hide_checks(_session: AsyncSession, listed: ChecksListed) -> None:
    """A link with a project hides what is decided of it."""
    linked = select(ConflictOfInterest.id).where(
        ConflictOfInterest.person_id == listed.person_id, ConflictOfInterest.project_id == Project.id
    )
    listed.hiding.append(linked.correlate(Project).exists())


async def say_criteria(session: AsyncSession, asked: FillingsAsked) -> None:
    """A rulebook shows the criteria and their weights as the grid has them."""
    rubric = await rubric_of(session, asked.edition.id)
    if rubric is not None:
        asked.fillings["criteres"] = criteria_table(rubric)


async def drop_selection(session: AsyncSession, changed: CompetingChanged) -> None:
    """A team that no longer competes leaves the selection that is prepared; a published palmarès does not change.

    Raises:
        Refused: the palmarès is published.
    """
    await hold_edition(session, changed.edition.id)
    if await published_palmares(session, changed.edition.id) is not None:
        raise Refused(_("Le palmarès est publié : qui concourt ne change plus."))
    if not changed.non_competing:
        return
    query = select(Selection).join(Project, Project.id == Selection.project_id)
    chosen = await session.scalar(query.where(Project.team_id == changed.team.id))
    if chosen is not None:
        await session.delete(chosen)
        await session.flush()
        details: dict[str, Any] = {"project": chosen.project_id, "tier": chosen.tier.value, "version": chosen.version}
        journal.record(session, changed.actor, "selection.removed", chosen, now=changed.now, **details)


async def keep_site_of_panels(session: AsyncSession, removing: SiteRemoving) -> None:
    """A jury of a site needs it.

    Raises:
        Refused: there is one.
    """
    if await session.scalar(select(Panel.id).where(Panel.site_id == removing.site.id).limit(1)):
        raise Refused(_("Un jury lit pour ce site : il ne peut pas être retiré."))

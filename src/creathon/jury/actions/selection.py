"""Preparing the selection, in secret. Every act holds the edition, so that nothing moves while it is published."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import NotThere, Stale, check
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.jury.models import Selection, Tier
from creathon.jury.queries.palmares import published_palmares
from creathon.jury.queries.selection import entries, hold_edition, selection_of
from creathon.jury.rules.selection import SelectionValues, may_choose, values_of
from creathon.projects.models import Project

__all__ = ["select_project", "unselect_project"]

STALE = "Une autre personne a changé ce choix entre-temps. Rien n’est perdu : comparez les deux."
GONE = "Une autre personne a retiré ce choix entre-temps. Votre texte est encore là : enregistrez-le pour le remettre."


async def select_project(
    session: AsyncSession,
    actor: Actor,
    project: Project,
    edition: Edition,
    *,
    tier: Tier,
    prize: str,
    reason: str,
    version: int | None = None,
    now: datetime,
) -> Selection:
    """Choose a project for phase two, or change what was decided; `version` is that of the choice seen, 0 or None
    when there was none. The same values twice are one choice.

    Raises:
        Stale: somebody chose, changed or left it out in between; `current` holds what is stored, if anything.
        Refused: not now, not this project, not this person; NotThere when a link hides it.
    """
    await _check(session, actor, project.id, edition, now=now)
    values = SelectionValues(tier, prize, reason)
    stored = await selection_of(session, project.id)
    if (stored.version if stored else 0) != (version or 0):
        if stored and values_of(stored) == values:
            return stored
        raise Stale(_(STALE if stored else GONE), vars(values_of(stored)) if stored else {})
    verb = "selection.changed" if stored else "selection.chosen"
    selection = stored or Selection(edition_id=edition.id, project_id=project.id)
    selection.tier, selection.prize, selection.reason = tier, prize, reason
    selection.decided_by, selection.decided_at = actor.person_id, now
    session.add(selection)
    await session.flush()
    journal.record(
        session, actor, verb, selection, now=now, project=project.id, tier=tier.value, version=selection.version
    )  # fmt: skip
    return selection


async def unselect_project(
    session: AsyncSession, actor: Actor, project: Project, edition: Edition, *, version: int, now: datetime
) -> None:
    """Leave out a project that was chosen; `version` is that of the choice seen. Already left out: nothing to do.

    Raises:
        Stale: somebody changed the choice in between; `current` holds what is stored.
        Refused, NotThere: as for choosing.
    """
    await _check(session, actor, project.id, edition, now=now)
    stored = await selection_of(session, project.id)
    if stored is None:
        return
    if stored.version != version:
        raise Stale(_(STALE), vars(values_of(stored)))
    await session.delete(stored)
    await session.flush()
    tier = stored.tier.value
    journal.record(
        session, actor, "selection.removed", stored, now=now, project=project.id, tier=tier, version=version
    )  # fmt: skip


async def _check(session: AsyncSession, actor: Actor, project_id: str, edition: Edition, *, now: datetime) -> None:
    """Hold the edition and ask again, of what it is now, whether the actor may decide of that project."""
    held = await hold_edition(session, edition.id)
    found = await entries(session, held.id, actor.person_id, project_id=project_id)
    if not found:
        raise NotThere()
    published = await published_palmares(session, held.id) is not None
    check(may_choose(actor, found[0], held, published=published, now=now))

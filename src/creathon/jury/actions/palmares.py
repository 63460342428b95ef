"""Publishing: everything at once, one time."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Conflict, check
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.jury.mails.palmares import tell_teams
from creathon.jury.models import Palmares
from creathon.jury.queries.palmares import addressees, published_palmares, publisher_of
from creathon.jury.queries.selection import has_links, hold_edition, selections
from creathon.jury.rules.palmares import already_published, content_of, may_publish, seal_of

__all__ = ["publish_palmares"]

CHANGED = "La sélection a changé depuis l’aperçu. Relisez-le avant de publier."
FIRST = 1
"""The number of the publication; a correction will be the next one, with its reason."""


async def publish_palmares(
    session: AsyncSession, actor: Actor, edition: Edition, *, now: datetime, mark: str | None = None
) -> Palmares:
    """Publish the selection as it stands and write to every member of every team that deposited.

    `mark` is the seal of the preview the actor agreed to.

    Raises:
        Conflict: somebody published before, or the selection is no longer the one previewed.
        Refused: not now, nothing chosen, or not this person.
    """
    held = await hold_edition(session, edition.id)
    before = await published_palmares(session, held.id)
    if before is not None:
        raise Conflict(already_published(await publisher_of(session, before), before.published_at, held))
    chosen = await selections(session, held.id)
    linked = await has_links(session, actor.person_id, held.id)
    check(may_publish(actor, held, len(chosen), has_links=linked, now=now))
    content = content_of(held, chosen, FIRST)
    seal = seal_of(content)
    if mark is not None and mark != seal:
        raise Conflict(_(CHANGED))
    palmares = Palmares(
        edition_id=held.id, number=FIRST, published_at=now, published_by=actor.person_id, content=content, sha256=seal
    )  # fmt: skip
    session.add(palmares)
    await session.flush()
    by_project = {selection.project_id: selection for selection in chosen}
    told = await tell_teams(session, palmares, by_project, await addressees(session, held.id), held, now=now)
    journal.record(
        session, actor, "palmares.published", palmares, now=now, number=FIRST, sha256=seal,
        projects=len(chosen), mails=told,
    )  # fmt: skip
    return palmares

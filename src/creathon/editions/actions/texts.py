"""The texts of an edition."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Stale, check
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.editions.rules import EditionTexts, may_change_edition

CHANGED_MEANWHILE = "Quelqu’un a modifié l’édition pendant que vous écriviez. Comparez, puis choisissez."


async def edit_edition(
    session: AsyncSession, actor: Actor, edition: Edition, values: EditionTexts, *, version: int, now: datetime
) -> None:
    """Change the texts of an edition; its version guards them, the theme's included.

    Raises:
        Refused: the actor does not coordinate the edition, or it is an archive.
        Stale: the edition was changed in between; `current` holds the stored texts.
    """
    check(may_change_edition(actor, edition))
    stored = texts_of(edition)
    if version != edition.version:
        raise Stale(_(CHANGED_MEANWHILE), vars(stored))
    changed = [name for name, value in vars(values).items() if value != getattr(stored, name)]
    if not changed:
        return
    edition.title, edition.pilot = values.title, values.pilot
    edition.theme.title, edition.theme.statement = values.theme_title, values.theme_statement
    edition.version += 1
    await session.flush()
    journal.record(session, actor, "edition.edited", edition, now=now, edition_id=edition.id, fields=changed)


def texts_of(edition: Edition) -> EditionTexts:
    """The texts of an edition as they are stored."""
    return EditionTexts(edition.title, edition.pilot, edition.theme.title, edition.theme.statement)

"""The words an edition adds to its messages."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import NotThere, Stale, check
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.editions.rules import may_change_edition
from creathon.mail.composing import forget_words
from creathon.mail.models import EditionWords
from creathon.mail.wordable import WORDABLE, Words

CHANGED_MEANWHILE = "Quelqu’un a modifié ce message pendant que vous écriviez. Comparez, puis choisissez."


async def word_message(
    session: AsyncSession, actor: Actor, edition: Edition, name: str, words: Words, *, version: int, now: datetime
) -> None:
    """Write what an edition, held by the caller, adds to a message; empty words give the message back as it was.

    Raises:
        NotThere: there is no such message.
        Refused: the actor does not coordinate the edition, or it is an archive.
        Stale: it was changed since `version` was shown (0 before anybody wrote); `current` holds what is stored.
    """
    check(may_change_edition(actor, edition))
    if name not in WORDABLE:
        raise NotThere()
    stored = await words_stored(session, edition.id, name)
    before = Words(stored.subject, stored.text) if stored else Words()
    if version != (stored.version if stored else 0):
        raise Stale(_(CHANGED_MEANWHILE), vars(before))
    if words == before:
        return
    if stored is None:
        stored = EditionWords(edition_id=edition.id, name=name)
        session.add(stored)
    stored.subject, stored.text = words.subject, words.text
    stored.updated_at, stored.updated_by = now, actor.person_id
    await session.flush()
    forget_words(session, edition.id)
    journal.record(session, actor, "edition.words", edition, now=now, edition_id=edition.id, message=name)


async def words_stored(session: AsyncSession, edition_id: str, name: str) -> EditionWords | None:
    """The row of a message, if somebody has ever written it."""
    query = select(EditionWords).where(EditionWords.edition_id == edition_id, EditionWords.name == name)
    return await session.scalar(query)


async def copy_words(session: AsyncSession, actor: Actor, source: Edition, edition: Edition, *, now: datetime) -> None:
    """A copy of an edition says its messages in the same words."""
    for words in await session.scalars(select(EditionWords).where(EditionWords.edition_id == source.id)):
        if words.subject or words.text:
            session.add(
                EditionWords(
                    edition_id=edition.id,
                    name=words.name,
                    subject=words.subject,
                    text=words.text,
                    updated_at=now,
                    updated_by=actor.person_id,
                )
            )
    await session.flush()
    forget_words(session, edition.id)

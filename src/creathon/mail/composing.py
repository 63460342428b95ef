"""A message as it leaves: its template, then the words of its edition, which no template engine ever reads."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.mail.models import EditionWords
from creathon.mail.rendering import renderer
from creathon.mail.wordable import WORDABLE, Words, with_words

_KEPT = "edition_words"
"""In the `info` of a session: what it has read, so that a hundred messages ask once."""

WordsOf = dict[str, dict[str, Words]]
"""By edition, then by name of message."""


async def compose(
    session: AsyncSession, name: str, edition_id: str | None, context: Mapping[str, Any]
) -> tuple[str, str]:
    """Subject and body of one message of an edition."""
    found = await words_of(session, name, [edition_id])
    return composed(found, name, edition_id, context)


def composed(found: WordsOf, name: str, edition_id: str | None, context: Mapping[str, Any]) -> tuple[str, str]:
    """The same with the words read before."""
    subject, body = with_words(renderer().render(name, **context), found.get(edition_id or "", {}).get(name))
    return subject[:200], body


async def words_of(session: AsyncSession, name: str, edition_ids: Iterable[str | None]) -> WordsOf:
    """The words of these editions: read once in a session, and not at all for a message nobody may put in words."""
    kept: WordsOf = session.info.setdefault(_KEPT, {})
    missing = {one for one in edition_ids if one and one not in kept} if name in WORDABLE else set()
    if missing:
        query = select(EditionWords.edition_id, EditionWords.name, EditionWords.subject, EditionWords.text)
        with session.no_autoflush:
            rows = (await session.execute(query.where(EditionWords.edition_id.in_(sorted(missing))))).all()
        kept.update({edition_id: {} for edition_id in missing})
        for edition_id, message, subject, text in rows:
            kept[edition_id][message] = Words(subject, text)
    return kept


def keep_words(session: AsyncSession, edition_id: str, words: Iterable[EditionWords]) -> None:
    """The words of an edition, read with it: they are not asked for again."""
    kept: WordsOf = session.info.setdefault(_KEPT, {})
    kept[edition_id] = {one.name: Words(one.subject, one.text) for one in words}


def forget_words(session: AsyncSession, edition_id: str) -> None:
    """The words of an edition change in this session: read them again."""
    session.info.get(_KEPT, {}).pop(edition_id, None)

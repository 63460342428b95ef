"""The words of the gallery follow the deposits, in the transaction of the act; migration 0018 filled them once.

Words and what leads to them are shared by an edition and only ever added: written in one order, so that two deposits
of the same instant wait for each other and never for ever.
"""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.projects.models import Deposit, GalleryEntry, GalleryNear, GalleryTerm, GalleryWord
from creathon.projects.rules.search import key, near_keys, weighed_words

_SHARED = [cast(Table, model.__table__) for model in (GalleryTerm, GalleryNear)]
_OWN = [cast(Table, model.__table__) for model in (GalleryEntry, GalleryWord)]
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

Rows = dict[str, list[dict[str, Any]]]


async def show_in_search(session: AsyncSession, deposit: Deposit) -> None:
    """Add the words of a flushed deposit, if it counts and came in time."""
    if deposit.late or deposit.superseded_at is not None:
        return
    words = weighed_words(deposit.content)
    new = await _new_words(session, deposit.edition_id, words)
    rows = rows_of(deposit.id, deposit.edition_id, deposit.title_key, words, new)
    add = _INSERTS[session.get_bind().dialect.name]
    for table in _SHARED:
        if rows[table.name]:
            await session.execute(add(table).on_conflict_do_nothing(), rows[table.name])
    for table in _OWN:
        if rows[table.name]:
            await session.execute(insert(table), rows[table.name])


async def hide_from_search(session: AsyncSession, deposit: Deposit) -> None:
    """Take away the words of a deposit that counts no more; their entry takes them along."""
    await session.execute(delete(GalleryEntry).where(GalleryEntry.deposit_id == deposit.id))


async def _new_words(session: AsyncSession, edition_id: str, words: Iterable[str]) -> list[str]:
    """Those the edition has not yet."""
    keys = {key(edition_id, word): word for word in words}
    known = select(GalleryTerm.key).where(GalleryTerm.edition_id == edition_id, GalleryTerm.key.in_(keys))
    for one in await session.scalars(known):
        del keys[one]
    return list(keys.values())


def rows_of(deposit_id: str, edition_id: str, title_key: str, words: Mapping[str, int], new: Iterable[str]) -> Rows:
    """The rows of one deposit by table, in the order of their keys; `new`: its words that the edition has not yet."""
    entry = key(edition_id, f"#{deposit_id}")
    terms = {key(edition_id, word): word for word in new}
    near = sorted({(one, term) for term, word in terms.items() for one in near_keys(edition_id, word)})
    held = sorted((key(edition_id, word), worth) for word, worth in words.items())
    return {
        "gallery_term": [{"key": term, "edition_id": edition_id, "word": terms[term]} for term in sorted(terms)],
        "gallery_near": [{"key": one, "term": term} for one, term in near],
        "gallery_entry": [{"id": entry, "deposit_id": deposit_id, "edition_id": edition_id, "title_key": title_key}],
        "gallery_word": [{"key": one, "worth": worth, "entry_id": entry} for one, worth in held],
    }

"""Idempotency keys: the same form sent twice is done once, and answered the same."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from creathon.core import journal
from creathon.core.clock import decision_time
from creathon.core.database import Base, Instant, Short
from creathon.core.errors import AlreadyDone, Conflict
from creathon.core.ids import digest


class OnceKey(Base):
    """A form that was acted upon, kept until retention removes it. `key` is the digest of who and which form."""

    __tablename__ = "once_key"

    key: Mapped[Short] = mapped_column(primary_key=True)
    location: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(index=True)


_NOTE = text(
    "INSERT INTO once_key (key, location, created_at) VALUES (:key, NULL, :created_at) ON CONFLICT (key) DO NOTHING"
).bindparams(bindparam("created_at", type_=Instant()))
_CLAIM = (
    text(
        "INSERT INTO once_key (key, location, created_at) "
        "VALUES (:key, NULL, coalesce((SELECT created_at FROM once_key WHERE key = :sent), :created_at)) "
        "ON CONFLICT (key) DO NOTHING RETURNING created_at"
    )
    .bindparams(bindparam("created_at", type_=Instant()))
    .columns(created_at=Instant())
)


def once_key(owner: str, value: str) -> str:
    """The stored key of form `value` sent by `owner` (a session or visitor id): one person's key is nobody else's."""
    return digest(f"{owner}\0{value}")


async def claim(session: AsyncSession, key: str, sent: str, *, now: datetime) -> datetime:
    """Take the key in this transaction; a second request waits for the first to end.

    Gives back when what is sent (`sent`: its `sent_key`) first arrived: `now`, unless it failed by our fault a moment
    ago.

    Raises:
        AlreadyDone: the form was acted upon; holds the address it was answered with.
    """
    arrived = await session.scalar(_CLAIM, {"key": key, "sent": sent, "created_at": now})
    if arrived is not None:
        return decision_time(arrived, now)
    location = await session.scalar(select(OnceKey.location).where(OnceKey.key == key))
    if location is None:
        raise Conflict("Cette demande vient d’être traitée. Rechargez la page pour en voir le résultat.")
    raise AlreadyDone(location)


async def remember(session: AsyncSession, key: str, location: str) -> None:
    """Keep the address the form is answered with."""
    query = update(OnceKey).where(OnceKey.key == key).values(location=location)
    await session.execute(query.where(*journal.in_turn(session)))


def sent_key(owner: str, pairs: Iterable[tuple[str, str]]) -> str:
    """The stored key of what `owner` sent, to the letter."""
    return digest(f"{owner}\0sent\0{sorted(pairs)!r}")


async def note_arrival(session: AsyncSession, key: str, *, arrived_at: datetime) -> None:
    """Keep when something arrived that the platform failed to do; the first time counts."""
    await session.execute(_NOTE, {"key": key, "created_at": arrived_at})

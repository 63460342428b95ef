"""Idempotency keys: the same form sent twice is done once, and answered the same."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

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


_CLAIM = text(
    "INSERT INTO once_key (key, location, created_at) VALUES (:key, :location, :created_at) "
    "ON CONFLICT (key) DO NOTHING"
).bindparams(bindparam("created_at", type_=Instant()))


def once_key(owner: str, value: str) -> str:
    """The stored key of form `value` sent by `owner` (a session or visitor id): one person's key is nobody else's."""
    return digest(f"{owner}\0{value}")


async def claim(session: AsyncSession, key: str, *, now: datetime) -> None:
    """Take the key in this transaction; a second request waits for the first to end.

    Raises:
        AlreadyDone: the form was acted upon; holds the address it was answered with.
    """
    values = {"key": key, "location": None, "created_at": now}
    taken = await session.execute(_CLAIM, values)
    if taken.rowcount == 1:  # type: ignore[attr-defined]
        return
    location = await session.scalar(select(OnceKey.location).where(OnceKey.key == key))
    if location is None:
        raise Conflict("Cette demande vient d’être traitée. Rechargez la page pour en voir le résultat.")
    raise AlreadyDone(location)


async def remember(session: AsyncSession, key: str, location: str) -> None:
    """Keep the address the form is answered with."""
    await session.execute(update(OnceKey).where(OnceKey.key == key).values(location=location))


def sent_key(owner: str, pairs: Iterable[tuple[str, str]]) -> str:
    """The stored key of what `owner` sent, to the letter."""
    return digest(f"{owner}\0sent\0{sorted(pairs)!r}")


async def note_arrival(session: AsyncSession, key: str, *, arrived_at: datetime) -> None:
    """Keep when something arrived that the platform failed to do; the first time counts."""
    await session.execute(_CLAIM, {"key": key, "location": None, "created_at": arrived_at})


async def first_arrival(session: AsyncSession, key: str, *, now: datetime) -> datetime:
    """When what is sent again first arrived, if it failed by our fault a moment ago; else `now`."""
    arrived = await session.scalar(select(OnceKey.created_at).where(OnceKey.key == key))
    return now if arrived is None else decision_time(arrived, now)

"""Counters of tries, shared by all processes through the database and kept over a restart."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from creathon.core.database import Base, Instant, Short
from creathon.core.ids import digest


class Tries(Base):
    """How often something was tried under a key (a digest: no address and no e-mail is kept)."""

    __tablename__ = "tries"

    key: Mapped[Short] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)


_FIRST = text(
    "INSERT INTO tries (key, count, last_at) VALUES (:key, 0, :last_at) "
    "ON CONFLICT (key) DO UPDATE SET count = tries.count"
).bindparams(bindparam("last_at", type_=Instant()))
"""Two first tries at the same instant make one row; the update holds it, so that a success beside cannot forget it."""


@dataclass(frozen=True)
class Limit:
    """`free` tries without delay, then `delay` doubled each time up to `longest`; forgotten after `memory`."""

    name: str
    free: int
    delay: timedelta
    longest: timedelta
    memory: timedelta

    def wait(self, count: int, since_last: timedelta) -> timedelta:
        """How long a person who tried `count` times has still to wait; zero or less means now."""
        if count < self.free or since_last >= self.memory:
            return timedelta(0)
        pause: timedelta = self.delay * 2 ** min(count - self.free, 20)
        return min(pause, self.longest) - since_last


async def waiting_time(session: AsyncSession, limit: Limit, subject: str, *, now: datetime) -> timedelta:
    """How long `subject` must wait before the next try; zero when it may try now."""
    row = await session.scalar(select(Tries).where(Tries.key == _key(limit, subject)))
    return timedelta(0) if row is None else max(limit.wait(row.count, now - row.last_at), timedelta(0))


async def take_try(session: AsyncSession, limit: Limit, subject: str, *, now: datetime) -> timedelta:
    """Count one try of `subject` unless it must wait; returns the time to wait (zero: the try is allowed)."""
    await session.execute(_FIRST, {"key": _key(limit, subject), "last_at": now})
    row = (await session.scalars(select(Tries).where(Tries.key == _key(limit, subject)).with_for_update())).one()
    wait = max(limit.wait(row.count, now - row.last_at), timedelta(0))
    if not wait:
        row.count = 1 if now - row.last_at >= limit.memory else row.count + 1
        row.last_at = now
    return wait


async def give_back_try(session: AsyncSession, limit: Limit, subject: str) -> None:
    """Uncount one try, after a success on a limit shared by many people."""
    await session.execute(
        update(Tries).where(Tries.key == _key(limit, subject), Tries.count > 0).values(count=Tries.count - 1)
    )


async def forget_tries(session: AsyncSession, limit: Limit, subject: str) -> None:
    """Start again from zero, after a success."""
    await session.execute(delete(Tries).where(Tries.key == _key(limit, subject)))


def _key(limit: Limit, subject: str) -> str:
    return digest(f"{limit.name}\0{subject}")

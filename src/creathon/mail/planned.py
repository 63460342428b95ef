"""What the clock sends: messages no act causes, computed anew each time and written once, by their key."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.mail.actions import enqueue_mail

PLAN_EVERY = timedelta(minutes=1)
CATCH_UP = timedelta(hours=24)
"""How late a message may leave after the worker was stopped; beyond that it is no longer true."""


@dataclass(frozen=True)
class Planned:
    """A message that leaves at `due_at`, by the clock of its edition, if nothing changes until then."""

    due_at: datetime
    name: str
    to: str
    key: str
    edition_id: str
    person_id: str | None = None
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def dedupe_key(self) -> str:
        """The key its row will have in the outbox."""
        return f"{self.name}:{self.key}"


PlannedBetween = Callable[[AsyncSession, datetime, datetime], Awaitable[list[Planned]]]
"""What the clock sends in ]since, until], two real instants, in order."""


async def write_planned(session: AsyncSession, planned: Iterable[Planned], *, now: datetime) -> int:
    """Put messages in the outbox; returns how many were not there yet."""
    written = [
        await enqueue_mail(
            session, one.name, to=one.to, key=one.key, now=now, person_id=one.person_id, edition_id=one.edition_id,
            **one.context,
        )
        for one in planned
    ]  # fmt: skip
    return sum(mail is not None for mail in written)

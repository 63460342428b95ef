"""The append-only journal: one chained line per act, written in the transaction of the act.

hash = SHA-256(previous hash ‖ canonical JSON of the line). UPDATE and DELETE are refused by triggers (migrations).
Lines hold ids, never names, so that erasing a person leaves the chain whole.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, event, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from creathon.core.actor import Actor
from creathon.core.database import Base, Id, Short

GENESIS = "0" * 64
_PENDING = "journal"
_IN_TURN = "journal_in_turn"
_LOCK_NUMBER = 4172019
"""PostgreSQL's advisory lock under which lines are chained: one writer at a time, from the last line to the commit."""


class JournalLine(Base):
    """One act. `details` holds ids, counts, states and digests; neither names nor free text."""

    __tablename__ = "journal"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[Short]
    verb: Mapped[Short] = mapped_column(index=True)
    object_type: Mapped[Short]
    object_id: Mapped[Short] = mapped_column(index=True)
    edition_id: Mapped[Id | None] = mapped_column(index=True)
    details: Mapped[dict[str, Any]]
    previous_hash: Mapped[Short]
    hash: Mapped[Short] = mapped_column(unique=True)


@dataclass(frozen=True)
class _Act:
    savepoint: SessionTransaction | None
    at: datetime
    actor_id: str
    verb: str
    object_type: str
    object_id: str
    edition_id: str | None
    details: dict[str, Any]


def record(
    session: AsyncSession,
    actor: Actor,
    verb: str,
    thing: Base | tuple[type[Base], str],
    *,
    now: datetime,
    edition_id: str | None = None,
    **details: Any,
) -> None:
    """Note that `actor` did `verb` to `thing` (a row, or its table and id) at `now`; chained when it commits."""
    pending: list[_Act] = session.info.setdefault(_PENDING, [])
    edition_id = edition_id or getattr(thing, "edition_id", None)
    table, thing_id = thing if isinstance(thing, tuple) else _named(thing)
    pending.append(
        _Act(
            savepoint=session.sync_session.get_nested_transaction(),
            at=now.astimezone(UTC),
            actor_id=actor.person_id,
            verb=verb,
            object_type=table.__name__,
            object_id=thing_id,
            edition_id=edition_id,
            details=details,
        )
    )


def _named(row: Any) -> tuple[type[Base], str]:
    return type(row), row.id


def in_turn(session: AsyncSession) -> list[ColumnElement[bool]]:
    """Conditions of the last statement before the commit: with them it waits for the journal's turn, and spares one."""
    info = session.info
    if not info.get(_PENDING) or info.get(_IN_TURN) or session.get_bind().dialect.name != "postgresql":
        return []
    info[_IN_TURN] = True
    return [select(func.pg_advisory_xact_lock(_LOCK_NUMBER)).scalar_subquery().is_not(None)]


def line_hash(previous_hash: str, line: JournalLine) -> str:
    """The hash a line must carry after `previous_hash`."""
    content = {
        "sequence": line.sequence,
        "at": line.at.isoformat(),
        "actor": line.actor_id,
        "verb": line.verb,
        "type": line.object_type,
        "object": line.object_id,
        "edition": line.edition_id,
        "details": line.details,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256((previous_hash + canonical).encode()).hexdigest()


async def broken_line(session: AsyncSession) -> int | None:
    """The sequence of the first line whose chain does not hold, or None when all of it does."""
    previous, expected = GENESIS, 1
    for line in await session.scalars(select(JournalLine).order_by(JournalLine.sequence)):
        if line.sequence != expected or line.previous_hash != previous or line.hash != line_hash(previous, line):
            return expected
        previous, expected = line.hash, expected + 1
    return None


@event.listens_for(Session, "before_commit")
def _chain_pending(session: Session) -> None:
    """Chain the pending acts last, so that the lock is held for the time of the commit only."""
    if session.in_nested_transaction():
        return
    pending: list[_Act] = session.info.pop(_PENDING, [])
    if not pending:
        return
    if not session.info.pop(_IN_TURN, False) and session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})
    last = session.execute(
        select(JournalLine.sequence, JournalLine.hash)
        .order_by(JournalLine.sequence.desc())
        .limit(1)
        .execution_options(every_edition="one chain for all")
    ).first()
    sequence, previous = (last.sequence, last.hash) if last else (0, GENESIS)
    for act in pending:
        sequence += 1
        fields = {name: value for name, value in vars(act).items() if name != "savepoint"}
        line = JournalLine(sequence=sequence, previous_hash=previous, **fields)
        line.hash = previous = line_hash(previous, line)
        session.add(line)


@event.listens_for(Session, "after_soft_rollback")
def _forget_pending(session: Session, undone: SessionTransaction) -> None:
    """Forget what was undone: everything, or what was noted inside the savepoint."""
    pending: list[_Act] = session.info.pop(_PENDING, [])
    session.info.pop(_IN_TURN, None)
    if undone.nested:
        session.info[_PENDING] = [act for act in pending if not _inside(act.savepoint, undone)]


def _inside(savepoint: SessionTransaction | None, undone: SessionTransaction) -> bool:
    while savepoint is not None:
        if savepoint is undone:
            return True
        savepoint = savepoint.parent
    return False

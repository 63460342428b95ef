"""The journal of one edition, with the names of those who acted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.core.actor import SYSTEM
from creathon.core.journal import JournalLine


@dataclass(frozen=True)
class Act:
    """One line of the journal; `who` is None for somebody who was erased."""

    sequence: int
    at: datetime
    who: str | None
    verb: str
    object_type: str
    object_id: str


async def acts_of(
    session: AsyncSession, edition_id: str, *, verb: str = "", offset: int = 0, limit: int = 25
) -> list[Act]:
    """The acts of an edition, the latest first, of one verb when it is given."""
    query = select(JournalLine, Person).outerjoin(Person, Person.id == JournalLine.actor_id)
    query = _among(query, edition_id, verb).order_by(JournalLine.sequence.desc()).offset(offset).limit(limit)
    return [_act(line, person) for line, person in await session.execute(query)]


async def acts_count(session: AsyncSession, edition_id: str, *, verb: str = "") -> int:
    """How many acts an edition has."""
    return await session.scalar(_among(select(func.count(JournalLine.sequence)), edition_id, verb)) or 0


async def verbs_of(session: AsyncSession, edition_id: str) -> list[str]:
    """The verbs that occur in the journal of an edition."""
    query = select(JournalLine.verb).where(JournalLine.edition_id == edition_id).distinct()
    return list(await session.scalars(query.order_by(JournalLine.verb)))


def _among(query: Select, edition_id: str, verb: str) -> Select:  # type: ignore[type-arg]
    query = query.where(JournalLine.edition_id == edition_id)
    return query.where(JournalLine.verb == verb) if verb else query


def _act(line: JournalLine, person: Person | None) -> Act:
    who = SYSTEM.display_name if line.actor_id == SYSTEM.person_id else person.display_name if person else None
    return Act(line.sequence, line.at, who, line.verb, line.object_type, line.object_id)

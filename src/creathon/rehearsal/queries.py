"""Who plays in a rehearsal, what was written to them, what the clock would send."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person, RoleGrant
from creathon.editions.models import Edition, Role
from creathon.editions.planned import planned_in
from creathon.mail.composing import compose
from creathon.mail.models import Mail, MailState
from creathon.mail.planned import CATCH_UP
from creathon.teams.models import Team, TeamMember

MOST_WAITING = 200


@dataclass(frozen=True)
class Leaving:
    """A message that would leave: when by the clock of its edition, its subject, to which address."""

    due_at: datetime
    subject: str
    to: str


async def cast_of(session: AsyncSession, edition_id: str) -> list[tuple[Person, Role | None, str | None]]:
    """(person, role, team name) of the invented people of a rehearsal: roles first, then teams by seat."""
    query = (
        select(Person, RoleGrant.role, Team.name)
        .outerjoin(RoleGrant, (RoleGrant.person_id == Person.id) & (RoleGrant.edition_id == edition_id))
        .outerjoin(TeamMember, (TeamMember.person_id == Person.id) & (TeamMember.edition_id == edition_id))
        .outerjoin(Team, Team.id == TeamMember.team_id)
        .where(Person.invented_for_id == edition_id)
        .order_by(Team.name_key.nulls_first(), TeamMember.seat, RoleGrant.role, Person.given_name)
    )
    return [(person, role, team) for person, role, team in await session.execute(query)]


async def messages_written(session: AsyncSession, edition_id: str, *, offset: int, limit: int) -> list[Mail]:
    """The messages of an edition, the latest first."""
    query = select(Mail).where(Mail.edition_id == edition_id).order_by(Mail.created_at.desc(), Mail.id.desc())
    return list(await session.scalars(query.offset(offset).limit(limit)))


async def messages_count(session: AsyncSession, edition_id: str) -> int:
    """How many messages an edition has written."""
    return await session.scalar(select(func.count(Mail.id)).where(Mail.edition_id == edition_id)) or 0


async def would_leave(session: AsyncSession, edition: Edition, now: datetime, until: datetime) -> list[Leaving]:
    """What would leave of an edition in ]now, until], both in its own time: what the clock sends, then what waits.

    A message the clock already wrote is not said twice; what a rehearsal wrote never leaves, so it does not wait.
    """
    ahead = timedelta(seconds=edition.clock_seconds)
    planned = await planned_in(session, edition, now - ahead - CATCH_UP, until - ahead)
    keys = [one.dedupe_key for one in planned]
    known = set(await session.scalars(select(Mail.dedupe_key).where(Mail.dedupe_key.in_(keys)))) if keys else set()
    leaving = [
        Leaving(one.due_at, (await compose(session, one.name, edition.id, one.context))[0], one.to)
        for one in planned
        if one.dedupe_key not in known
    ]
    if edition.rehearsal_of_id is not None:
        return leaving
    waiting = select(Mail).where(Mail.edition_id == edition.id, Mail.state == MailState.QUEUED, Mail.due_at <= until)
    mails = await session.scalars(waiting.order_by(Mail.due_at, Mail.id).limit(MOST_WAITING))
    return leaving + [Leaving(mail.due_at, mail.subject, mail.recipient) for mail in mails]

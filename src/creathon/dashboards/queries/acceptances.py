"""Who is asked to accept the rulebook of an edition: the members of its teams and its jury."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person, RoleGrant
from creathon.editions.models import Acceptance, Role
from creathon.teams.models import TeamMember


@dataclass(frozen=True)
class AcceptanceCounts:
    """How many members and jurors are asked, and how many of each have accepted."""

    members: int
    members_accepted: int
    jurors: int
    jurors_accepted: int

    @property
    def asked(self) -> int:
        return self.members + self.jurors

    @property
    def missing(self) -> int:
        return self.asked - self.members_accepted - self.jurors_accepted


async def acceptance_counts(session: AsyncSession, edition_id: str, rulebook_id: str) -> AcceptanceCounts:
    """The counts of a version, in two statements. Who is both in a team and in a jury is counted as a member."""
    members, joined = (await session.execute(_counted(_members(edition_id), rulebook_id))).one()
    only_jurors = _jurors(edition_id) & ~_members(edition_id)
    jurors, judging = (await session.execute(_counted(only_jurors, rulebook_id))).one()
    return AcceptanceCounts(members, joined, jurors, judging)


async def people_asked(session: AsyncSession, edition_id: str) -> list[Person]:
    """The members of teams and the jury of an edition, each once."""
    query = select(Person).where(or_(_members(edition_id), _jurors(edition_id))).order_by(Person.id)
    return list(await session.scalars(query))


def _members(edition_id: str) -> ColumnElement[bool]:
    return Person.id.in_(select(TeamMember.person_id).where(TeamMember.edition_id == edition_id))


def _jurors(edition_id: str) -> ColumnElement[bool]:
    held = select(RoleGrant.person_id).where(RoleGrant.edition_id == edition_id, RoleGrant.role == Role.JUROR)
    return Person.id.in_(held)


def _counted(who: ColumnElement[bool], rulebook_id: str) -> Select[int, int]:
    accepted = (Acceptance.person_id == Person.id) & (Acceptance.rulebook_id == rulebook_id)
    return select(func.count(Person.id), func.count(Acceptance.id)).outerjoin(Acceptance, accepted).where(who)

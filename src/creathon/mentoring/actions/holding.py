"""Holding a pairing: every write on it, its interviews and its milestones begins here."""

from typing import NamedTuple, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.actor import Actor
from creathon.core.errors import NotThere, check
from creathon.editions.models import Edition
from creathon.jury.queries.links import conflicted_projects
from creathon.mentoring.models import Interview, Milestone, Pairing
from creathon.mentoring.queries import pairing_by_id, titles_of
from creathon.mentoring.rules import Relation, may_follow, relation

T = TypeVar("T", Interview, Milestone)


class Held(NamedTuple):
    """A pairing read again under its lock, and the capacity in which the actor follows it now."""

    pairing: Pairing
    standing: Relation | None

    def interview(self, wanted: Interview) -> Interview:
        """One of its interviews, as read again.

        Raises:
            NotThere: it is gone, or belongs to another pairing.
        """
        return _among(self.pairing.interviews, wanted)

    def milestone(self, wanted: Milestone) -> Milestone:
        """One of its milestones, as read again.

        Raises:
            NotThere: it is gone, or belongs to another pairing.
        """
        return _among(self.pairing.milestones, wanted)


async def hold(session: AsyncSession, actor: Actor, pairing: Pairing, edition: Edition) -> Held:
    """Lock a pairing and ask again in what capacity the actor follows it.

    Raises:
        NotThere: it is gone, or not theirs to follow any more.
    """
    held = await pairing_by_id(session, pairing.id, lock=True)
    if held is None:
        raise NotThere()
    conflicts = await conflicted_projects(session, actor.person_id, edition.id)
    standing = relation(actor, held, edition, conflicts)
    check(may_follow(standing))
    return Held(held, standing)


async def title_of(session: AsyncSession, project_id: str) -> str:
    """The title of a project as it was deposited."""
    return (await titles_of(session, [project_id])).get(project_id, "")


def _among(rows: list[T], wanted: T) -> T:
    found = next((row for row in rows if row.id == wanted.id), None)
    if found is None:
        raise NotThere()
    return found

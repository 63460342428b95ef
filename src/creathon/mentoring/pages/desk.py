"""What every page about one followed project begins with: the pairing, and in what capacity it is read."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, check
from creathon.core.text import _, zone_name
from creathon.core.web.visit import Visit
from creathon.editions.models import Allowed, Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.rules import local_day, may_now
from creathon.mentoring.models import Interview, Milestone, Pairing
from creathon.mentoring.queries import pairing_by_id, title_and_conflict
from creathon.mentoring.rules import Relation, may_follow, may_steer, relation


@dataclass(frozen=True)
class Desk:
    """A pairing of the edition of now, as one of those who follow it reads it."""

    edition: Edition
    pairing: Pairing
    standing: Relation
    title: str

    def home(self, visit: Visit) -> str:
        """The page of the whole follow-up, for this reader."""
        if self.standing is Relation.MENTOR:
            return visit.url("mentoring:followed", pairing_id=self.pairing.id)
        if self.standing is Relation.COORDINATION:
            return visit.url("mentoring:selected", project_id=self.pairing.project_id)
        return visit.url("mentoring:mine")

    def context(self, visit: Visit, **more: Any) -> dict[str, Any]:
        """What the templates of one followed project read."""
        return {
            **follow_context(visit, self.edition, self.pairing, self.standing),
            "title": self.title,
            "home": self.home(visit),
            **more,
        }

    def interview(self, interview_id: str) -> Interview:
        """One interview of this pairing; another one does not exist."""
        found = next((one for one in self.pairing.interviews if one.id == interview_id), None)
        if found is None:
            raise NotThere()
        return found

    def milestone(self, milestone_id: str) -> Milestone:
        """One milestone of this pairing; another one does not exist."""
        found = next((one for one in self.pairing.milestones if one.id == milestone_id), None)
        if found is None:
            raise NotThere()
        return found


async def desk_of(visit: Visit, session: AsyncSession, pairing_id: str) -> Desk:
    """A pairing for its team, its mentor of now or the coordination; the same « not there » for everybody else."""
    edition = await edition_at_hand(visit, session)
    pairing = await pairing_by_id(session, pairing_id)
    if pairing is None:
        raise NotThere()
    title, in_conflict = await title_and_conflict(session, pairing.project_id, visit.viewer.person_id)
    standing = relation(visit.viewer, pairing, edition, {pairing.project_id} if in_conflict else ())
    check(may_follow(standing))
    assert standing is not None  # noqa: S101 — the rule has said so
    return Desk(edition, pairing, standing, title)


def follow_context(visit: Visit, edition: Edition, pairing: Pairing | None, standing: Relation) -> dict[str, Any]:
    """What the shared fragments read: the pairing, who reads it, what is closed to them and why."""
    return {
        "edition": edition,
        "zone": zone_name(edition.zone),
        "pairing": pairing,
        "standing": standing,
        "steering": may_steer(standing),
        "closed": may_now(edition, Allowed.MENTOR, now=visit.now),
        "today": today(visit, edition),
    }


def today(visit: Visit, edition: Edition) -> date:
    """The day it is in the zone of the edition: what a due day is compared with."""
    return local_day(visit.now, edition.zone)


def crumbs(desk: Desk, visit: Visit, here: str) -> list[tuple[str, str | None]]:
    """The way to a page about one followed project."""
    first: dict[Relation, tuple[str, str | None]] = {
        Relation.MENTOR: (_("Mentorat"), visit.url("mentoring:followed-list")),
        Relation.COORDINATION: (_("Accompagnement"), visit.url("mentoring:programme")),
    }
    start = [first[desk.standing]] if desk.standing in first else []
    name = _("Notre accompagnement") if desk.standing is Relation.TEAM else desk.title
    return [*start, (name, desk.home(visit)), (here, None)]

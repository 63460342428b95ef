"""What the pages of a team begin with: the team of the person, or an application its coordination may read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, Refusal, TooMany, check
from creathon.core.text import _, wait_words
from creathon.core.web.visit import Visit
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.queries import site_names
from creathon.editions.rules import coordinated_sites
from creathon.teams.actions import check_open
from creathon.teams.models import Approach, Side, Team
from creathon.teams.queries import team_by_id, team_of
from creathon.teams.rules import may_answer_approach, may_seat, may_see_application, may_withdraw_approach


async def own_team(visit: Visit, session: AsyncSession) -> tuple[Edition, Team]:
    """The edition at hand and the team of the person in it.

    Raises:
        NotThere: no edition, or no team.
    """
    edition = await edition_at_hand(visit, session)
    team = await team_of(session, visit.actor.person_id, edition.id)
    if team is None:
        raise NotThere()
    return edition, team


async def coordinated_team(visit: Visit, session: AsyncSession, team_id: str) -> tuple[Edition, Team]:
    """An application, for those who may read it; the same « not there » for everybody else."""
    edition = await edition_at_hand(visit, session)
    team = await team_by_id(session, team_id)
    if team is None:
        raise NotThere()
    check(may_see_application(visit.viewer, team, edition))
    await check_open(session, visit.actor, team)
    return edition, team


async def sites_coordinated(visit: Visit, session: AsyncSession, edition: Edition) -> dict[str, str]:
    """The names of the sites of the edition that the person coordinates.

    Raises:
        NotThere: none.
    """
    check_coordination(visit, edition)
    return await site_names(session, edition.id, coordinated_sites(visit.viewer, edition))


def check_coordination(visit: Visit, edition: Edition) -> None:
    """Whether the person coordinates the edition, or a site of it.

    Raises:
        NotThere: neither.
    """
    if coordinated_sites(visit.viewer, edition) == set():
        raise NotThere()


def chosen_sites(visit: Visit, edition: Edition, site_id: str, sites: Mapping[str, str]) -> set[str] | None:
    """The site of the filter, or all the person's; one that is not theirs is as one that does not exist."""
    if site_id and site_id not in sites:
        raise NotThere()
    return {site_id} if site_id else coordinated_sites(visit.viewer, edition)


@dataclass(frozen=True)
class ApproachLine:
    """An approach that waits, as who reads it may handle it; `received` by their side."""

    approach: Approach
    received: bool
    accepting: Refusal | None
    answering: Refusal | None
    withdrawing: Refusal | None


def approach_lines(
    visit: Visit, edition: Edition, approaches: Sequence[Approach], side: Side = Side.PERSON
) -> list[ApproachLine]:
    """What waits between a team and people alone, read by that side."""
    viewer, now = visit.viewer, visit.now
    return [
        ApproachLine(
            one,
            received=one.sent_by != side,
            accepting=may_seat(one, taken=False),
            answering=may_answer_approach(viewer, one, edition, now=now),
            withdrawing=may_withdraw_approach(viewer, one, edition, now=now),
        )
        for one in approaches
    ]


def refuse_to_wait(wait: timedelta) -> None:
    """Say when to come back to whoever tried too often."""
    if wait:
        raise TooMany(_("Trop d’essais de suite. Revenez dans %(wait)s.", wait=wait_words(wait)))

"""The answer to every team, sent with the publication."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.core.text import _
from creathon.editions.models import Allowed, Edition
from creathon.editions.rules import deadline, may_now, phases_allowing
from creathon.jury.models import Palmares, Selection
from creathon.jury.rules.selection import TIER_HINTS, TIER_NAMES
from creathon.mail.actions import enqueue_mail
from creathon.mail.rendering import renderer
from creathon.projects.models import Project

SELECTED = "palmares_selected"
NOT_SELECTED = "palmares_not_selected"


async def tell_teams(
    session: AsyncSession,
    palmares: Palmares,
    selections: Sequence[Selection],
    projects: Sequence[Project],
    edition: Edition,
    *,
    now: datetime,
) -> int:
    """Write to every member of every team that deposited; how many messages. Projects come with their members."""
    chosen = {selection.project_id: selection for selection in selections}
    told = 0
    for project in projects:
        selection = chosen.get(project.id)
        for member in project.team.members:
            person = member.person
            mail = await enqueue_mail(
                session, name_of(selection), to=person.email, key=f"{palmares.id}:{person.id}", now=now,
                person_id=person.id, edition_id=edition.id, **_context(project, selection, person, edition, now),
            )  # fmt: skip
            told += mail is not None
    return told


def sample(project: Project, selection: Selection | None, edition: Edition, *, now: datetime) -> tuple[str, str, str]:
    """The message a team would receive, to look at before: the name of its first reader, subject, body."""
    person = project.team.members[0].person
    subject, body = renderer().render(name_of(selection), **_context(project, selection, person, edition, now))
    return person.display_name, subject, body


def name_of(selection: Selection | None) -> str:
    """The template of the answer."""
    return SELECTED if selection else NOT_SELECTED


def _context(
    project: Project, selection: Selection | None, person: Person, edition: Edition, now: datetime
) -> dict[str, Any]:
    deposit = project.current
    context = {
        "given_name": person.given_name,
        "edition": edition.title,
        "team": project.team.name,
        "title": deposit.title if deposit else project.title,
        "zone": edition.zone,
        "reader_zone": person.zone,
        "late": deposit is not None and deposit.late,
        "feedback_from": _feedback_from(edition, now),
    }
    if selection is None:
        return context
    starts = phases_allowing(edition, Allowed.MENTOR)
    return context | {
        "tier": _(TIER_NAMES[selection.tier]),
        "tier_hint": _(TIER_HINTS[selection.tier]),
        "prize": selection.prize,
        "reason": selection.reason,
        "mentoring_from": starts[0].opens_at if starts else None,
    }


def _feedback_from(edition: Edition, now: datetime) -> datetime | None:
    """When the remarks can be read, if not already; None now, or when no phase of the edition allows it."""
    if may_now(edition, Allowed.READ_FEEDBACK, now=now) is None or not deadline(
        edition, Allowed.READ_FEEDBACK, now=now
    ):
        return None
    return next(phase.opens_at for phase in phases_allowing(edition, Allowed.READ_FEEDBACK) if phase.opens_at > now)

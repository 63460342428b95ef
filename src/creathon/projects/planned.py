"""What the clock sends about projects: the draft that nobody deposited, two days, six hours and one hour before T."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.editions.models import Allowed, Edition
from creathon.editions.rules import reminders_due, until_words
from creathon.mail.planned import Planned
from creathon.projects.queries import members_without_deposit
from creathon.projects.rules import ALARM_HOURS


async def remind_of_deposits(
    session: AsyncSession, edition: Edition, since: datetime, until: datetime
) -> list[Planned]:
    """To each member of a team that has a draft and nothing deposited; nobody else."""
    due = reminders_due(edition, Allowed.DEPOSIT, ALARM_HOURS, since, until)
    members = await members_without_deposit(session, edition.id) if due else []
    return [
        Planned(
            due_at,
            "project_not_deposited",
            person.email,
            f"{project_id}:{person.id}:{due_at.isoformat()}",
            edition.id,
            person.id,
            {
                "given_name": person.given_name,
                "team": team,
                "edition": edition.title,
                "until": until_words(closes_at, edition.zone, person.zone),
            },
        )
        for due_at, closes_at in due
        for project_id, team, person in members
    ]

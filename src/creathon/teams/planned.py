"""What the clock sends to teams: the application not sent yet, three days and one day before the end."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.editions.models import Allowed, Edition
from creathon.editions.rules import reminders_due, until_words
from creathon.mail.planned import Planned
from creathon.teams.queries import captains_with_draft

HOURS_BEFORE = (72, 24)


async def remind_of_applications(
    session: AsyncSession, edition: Edition, since: datetime, until: datetime
) -> list[Planned]:
    """To each captain whose application is still in preparation; nobody else."""
    due = reminders_due(edition, Allowed.APPLY, HOURS_BEFORE, since, until)
    captains = await captains_with_draft(session, edition.id) if due else []
    return [
        Planned(
            due_at,
            "team_not_sent",
            person.email,
            f"{team_id}:{due_at.isoformat()}",
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
        for team_id, team, person in captains
    ]

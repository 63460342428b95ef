"""What the clock sends to jurors: what is left to validate, two days before the end of the reading."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.editions.models import Allowed, Edition
from creathon.editions.rules import reminders_due
from creathon.jury.queries.assignments import progress_of
from creathon.mail.planned import Planned

HOURS_BEFORE = (48,)


async def remind_of_reads(session: AsyncSession, edition: Edition, since: datetime, until: datetime) -> list[Planned]:
    """To each juror with reads left; the key is the one of a coordinator's own reminder: one a day and no more."""
    due = reminders_due(edition, Allowed.REVIEW, HOURS_BEFORE, since, until)
    late = await progress_of(session, edition.id, None, late_only=True) if due else []
    return [
        Planned(
            due_at,
            "jury_reminder",
            row.email,
            f"{row.panel_id}:{row.person_id}:{due_at.astimezone(ZoneInfo(edition.zone)).date()}",
            edition.id,
            row.person_id,
            {
                "edition": edition.title,
                "panel": row.panel,
                "has_declared": row.declared_at is not None,
                "left": row.left,
                "closes_at": closes_at,
                "zone": edition.zone,
            },
        )
        for due_at, closes_at in due
        for row in late
    ]

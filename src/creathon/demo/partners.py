"""The partners of the demo edition and their events, with days counted from the creation."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.agenda.actions import add_event, create_partner
from creathon.agenda.models import EventStatus
from creathon.agenda.rules import ContributionValues, EventValues, MomentValues, PartnerValues
from creathon.demo.material import content
from creathon.demo.story import Story


async def announce_partners(story: Story, session: AsyncSession) -> None:
    """Write them as the coordination does."""
    edition = await story.edition(session)
    now = story.calendar.opens("candidature").replace(hour=8)
    for partner in content("agenda")["partners"]:
        brought = tuple(ContributionValues(**one) for one in partner["contributions"])
        values = PartnerValues(partner["name"], partner["kind"], brought)
        await create_partner(session, story.coordination, edition, values, now=now)
    first_day = story.calendar.opens("creation").astimezone(ZoneInfo(edition.zone)).date()
    for event in content("agenda")["events"]:
        await add_event(session, story.coordination, edition, _values(event, first_day), now=now)


def _values(event: dict[str, Any], first_day: date) -> EventValues:
    moments = (
        MomentValues(one["title"], first_day + timedelta(days=one["day"]), one.get("audience"))
        for one in event.get("moments", ())
    )
    return EventValues(
        title=event["title"],
        kind=event["kind"],
        starts_on=first_day + timedelta(days=event["starts"]),
        ends_on=first_day + timedelta(days=event["ends"]),
        venue=event.get("venue"),
        pilot=event.get("pilot"),
        audience=event.get("audience"),
        note=event.get("note"),
        status=EventStatus(event.get("status", EventStatus.CONFIRME)),
        moments=tuple(moments),
    )

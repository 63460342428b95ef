"""The 2019 edition as an archive: only its public facts, its calendar and its partners."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.agenda.actions import add_event, create_partner
from creathon.agenda.rules import ContributionValues, EventValues, MomentValues, PartnerValues
from creathon.core.actor import SYSTEM
from creathon.demo.material import content
from creathon.editions.actions import EditionValues, PhaseValues, create_edition, set_edition_state
from creathon.editions.models import EditionState, PhaseKind
from creathon.editions.queries import edition_by_id


async def add_archive(session: AsyncSession, *, now: datetime) -> None:
    """Make the archive: edition, partners and events, then close it for ever."""
    source = content("archive_2019")
    made = await create_edition(session, SYSTEM, _edition_values(source["edition"]), now=_launch(source["edition"]))
    edition = await edition_by_id(session, made.id)
    assert edition is not None  # noqa: S101 — just made
    for partner in source["partners"]:
        brought = tuple(ContributionValues(kind) for kind in partner["contributions"])
        values = PartnerValues(partner["name"], partner["kind"], brought)
        await create_partner(session, SYSTEM, edition, values, now=now)
    for event in source["events"]:
        await add_event(session, SYSTEM, edition, _event_values(event), now=now)
    await set_edition_state(session, SYSTEM, edition, EditionState.ARCHIVED, now=now)


def _launch(source: dict[str, Any]) -> datetime:
    return datetime.combine(source["launched"], time(), ZoneInfo(source["zone"]))


def _edition_values(source: dict[str, Any]) -> EditionValues:
    """Only days are known: the day of the launch, the month of the second phase."""
    launched, day = _launch(source), timedelta(days=1)
    october = datetime.strptime(source["second_phase_month"], "%Y-%m").replace(tzinfo=launched.tzinfo)
    november = (october + timedelta(days=31)).replace(day=1)
    return EditionValues(
        slug=source["slug"],
        title=source["title"],
        pilot=source["pilot"],
        zone=source["zone"],
        theme_title=source["theme_title"],
        theme_statement=f"{source['second_phase']}\n\n{source['note']}",
        phases=[
            PhaseValues(PhaseKind.CREATION, "Lancement", launched, launched + day, ()),
            PhaseValues(PhaseKind.ACCOMPAGNEMENT, "Seconde phase", october, november, ()),
        ],
    )


def _event_values(event: dict[str, Any]) -> EventValues:
    return EventValues(
        title=event["title"],
        kind=event["kind"],
        starts_on=event["starts"],
        ends_on=event["ends"],
        venue=event.get("venue") or None,
        pilot=event.get("pilot") or None,
        audience=", ".join(event.get("audiences", ())) or None,
        note=event.get("notes") or None,
        moments=tuple(MomentValues(**moment) for moment in event.get("moments", ())),
    )

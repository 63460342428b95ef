"""The 2019 edition as an archive: only its public facts, its calendar and its partners."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.agenda.actions import EventValues, PartnerValues, add_contribution, add_event, create_partner
from creathon.core.actor import SYSTEM
from creathon.demo.material import content
from creathon.editions.actions import EditionValues, PhaseValues, create_edition, set_edition_state
from creathon.editions.models import EditionState, PhaseKind
from creathon.editions.queries import edition_by_id

DAYS_OF_SECOND_PHASE = 31


async def add_archive(session: AsyncSession, *, now: datetime) -> None:
    """Make the archive, as it would have been told in 2019."""
    source = content("archive_2019")
    edition_source, zone = source["edition"], ZoneInfo(source["edition"]["zone"])
    launched = datetime.combine(edition_source["launched"], time(9), zone)
    october = datetime.strptime(edition_source["second_phase_month"], "%Y-%m").replace(tzinfo=zone)
    values = EditionValues(
        slug=edition_source["slug"],
        title=edition_source["title"],
        pilot=edition_source["pilot"],
        zone=edition_source["zone"],
        theme_title=edition_source["theme_title"],
        theme_statement=f"{edition_source['second_phase']} {edition_source['note']}",
        phases=[
            PhaseValues(PhaseKind.CREATION, "Lancement", launched, launched + timedelta(days=1), ()),
            PhaseValues(
                PhaseKind.ACCOMPAGNEMENT, "Seconde phase", october, october + timedelta(days=DAYS_OF_SECOND_PHASE), ()
            ),
        ],
    )
    made = await create_edition(session, SYSTEM, values, now=launched)
    edition = await edition_by_id(session, made.id)
    assert edition is not None  # noqa: S101 — just made
    for partner in source["partners"]:
        stored = await create_partner(
            session, SYSTEM, edition, PartnerValues(partner["name"], partner["kind"]), now=now
        )
        for kind in partner["contributions"]:
            await add_contribution(session, SYSTEM, stored, edition, kind=kind, now=now)
    for event in source["events"]:
        event_values = EventValues(
            title=event["title"],
            kind=event["kind"],
            starts_on=event["starts"],
            ends_on=event["ends"],
            venue=event.get("venue") or None,
            pilot=event.get("pilot") or None,
            audience=", ".join(event.get("audiences", ())) or None,
            note=" ".join([*event.get("sessions", ()), event.get("notes", "")]).strip() or None,
        )
        await add_event(session, SYSTEM, edition, event_values, now=now)
    await set_edition_state(session, SYSTEM, edition, EditionState.ARCHIVED, now=now)

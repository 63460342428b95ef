"""What jurors and coordinators are told while the jury reads."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.editions.models import Edition
from creathon.jury.models import Panel, PanelJuror
from creathon.mail.actions import enqueue_mail


async def tell_juror_added(
    session: AsyncSession, seat: PanelJuror, person: Person, panel: Panel, edition: Edition, *, now: datetime
) -> None:
    """Welcome to a panel; first, the links of interest."""
    await enqueue_mail(
        session, "jury_panel_added", to=person.email, key=seat.id, now=now, person_id=person.id,
        edition_id=edition.id, given_name=person.given_name, edition=edition.title, panel=panel.name,
    )  # fmt: skip


async def tell_pile_ready(
    session: AsyncSession,
    person: Person,
    panel: Panel,
    edition: Edition,
    count: int,
    closes_at: datetime | None,
    *,
    now: datetime,
) -> None:
    """A number of projects wait to be read."""
    await enqueue_mail(
        session, "jury_pile_ready", to=person.email, key=f"{panel.id}:{person.id}:{now.isoformat()}", now=now,
        person_id=person.id, edition_id=edition.id, given_name=person.given_name, edition=edition.title,
        panel=panel.name, count=count, closes_at=closes_at, zone=edition.zone, reader_zone=person.zone,
    )  # fmt: skip


async def remind_juror(
    session: AsyncSession,
    panel: Panel,
    edition: Edition,
    *,
    person_id: str,
    email: str,
    has_declared: bool,
    left: int,
    closes_at: datetime | None,
    now: datetime,
) -> bool:
    """What is left to do; once a day for each panel, the day being the edition's. False when already told today."""
    day = now.astimezone(ZoneInfo(edition.zone)).date()
    mail = await enqueue_mail(
        session, "jury_reminder", to=email, key=f"{panel.id}:{person_id}:{day}", now=now,
        person_id=person_id, edition_id=edition.id, edition=edition.title, panel=panel.name,
        has_declared=has_declared, left=left, closes_at=closes_at, zone=edition.zone,
    )  # fmt: skip
    return mail is not None


async def tell_recusal(
    session: AsyncSession, coordinator: Person, panel: Panel, edition: Edition, assignment_id: str, *, now: datetime
) -> None:
    """A project goes back to be allocated. Neither the project nor the link is named: a mail travels."""
    await enqueue_mail(
        session, "jury_recusal", to=coordinator.email, key=f"{assignment_id}:{coordinator.id}", now=now,
        person_id=coordinator.id, edition_id=edition.id, edition=edition.title, panel=panel.name,
        panel_id=panel.id,
    )  # fmt: skip

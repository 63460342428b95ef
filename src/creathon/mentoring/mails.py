"""What teams and mentors are told. A mail travels: it names dates and pages, never what was written."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.core.ids import digest
from creathon.editions.models import Edition
from creathon.mail.actions import enqueue_mail
from creathon.mentoring.models import Interview, Milestone, Pairing
from creathon.mentoring.rules import TIER_NAMES


async def tell_paired(
    session: AsyncSession, pairing: Pairing, mentor: Person, title: str, edition: Edition, *, now: datetime
) -> None:
    """To the team: who follows them; to the mentor: whom to follow."""
    tier = TIER_NAMES[pairing.tier]
    name = mentor.display_name
    for person in _team(pairing):
        await _tell(session, "mentoring_paired", person, pairing, edition, now=now, title=title, mentor=name, tier=tier)
    team = pairing.project.team.name
    await _tell(session, "mentoring_assigned", mentor, pairing, edition, now=now, title=title, team=team, tier=tier)


async def tell_ended(
    session: AsyncSession, pairing: Pairing, former: Person, title: str, edition: Edition, *, now: datetime
) -> None:
    """To the mentor who no longer follows the project."""
    await _tell(session, "mentoring_ended", former, pairing, edition, now=now, title=title)


async def tell_interviews(
    session: AsyncSession, pairing: Pairing, coming: Sequence[Interview], title: str, edition: Edition, *, now: datetime
) -> None:
    """The dates to come, all in one message, to the team and the mentor; told at each change."""
    instants = [interview.starts_at for interview in coming]
    key = f"{pairing.id}:{now.isoformat()}:{digest('|'.join(map(str, instants)))[:16]}"
    for person in (*_team(pairing), pairing.mentor):
        await _tell(
            session, "mentoring_interviews", person, pairing, edition, now=now, key=key, title=title, instants=instants,
            zone=edition.zone, reader_zone=person.zone, path=_page(person, pairing),
        )  # fmt: skip


async def tell_noted(
    session: AsyncSession, pairing: Pairing, interview: Interview, title: str, edition: Edition, *, now: datetime
) -> None:
    """The note of an interview can be read by the team; told once."""
    mentor = pairing.mentor.display_name
    for person in _team(pairing):
        await _tell(
            session, "mentoring_note", person, pairing, edition, now=now, key=interview.id, title=title,
            held_at=interview.starts_at, zone=edition.zone, interview_id=interview.id, mentor=mentor,
        )  # fmt: skip


async def tell_handed_in(
    session: AsyncSession, pairing: Pairing, milestone: Milestone, title: str, edition: Edition, *, now: datetime
) -> None:
    """A milestone waits for the mentor."""
    key = f"{milestone.id}:{milestone.version}"
    await _tell(
        session, "mentoring_handed_in", pairing.mentor, pairing, edition, now=now, key=key, title=title,
        team=pairing.project.team.name, milestone=milestone.title, milestone_id=milestone.id,
    )  # fmt: skip


async def tell_answered(
    session: AsyncSession, pairing: Pairing, milestone: Milestone, title: str, edition: Edition, *, now: datetime
) -> None:
    """A milestone is validated, sent back or abandoned: to the team."""
    key = f"{milestone.id}:{milestone.version}"
    for person in _team(pairing):
        await _tell(
            session, "mentoring_milestone", person, pairing, edition, now=now, key=key, title=title,
            milestone=milestone.title, milestone_id=milestone.id, outcome=milestone.state.value,
        )  # fmt: skip


def _team(pairing: Pairing) -> list[Person]:
    return [member.person for member in pairing.project.team.members]


def _page(person: Person, pairing: Pairing) -> str:
    return f"/mentorat/{pairing.id}" if person.id == pairing.mentor_id else "/accompagnement"


async def _tell(
    session: AsyncSession,
    name: str,
    person: Person,
    pairing: Pairing,
    edition: Edition,
    *,
    now: datetime,
    key: str | None = None,
    **context: Any,
) -> None:
    """One message; without `key` its cause is this version of the pairing."""
    await enqueue_mail(
        session, name, to=person.email, key=f"{key or f'{pairing.id}:{pairing.version}'}:{person.id}", now=now,
        person_id=person.id, edition_id=edition.id, given_name=person.given_name, edition=edition.title,
        pairing_id=pairing.id, **context,
    )  # fmt: skip

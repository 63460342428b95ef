"""The messages about a calendar that changed, a rulebook to accept, a rulebook the dates have left behind."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.accounts.queries import people_with_role, person_by_id
from creathon.dashboards.queries.acceptances import people_asked
from creathon.dashboards.queries.audiences import people_to_tell
from creathon.dashboards.rules.audiences import Audience, concerned, lines_of
from creathon.editions.actions.rulebook import outdated_rulebook
from creathon.editions.events import PhaseMoved, RulebookPublished, RulebookTouched
from creathon.editions.models import Allowed, Role
from creathon.editions.rules import interval_words, planned, shifts
from creathon.editions.rules.access import PUBLIC_STATES
from creathon.mail.actions import Message, enqueue_mail, enqueue_mails


async def tell_phase_moved(session: AsyncSession, event: PhaseMoved) -> None:
    """Tell everybody whose rights move what moves for them, from when to when and why; coordinators, by whom."""
    edition = event.edition
    moves = concerned(shifts(event.before, planned(edition)))
    context: dict[str, Any] = {
        "edition": edition.title,
        "slug": edition.slug,
        "changes": _changes(event),
        "reason": event.changes[0].reason,
    }
    authors = await _authors(session, event)
    messages = []
    for person, audiences in await people_to_tell(session, edition.id, moves):
        theirs = {shift.act: shift for one in audiences for shift in moves[one]}
        own = [theirs[act] for act in Allowed if act in theirs]
        told = {
            **context,
            "given_name": person.given_name,
            "lines": lines_of(own, edition.zone, person.zone),
            "authors": authors if Audience.COORDINATION in audiences else "",
        }
        messages.append(Message(person.email, f"{event.changes[0].id}:{person.id}", person.id, edition.id, told))
    await enqueue_mails(session, "phase_moved", messages, now=event.now)


async def tell_published(session: AsyncSession, event: RulebookPublished) -> None:
    """Ask everybody to accept the version in force: the members of teams and the jury, once the edition is public."""
    edition, rulebook = event.edition, event.rulebook
    if edition.state not in PUBLIC_STATES:
        return
    told = {"edition": edition.title, "number": rulebook.number, "summary": rulebook.summary}
    messages = [
        Message(
            person.email, f"{rulebook.id}:{person.id}", person.id, edition.id, {**told, "given_name": person.given_name}
        )
        for person in await people_asked(session, edition.id)
    ]
    await enqueue_mails(session, "rulebook_published", messages, now=event.now)


async def tell_outdated(session: AsyncSession, event: PhaseMoved | RulebookTouched) -> None:
    """Tell the national coordination, once for each version, that what it says is no longer so."""
    edition = event.edition
    rulebook = await outdated_rulebook(session, edition)
    if rulebook is None:
        return
    for person in await people_with_role(session, edition.id, Role.NATIONAL_COORDINATOR):
        await enqueue_mail(
            session, "rulebook_outdated", to=person.email, key=f"{rulebook.id}:{person.id}", now=event.now,
            person_id=person.id, edition_id=edition.id, given_name=person.given_name, edition=edition.title,
            number=rulebook.number,
        )  # fmt: skip


def _changes(event: PhaseMoved) -> list[tuple[str, str, str]]:
    """Title, before and after of each phase."""
    titles, zone = {phase.id: phase.title for phase in event.edition.phases}, event.edition.zone
    return [
        (
            titles[change.phase_id],
            interval_words(change.old_opens_at, change.old_closes_at, zone),
            interval_words(change.new_opens_at, change.new_closes_at, zone),
        )
        for change in event.changes
    ]


async def _authors(session: AsyncSession, event: PhaseMoved) -> str:
    """« Claire Bruyere », or « Claire Bruyere, avec l’accord de Leila Sentier »."""
    if event.changes[0].confirmed_by is None:
        return event.actor.display_name
    first: Person | None = await person_by_id(session, event.changes[0].changed_by)
    return f"{first.display_name if first else '?'}, avec l’accord de {event.actor.display_name}"

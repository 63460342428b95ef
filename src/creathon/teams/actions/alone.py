"""Applying alone, and taking it back. Who sits down in a team is no longer alone (`actions.seats.sit_down`)."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import work_in
from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import NotThere, Refused, Stale, check
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.teams import mails
from creathon.teams.actions.answers import write_answers
from creathon.teams.actions.closing import close_approaches
from creathon.teams.actions.proposals import drop_out
from creathon.teams.actions.seats import check_site
from creathon.teams.models import (
    AloneApplication,
    AloneState,
)
from creathon.teams.queries import (
    alone_of,
    answer_rows,
    hold_people,
    lock_alone,
    lock_person,
    questions_of,
    seats_proposed_to,
    team_of,
)
from creathon.teams.rules import (
    AloneValues,
    may_apply_alone,
    may_be_shown,
    may_hide,
    may_withdraw_alone,
    unanswered,
    unanswered_words,
)

CHANGED = "Votre candidature a été modifiée dans un autre onglet. Comparez, puis choisissez."


async def apply_alone(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    values: AloneValues,
    answers: Mapping[str, str],
    *,
    version: int,
    now: datetime,
) -> AloneApplication:
    """Apply without a team, or change what was said; the coordination of the site wished reads it.

    Raises:
        Stale: it was saved in between (`version` is 0 the first time); holds what is stored.
        Refused: applications are closed, the actor is in a team, a required question has no answer, or teams may not
            be shown somebody of that age.
    """
    person = await lock_person(session, actor.person_id)
    check(may_apply_alone(actor, edition, await team_of(session, actor.person_id, edition.id), now=now))
    await check_site(session, edition, values.site_id)
    if person is not None and values.is_shown:
        check(may_be_shown(person))
    alone = await alone_of(session, actor.person_id, edition.id, lock=True)
    stored = await answer_rows(session, alone_id=alone.id) if alone else []
    if version != (alone.version if alone else 0):
        current = vars(alone_values(alone)) if alone else {}
        raise Stale(_(CHANGED), {**current, **{one.question_id: one.value for one in stored}})
    questions = await questions_of(session, edition.id, of_person=True)
    if left := unanswered(questions, answers):
        raise Refused(_("« %(label)s » %(unanswered)s", label=left[0].label, unanswered=unanswered_words(left[0])))
    first = alone is None or alone.state != AloneState.SEARCHING
    alone = await _written(session, actor, edition, alone, values, now=now if first else None)
    write_answers(session, questions, stored, answers, alone_id=alone.id)
    await session.flush()
    await work_in(session, actor, actor.person_id, edition, now=now)
    journal.record(session, actor, "alone.applied", alone, now=now, site=alone.site_id, first=first)
    if first:
        (held,) = await lock_alone(session, [alone.id])
        await mails.tell_alone(session, "alone_received", held, key=str(held.version), now=now)
    return alone


async def withdraw_alone(session: AsyncSession, actor: Actor, edition: Edition, *, now: datetime) -> None:
    """Take one's own application back; a proposal that waits is declined by it, and what waits with teams is closed."""
    found = await alone_of(session, actor.person_id, edition.id)
    seats = await seats_proposed_to(session, found.id) if found else []
    others = {one.alone.person_id for seat in seats for one in seat.proposal.seats}
    await hold_people(session, {actor.person_id, *others})
    alone = await alone_of(session, actor.person_id, edition.id, lock=True)
    if alone is None:
        raise NotThere()
    check(may_withdraw_alone(actor, alone))
    alone.state = AloneState.WITHDRAWN
    await session.flush()
    await close_approaches(session, now=now, person=(actor.person_id, edition.id))
    journal.record(session, actor, "alone.withdrawn", alone, now=now)
    for seat in seats:
        await drop_out(session, actor, seat.id, edition, now=now)


async def hide_alone(session: AsyncSession, actor: Actor, edition: Edition, *, now: datetime) -> None:
    """Take one's card away from the teams; what already waits with some of them may still be answered."""
    await lock_person(session, actor.person_id)
    alone = await alone_of(session, actor.person_id, edition.id, lock=True)
    if alone is None:
        raise NotThere()
    check(may_hide(actor, alone))
    if alone.is_shown:
        alone.is_shown = False
        await session.flush()
        journal.record(session, actor, "alone.hidden", alone, now=now)


async def _written(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    alone: AloneApplication | None,
    values: AloneValues,
    *,
    now: datetime | None,
) -> AloneApplication:
    """What somebody said, written; `now` when they begin to look for a team."""
    if alone is None:
        alone = AloneApplication(edition_id=edition.id, person_id=actor.person_id)
        session.add(alone)
    else:
        alone.version += 1
    alone.site_id, alone.role, alone.brings = values.site_id, values.role, values.brings
    alone.seeks, alone.is_shown = values.seeks.strip(), values.is_shown
    if now is not None:
        alone.state, alone.submitted_at = AloneState.SEARCHING, now
    await session.flush()
    return alone


def alone_values(alone: AloneApplication) -> AloneValues:
    """What somebody alone said of themselves, as it is stored."""
    return AloneValues(alone.site_id, alone.role, alone.brings, alone.seeks, alone.is_shown)

"""Making the programme and changing its moments."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Conflict, NotThere, Stale, check
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.mentoring.models import Programme, ProgrammeSession
from creathon.mentoring.queries import is_published, programme_of, session_by_id
from creathon.mentoring.rules import SessionValues, may_be_session, may_prepare, values_of

CHANGED_MEANWHILE = "Quelqu’un a modifié ce moment pendant que vous écriviez. Comparez, puis choisissez."


async def create_programme(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    title: str,
    sessions: Sequence[SessionValues],
    *,
    now: datetime,
) -> Programme:
    """Make the programme of an edition with its moments.

    Raises:
        Refused: the palmarès is not published, or the actor does not coordinate the edition.
        Conflict: the edition has a programme.
    """
    await _may_prepare(session, actor, edition)
    for values in sessions:
        check(may_be_session(values))
    if await programme_of(session, edition.id) is not None:
        raise Conflict(_("Cette édition a déjà un programme. Rechargez la page pour le voir."))
    moments = [ProgrammeSession(**vars(values)) for values in sessions]
    programme = Programme(edition_id=edition.id, title=title, created_at=now, sessions=moments)
    session.add(programme)
    await session.flush()
    journal.record(session, actor, "programme.created", programme, now=now, sessions=len(moments))
    return programme


async def add_session(
    session: AsyncSession, actor: Actor, programme: Programme, edition: Edition, values: SessionValues, *, now: datetime
) -> ProgrammeSession:
    """Add a moment to the programme.

    Raises:
        Refused: it ends before it starts, or the actor may not prepare the programme.
    """
    await _may_prepare(session, actor, edition)
    check(may_be_session(values))
    moment = ProgrammeSession(programme_id=programme.id, **vars(values))
    session.add(moment)
    await session.flush()
    journal.record(session, actor, "programme.session-added", moment, now=now, edition_id=edition.id)
    return moment


async def edit_session(
    session: AsyncSession,
    actor: Actor,
    moment: ProgrammeSession,
    edition: Edition,
    values: SessionValues,
    *,
    version: int,
    now: datetime,
) -> None:
    """Change a moment; its version guards it. Saving what is already there writes nothing.

    Raises:
        Refused: it ends before it starts, or the actor may not prepare the programme.
        Stale: it was changed in between; `current` holds what is stored.
    """
    await _may_prepare(session, actor, edition)
    check(may_be_session(values))
    held = await _hold(session, moment, edition)
    stored = values_of(held)
    changed = [name for name, value in vars(values).items() if value != getattr(stored, name)]
    if not changed:
        return
    if version != held.version:
        raise Stale(_(CHANGED_MEANWHILE), vars(stored))
    for name in changed:
        setattr(held, name, getattr(values, name))
    await session.flush()
    journal.record(session, actor, "programme.session-edited", held, now=now, edition_id=edition.id, fields=changed)


async def remove_session(
    session: AsyncSession, actor: Actor, moment: ProgrammeSession, edition: Edition, *, now: datetime
) -> None:
    """Take a moment off the programme.

    Raises:
        Refused: the actor may not prepare the programme.
    """
    await _may_prepare(session, actor, edition)
    held = await _hold(session, moment, edition)
    await session.delete(held)
    await session.flush()
    journal.record(session, actor, "programme.session-removed", held, now=now, edition_id=edition.id)


async def _may_prepare(session: AsyncSession, actor: Actor, edition: Edition) -> None:
    check(may_prepare(actor, edition, is_published=await is_published(session, edition.id)))


async def _hold(session: AsyncSession, moment: ProgrammeSession, edition: Edition) -> ProgrammeSession:
    held = await session_by_id(session, edition.id, moment.id, lock=True)
    if held is None:
        raise NotThere()
    return held

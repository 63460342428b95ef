"""Registering an upload, dropping it, joining it once it is whole."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Refused, check
from creathon.editions.models import Edition
from creathon.editions.rules import DeliverableValues
from creathon.projects.actions.files import room_problem
from creathon.projects.models import Project, Upload
from creathon.projects.queries.uploads import uploads_of
from creathon.projects.rules import may_write
from creathon.projects.rules.pieces import may_add
from creathon.projects.rules.uploads import UploadValues, announced_problem
from creathon.teams.models import Team


async def begin_upload(
    session: AsyncSession,
    actor: Actor,
    team: Team,
    edition: Edition,
    values: UploadValues,
    allowed: DeliverableValues,
    draft: Project | None,
    *,
    arrived: datetime,
    now: datetime,
) -> Upload:
    """Register a file about to be sent, and take its room; what the actor had begun for that place is dropped.

    The team must be locked by the caller. `arrived` is the real instant, which differs from `now` in a rehearsal.

    Raises:
        Refused: writing is closed, the kind is not accepted, `draft` holds the most it may, or no room is left.
    """
    check(may_write(actor, team, edition, now=now))
    if problem := announced_problem(values, allowed):
        raise Refused(problem)
    check(may_add(draft, values.slot, allowed))
    if before := (await uploads_of(session, team.id, actor.person_id)).get(values.slot):
        await drop_upload(session, before)
    check(await room_problem(session, team.id, edition.id, values.size))
    upload = Upload(edition_id=edition.id, team_id=team.id, **vars(values), begun_by=actor.person_id, begun_at=arrived)
    session.add(upload)
    await session.flush()
    journal.record(session, actor, "project.upload_begun", upload, now=now, team=team.id, size=values.size)
    return upload


async def drop_upload(session: AsyncSession, upload: Upload) -> None:
    """Forget an upload; what arrived of it leaves the disk with the next cleaning at the latest."""
    await session.delete(upload)
    await session.flush()

"""Joining a file to the draft, taking it off."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Refusal, check
from creathon.core.files import Received, keep
from creathon.editions.models import DeliverableKind, Edition
from creathon.editions.queries import deliverables_of
from creathon.editions.rules import DeliverableValues, limits_of
from creathon.projects import queries
from creathon.projects.actions.revisions import record_version
from creathon.projects.models import Project, ProjectFile, Upload
from creathon.projects.queries.uploads import bytes_arriving
from creathon.projects.rules import FILE, VIDEO, file_problem, length_problem, may_join, may_keep, may_write
from creathon.projects.rules.pieces import given_up_by, may_add

PIECE = DeliverableKind.PIECE
SLOTS = {PIECE: FILE, DeliverableKind.VIDEO: VIDEO}
"""What each kind is called in the history and in the journal."""


@dataclass(frozen=True)
class Joined:
    """What a received file is. `seconds`: how long a video lasts; None when it does not say."""

    name: str
    media_type: str | None
    slot: DeliverableKind = PIECE
    seconds: float | None = None


async def attach_file(
    session: AsyncSession,
    actor: Actor,
    project: Project,
    edition: Edition,
    received: Received,
    *,
    joined: Joined,
    now: datetime,
    upload: Upload | None = None,
) -> ProjectFile:
    """Join a received file to the draft, beside the others; where one is the most, in the place of the one before.

    Older deposits keep what they had. `upload`, held by the caller: what it came by; it has its room already.

    Raises:
        Refused: writing is closed, the kind is not accepted, there is no room left, or a virus was found in it.
    """
    check(may_write(actor, project.team, edition, now=now))
    slot, allowed = joined.slot, limits_of(await deliverables_of(session, edition.id))[joined.slot]
    check(_may_be_of_that_kind(joined, received, allowed))
    if upload is not None:
        upload.joined_at = now
    for known in project.files:
        if (known.slot, known.sha256, known.name) == (slot, received.sha256, joined.name):
            return known
    check(may_add(project, slot, allowed))
    check(await room_problem(session, project.team_id, edition.id, received.size, but=upload.id if upload else None))
    stored = await keep(session, received, now=now)
    check(may_join(stored))
    file = ProjectFile(
        team_id=project.team_id, sha256=received.sha256, **vars(joined), added_by=actor.person_id, added_at=now
    )
    file.stored = stored
    if before := given_up_by(project, slot, allowed):
        project.files.remove(before)
    project.files.append(file)
    await _record(session, actor, project, file, "joined", now)
    return file


def _may_be_of_that_kind(joined: Joined, received: Received, allowed: DeliverableValues) -> Refusal | None:
    problem = file_problem(joined.name, joined.media_type, received.size, allowed)
    return Refusal(problem) if (problem := problem or length_problem(joined.seconds, allowed)) else None


async def room_problem(
    session: AsyncSession, team_id: str, edition_id: str, size: int, *, but: str | None = None
) -> Refusal | None:
    """`may_keep`, where what is still arriving takes room too, except upload `but`."""
    kept = await queries.bytes_kept(session, team_id, edition_id)
    arriving = await bytes_arriving(session, team_id, edition_id, but=but)
    return may_keep(size, of_team=kept[0] + arriving[0], of_edition=kept[1] + arriving[1])


async def remove_file(
    session: AsyncSession, actor: Actor, project: Project, edition: Edition, file_id: str, *, now: datetime
) -> ProjectFile | None:
    """Take a file off the draft, and say which; deposits keep theirs. One that is not there changes nothing."""
    check(may_write(actor, project.team, edition, now=now))
    file = next((one for one in project.files if one.id == file_id), None)
    if file is not None:
        project.files.remove(file)
        await _record(session, actor, project, file, "removed", now)
    return file


async def _record(
    session: AsyncSession, actor: Actor, project: Project, file: ProjectFile, what: str, now: datetime
) -> None:
    name = SLOTS[file.slot]
    await record_version(session, actor, project, [name], now=now)
    verb, version = f"project.{name}_{what}", project.version
    journal.record(session, actor, verb, project, now=now, version=version, sha256=file.sha256)

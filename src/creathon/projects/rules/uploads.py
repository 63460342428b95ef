"""Which uploads may begin, whose they are, how long they wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.editions.models import DeliverableKind
from creathon.editions.rules import CEILINGS, DeliverableValues
from creathon.projects.models import Upload
from creathon.projects.rules.files import MEDIA_TYPES, file_problem
from creathon.teams.models import Team
from creathon.teams.rules import is_member

WAITS = timedelta(hours=24)
"""From its registration, whatever arrived of it."""
MOST = max(CEILINGS.values())
"""Bytes that any upload may hold."""


@dataclass(frozen=True)
class UploadValues:
    """What the browser announces of a file; `size` in bytes, `name` already clean, `sha256` in hexadecimal or empty."""

    slot: DeliverableKind
    name: str
    size: int
    sha256: str = ""
    mark: str = ""


def announced_problem(values: UploadValues, allowed: DeliverableValues) -> str | None:
    """Why such a file could not be joined under the limits of its place, before a byte of it is sent."""
    return file_problem(values.name, MEDIA_TYPES.get(values.name.rpartition(".")[2].lower()), values.size, allowed)


def may_continue(viewer: Viewer, upload: Upload, team: Team, *, now: datetime) -> Refusal | None:
    """Whether somebody may know of an upload, send more of it or drop it: who began it, in that team, for a day."""
    theirs = upload.begun_by == viewer.person_id and upload.team_id == team.id and is_member(viewer, team)
    return None if theirs and now < upload.begun_at + WAITS else Refusal("", hidden=True)


def is_asked_again(upload: Upload, values: UploadValues, *, now: datetime) -> bool:
    """Whether a file announced is one already registered: the answer was lost on the way, and what was begun goes on.

    Name and size alone do not say that: of two files, half of each would be joined.
    """
    same = all(getattr(upload, name) == value for name, value in vars(values).items())
    return same and bool(values.sha256 or values.mark) and now < upload.begun_at + WAITS


def offset_of(upload: Upload, held: int) -> int:
    """From which byte more is wanted, when `held` bytes are on the disk.

    The offset is the whole size once the file is joined and not before: whoever sends the last byte again joins it.
    """
    return upload.size if upload.joined_at is not None else min(held, upload.size - 1)

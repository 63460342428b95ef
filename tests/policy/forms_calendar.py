"""The forms of a calendar: a phase moved, the whole calendar and the day of an edition on paper, a proposal."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

from tests.policy.requests import PARIS, Fields, Make, Request, fixed


def _version(request: Request) -> str:
    return str(request.world.version("edition", "edition", "own", "slug"))


def _moved(request: Request) -> Fields:
    """The last phase ends a day later."""
    return {
        "opens_at": "2028-02-01T00:00", "closes_at": "2029-02-02T00:00", "reason": "Un jour de plus.", "step": "save",
        "version": _version(request),
    }  # fmt: skip


def _redrawn(request: Request) -> Fields:
    """The calendar as it is stored, its first phase called otherwise."""
    slug = request.world.ids["edition", "own"]
    query = (
        "SELECT phase.id, kind, phase.title, opens_at, closes_at, allows, grace_seconds FROM phase "
        "JOIN edition ON edition.id = edition_id WHERE slug = ? ORDER BY opens_at"
    )
    with closing(sqlite3.connect(request.world.path)) as connection:
        phases = connection.execute(query, (slug,)).fetchall()
    fields: Fields = {"version": _version(request)}
    for number, (phase_id, kind, title, opens_at, closes_at, allows, grace) in enumerate(phases):
        row = {
            "kind": kind, "title": title if number else "Candidatures nouvelles", "opens_at": _local(opens_at),
            "closes_at": _local(closes_at), "grace": str(grace // 60), "allows": json.loads(allows),
        }  # fmt: skip
        fields |= {f"{phase_id}-{name}": value for name, value in row.items()}
    return fields


def _local(stored: str) -> str:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC).astimezone(PARIS).strftime("%Y-%m-%dT%H:%M:%S")


def _day(request: Request) -> Fields:
    return {"after": ["0:00", "9:30"], "title": ["Lancement", "Idées"], "version": _version(request)}


CALENDAR_FORMS: dict[str, Make] = {
    "editions:move-phase": _moved,
    "editions:redraw-calendar": _redrawn,
    "editions:redraw-day": _day,
    "editions:settle-proposal": fixed(step="refuse"),
}

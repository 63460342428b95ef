"""The written material of the demo: everything invented, in `content/*.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from creathon.projects.rules.captioning import proposed
from creathon.projects.rules.captions import as_vtt

LATE = 45
"""Minutes after the end at which the teams that had something missing deposit."""
FOLDER = Path(__file__).parent / "content"


@cache
def content(name: str) -> dict[str, Any]:
    """One file of the material."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Entry:
    """A project as its team would write it. `strength` is what the demo's jurors see in it: −1.5 to 1.5."""

    title: str
    team: str
    site: str
    fiche: dict[str, Any]
    strength: float
    is_class: bool = False
    late_minutes: int = 0
    missing: tuple[str, ...] = ()
    """What the team had not written at the end of the creation: it deposits late."""
    first_version: dict[str, Any] | None = None


def written_projects() -> list[Entry]:
    """The sixteen projects written in full."""
    entries = [project for number in range(1, 5) for project in content(f"projects_{number}")["projects"]]
    return [
        _entry(project, {name: project[name] for name in FICHE} | _captions(project) | {"answers": _answers(project)})
        for project in entries
    ]


def derived_projects() -> list[Entry]:
    """The thirty-two others, each its own idea put through one of several honest patterns."""
    return [
        _entry(entry, _derived_fiche(entry)) for number in (1, 2) for entry in content(f"derived_{number}")["derived"]
    ]


FICHE = (
    "title", "summary", "needs", "levels", "need", "solution", "ai_use", "inclusion", "next_steps", "scenario",
    "video_url", "video_transcript",
)  # fmt: skip


def _captions(project: dict[str, Any]) -> dict[str, Any]:
    """Of the two teams that wrote them on the platform, for a video that lasts `captioned_seconds`."""
    seconds = project.get("captioned_seconds")
    return {"video_captions": as_vtt(proposed(project["video_transcript"], seconds))} if seconds else {}


def _entry(source: dict[str, Any], fiche: dict[str, Any]) -> Entry:
    return Entry(
        title=source["title"],
        team=source["team"],
        site=source["site"],
        fiche=fiche,
        strength=source["strength"],
        is_class=source.get("kind") == "class",
        late_minutes=source.get("late_minutes", LATE if source.get("incomplete") else 0),
        missing=tuple(source.get("missing", ())),
        first_version=source.get("first_version"),
    )


def _answers(entry: dict[str, Any], pattern: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a team answered to the two questionnaires: what all answer, then its own words."""
    sheets = content("sheets")
    ages = sorted({_AGES[level] for level in entry["levels"]})
    shared = {name: text.format(**entry) if isinstance(text, str) else text for name, text in (pattern or {}).items()}
    own = sheets["teams"].get(entry["team"], {})
    return {**sheets["common"], "i01": entry["needs"], "e03": ["enseignant", *ages], **shared, **own}


_AGES = {
    "maternelle": "moins_15", "elementaire": "moins_15", "college": "moins_15", "lycee": "plus_15",
    "superieur": "plus_15",
}  # fmt: skip


def _derived_fiche(entry: dict[str, Any]) -> dict[str, Any]:
    patterns, variants = content("templates")["patterns"], entry["variants"]
    fiche = {name: entry[name] for name in ("title", "summary", "needs", "levels")}
    for name in ("need", "solution", "ai_use", "inclusion", "next_steps", "scenario"):
        fiche[name] = patterns[name][variants[name]].format(**entry)
    fiche["video_transcript"] = patterns["transcript"][variants["transcript"]].format(**entry)
    fiche["answers"] = _answers(entry, content("sheets")["derived"])
    fiche["video_url"] = f"https://videos.exemple.test/2027/{entry['team'].lower().replace(' ', '-')}"
    return fiche

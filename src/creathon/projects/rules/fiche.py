"""What a project says: its words, its limits, its content as it is kept, and what is missing before a deposit."""

import unicodedata
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from creathon.core.text import _
from creathon.projects.models import Project
from creathon.teams.models import FEWEST, SEATS, Team, TeamKind
from creathon.teams.rules import size_words, team_is_complete

NEEDS = {
    "langage_ecrit": "Langage écrit",
    "oral": "Oral",
    "nombres": "Nombres",
    "motricite": "Geste et motricité",
    "vision": "Vision",
    "audition": "Audition",
    "attention": "Attention",
    "autisme": "Autisme",
    "handicap_intellectuel": "Handicap intellectuel",
    "psychique": "Psychique",
    "maladie_absence": "Maladie ou absence longue",
    "francais_langue_seconde": "Français langue seconde",
    "haut_potentiel": "Haut potentiel",
    "situation_sociale": "Situation sociale",
    "autre": "Autre",
}
LEVELS = {
    "maternelle": "Maternelle",
    "elementaire": "École élémentaire",
    "college": "Collège",
    "lycee": "Lycée",
    "superieur": "Enseignement supérieur",
}
LABELS = {
    "title": "Titre",
    "summary": "Résumé",
    "needs": "Besoins étudiés",
    "levels": "Niveaux",
    "need": "Le besoin",
    "solution": "La réponse",
    "ai_use": "Usage de l’intelligence artificielle et des données",
    "inclusion": "Portée inclusive",
    "next_steps": "La suite",
    "scenario": "Scénario d’usage",
    "video_url": "Adresse de la vidéo",
    "video_captioned": "La vidéo est sous-titrée",
    "video_transcript": "Transcription de la vidéo",
}
LIMITS = {
    "title": 120,
    "summary": 400,
    "need": 4000,
    "solution": 4000,
    "ai_use": 4000,
    "inclusion": 4000,
    "next_steps": 4000,
    "scenario": 8000,
    "video_url": 500,
    "video_transcript": 8000,
}
REQUIRED = (
    "title", "summary", "needs", "levels", "need", "solution", "ai_use", "inclusion", "next_steps", "scenario",
    "video_url",
)  # fmt: skip
CHOICES = {"needs": NEEDS, "levels": LEVELS}


@dataclass(frozen=True)
class FicheValues:
    """Everything a team writes, as its form gives it; the file is apart."""

    title: str = ""
    summary: str = ""
    needs: tuple[str, ...] | list[str] = ()
    levels: tuple[str, ...] | list[str] = ()
    need: str = ""
    solution: str = ""
    ai_use: str = ""
    inclusion: str = ""
    next_steps: str = ""
    scenario: str = ""
    video_url: str = ""
    video_captioned: bool = False
    video_transcript: str = ""

    def content(self) -> dict[str, Any]:
        """The values under the names and in the shapes in which they are kept."""
        values = {name: getattr(self, name) for name in FIELDS}
        return values | {name: sorted(set(values[name]), key=list(CHOICES[name]).index) for name in CHOICES}


FIELDS = tuple(field.name for field in fields(FicheValues))


@dataclass(frozen=True)
class Missing:
    """One thing to add before the deposit; `field` is where, empty when it is about the team."""

    field: str
    sentence: str


def written(project: Project | None) -> dict[str, Any]:
    """What the team wrote, without the file; nothing yet for a project that was never saved."""
    if project is None:
        return FicheValues().content()
    return {name: getattr(project, name) for name in FIELDS}


def content_of(project: Project) -> dict[str, Any]:
    """The bundle of a project as it stands, its file included (loaded with its stored content)."""
    return {**written(project), "file": file_content(project)}


def file_content(project: Project) -> dict[str, Any] | None:
    """What a bundle says of the file."""
    file = project.file
    if file is None:
        return None
    return {"name": file.name, "size": file.stored.size, "sha256": file.sha256, "media_type": file.media_type}


def differing(mine: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """The fields whose two versions differ, in the order of the page."""
    return [name for name in FIELDS if mine[name] != theirs[name]]


_SIZES = {
    TeamKind.STANDARD: f"L’équipe compte de {FEWEST} à {SEATS} personnes ; la vôtre compte {{size}}",
    TeamKind.CLASS: f"Une équipe-classe compte {FEWEST} élèves au moins ; la vôtre compte {{size}}",
}


def missing(content: dict[str, Any], team: Team) -> list[Missing]:
    """What a deposit still needs: every required field, an accessible video, a team of three to five."""
    absent = [Missing(name, _("À remplir : %(labels)s", labels=LABELS[name])) for name in REQUIRED if not content[name]]
    if content["video_url"] and not is_web_address(content["video_url"]):
        absent.append(Missing("video_url", _("L’adresse de la vidéo doit commencer par https:// et être complète")))
    if not content["video_captioned"] and not content["video_transcript"]:
        sentence = _("La vidéo est sous-titrée (à cocher), ou bien sa transcription est à remplir")
        absent.append(Missing("video_captioned", sentence))
    if not team_is_complete(team):
        absent.append(Missing("", _(_SIZES[team.kind].format(size=size_words(team)))))
    return absent


def is_web_address(value: str) -> bool:
    """Whether a link leads to a page of the web, by http or https."""
    try:
        address = urlsplit(value)
        host = address.hostname
    except ValueError:
        return False
    return address.scheme in ("http", "https") and bool(host) and "." in str(host) and not any(map(str.isspace, value))


def folded(text: str) -> str:
    """Text without case nor accents, as it is searched and sorted."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter)
    )

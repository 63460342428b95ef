"""What a project says: its words, its limits, its content as it is kept, and what is missing before a deposit."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from creathon.core.text import _
from creathon.editions.models import DeliverableKind
from creathon.editions.rules import Deliverables
from creathon.projects.models import Project
from creathon.projects.rules.captions import followed_how
from creathon.projects.rules.choices import LEVELS, NEEDS
from creathon.projects.rules.pieces import FILE, NOTHING_JOINED, VIDEO, file_content, with_pieces
from creathon.projects.rules.sheets import (
    ANSWER_LABELS,
    ANSWER_LIMITS,
    ANSWERS,
    BLANK,
    SEVERAL,
    SHEETS,
    VERSIONS,
    given,
    held_by,
    versions_of,
)
from creathon.teams.models import FEWEST, SEATS, Team, TeamKind
from creathon.teams.rules import size_words, team_is_complete

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
    "video_captions": "Sous-titres de la vidéo",
    **ANSWER_LABELS,
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
    "video_captions": 40_000,
    **ANSWER_LIMITS,
}
REQUIRED = (
    "title", "summary", "needs", "levels", "need", "solution", "ai_use", "inclusion", "next_steps", "scenario",
)  # fmt: skip
CHOICES = {"needs": NEEDS, "levels": LEVELS, **SEVERAL}


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
    video_captions: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    """To the two questionnaires, by the name of the part; what is not there is not answered."""

    def content(self) -> dict[str, Any]:
        """The values under the names and in the shapes in which they are kept."""
        values = {name: getattr(self, name) for name in WORDS} | {**BLANK, **self.answers}
        return values | {name: sorted(set(values[name]), key=list(CHOICES[name]).index) for name in CHOICES}


WORDS = tuple(one.name for one in fields(FicheValues) if one.name != "answers")
"""The fiche itself; `FIELDS` has every answer too, each saved, merged and restored like a text."""
FIELDS = (*WORDS, *ANSWERS)
CAPTIONS = "video_captions"
"""Written on a page of their own; in a bundle only when there are some."""
TYPED = tuple(name for name in FIELDS if name != CAPTIONS)
"""What the page of the project writes."""
OLDER: Mapping[str, Any] = {**BLANK, CAPTIONS: "", **NOTHING_JOINED}
"""What a version older than a question, than captions or than several pieces says of them."""
COLUMNS = {"ethics": "ethics_answers", "inclusion": "inclusion_answers"}
"""Where the draft keeps the answers to each questionnaire."""


@dataclass(frozen=True)
class Missing:
    """One thing to add before the deposit; `field` is where, empty when it is about the team."""

    field: str
    sentence: str


def written(project: Project | None) -> dict[str, Any]:
    """What the team wrote, without the file; nothing yet for a project that was never saved."""
    if project is None:
        return FicheValues().content()
    answers = {sheet.key: getattr(project, COLUMNS[sheet.key]) or {} for sheet in SHEETS}
    kept = {part.name: answers[sheet.key].get(part.name, BLANK[part.name]) for sheet in SHEETS for part in sheet.parts}
    return {name: getattr(project, name) for name in WORDS} | kept


def write(project: Project, changes: Mapping[str, Any]) -> None:
    """Put changed values into the draft."""
    for name in WORDS:
        if name in changes:
            setattr(project, name, changes[name])
    answers = written(project) | {name: value for name, value in changes.items() if name in BLANK}
    for sheet in SHEETS:
        if any(part.name in changes for part in sheet.parts):
            setattr(project, COLUMNS[sheet.key], given(answers, sheet))


def bundle_of(
    values: Mapping[str, Any], pieces: Sequence[dict[str, Any]], video: dict[str, Any] | None = None
) -> dict[str, Any]:
    """What a deposit freezes: the fiche, the answers there are with the version of their questionnaire, the files.

    Without any answer, joined video, second piece nor captions it is, byte for byte, what it was before there were any.
    """
    bundle = with_pieces({name: values[name] for name in WORDS if name != CAPTIONS or values[name]}, pieces)
    for sheet in SHEETS:
        bundle |= given(values, sheet)
    if video is not None:
        bundle[VIDEO] = video
    versions = versions_of(values)
    return bundle | {VERSIONS: versions} if versions else bundle


def content_of(project: Project) -> dict[str, Any]:
    """The bundle of a project as it stands, its files included (loaded with their stored content)."""
    pieces, video = [file_content(piece) for piece in project.pieces], project.video
    return bundle_of(written(project), pieces, file_content(video) if video else None)


def differing(mine: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """The fields whose two versions differ, in the order of the page."""
    return [name for name in FIELDS if mine[name] != theirs[name]]


_SIZES = {
    TeamKind.STANDARD: f"L’équipe compte de {FEWEST} à {SEATS} personnes ; la vôtre compte {{size}}",
    TeamKind.CLASS: f"Une équipe-classe compte {FEWEST} élèves au moins ; la vôtre compte {{size}}",
}


def missing(content: dict[str, Any], team: Team, limits: Deliverables) -> list[Missing]:
    """What a deposit still needs: required fields, what the edition asks for, answers, a team of three to five."""
    absent = [Missing(name, _("À remplir : %(labels)s", labels=LABELS[name])) for name in REQUIRED if not content[name]]
    absent += _not_handed_in(content, limits)
    absent += [Missing(hold.field, hold.sentence) for hold in held_by(content)]
    if not team_is_complete(team):
        absent.append(Missing("", _(_SIZES[team.kind].format(size=size_words(team)))))
    return absent


def _not_handed_in(content: dict[str, Any], limits: Deliverables) -> list[Missing]:
    absent, address, joined = [], content["video_url"], content.get(VIDEO)
    is_asked = limits[DeliverableKind.VIDEO].required
    if is_asked and not address and not joined:
        absent.append(Missing("video_url", _("La vidéo est à joindre, ou son adresse est à remplir")))
    if address and not is_web_address(address):
        absent.append(Missing("video_url", _("L’adresse de la vidéo doit commencer par https:// et être complète")))
    if (is_asked or address or joined) and not followed_how(content):
        sentence = _("La vidéo est à sous-titrer ; sinon, elle l’est déjà (à cocher) ou sa transcription est à remplir")
        absent.append(Missing("video_captioned", sentence))
    if limits[DeliverableKind.PIECE].required and not content.get(FILE):
        absent.append(Missing(FILE, _("Un fichier est à joindre au brouillon")))
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

"""What the history of a draft says: who changed which field, and when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from creathon.core.text import _
from creathon.projects.rules.deposits import moment_words
from creathon.projects.rules.fiche import FIELDS, LABELS
from creathon.projects.rules.pieces import FILE, VIDEO, pieces_of

SAME_SITTING = timedelta(minutes=10)
MOST_NAMED = 4
NAMES = {**LABELS, FILE: "Fichiers joints", VIDEO: "Vidéo jointe"}
SOMEBODY = "Une personne qui n’est plus sur la plateforme"


@dataclass(frozen=True)
class Change:
    """One version of the draft: who saved it, when, which fields changed (none known: the whole draft)."""

    version: int
    at: datetime
    author_id: str
    author: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Sitting:
    """What one person saved in a row in the same fields: one line of the history."""

    author: str
    names: str
    since: datetime
    until: datetime
    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def sittings(changes: Iterable[Change]) -> list[Sitting]:
    """The changes, newest first, with those of one sitting as one line."""
    found: list[Sitting] = []
    key: tuple[str, tuple[str, ...]] | None = None
    for change in changes:
        same = key == (change.author_id, change.fields) and found[-1].first == change.version + 1
        if same and found[-1].since - change.at <= SAME_SITTING:
            last = found.pop()
            found.append(Sitting(last.author, last.names, change.at, last.until, change.version, last.last))
            continue
        key = (change.author_id, change.fields)
        at, version = change.at, change.version
        found.append(Sitting(author_words(change), fields_words(change.fields), at, at, version, version))
    return found


def fields_words(fields: Sequence[str]) -> str:
    """« Titre », « Le besoin »; the whole draft when no field is named; past a few, their number."""
    if len(fields) > MOST_NAMED:
        return _("%(count)s parties du brouillon", count=len(fields))
    return ", ".join(_("« %(name)s »", name=NAMES[name]) for name in fields) or _("le brouillon entier")


def value_at(content: Mapping[str, Any], name: str) -> Any:
    """What a version says under one of the `NAMES`."""
    return pieces_of(content) if name == FILE else content.get(name)


def author_words(change: Change) -> str:
    """Who made a change."""
    return change.author or _(SOMEBODY)


def news(changes: Sequence[Change], reader_id: str, zone: str, now: datetime) -> list[str]:
    """« Léa Martin a modifié « Le besoin » à 21 h 03 », once per field and person, without the reader's own changes."""
    latest: dict[tuple[str, str], Change] = {}
    for change in changes:
        for name in change.fields:
            latest[change.author_id, name] = change
    return [
        _(
            "%(author)s a modifié %(fields)s %(moment)s",
            author=author_words(change),
            fields=fields_words([name]),
            moment=moment_words(change.at, zone, now),
        )
        for (author_id, name), change in latest.items()
        if author_id != reader_id
    ]


def last_hands(changes: Sequence[Change], zone: str, now: datetime) -> dict[str, str]:
    """For each field changed, « Léa Martin, à 21 h 03 »: whoever wrote it last."""
    latest = {name: change for change in changes for name in (change.fields or FIELDS)}
    return {
        name: _("%(author)s, %(moment)s", author=author_words(change), moment=moment_words(change.at, zone, now))
        for name, change in latest.items()
    }

"""Two texts of one field: what is written, what clashes, and how they differ, word by word."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from creathon.core.text import _
from creathon.projects.rules.fiche import CHOICES, FIELDS
from creathon.projects.rules.pieces import FILE, VIDEO
from creathon.projects.rules.sheets import SINGLE

ONE_LINE = frozenset({"title", "video_url", "video_captioned", *SINGLE})
"""Where « both » would make no sense."""
_WORD = re.compile(r"\w")
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Merge:
    """What a save does: the fields it writes, and those that somebody else changed too."""

    changes: dict[str, Any]
    clashes: list[str]


def merged(mine: Mapping[str, Any], base: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merge:
    """What `mine`, made from `base`, writes over `theirs`: a field that its reader left as it was writes nothing.

    A field that `base` does not know (a version that never was) counts as changed by both.
    """
    changes = {name: text for name, text in mine.items() if text != theirs[name] and text != base.get(name)}
    return Merge(changes, [name for name in FIELDS if name in changes and base.get(name) != theirs[name]])


def may_hold_both(name: str) -> bool:
    """Whether two values of a field can stand together."""
    return name not in ONE_LINE


def both(name: str, theirs: Any, mine: Any) -> Any:
    """Both values: one text after the other, every choice of either."""
    if name in CHOICES:
        return [choice for choice in CHOICES[name] if choice in theirs or choice in mine]
    return "\n\n".join(text for text in (theirs, mine) if text)


@dataclass(frozen=True)
class Piece:
    """A run of words: `same`, `added` or `removed`."""

    kind: str
    text: str


def word_differences(before: str, after: str) -> list[Piece]:
    """How one text becomes the other; nothing of either is missing. A space alone is no common word."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces: list[Piece] = []
    removed = added = ""
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new).get_opcodes():
        gone, come = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        if kind != "equal" or ((removed or added) and not _WORD.search(come)):
            removed, added = removed + gone, added + come
            continue
        pieces += [*_changed(removed, added), Piece("same", come)]
        removed = added = ""
    return [*pieces, *_changed(removed, added)]


def _changed(removed: str, added: str) -> list[Piece]:
    return [Piece(kind, text) for kind, text in (("removed", removed), ("added", added)) if text]


def value_words(name: str, value: Any) -> str:
    """A value of the fiche as a text, to be read or compared."""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if name in CHOICES:
        return ", ".join(CHOICES[name].get(choice, choice) for choice in value)
    if name in SINGLE:
        return SINGLE[name].get(value, value)
    if name == FILE:
        return ", ".join(piece["name"] for piece in value)
    if name == VIDEO:
        return str(value["name"]) if value else ""
    return str(value)

"""Words as the gallery searches them: folded, cut, told from the words that decide nothing; and one error away.

A word becomes a number (`key`) made of it and of its edition: what is stored of one project tells another edition
nothing, and no two deposits ever write the same row.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from creathon.projects.rules.captions import caption_words
from creathon.projects.rules.choices import LEVELS, NEEDS
from creathon.projects.rules.fiche import folded

TITLE, SUMMARY, REST = 100, 12, 1
"""What a word found there is worth; a word counts where it is worth most."""
EXACT, BEGINNING, NEAR = 3, 2, 1
"""Times which it is worth, as it was asked: the word, the beginning of a word, a word one error away."""
SHORT, FORGIVEN = 2, 5
"""Up to how many letters a word decides nothing beside longer ones; from how many on an error is forgiven."""
LONGEST = 40
MOST_WORDS = 10
MOST_EXPANSIONS = 12

_CUTS = re.compile(r"[^\w]+|_")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
_INSIDE = ("need", "solution", "ai_use", "inclusion", "next_steps", "scenario", "video_transcript")
_MEANINGLESS = """
au aucun aucune aussi autre autres aux avec car ce ceci cela celle celles celui ces cet cette ceux chaque chez comme
comment dans de des donc dont du elle elles en entre est et etre eux fait il ils je la le les leur leurs lui ma mais me
meme memes mes mon ne nos notre nous on ont ou par pas peut plus pour qu quand que quel quelle quelles quels qui sa sans
se ses si son sont sous sur ta te tes toi ton tous tout toute toutes tu un une vers vos votre vous qui quoi ete etait
"""


@dataclass(frozen=True)
class Sought:
    """What is asked: the words that decide, and those that only help to rank."""

    deciding: tuple[str, ...] = ()
    helping: tuple[str, ...] = ()


def words_in(text: str) -> Iterator[str]:
    """The words of a text, folded: no case, accent, ligature, apostrophe, hyphen; not yet their root."""
    for word in _CUTS.split(folded(unicodedata.normalize("NFKC", text).casefold().translate(_LIGATURES))):
        if word:
            yield word[:LONGEST]


def root(word: str) -> str:
    """A word without the mark of its plural: « animaux » and « animal », « jeux » and « jeu »."""
    if len(word) > 4 and word.endswith("aux") and not word.endswith("eaux"):
        return f"{word[:-3]}al"
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


STOP_WORDS = frozenset(_MEANINGLESS.split())


def sought(text: str) -> Sought:
    """What a reader asks for. Short words decide when there is nothing else; stop-words never do."""
    words = list(dict.fromkeys(words_in(text)))
    kept = [word for word in words if word not in STOP_WORDS and not _is_article(word)]
    long = [word for word in kept if len(word) > SHORT]
    deciding = (long or kept)[:MOST_WORDS]
    helping = [word for word in kept if word not in deciding][:MOST_WORDS]
    return Sought(tuple(deciding), tuple(helping))


def _is_article(word: str) -> bool:
    """« l », « d », « qu » of before an apostrophe; a figure alone is a word."""
    return len(word) == 1 and word.isalpha()


def weighed_words(content: Mapping[str, Any]) -> dict[str, int]:
    """The roots of a deposited fiche, each with the most it is worth."""
    names = [*map(NEEDS.get, content["needs"]), *map(LEVELS.get, content["levels"])]
    parts: list[tuple[int, Iterable[str | None]]] = [
        (REST, [*map(content.get, _INSIDE), caption_words(content), *names]),
        (SUMMARY, [content["summary"]]),
        (TITLE, [content["title"]]),
    ]
    found: dict[str, int] = {}
    for worth, texts in parts:
        for text in texts:
            found.update((root(word), worth) for word in words_in(text or "") if not _is_article(word))
    return {word: worth for word, worth in found.items() if word not in STOP_WORDS}


def key(edition_id: str, word: str) -> int:
    """The number of a word in an edition: 64 bits, signed."""
    return int.from_bytes(blake2b(f"{edition_id}\0{word}".encode(), digest_size=8).digest(), "big", signed=True)


def near_keys(edition_id: str, word: str) -> set[int]:
    """What leads to a word: its beginnings, and what errors make of it when it is long enough."""
    beginnings = {f"^{word[:size]}" for size in range(SHORT + 1, len(word))}
    errors = shortened(word) if len(word) >= FORGIVEN - 1 else set()
    return {key(edition_id, one) for one in beginnings | errors}


def key_of_beginning(edition_id: str, asked: str) -> int:
    """Under which number the words that begin so are found."""
    return key(edition_id, f"^{asked}")


def keys_of_errors(edition_id: str, asked: str) -> set[int]:
    """Under which numbers the words are found that are one error away, and others to be told apart."""
    return {key(edition_id, one) for one in {asked, *shortened(asked)}}


def shortened(word: str) -> set[str]:
    """The word with one letter left out, each in turn."""
    return {word[:place] + word[place + 1 :] for place in range(len(word))}


def is_forgiven(asked: str, word: str) -> bool:
    """Whether one is the other with one letter wrong, missing, doubled (or added), or two neighbours exchanged."""
    if asked == word:
        return True
    start = next((i for i, (a, b) in enumerate(zip(asked, word, strict=False)) if a != b), min(len(asked), len(word)))
    mine, other = asked[start:], word[start:]
    exchanged = mine[:2] == other[:2][::-1] and mine[2:] == other[2:]
    return mine[1:] == other[1:] or mine[1:] == other or mine == other[1:] or exchanged


def is_forgiven_in(asked: str, term: str) -> bool:
    """Whether a word of the index (a root) is what was meant: one error, in a word of five letters or more."""
    return max(len(asked), len(term)) >= FORGIVEN and (is_forgiven(root(asked), term) or is_forgiven(asked, term))

"""Captions proposed from a transcript, and advice on captions. Nothing here refuses anything.

Where the figures come from:

* *Charte relative à la qualité du sous-titrage à destination des personnes sourdes ou malentendantes* (CSA, today
  Arcom, December 2011): two lines; 12 characters in one second, 20 in two, 36 in three, 60 in four, with a tolerance
  of 20 %. Sixty characters in four seconds are `SPEED`, advice comes beyond the tolerance.
* Netflix, *Timed Text Style Guide, General Requirements*: two lines, at most seven seconds on the screen, lines of 42
  characters, broken after a punctuation mark first; teletext has 40 in a line, `LINE`.
* BBC, *Subtitle Guidelines*: one sentence in a subtitle when it can be, broken at full stops, then commas.
"""

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise

from creathon.core.text import _
from creathon.projects.rules.captions import SECOND, Cue, moment_typed, plain

LINE, LINES = 40, 2
SPEED, TOLERANCE = 15, 1.2
LONGEST = 7 * SECOND
HOLE = 10 * SECOND
AT_LEAST = 12
"""So many characters a cue is given time for, however short: those of a second in the charter."""
FULL_ENOUGH = 30
"""From how many characters on the end of a sentence, or of a clause, ends a cue."""
ROUNDING = SECOND // 2
"""How far after the end of the video a cue may end: containers round their duration."""
_SENTENCE = re.compile(r".*[.!?…][\s»”\")\]]*", re.DOTALL)
_CLAUSE = re.compile(r".*[,;:–—][\s»”\")\]]*", re.DOTALL)
_BETWEEN_WORDS = re.compile(r"(?<!«) (?![:;?!»])")
"""French signs stay with their word, whatever space stands there."""


def proposed(transcript: str, seconds: float) -> list[Cue]:
    """The words of a transcript over a video that lasts so long: cut in cues, timed in proportion to their characters.

    Whoever speaks slowly here and fast there corrects the times; no word is changed, lost or moved. The video lasts
    at least a second.
    """
    texts = [text for paragraph in plain(transcript).split("\n") for text in map(plain, _cut(paragraph)) if text]
    if not texts:
        return []
    lasts = int(seconds * SECOND)
    weights = list(accumulate((max(len(text), AT_LEAST) for text in texts), initial=0))
    shared = lasts - len(texts)  # a millisecond each first: none is ever empty
    moments = [place + shared * weight // weights[-1] for place, weight in enumerate(weights)]
    return [
        Cue(start, min(end, start + LONGEST), text)
        for text, (start, end) in zip(texts, pairwise(moments), strict=True)
    ]  # fmt: skip


def _cut(paragraph: str) -> list[str]:
    """The cues of one paragraph: to the end of a sentence, else of a clause, else as much as two lines hold."""
    words, texts = list(filter(None, _BETWEEN_WORDS.split(paragraph))), []
    while words:
        most = _held(words)
        taken = _end_of(words[:most], _SENTENCE) or (most if most == len(words) else _last_clause(words[:most])) or most
        texts.append(_in_lines(words[:taken]))
        words = words[taken:]
    return texts


def _held(words: Sequence[str]) -> int:
    """How many of the words two lines hold; a word longer than a line has one for itself."""
    count = 0
    for _line in range(LINES):
        width = -1
        while count < len(words) and (width < 0 or width + 1 + len(words[count]) <= LINE):
            width += 1 + len(words[count])
            count += 1
    return count


def _end_of(words: Sequence[str], ending: re.Pattern[str]) -> int:
    """After how many words something ends for the first time, once there are words enough; 0 when nothing does."""
    return next((count for count in _ends(words, ending)), 0)


def _last_clause(words: Sequence[str]) -> int:
    return max(_ends(words, _CLAUSE), default=0)


def _ends(words: Sequence[str], ending: re.Pattern[str]) -> list[int]:
    lengths = accumulate(len(word) + 1 for word in words)
    return [
        count
        for count, (word, length) in enumerate(zip(words, lengths, strict=True), 1)
        if length > FULL_ENOUGH and ending.fullmatch(word)
    ]


def _in_lines(words: Sequence[str]) -> str:
    """One line, or the two most even ones that both fit."""
    whole = " ".join(words)
    if len(whole) <= LINE or len(words) == 1:
        return whole
    breaks = [(" ".join(words[:count]), " ".join(words[count:])) for count in range(1, len(words))]
    return "\n".join(min(breaks, key=lambda lines: max(map(len, lines))))


def advice_on(cues: Sequence[Cue], seconds: float | None) -> list[list[str]]:
    """What could be better, cue by cue; `seconds`: how long the video lasts, when that is known."""
    lasts = None if seconds is None else int(seconds * SECOND)
    found, until = [], 0
    for cue in cues:
        found.append([*_between(cue, until), *_within(cue, lasts)])
        until = max(until, cue.end)
    if cues and lasts is not None and lasts - until > HOLE:
        found[-1].append(_("Plus rien ensuite, alors que la vidéo dure jusqu’à %(end)s.", end=moment_typed(lasts)))
    return found


def _between(cue: Cue, until: int) -> list[str]:
    if cue.start < until:
        return [_("Il commence avant la fin du précédent.")]
    if cue.start - until > HOLE:
        return [_("Rien pendant %(count)s secondes avant lui.", count=(cue.start - until) // SECOND)]
    return []


def _within(cue: Cue, lasts: int | None) -> list[str]:
    lines = cue.text.split("\n")
    longest = max(map(len, lines))
    speed = len(" ".join(lines)) * SECOND / (cue.end - cue.start)
    found = []
    if speed > SPEED * TOLERANCE:
        said = "Trop rapide à lire : %(speed)s caractères par seconde, mieux vaut %(most)s au plus."
        found.append(_(said, speed=round(speed), most=SPEED))
    if longest > LINE:
        found.append(_("Une ligne compte %(count)s caractères : coupez-la à %(most)s.", count=longest, most=LINE))
    if len(lines) > LINES:
        found.append(_("Il a %(count)s lignes : deux se lisent mieux.", count=len(lines)))
    if lasts is not None and cue.end > lasts + ROUNDING:
        found.append(_("Il finit après la fin de la vidéo (%(end)s).", end=moment_typed(lasts)))
    return found

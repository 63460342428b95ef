"""Captions: read from WebVTT or SubRip however they were written, kept as one plain WebVTT, given back in both. Times
are whole milliseconds.

Only times and words are kept: marks, styles, regions, places and notes go, the name of a voice becomes words.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from creathon.core.text import _, ngettext

MOST_CUES = 400
MOST_BYTES = 400_000
SECOND = 1000

_ENCODINGS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_TIMES = re.compile(r"([\d:.,]+)\s*-{1,2}>\s*([\d:.,]+)(?:\s.*)?")
_MOMENT = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,5})(?:[.,](\d{1,3}))?", re.ASCII)
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]([^<>]+)>")
_MARK = re.compile(r"</?(?:c|i|b|u|s|v|em|strong|font|span|ruby|rt|lang)(?:[.\s][^<>]*)?>|<[\d:.]+>|\{\\[^{}]*\}", re.I)
_ENTITY = re.compile(r"&(amp|lt|gt|nbsp|quot|lrm|rlm);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "nbsp": "\u00a0", "quot": '"', "lrm": "", "rlm": ""}
_BLOCKS = ("NOTE", "STYLE", "REGION")
_SPACES = re.compile(r"[ \t]+")


class Unreadable(Exception):
    """What was brought cannot be read as captions; the sentence says where and why."""


@dataclass(frozen=True)
class Cue:
    """Words on the screen from one millisecond to another; its lines are those of the text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Row:
    """A cue as a person types it. `problem`: why it cannot be kept."""

    start: str = ""
    end: str = ""
    text: str = ""
    problem: str = ""


def as_text(content: bytes) -> str:
    """The text of a file, whatever wrote it: UTF-8, UTF-16, or what Windows writes in western Europe.

    Raises:
        Unreadable: it is no text, or too long.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(_("Ce fichier est trop long pour des sous-titres."))
    marked = next((name for mark, name in _ENCODINGS.items() if content.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(_("Ce fichier n’est pas un texte : choisissez un fichier .vtt ou .srt."))


def read_captions(text: str) -> list[Cue]:
    """The cues of a WebVTT or SubRip text, in the order of their times.

    Raises:
        Unreadable: the first line that cannot be understood, a cue that ends before it starts, none or too many.
    """
    text = unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
    reader = _Reader([line.strip() for line in re.split(r"\r\n|\r|\n", text)])
    cues = sorted(reader.read(), key=lambda cue: (cue.start, cue.end))
    if not cues:
        raise Unreadable(_("Aucun sous-titre n’est lu : il faut un temps, puis des mots."))
    if len(cues) > MOST_CUES:
        raise Unreadable(_("Il y a %(count)s sous-titres, la limite est de %(most)s.", count=len(cues), most=MOST_CUES))
    return cues


class _Reader:
    """Goes through the lines once; `begun` is the cue whose words are being read."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.is_vtt = lines[0].startswith("WEBVTT")
        self.skips = self.is_vtt
        self.blank = True
        self.begun: tuple[int, int] | None = None
        self.words: list[str] = []
        self.cues: list[Cue] = []

    def read(self) -> list[Cue]:
        for place, line in enumerate(self.lines):
            if not line:
                self.skips, self.blank = False, True
            elif not self.skips:
                self._line(place, line)
                self.blank = False
        self._close()
        return self.cues

    def _line(self, place: int, line: str) -> None:
        if times := _TIMES.fullmatch(line):
            self._close()
            self.begun = _times(place + 1, *times.groups())
        elif "-->" in line:
            raise Unreadable(_at(place + 1, _("ce temps ne se lit pas. Exemple : 00:00:01.500 --> 00:00:04.000")))
        elif self.is_vtt and self.blank and line.split(maxsplit=1)[0] in _BLOCKS:
            self.skips = True
        elif self._names_the_next(place, line):
            pass
        elif self.begun is None:
            raise Unreadable(
                _at(place + 1, _("ces mots viennent avant le premier temps : « %(said)s »", said=line[:40]))
            )
        else:
            self.words.append(_unmarked(line))

    def _names_the_next(self, place: int, line: str) -> bool:
        """Whether the line is the number, or the name, that stands over the times of a cue."""
        following = self.lines[place + 1] if place + 1 < len(self.lines) else ""
        is_time = "-->" in following or _TIMES.fullmatch(following) is not None
        return is_time and (line.isdigit() or (self.is_vtt and self.blank))

    def _close(self) -> None:
        text = plain("\n".join(self.words))
        if self.begun is not None and text:
            self.cues.append(Cue(*self.begun, text))
        self.begun, self.words = None, []


def _times(number: int, start: str, end: str) -> tuple[int, int]:
    first, last = moment(start), moment(end)
    for value, said in ((first, start), (last, end)):
        if value is None:
            raise Unreadable(_at(number, _("le temps « %(said)s » ne se lit pas.", said=said[:20])))
    if first is None or last is None or last <= first:
        raise Unreadable(_at(number, _("la fin doit venir après le début.")))
    return first, last


def _at(number: int, sentence: str) -> str:
    return _("Ligne %(number)s : %(sentence)s", number=number, sentence=sentence)


def _unmarked(line: str) -> str:
    line = _MARK.sub("", _VOICE.sub(r"\1 : ", line))
    return _ENTITY.sub(lambda found: _ENTITIES[found[1]], line)


def plain(text: str) -> str:
    """Words as they are kept: no sign that is not seen, no empty line, no space twice."""
    seen = "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) != "Cc")
    return "\n".join(filter(None, (_SPACES.sub(" ", line).strip() for line in seen.split("\n"))))


def moment(typed: str) -> int | None:
    """A time, « 83,5 », « 1:23.500 » or « 00:01:23,500 », in milliseconds; None when it is not one."""
    found = _MOMENT.fullmatch(typed.strip())
    if found is None:
        return None
    hours, minutes, seconds, thousandths = found.groups()
    if (hours and int(minutes) > 59) or (minutes and int(seconds) > 59):
        return None
    total = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds)
    return total * SECOND + int((thousandths or "").ljust(3, "0"))


def moment_typed(milliseconds: int) -> str:
    """A time as a person reads and types it: « 1:23,500 », with the hours when there are some."""
    clock, rest = divmod(milliseconds, SECOND)
    hours, minutes, seconds = clock // 3600, clock // 60 % 60, clock % 60
    head = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    return f"{head}:{seconds:02},{rest:03}"


def as_vtt(cues: Sequence[Cue]) -> str:
    """The captions as they are kept and played; nothing for none."""
    blocks = [f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n{_escaped(cue.text)}" for cue in cues]
    return "\n\n".join(["WEBVTT", *blocks]) if blocks else ""


def as_srt(cues: Sequence[Cue]) -> str:
    """The captions for a host that wants SubRip."""
    return "\n\n".join(
        f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n{cue.text}"
        for number, cue in enumerate(cues, 1)
    )


def _clock(milliseconds: int, point: str) -> str:
    clock, rest = divmod(milliseconds, SECOND)
    return f"{clock // 3600:02}:{clock // 60 % 60:02}:{clock % 60:02}{point}{rest:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cues_of(content: Mapping[str, Any]) -> list[Cue]:
    """The cues of a draft or of a bundle; what is older than captions has none."""
    kept = content.get("video_captions")
    return read_captions(kept) if kept else []


def caption_words(content: Mapping[str, Any]) -> str:
    """What the captions of a draft or of a bundle say, without their times."""
    return "\n".join(cue.text for cue in cues_of(content))


def followed_how(content: Mapping[str, Any]) -> str:
    """Which of the three ways there are to follow the video without its sound, the surest first; empty without any."""
    if cues := cues_of(content):
        count = ngettext("%(num)s sous-titre", "%(num)s sous-titres", len(cues))
        first, last = moment_typed(cues[0].start), moment_typed(max(cue.end for cue in cues))
        return _("Les sous-titres sont dans le dossier : %(count)s, de %(first)s à %(last)s.", count=count, first=first,
                 last=last)  # fmt: skip
    if content.get("video_captioned"):
        return _("L’équipe déclare la vidéo sous-titrée.")
    if content.get("video_transcript"):
        return _("La transcription de la vidéo est là.")
    return ""


def rows_of(cues: Sequence[Cue]) -> list[Row]:
    """The cues as a person corrects them."""
    return [Row(moment_typed(cue.start), moment_typed(cue.end), cue.text) for cue in cues]


def cues_typed(rows: Sequence[Row]) -> tuple[list[Row], list[Cue]]:
    """The rows, each with what forbids to keep it, and the cues of the others in the order of their times.

    A row without words is taken away.
    """
    said, cues = [], []
    for row in rows:
        text = plain(row.text.replace("\r", "\n"))
        start, end = moment(row.start), moment(row.end)
        problem = _problem_of(start, end) if text else ""
        said.append(Row(row.start, row.end, row.text, problem))
        if text and not problem and start is not None and end is not None:
            cues.append(Cue(start, end, unicodedata.normalize("NFC", text)))
    return said, sorted(cues, key=lambda cue: (cue.start, cue.end))


def _problem_of(start: int | None, end: int | None) -> str:
    if start is None:
        return _("Le début ne se lit pas : écrivez-le comme 0:04,200.")
    if end is None:
        return _("La fin ne se lit pas : écrivez-la comme 0:06,500.")
    return "" if end > start else _("La fin doit venir après le début.")

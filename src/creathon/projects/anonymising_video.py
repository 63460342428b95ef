"""Finds where a video says who made it, with what, when and where: the bytes that its copy for jurors has otherwise.

`python -m creathon.projects.anonymising_video` finds the video on its standard input, which it may seek, and answers
JSON: `[first, length, start]` means `start` (hexadecimal), then zeros, in the place of `length` bytes. Nothing moves,
so every place that a video holds of itself stays right. What is not known as needed to play it is overwritten; whatever
cannot be followed to its end ends the process badly: there is no copy.
"""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import IO

from creathon.core.apart import limit_itself

MEMORY = 512 * 1024 * 1024
SECONDS = 60
MOST = 100_000
"""Boxes, samples and places beyond which a video is not followed."""

Patch = tuple[int, int, str]

_PARENTS = "moov trak mdia minf stbl edts moof traf mfra mvex gmhd tapt"
_LEAVES = (
    "ftyp styp mdat sidx ssix pdin mvhd mehd trex iods tkhd tref elst mdhd hdlr elng vmhd smhd nmhd sthd gmin "
    "dinf stsd stts ctts stss stsc stsz stz2 stco co64 sdtp sbgp sgpd subs saiz saio stps cslg padb tfhd tfdt trun "
    "mfhd mfro tfra clef prof enof"
)
MP4_PARENTS = frozenset(_PARENTS.split())
MP4_KEPT = MP4_PARENTS | frozenset(_LEAVES.split())
DATED = frozenset({"mvhd", "tkhd", "mdhd"})
PLAYED = frozenset({"vide", "soun", "subt", "sbtl", "clcp"})
"""The tracks that are seen, heard or read; another one holds places, speeds, titles of chapters (`text`), which no
browser shows: its samples are overwritten."""

HIDDEN = "a track that is not played"

WEBM_START = b"\x1a\x45\xdf\xa3"
WEBM_PARENTS = frozenset({0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0x1F43B675})
"""Segment, Info, Tracks, TrackEntry, Cluster: read through, as an element means the same wherever it stands."""
WEBM_KEPT = frozenset(
    {
        *(0x1A45DFA3, 0x114D9B74, 0x1C53BB6B, 0x2AD7B1, 0x4489),  # head, places, scale of time, length
        *(0xE7, 0xA7, 0xAB, 0xA3, 0xA0, 0xAF, 0x5854),  # what clusters are made of
        *(0xD7, 0x73C5, 0x83, 0xB9, 0x88, 0x55AA, 0x55AB, 0x55AC, 0x55AD, 0x55AE, 0x55AF, 0x9C, 0x6DE7, 0x6DF8),
        *(0x23E383, 0x234E7A, 0x23314F, 0x55EE, 0x22B59C, 0x22B59D, 0x86, 0x63A2, 0xAA, 0x6FAB, 0x56AA, 0x56BB),
        *(0xE0, 0xE1, 0x6D80),  # of a track: numbers, flags, language, codec, image, sound, compression
    }
)
WEBM_TYPE, WEBM_PLAYED, WEBM_VOID = 0x83, (1, 2, 3, 0x11), 0xEC


class Unreadable(ValueError):
    """A video that cannot be followed to its end."""


@dataclass(frozen=True)
class Box:
    """One box of an MP4: its kind, where it begins, its content and its end."""

    kind: str
    first: int
    content: int
    end: int


class Film:
    """A video, read by places."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.size = file.seek(0, os.SEEK_END)
        self.left = MOST
        self.kinds: set[str] = set()

    def read(self, first: int, length: int) -> bytes:
        """So many bytes from a place, all of them."""
        self.file.seek(first)
        found = self.file.read(length)
        if len(found) < length:
            raise Unreadable("cut")
        return found

    def number(self, first: int, length: int) -> int:
        return int.from_bytes(self.read(first, length), "big")

    def boxes(self, first: int, end: int) -> Iterator[Box]:
        """The boxes that follow each other between two places."""
        while first + 8 <= end:
            self.count()
            size, content = self.number(first, 4), first + 8
            kind = self.read(first + 4, 4).decode("latin-1")
            if size == 1:
                size, content = self.number(content, 8), first + 16
            self.kinds.add(kind)
            last = end if size == 0 else first + size
            if not content <= last <= end:
                raise Unreadable("a box that ends outside")
            yield Box(kind, first, content, last)
            first = last
        if self.read(first, end - first).strip(b"\0"):
            raise Unreadable("something after the last box")

    def count(self, many: int = 1) -> None:
        self.left -= many
        if self.left < 0:
            raise Unreadable("too much to follow")


def overwritten(file: IO[bytes]) -> list[Patch]:
    """What the copy of a video has otherwise, in the order of the file.

    Raises:
        Unreadable: it cannot be followed to its end.
    """
    film = Film(file)
    found = _webm(film) if film.read(0, 4) == WEBM_START else _mp4(film, 0, film.size)
    patches = sorted(patch for patch in found if patch[1])
    if {HIDDEN, "moof"} <= film.kinds:
        raise Unreadable("samples in fragments")
    if any(one[0] + one[1] > other[0] for one, other in pairwise(patches)):
        raise Unreadable("samples over something else")
    return patches


def _mp4(film: Film, first: int, end: int) -> Iterator[Patch]:
    for box in film.boxes(first, end):
        if box.kind not in MP4_KEPT:
            yield _free(box)
        elif box.kind == "trak" and (samples := _hidden(film, box)) is not None:
            film.kinds.add(HIDDEN)
            yield _free(box)
            yield from samples
        elif box.kind in MP4_PARENTS:
            yield from _mp4(film, box.content, box.end)
        else:
            yield from _leaf(film, box)


def _free(box: Box) -> Patch:
    """The box as room left free: same size, no content."""
    return box.first + 4, box.end - box.first - 4, _FREE if box.content == box.first + 8 else _free_long(box)


_FREE = b"free".hex()


def _free_long(box: Box) -> str:
    return (b"free" + (box.end - box.first).to_bytes(8, "big")).hex()


def _leaf(film: Film, box: Box) -> Iterator[Patch]:
    """What a box that is needed says beside: dates, the names of programs, folders."""
    length = box.end - box.content
    if box.kind in DATED and length >= 20:
        yield box.content + 4, 16 if film.read(box.content, 1) == b"\1" else 8, ""
    if box.kind == "hdlr" and length > 24:
        yield box.content + 12, 12, ""
        yield box.content + 24, length - 24, ""
    if box.kind == "dinf":
        for dref in film.boxes(box.content, box.end):
            for place in film.boxes(min(dref.content + 8, dref.end), dref.end):
                yield min(place.content + 4, place.end), max(0, place.end - place.content - 4), ""
    if box.kind == "stsd" and length > 8:
        for entry in film.boxes(box.content + 8, box.end):
            if entry.kind in ("avc1", "avc3", "hvc1", "hev1", "av01", "vp08", "vp09", "mp4v"):
                yield min(entry.content + 42, entry.end), max(0, min(32, entry.end - entry.content - 42)), ""


def _inside(film: Film, box: Box, *path: str) -> Box | None:
    for name in path:
        found = next((one for one in film.boxes(box.content, box.end) if one.kind == name), None)
        if found is None:
            return None
        box = found
    return box


def _hidden(film: Film, trak: Box) -> list[Patch] | None:
    """The samples of a track that is neither seen, heard nor read; None for the others."""
    handler = _inside(film, trak, "mdia", "hdlr")
    if handler is None or film.read(handler.content + 8, 4).decode("latin-1") in PLAYED:
        return None
    table = _inside(film, trak, "mdia", "minf", "stbl")
    if table is None:
        return []
    parts = {box.kind: box for box in film.boxes(table.content, table.end)}
    wide = "co64" in parts
    places = _numbers(film, parts.get("co64" if wide else "stco"), 4, 8 if wide else 4)
    return [(place, size, "") for place, size in zip(places, _chunk_sizes(film, parts, len(places)), strict=True)]


def _chunk_sizes(film: Film, parts: dict[str, Box], chunks: int) -> list[int]:
    """How many bytes each chunk of a track takes."""
    if not chunks:
        return []
    sizes, runs = parts.get("stsz"), _numbers(film, parts.get("stsc"), 4, 4, each=3)
    if sizes is None or not runs:
        raise Unreadable("samples of no known size")
    same, many = film.number(sizes.content + 4, 4), film.number(sizes.content + 8, 4)
    film.count(many)
    each = iter([same] * many if same else _numbers(film, sizes, 8, 4))
    firsts = [*runs[0::3][1:], chunks + 1]
    held = [in_each for first, in_each, until in zip(runs[0::3], runs[1::3], firsts, strict=True)
            for _chunk in range(first, min(until, chunks + 1))]  # fmt: skip
    if len(held) != chunks or sum(held) > many:
        raise Unreadable("chunks that hold more than there is")
    return [sum(next(each) for _sample in range(count)) for count in held]


def _numbers(film: Film, box: Box | None, skip: int, width: int, each: int = 1) -> list[int]:
    """The numbers of a table, after their count, which stands `skip` bytes within."""
    if box is None:
        return []
    many = film.number(box.content + skip, 4) * each
    film.count(many)
    if box.content + skip + 4 + many * width > box.end:
        raise Unreadable("a table longer than its box")
    table = film.read(box.content + skip + 4, many * width)
    return [int.from_bytes(table[place : place + width], "big") for place in range(0, len(table), width)]


def _webm(film: Film) -> Iterator[Patch]:
    place = 0
    while place < film.size:
        kind, content, size = _element(film, place)
        end = film.size if size is None else content + size
        if end > film.size or (size is None and kind not in WEBM_PARENTS):
            raise Unreadable("an element that ends outside")
        if kind == WEBM_TYPE and film.number(content, min(end - content, 8)) not in WEBM_PLAYED:
            raise Unreadable(HIDDEN)
        if kind not in WEBM_PARENTS | WEBM_KEPT:
            film.count()
            yield place, end - place, _void(end - place)
        place = content if kind in WEBM_PARENTS else end


def _element(film: Film, place: int) -> tuple[int, int, int | None]:
    """The kind of an element, where its content begins and its size; None when it does not say."""
    start = film.read(place, min(12, film.size - place))
    width = 9 - start[0].bit_length()
    if width > 4 or len(start) <= width:
        raise Unreadable("no element")
    long = 9 - start[width].bit_length()
    if long > 8 or len(start) < width + long:
        raise Unreadable("no size")
    size, unknown = int.from_bytes(start[width : width + long], "big") & ((1 << 7 * long) - 1), (1 << 7 * long) - 1
    return int.from_bytes(start[:width], "big"), place + width + long, None if size == unknown else size


def _void(length: int) -> str:
    """How an empty element of that length begins."""
    if length < 2 + 127:
        return bytes([WEBM_VOID, 0x80 | (length - 2)]).hex()
    return (bytes([WEBM_VOID]) + (1 << 56 | (length - 9)).to_bytes(8, "big")).hex()


def main() -> None:
    """Answer for one video, within limits of memory and time."""
    limit_itself(memory=MEMORY, seconds=SECONDS)
    json.dump(overwritten(sys.stdin.buffer), sys.stdout)


if __name__ == "__main__":
    main()

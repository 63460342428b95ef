"""Reads `matrix.toml`: which answer each cell must get. Knows nothing of the application."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

MATRIX = Path(__file__).with_name("matrix.toml")
NONE = "none"
ALL = "*"


class BookError(Exception):
    """The policy file does not say what it must; the message names the page and the line."""


@dataclass(frozen=True, order=True)
class Cell:
    """One request of the matrix. `place` is « - » for a page that names nothing."""

    phase: str
    page: str
    place: str
    who: str

    def __str__(self) -> str:
        return f"{self.page} · {self.who} · {self.place} · {self.phase}"


@dataclass(frozen=True)
class Line:
    """A line of a block: who, where, when, and the answer."""

    text: str
    who: frozenset[str]
    places: frozenset[str]
    phases: frozenset[str]
    answer: str

    def speaks_of(self, who: str, place: str, phase: str) -> bool:
        return who in self.who and place in self.places and phase in self.phases


@dataclass(frozen=True)
class Block:
    """Pages that share their lines."""

    pages: tuple[str, ...]
    door: str
    kinds: tuple[str, ...]
    current: bool
    lines: tuple[Line, ...]
    given: tuple[str, ...] = ()
    shows: str = ""
    reads: bool = False
    named: int = 0
    """How many of the kinds, the last, are named by the form and not by the address."""

    def line_for(self, who: str, place: str, phase: str) -> Line | None:
        return next((line for line in self.lines if line.speaks_of(who, place, phase)), None)


@dataclass
class Book:
    """The whole policy."""

    columns: tuple[str, ...]
    phases: tuple[str, ...]
    answers: tuple[str, ...]
    outsiders: frozenset[str]
    asleep: frozenset[str]
    elsewhere: Mapping[str, Cell]
    doors: Mapping[str, frozenset[str]]
    objects: Mapping[str, tuple[tuple[str, ...], frozenset[str]]]
    blocks: tuple[Block, ...] = ()
    sets: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)

    @cached_property
    def by_page(self) -> dict[str, Block]:
        found: dict[str, Block] = {}
        for block in self.blocks:
            for page in block.pages:
                if page in found:
                    raise BookError(f"page {page} is in the policy file twice")
                found[page] = block
        return found

    def block(self, page: str) -> Block:
        try:
            return self.by_page[page]
        except KeyError:
            raise BookError(f"page {page} is not in the policy file ({MATRIX.name})") from None

    def cells(self, pages: Iterable[str] | None = None, phases: Iterable[str] | None = None) -> Iterator[Cell]:
        """Every cell of these pages and phases (None: all), in an order that stays."""
        for phase in phases or self.phases:
            for page in pages or self.by_page:
                for place in self.places(self.block(page), phase):
                    yield from (Cell(phase, page, place, who) for who in self.columns)

    def places(self, block: Block, phase: str) -> list[str]:
        """Where a page can be asked in that phase: « - », « own », or « own/same » when an object is inside another."""
        if not block.kinds:
            return ["-"]
        known = [self._places_of(kind, phase) for kind in block.kinds]
        return ["/".join(combination) for combination in product(*known)]

    def _places_of(self, kind: str, phase: str) -> list[str]:
        places, phases = self.objects[kind]
        return [place for place in places if phase in phases or place in (NONE, "other")]

    def expected(self, cell: Cell) -> str:
        """The answer a cell must get."""
        block = self.block(cell.page)
        if cell.who not in self.doors[block.door]:
            return "login" if cell.who in self.outsiders else "403"
        line = self.line(cell)
        if line is None and block.current and cell.phase in self.asleep:
            return self.expected(self._there(cell)) if cell.who in self.elsewhere else "404"
        if line is None:
            raise BookError(f"{cell}: no line of the policy file speaks of it")
        return line.answer

    def _there(self, cell: Cell) -> Cell:
        """The cell as it is in the edition before, for somebody of there: its own things are theirs, ours are not."""
        as_there = self.elsewhere[cell.who]
        places = ("-" if one == "-" else "own" if one == "other" else NONE for one in cell.place.split("/"))
        return Cell(as_there.phase, cell.page, "/".join(places), as_there.who)

    def line(self, cell: Cell) -> Line | None:
        """The line that decides a cell; None when its door or the sleep of the edition does."""
        block = self.block(cell.page)
        if cell.who not in self.doors[block.door]:
            return None
        line = block.line_for(cell.who, plain(cell.place), cell.phase)
        asleep = block.current and cell.phase in self.asleep
        return line if line and (not asleep or line.phases <= self.asleep) else None


def plain(place: str) -> str:
    """A child asked under a parent that is not its own is as one that does not exist."""
    parts = set(place.split("/"))
    return parts.pop() if len(parts) == 1 else NONE


def read_book(text: str | None = None) -> Book:
    """The policy as it is written.

    Raises:
        BookError: a word is unknown, a line decides nothing, a cell is decided by no line.
    """
    source = tomllib.loads(text if text is not None else MATRIX.read_text(encoding="utf-8"))
    columns, phases = source["columns"]["all"].split(), source["phases"]["all"].split()
    sets = {
        "who": _sets(source["columns"], columns),
        "phase": _sets(source["phases"], phases),
        "place": {place: frozenset([place]) for place in ("own", "same", "other", NONE, "-")},
    }
    sets["place"][ALL] = frozenset(sets["place"])
    book = Book(
        columns=tuple(columns),
        phases=tuple(phases),
        answers=tuple(source["answers"]),
        outsiders=sets["who"]["outsiders"],
        asleep=sets["phase"]["asleep"],
        elsewhere={who: Cell(one["phase"], "", "-", one["who"]) for who, one in source.get("elsewhere", {}).items()},
        doors={name: _chosen(sets["who"], words, f"door {name}") for name, words in source["doors"].items()},
        objects={
            name: (tuple(one["places"].split()), _chosen(sets["phase"], one["phases"], f"object {name}"))
            for name, one in source["objects"].items()
        },
        sets=sets,
    )
    book.blocks = tuple(_block(book, one) for one in source["rows"])
    _check_lines(book)
    return book


def _sets(source: Mapping[str, Any], names: list[str]) -> dict[str, frozenset[str]]:
    """Names and the sets made of them; a set may use those written before it."""
    known = {name: frozenset([name]) for name in names} | {ALL: frozenset(names)}
    for name, words in source.items():
        if name != "all":
            known[name] = _chosen(known, words, name)
    return known


def _chosen(known: Mapping[str, frozenset[str]], words: str, where: str) -> frozenset[str]:
    unknown = [word for word in words.split() if word not in known]
    if unknown:
        raise BookError(f"{where}: « {' '.join(unknown)} » is not a known word")
    return frozenset().union(*(known[word] for word in words.split()))


def _block(book: Book, source: Mapping[str, Any]) -> Block:
    addressed, named = (source.get(key, "").replace("/", " ").split() for key in ("object", "names"))
    kinds = (*addressed, *named)
    pages = tuple(source["pages"].split())
    if unknown := [kind for kind in kinds if kind not in book.objects]:
        raise BookError(f"{pages[0]}: no object is called {unknown}")
    if source["door"] not in book.doors:
        raise BookError(f"{pages[0]}: no door is called {source['door']}")
    lines = [text for text in source["lines"].splitlines() if text.strip()]
    return Block(
        pages=pages,
        door=source["door"],
        kinds=kinds,
        current=source.get("edition", "") == "current",
        lines=tuple(_line(book, pages[0], text, has_place=bool(kinds)) for text in lines),
        given=tuple(source.get("given", "").split()),
        shows=source.get("shows", ""),
        reads=source.get("reads", False),
        named=len(named),
    )


def _line(book: Book, page: str, text: str, *, has_place: bool) -> Line:
    parts = [part.strip() for part in text.split("|")]
    if len(parts) != (4 if has_place else 3):
        raise BookError(f"{page}: « {text.strip()} » does not have {4 if has_place else 3} columns")
    if not has_place:
        parts.insert(1, "-")
    if parts[3] not in book.answers:
        raise BookError(f"{page}: « {parts[3]} » is not an answer")
    who, places, phases = (
        _chosen(book.sets[kind], words, page) for kind, words in zip(("who", "place", "phase"), parts, strict=False)
    )
    return Line(" ".join(text.split()), who, places, phases, parts[3])


def _check_lines(book: Book) -> None:
    """Every cell is decided, every line decides something."""
    used: set[int] = set()
    for cell in book.cells():
        book.expected(cell)
        if line := book.line(cell):
            used.add(id(line))
    for block in book.blocks:
        for line in block.lines:
            if id(line) not in used:
                raise BookError(f"{block.pages[0]}: « {line.text} » decides nothing")

"""A table as it was read, and what its columns are."""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A line of a file: its number there, its cells, and the places of those a spreadsheet holds as dates."""

    number: int
    cells: tuple[str, ...]
    dates: frozenset[int] = frozenset()

    def cell(self, place: int) -> str:
        """The cell at a place; a short line ends with empty ones."""
        return self.cells[place] if place < len(self.cells) else ""


@dataclass(frozen=True)
class Table:
    """The rows of a file that say something. `others` counts the sheets that were not read."""

    sheet: str
    others: int
    header: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Column:
    """A column of a kind of table. `needed` says each line must fill it, `lines` that a cell may hold several."""

    name: str
    title: str
    needed: bool = False
    limit: int = 120
    lines: bool = False
    other_titles: tuple[str, ...] = ()


def heading_key(text: str) -> str:
    """What makes two spellings of a heading the same: letters and digits, without accent nor case."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())

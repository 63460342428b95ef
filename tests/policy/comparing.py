"""Compares what was answered with what the policy says, and refusals with one another."""

from collections.abc import Iterable, Mapping

from creathon.core.web.policy import RoutePolicy
from tests.policy.book import MATRIX, NONE, Book, Cell
from tests.policy.running import Seen


def missing_pages(book: Book, routes: Mapping[str, RoutePolicy]) -> list[str]:
    """A sentence for each page that only the application or only the policy file knows."""
    known, written = set(routes), set(book.by_page)
    return [
        *(f"page {page} is not in the policy file ({MATRIX.name})" for page in sorted(known - written)),
        *(f"page {page} of the policy file ({MATRIX.name}) does not exist" for page in sorted(written - known)),
    ]


def differs(expected: str, seen: Seen) -> bool:
    """Whether a cell was answered otherwise than written: the whole comparison."""
    return seen.answer != expected


def differences(book: Book, seen: Iterable[Seen]) -> list[str]:
    """A sentence for each cell answered otherwise than the policy says."""
    return [
        f"{one.cell}: {one.answer}, the policy says {expected}"
        for one in seen
        if differs(expected := book.expected(one.cell), one)
    ]


def unlike(seen: Iterable[Seen]) -> list[str]:
    """A sentence for each refusal whose bytes tell it from the refusal of what does not exist."""
    marks: dict[Cell, Seen] = {one.cell: one for one in seen if one.mark}
    found = []
    for cell, one in marks.items():
        nowhere = "/".join(NONE for _ in cell.place.split("/"))
        other = marks.get(Cell(cell.phase, cell.page, nowhere, cell.who))
        if other is not None and other.answer == one.answer and other.mark != one.mark:
            found.append(f"{cell}: {one.answer}, told apart from what does not exist")
    return found

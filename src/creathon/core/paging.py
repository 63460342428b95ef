"""One page of a long list, as the pagination component reads it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlencode

PAGE_SIZE = 25
Row = TypeVar("Row")


@dataclass(frozen=True)
class Paging:
    """Where a reader stands in a list of `total` rows; `filters` are kept in the addresses of the other pages."""

    number: int
    total: int
    path: str
    filters: dict[str, str] = field(default_factory=dict)
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.pages

    def part(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows of this page, of a list short enough to be held whole."""
        return rows[self.offset : self.offset + self.size]

    def url_for(self, number: int) -> str:
        """The address of another page, filters kept."""
        kept = {name: value for name, value in self.filters.items() if value}
        query = urlencode({**kept, **({"page": number} if number > 1 else {})})
        return f"{self.path}?{query}" if query else self.path


def paging(number: int, total: int, path: str, filters: dict[str, str] | None = None, size: int = PAGE_SIZE) -> Paging:
    """A page whose number is brought between the first and the last."""
    last = max(1, -(-total // size))
    return Paging(min(max(number, 1), last), total, path, filters or {}, size)

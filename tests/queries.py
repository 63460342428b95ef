"""Counts what a page asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from creathon.core.database import Database

MOST_QUERIES = 11
"""What a page may ask of the database, whoever opens it and however long its lists are."""


@dataclass
class Asked:
    """The statements seen."""

    statements: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.statements)


@contextmanager
def count_queries(database: Database) -> Iterator[Asked]:
    """Collect the statements of both engines while the block runs."""
    asked = Asked()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "COMMIT")):
            asked.statements.append(statement)

    engines = (database.reader.sync_engine, database.writer.sync_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)

"""Of what belongs to an edition, a page asks for a part: a SELECT without any key raises, in tests and in production.

Watched is the text that reaches the database, so that nothing passes beside: a table that has `edition_id`, or hangs on
one that has, may be read only under a value given for a key (primary, foreign, or unique by itself) of some table.
That every table of a statement is joined to the others is what SQLAlchemy's own warning about cartesian products holds.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Engine, MetaData, Table, UniqueConstraint, event

EVERY_EDITION = "every_edition"
"""Execution option of the few queries that read across editions; its value says why."""

PREFERENCE = "preference"
"""In the `info` of a column that names an edition without the row belonging to it."""

_watching: ContextVar[bool] = ContextVar("watching", default=False)
_TABLES = re.compile(r"\b(?:FROM|JOIN) \(*\"?(\w+)|, \"?(\w+)\"?(?: AS \w+)?(?= *(?:,|\n|WHERE|$))")
_KEYS = re.compile(r"\b(\w+?)(?:_\d+)?\"?\.(\w+) (?:=|IN) \(?(?:\?|[$:]\w|NULL\)|SELECT 1 FROM)")
"""A value, several, or none at all: an empty list is written as one that finds nothing."""


class UnscopedQueryError(Exception):
    """A page read rows of every edition at once."""


@contextmanager
def watched() -> Iterator[None]:
    """What is asked in this block is asked for a page."""
    token = _watching.set(True)
    try:
        yield
    finally:
        _watching.reset(token)


def watch(engine: Engine, metadata: MetaData) -> None:
    """Refuse the unscoped queries of pages on this engine."""

    @lru_cache(maxsize=4096)
    def is_unscoped(statement: str) -> bool:
        return not_scoped(statement, metadata)

    def look(_connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
        if _watching.get() and is_unscoped(statement):
            options = context.execution_options if context is not None else {}
            if not options.get(EVERY_EDITION):
                raise UnscopedQueryError(statement)

    event.listen(engine, "before_cursor_execute", look)


def not_scoped(statement: str, metadata: MetaData) -> bool:
    """Whether a SELECT reads a table of editions under no key at all."""
    if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
        return False
    tables, keys = _shape(metadata)
    named = {name for pair in _TABLES.findall(statement) for name in pair if name}
    return bool(named & tables) and not any(found in keys for found in _KEYS.findall(statement))


@cache
def _shape(metadata: MetaData) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """The tables that belong to an edition, and every column that is a key by itself."""
    keys = {(table.name, name) for table in metadata.sorted_tables for name in _keys_of(table)}
    owned: set[str] = set()
    for table in metadata.sorted_tables:
        held = [column for column in table.columns if not column.info.get(PREFERENCE)]
        parents = {key.column.table.name for column in held for key in column.foreign_keys}
        if any(column.name == "edition_id" for column in held) or parents & owned:
            owned.add(table.name)
    return frozenset(owned), frozenset(keys)


def _keys_of(table: Table) -> Iterator[str]:
    yield from (column.name for column in table.primary_key)
    yield from (column.name for column in table.columns if column.foreign_keys or column.name.endswith("_id"))
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and len(constraint.columns) == 1:
            yield from (column.name for column in constraint.columns)

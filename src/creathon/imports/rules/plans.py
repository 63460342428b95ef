"""What an import would do: the lines to add, those already there, the faults of the others."""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _, clean
from creathon.editions.models import Edition
from creathon.editions.rules import may_change_edition
from creathon.imports.rules.tables import Column, Row, Table, heading_key

SHOWN = 60
MISSING = "Cette case est obligatoire."
DATED = "Le tableur a fait une date de cette case : mettez la colonne au format « Texte », puis écrivez-la de nouveau."
INVISIBLE = "Cette case contient un caractère invisible : effacez-la, puis écrivez-la de nouveau."

Values = TypeVar("Values")


class Kind(StrEnum):
    """What a file holds."""

    SITES = "sites"
    PEOPLE = "personnes"


class HeadingProblem(ValueError):
    """The columns of a table are not those of its kind; the message is a French sentence."""


class LineProblem(ValueError):
    """A line that cannot become anything: the column at fault and why, in a French sentence."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


@dataclass(frozen=True)
class Fault:
    """Why a line is not taken."""

    number: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Plan(Generic[Values]):
    """What an import would do, line by line of the file."""

    kind: Kind
    added: list[tuple[int, Values]] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def bad(self) -> int:
        """How many lines have at least one fault."""
        return len({fault.number for fault in self.faults})

    @property
    def refusal(self) -> Refusal | None:
        """Why nothing can be imported: a file is taken whole."""
        if self.faults:
            return Refusal(_("Corrigez d’abord les lignes signalées : un fichier s’importe en entier ou pas du tout."))
        return None if self.added else Refusal(_("Il n’y a rien à ajouter : toutes les lignes sont déjà là."))

    def digest(self, edition_id: str, sha256: str) -> str:
        """A number that changes with anything this import would do."""
        added = [(number, asdict(values)) for number, values in self.added]  # type: ignore[call-overload]
        content = [edition_id, sha256, self.kind, added, self.known, [asdict(fault) for fault in self.faults]]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def may_import(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether somebody may import into an edition: its national coordination, unless it is an archive."""
    return may_change_edition(viewer, edition)


def plan_lines(
    table: Table,
    columns: Sequence[Column],
    plan: Plan[Values],
    read: Callable[[Mapping[str, str]], Values],
    key_of: Callable[[Values], Hashable],
    known: Collection[Hashable],
) -> Plan[Values]:
    """Fill a plan with the lines of a table; a line that repeats another of the file is a fault.

    Raises:
        HeadingProblem: a column is missing or twice there.
    """
    places = _places(table.header, columns, plan.ignored)
    first: dict[Hashable, int] = {}
    for row in table.rows:
        cells, faults = _cells(row, columns, places)
        plan.faults.extend(faults)
        if faults:
            continue
        try:
            values = read(cells)
        except LineProblem as problem:
            title = next(column.title for column in columns if column.name == problem.column)
            plan.faults.append(Fault(row.number, title, _shown(cells[problem.column]), str(problem)))
            continue
        key = key_of(values)
        if key in first:
            plan.faults.append(Fault(row.number, "", "", _("Cette ligne répète la ligne %(first)s.", first=first[key])))
        elif key in known:
            plan.known.append(row.number)
        else:
            plan.added.append((row.number, values))
        first.setdefault(key, row.number)
    return plan


def _places(header: Row, columns: Sequence[Column], ignored: list[str]) -> dict[str, int]:
    """Where each column stands; what is no column of the kind is noted in `ignored`."""
    names = {heading_key(title): one.name for one in columns for title in (one.title, one.name, *one.other_titles)}
    places: dict[str, int] = {}
    twice = ""
    for place, heading in enumerate(header.cells):
        name = names.get(heading_key(heading))
        if name is None:
            ignored.extend([clean(heading)[:SHOWN]] if heading.strip() else [])
        else:
            twice = clean(heading)[:SHOWN] if name in places else twice
            places.setdefault(name, place)
    if missing := [one.title for one in columns if one.needed and one.name not in places]:
        raise HeadingProblem(
            _("Il manque dans la première ligne : %(list)s. Partez du modèle.", list=", ".join(missing))
        )
    if twice:
        raise HeadingProblem(_("La colonne « %(twice)s » est deux fois dans ce tableau.", twice=twice))
    return places


def _cells(row: Row, columns: Sequence[Column], places: Mapping[str, int]) -> tuple[dict[str, str], list[Fault]]:
    """The cells of a line by column, and the faults any kind of table may have."""
    cells = {one.name: _cell(row.cell(places[one.name]), one) if one.name in places else "" for one in columns}
    reasons = {one.name: _reason(cells[one.name], one, dated=places.get(one.name) in row.dates) for one in columns}
    faults = [
        Fault(row.number, one.title, _shown(cells[one.name]), reason)
        for one in columns
        if (reason := reasons[one.name])
    ]
    return cells, faults


def _cell(text: str, column: Column) -> str:
    return clean(text) if column.lines else " ".join(clean(text).split())


def _reason(text: str, column: Column, *, dated: bool) -> str:
    if dated:
        return _(DATED)
    if column.needed and not text:
        return _(MISSING)
    if len(text) > column.limit:
        return _("Ce texte est trop long : %(limit)s caractères au plus.", limit=column.limit)
    if any(unicodedata.category(letter) == "Cc" for letter in text if letter not in "\n\t"):
        return _(INVISIBLE)
    return ""


def _shown(text: str) -> str:
    return "".join(letter if unicodedata.category(letter) != "Cc" else "·" for letter in text[:SHOWN])

"""Ranking: reads in, raw weighted means, spreads and ranks out. Pure, and usable alone on a CSV.

The formulas are those of the published grid (domain §5.4), in decimal arithmetic, halves up, two places:

* score of a read = Σ weight × level ÷ 4, points out of 100;
* mean of a project = Σ scores ÷ number of reads;
* spread = sample standard deviation of the scores, √(Σ (score − mean)² ÷ (reads − 1)); none with one read;
* rank = 1 + number of projects placed before; projects that nothing separates share it (1, 2, 2, 4);
* equal means are separated by the mean level of C1, then C2, then C3, then the number of first places, else ex æquo.

What is compared is what is printed: the rounded mean, so that a reader with the table finds the same ranks.
"""

import csv
import io
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby, pairwise

from creathon.core.spreadsheets import write_rows

HIGHEST_LEVEL = 4
WEIGHTS = {"C1": 25, "C2": 20, "C3": 20, "C4": 10, "C5": 15, "C6": 10}
"""The grid of domain §5.4, for a file whose header says no weight."""
LADDER = 3
"""How many criteria, the first of the grid, separate equal means before the first places do."""
PLACES = Decimal("0.01")


class RankingFileError(ValueError):
    """A file that cannot be ranked; the message is a French sentence with the line."""


@dataclass(frozen=True)
class Read:
    """One validated evaluation: `total` out of 100, `levels` in the order of the grid."""

    project_id: str
    juror_id: str
    total: Decimal
    levels: tuple[int, ...] = ()


@dataclass(frozen=True)
class Estimate:
    """What a model says of a project beside its raw mean. Every field is None as long as no model is asked."""

    adjusted: Decimal | None = None
    """The mean once the severity of its jurors is taken out."""
    low: Decimal | None = None
    high: Decimal | None = None
    p_selected: Decimal | None = None
    """The probability of being among those selected."""


Model = Callable[[Sequence[Read]], Mapping[str, Estimate]]
"""Estimates by project id, from every read at once (jury-science §0: project and juror effects, REML)."""


@dataclass(frozen=True)
class RankedProject:
    """A project and its place. `criteria`: mean level of each criterion, in the order of the grid."""

    project_id: str
    mean: Decimal
    spread: Decimal | None
    reads: int
    low: Decimal
    high: Decimal
    criteria: tuple[Decimal, ...]
    firsts: int
    rank: int
    is_tied: bool = False
    settled_by: int | None = None
    """The step that separated it from a project of the same mean: 0 to 2 for C1 to C3, 3 for the first places."""
    estimate: Estimate = field(default_factory=Estimate)


def rank(scores: Sequence[Read], model: Model | None = None) -> list[RankedProject]:
    """The projects that were read, best first; those that share a rank by id. Formulas: domain §5.4.

    A model only adds its estimates: the rank is the published one, on raw means.
    """
    firsts = first_places(scores)
    estimates = model(scores) if model else {}
    by_project: dict[str, list[Read]] = defaultdict(list)
    for read in scores:
        by_project[read.project_id].append(read)
    found = [
        _summary(project_id, reads, firsts.get(project_id, 0), estimates.get(project_id, Estimate()))
        for project_id, reads in by_project.items()
    ]
    return _placed(sorted(found, key=lambda one: (_key(one), one.project_id)))


def points(levels: Sequence[int], weights: Sequence[int]) -> Decimal:
    """Score of a read: Σ weight × level ÷ 4, out of the sum of the weights (domain §5.4)."""
    total = sum(weight * level for weight, level in zip(weights, levels, strict=True))
    return _rounded(Decimal(total) / HIGHEST_LEVEL)


def mean_of(values: Iterable[Decimal | int]) -> Decimal:
    """Σ values ÷ how many, halves up, two places."""
    known = [Decimal(value) for value in values]
    return _rounded(sum(known, Decimal(0)) / len(known))


def spread_of(values: Sequence[Decimal]) -> Decimal | None:
    """√(Σ (value − mean)² ÷ (n − 1)), the mean unrounded; None for one value."""
    return _rounded(statistics.stdev(values)) if len(values) > 1 else None


def first_places(scores: Iterable[Read]) -> dict[str, int]:
    """How many jurors put each project first among what they read; equal firsts count, a pile of one does not."""
    piles: dict[str, list[Read]] = defaultdict(list)
    for read in scores:
        piles[read.juror_id].append(read)
    firsts: dict[str, int] = defaultdict(int)
    for pile in piles.values():
        if len({read.project_id for read in pile}) < 2:
            continue
        best = max(read.total for read in pile)
        for project_id in {read.project_id for read in pile if read.total == best}:
            firsts[project_id] += 1
    return dict(firsts)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(PLACES, ROUND_HALF_UP)


def _summary(project_id: str, reads: Sequence[Read], firsts: int, estimate: Estimate) -> RankedProject:
    totals = [read.total for read in reads]
    by_criterion = zip(*(read.levels for read in reads), strict=True)
    return RankedProject(
        project_id=project_id,
        mean=mean_of(totals),
        spread=spread_of(totals),
        reads=len(reads),
        low=min(totals),
        high=max(totals),
        criteria=tuple(mean_of(levels) for levels in by_criterion),
        firsts=firsts,
        rank=0,
        estimate=estimate,
    )


def _steps(project: RankedProject) -> tuple[Decimal, ...]:
    """What separates equal means, in order: criteria, then first places."""
    return (*project.criteria[:LADDER], Decimal(project.firsts))


def _key(project: RankedProject) -> tuple[Decimal, ...]:
    return tuple(-value for value in (project.mean, *_steps(project)))


def _placed(ordered: list[RankedProject]) -> list[RankedProject]:
    """The same, with ranks (1, 2, 2, 4) and what settled each."""
    settled = _settled(ordered)
    placed: list[RankedProject] = []
    for _same, group in groupby(ordered, key=_key):
        tied, first = list(group), len(placed) + 1
        shared = len(tied) > 1
        placed += [replace(one, rank=first, is_tied=shared, settled_by=settled.get(one.project_id)) for one in tied]
    return placed


def _settled(ordered: list[RankedProject]) -> dict[str, int]:
    """By project id, the last step needed to tell it from a neighbour of the same mean."""
    found: dict[str, int] = {}
    for before, after in pairwise(ordered):
        if before.mean != after.mean or _key(before) == _key(after):
            continue
        pairs = enumerate(zip(_steps(before), _steps(after), strict=True))
        step = next(place for place, (one, other) in pairs if one != other)
        if step == len(_steps(before)) - 1:
            step = LADDER
        for project in (before, after):
            found[project.project_id] = max(step, found.get(project.project_id, 0))
    return found


# ---------------------------------------------------------------- files


def rank_csv(text: str) -> str:
    """The ranking of a file of reads, as a file.

    Raises:
        RankingFileError: a column is missing, a level is not one, a juror reads a project twice.
    """
    return write_csv(rank(read_csv(text)))


def read_csv(text: str) -> list[Read]:
    """The reads of a CSV with the columns project, juror and one for each criterion, in the order of the grid.

    A criterion says its weight after a colon (`C1:25`), or is one of domain §5.4. Cells are parted by `,` or `;`.

    Raises:
        RankingFileError: see `rank_csv`.
    """
    text = text.removeprefix("\ufeff")
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in text.split("\n", 1)[0] else ",")
    weights = _weights_of(rows.fieldnames or ())
    reads: list[Read] = []
    seen: set[tuple[str, str]] = set()
    for row in rows:
        read = _read_of(row, weights, rows.line_num)
        if (read.project_id, read.juror_id) in seen:
            raise RankingFileError(f"Ligne {rows.line_num} : cette personne a déjà lu ce projet plus haut.")
        seen.add((read.project_id, read.juror_id))
        reads.append(read)
    return reads


def write_csv(ranked: Iterable[RankedProject]) -> str:
    """The ranking with a point in decimals and `,` between cells: for machines."""
    header = ["rank", "project", "mean", "spread", "reads", "low", "high", "firsts", "tied"]
    rows = (
        [one.rank, one.project_id, one.mean, one.spread, one.reads, one.low, one.high, one.firsts, int(one.is_tied)]
        for one in ranked
    )
    return write_rows(header, rows)


def _weights_of(header: Sequence[str]) -> dict[str, int]:
    """The weight of each column of a criterion, in the order of the file."""
    if missing := [name for name in ("project", "juror") if name not in header]:
        raise RankingFileError(f"Il manque des colonnes dans le fichier : {', '.join(missing)}.")
    weights: dict[str, int] = {}
    for column in header:
        code, _colon, weight = column.partition(":")
        if column in ("project", "juror"):
            continue
        if weight.isdecimal() and int(weight) > 0:
            weights[column] = int(weight)
        elif not weight and code in WEIGHTS:
            weights[column] = WEIGHTS[code]
        else:
            raise RankingFileError(f"La colonne « {column} » doit dire son coefficient, comme dans « C1:25 ».")
    if not weights:
        raise RankingFileError("Il manque les colonnes des critères : C1, C2, C3…")
    return weights


def _read_of(row: Mapping[str, str | None], weights: Mapping[str, int], line: int) -> Read:
    project, juror = (row["project"] or "").strip(), (row["juror"] or "").strip()
    if not project or not juror:
        raise RankingFileError(f"Ligne {line} : le projet ou la personne n’est pas nommé.")
    levels = tuple(_level_of(row[column], column, line) for column in weights)
    return Read(project, juror, points(levels, tuple(weights.values())), levels)


def _level_of(cell: str | None, column: str, line: int) -> int:
    known = (cell or "").strip()
    if known not in {str(level) for level in range(HIGHEST_LEVEL + 1)}:
        code = column.partition(":")[0]
        raise RankingFileError(f"Ligne {line} : le niveau de {code} doit être un entier de 0 à {HIGHEST_LEVEL}.")
    return int(known)

"""Who sees the ranking, who chooses, what a choice says; what is hidden leaves no hole. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.editions.models import Allowed, Edition
from creathon.editions.rules import coordinated_sites, deadline, may_coordinate, may_now, phases_allowing
from creathon.jury.models import Criterion, Evaluation, Selection, Tier
from creathon.jury.ranking import LADDER, RankedProject, Read, rank
from creathon.projects.rules import folded

REASON_LIMIT = 2000
PRIZE_LIMIT = 120
PLANNED = {Tier.RENFORCE: 5, Tier.APPUI: 5}
TIER_NAMES = {Tier.RENFORCE: "Accompagnement renforcé", Tier.APPUI: "Appui"}
TIER_HINTS = {
    Tier.RENFORCE: "la semaine intensive, les ateliers et deux entretiens par mois",
    Tier.APPUI: "les ateliers et un entretien par mois",
}
PRIZES = (
    "Grand prix",
    "Prix École inclusive",
    "Prix IA de confiance",
    "Coup de cœur du public",
    "Mention « équipe-classe »",
)


@dataclass(frozen=True)
class SelectionValues:
    """What the coordination decides of a project. The prize and the reason will be public."""

    tier: Tier
    prize: str
    reason: str


@dataclass(frozen=True)
class Entry:
    """A deposited project as the lists of the decision show it, to one person; perhaps of a team that does not compete.

    `asked`: how many reads the juries ask of it. `hidden`: a link, or the person's own team.
    """

    project_id: str
    slug: str
    title: str
    team: str
    site_id: str
    site: str
    late: bool
    asked: int
    hidden: bool
    non_competing: bool = False
    refused: bool = False
    """Its deposit is decided not admissible."""


@dataclass(frozen=True)
class RankingRow:
    """One project in time, and its place among what the reader sees; None before any read."""

    entry: Entry
    ranked: RankedProject | None

    @property
    def reads(self) -> int:
        return self.ranked.reads if self.ranked else 0

    @property
    def is_short(self) -> bool:
        """Whether fewer people read it than were asked to."""
        return self.reads < self.entry.asked


@dataclass(frozen=True)
class Ranking:
    """What one person may see of the ranking: `hidden` is a count, and nothing else tells of those projects.

    `aside` are the projects of teams that take part without competing: neither mean nor rank.
    """

    rows: tuple[RankingRow, ...]
    late: tuple[Entry, ...]
    hidden: int
    aside: tuple[Entry, ...] = ()

    @property
    def missing_reads(self) -> int:
        return sum(max(row.entry.asked - row.reads, 0) for row in self.rows)


class Order(StrEnum):
    """The columns a ranking can be sorted by."""

    RANK = "rang"
    MEAN = "note"
    SPREAD = "ecart"
    READS = "lectures"
    TITLE = "projet"


def may_see_ranking(viewer: Viewer, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether somebody reads the ranking: the coordination, of its sites, once the jury reads."""
    sites = coordinated_sites(viewer, edition)
    if sites is not None and not sites:
        return Refusal(_("Cette page est réservée à la coordination."), hidden=True)
    if any(phase.opens_at <= now for phase in phases_allowing(edition, Allowed.REVIEW)):
        return None
    return may_now(edition, Allowed.REVIEW, now=now)


def may_prepare(viewer: Viewer, edition: Edition, *, published: bool, now: datetime) -> Refusal | None:
    """Whether somebody may choose projects now: the national coordination, until the palmarès is published."""
    if refusal := may_coordinate(viewer, edition):
        return refusal
    if published:
        return Refusal(_("Le palmarès est publié : la sélection ne change plus."))
    deliberate, publish = (may_now(edition, act, now=now) for act in (Allowed.DELIBERATE, Allowed.PUBLISH))
    if deliberate is None or publish is None:
        return None
    return deliberate if deadline(edition, Allowed.DELIBERATE, now=now) else publish


def may_choose(viewer: Viewer, entry: Entry, edition: Edition, *, published: bool, now: datetime) -> Refusal | None:
    """Whether somebody may choose, change or leave out that project. A link with it beats every role."""
    if entry.hidden:
        return Refusal(_("Un lien d’intérêts est déclaré entre vous et ce projet."), hidden=True)
    if refusal := may_prepare(viewer, edition, published=published, now=now):
        return refusal
    if entry.non_competing:
        return Refusal(_("Cette équipe participe hors compétition : son projet n’est ni classé ni choisi."))
    if entry.late:
        return Refusal(_("Ce projet est arrivé hors délai : le jury ne l’a pas lu."))
    if entry.refused:
        return Refusal(_("Ce dossier est décidé non recevable : il ne peut pas être choisi."))
    return None


def reads_from(evaluations: Iterable[Evaluation], criteria: Sequence[Criterion]) -> list[Read]:
    """Validated evaluations (with assignment and scores) as the ranking takes them."""
    reads = []
    for evaluation in evaluations:
        levels = {score.criterion_id: score.level for score in evaluation.scores}
        reads.append(
            Read(
                evaluation.assignment.project_id,
                evaluation.assignment.person_id,
                evaluation.total or Decimal(0),
                tuple(levels[criterion.id] for criterion in criteria),
            )
        )
    return reads


def ranking_of(entries: Sequence[Entry], reads: Iterable[Read]) -> Ranking:
    """The ranking of what one person may see, computed on that alone.

    Ranks, ties and first places depend on visible projects only: a hidden one leaves neither a hole nor a trace.
    """
    shown = [entry for entry in entries if not entry.hidden]
    aside = tuple(entry for entry in shown if entry.non_competing)
    in_time = {entry.project_id: entry for entry in shown if not entry.late and not entry.non_competing}
    places = {one.project_id: one for one in rank([read for read in reads if read.project_id in in_time])}
    rows = [RankingRow(entry, places.get(entry.project_id)) for entry in in_time.values()]
    late = tuple(entry for entry in shown if entry.late and not entry.non_competing)
    return Ranking(tuple(sorted(rows, key=_by_rank)), late, len(entries) - len(shown), aside)


def ordered(rows: Iterable[RankingRow], order: Order, *, reverse: bool = False) -> list[RankingRow]:
    """Rows by a column, then by rank; those without a value come last either way."""
    if order == Order.TITLE:
        return sorted(rows, key=lambda row: (folded(row.entry.title), row.entry.project_id), reverse=reverse)
    ranked = sorted(rows, key=_by_rank)
    known = [(value, row) for row in ranked if (value := _value(row, order)) is not None]
    unknown = [row for row in ranked if _value(row, order) is None]
    return [row for _found, row in sorted(known, key=lambda pair: pair[0], reverse=reverse)] + unknown


def settled_words(row: RankingRow, codes: Sequence[str]) -> str:
    """What separated a project from one of the same mean: « C2 », « premières places »; empty when nothing had to."""
    step = row.ranked.settled_by if row.ranked else None
    if step is None:
        return ""
    return _("premières places") if step >= min(LADDER, len(codes)) else codes[step]


def tier_counts(selections: Iterable[Selection]) -> dict[Tier, int]:
    """How many projects are chosen in each tier."""
    chosen = [selection.tier for selection in selections]
    return {tier: chosen.count(tier) for tier in Tier}


def beyond_plan(counts: Mapping[Tier, int]) -> list[str]:
    """A sentence for each tier that holds more projects than planned."""
    return [
        _(
            "%(tier_names)s : %(counts)s projets choisis pour %(planned)s prévus.",
            tier_names=TIER_NAMES[tier],
            counts=counts[tier],
            planned=planned,
        )
        for tier, planned in PLANNED.items()
        if counts[tier] > planned
    ]


def values_of(selection: Selection) -> SelectionValues:
    """What a choice says."""
    return SelectionValues(selection.tier, selection.prize, selection.reason)


def _by_rank(row: RankingRow) -> tuple[bool, int, str, str]:
    place = row.ranked.rank if row.ranked else 0
    return (row.ranked is None, place, folded(row.entry.title), row.entry.project_id)


def _value(row: RankingRow, order: Order) -> Decimal | None:
    if order == Order.READS:
        return Decimal(row.reads)
    if row.ranked is None:
        return None
    values = {Order.RANK: Decimal(row.ranked.rank), Order.MEAN: row.ranked.mean, Order.SPREAD: row.ranked.spread}
    return values[order]

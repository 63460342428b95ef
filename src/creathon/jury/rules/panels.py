"""Who composes a jury, who may sit in it, how many reads that makes, and what an allocation would give."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.editions.rules import may_coordinate, may_coordinate_site
from creathon.jury.allocation import Allocation, Pair, Party, allocate
from creathon.jury.models import Panel, PanelJuror
from creathon.jury.rules.conflicts import ScopedProject, has_declared

MOST_READS = 9
READING_TIME = timedelta(minutes=25)
"""How long one project takes to read and score, as it is told to jurors."""


@dataclass(frozen=True)
class PanelValues:
    name: str
    site_id: str | None
    reads: int


@dataclass(frozen=True)
class Situation:
    """All that an allocation depends on, as read at once.

    `conflicts` are the links of everybody in the edition; `elsewhere` are reads given in another panel, or withdrawn.
    """

    panel: Panel
    seats: Sequence[PanelJuror]
    homes: dict[str, str]
    projects: Sequence[ScopedProject]
    existing: frozenset[Pair]
    conflicts: frozenset[Pair]
    elsewhere: frozenset[Pair]
    excluded: frozenset[str] = field(default_factory=frozenset)
    """People of the panel who have since joined a team of the edition: they read nothing."""

    @property
    def ready(self) -> list[PanelJuror]:
        """Who can be given projects: links declared, in no team."""
        return [seat for seat in self.seats if seat.links_declared_at and seat.person_id not in self.excluded]

    @property
    def waited_for(self) -> list[PanelJuror]:
        """Who has not declared their links yet."""
        return [seat for seat in self.seats if not seat.links_declared_at]

    def hidden_from(self, person_id: str) -> set[str]:
        """The projects whose very title is kept from somebody by a link."""
        return {project_id for linked, project_id in self.conflicts if linked == person_id}

    @property
    def load(self) -> float:
        """Reads for each juror, were everybody ready and allowed: the arithmetic of feasibility."""
        seats = len(self.seats)
        return len(self.projects) * min(self.panel.reads, seats) / seats if seats else 0.0


def may_see_panel(viewer: Viewer, panel: Panel, edition: Edition) -> Refusal | None:
    """Whether somebody composes that panel: the coordination of its site, the national one for all of them."""
    if panel.edition_id != edition.id:
        return Refusal(_("Ce jury n’existe pas."), hidden=True)
    return may_coordinate_site(viewer, edition, panel.site_id)


def may_create_panel(
    viewer: Viewer, edition: Edition, values: PanelValues, *, sites: Collection[str], names: Collection[str]
) -> Refusal | None:
    """Whether somebody may create this panel; `sites` are the ids of the edition's, `names` are those taken in it."""
    where = may_coordinate_site if values.site_id else _anywhere
    if refusal := where(viewer, edition, values.site_id):
        return refusal
    if values.site_id and values.site_id not in sites:
        return Refusal(_("Ce site n’existe pas dans cette édition."))
    if values.name.casefold() in {name.casefold() for name in names}:
        return Refusal(_("Un autre jury porte déjà ce nom."))
    if not 1 <= values.reads <= MOST_READS:
        return Refusal(_("Chaque projet est lu par 1 à %(most_reads)s personnes.", most_reads=MOST_READS))
    return None


def may_add_juror(panel: Panel, person_id: str, *, is_chair: bool, is_invited: bool, in_team: bool) -> Refusal | None:
    """Whether somebody may sit in a panel (with its jurors loaded): invited as juror, in no team, not there already."""
    if not is_invited:
        return Refusal(_("Cette personne n’a pas encore accepté d’invitation au jury."))
    if in_team:
        return Refusal(_("Cette personne fait partie d’une équipe de l’édition : elle ne peut pas être au jury."))
    if any(seat.person_id == person_id for seat in panel.jurors):
        return Refusal(_("Cette personne fait déjà partie de ce jury."))
    if is_chair and any(seat.is_chair for seat in panel.jurors):
        return Refusal(_("Ce jury a déjà une présidence."))
    return None


def plan(situation: Situation) -> Allocation:
    """What an allocation would give now: the same for the same situation."""
    ready = situation.ready
    declared = {seat.person_id: seat.links_declared_at for seat in ready}
    unsaid = {
        (person_id, project.id)
        for person_id, declared_at in declared.items()
        for project in situation.projects
        if not has_declared(declared_at, project.arrived_at)
    }
    return allocate(
        [Party(seat.person_id, situation.homes.get(seat.person_id)) for seat in ready],
        [Party(project.id, project.site_id) for project in situation.projects],
        situation.panel.reads,
        situation.conflicts | situation.elsewhere | unsaid,
        situation.existing,
        seed=situation.panel.id,
    )


def plan_mark(allocation: Allocation) -> str:
    """What a preview is recognised by: another situation gives another mark."""
    return hashlib.sha256(repr(allocation.added).encode()).hexdigest()[:16]


def is_late(*, declared_at: datetime | None, left: int) -> bool:
    """Whether a juror has something to do: links to declare or projects to validate."""
    return declared_at is None or left > 0


def _anywhere(viewer: Viewer, edition: Edition, _site_id: str | None) -> Refusal | None:
    return may_coordinate(viewer, edition)

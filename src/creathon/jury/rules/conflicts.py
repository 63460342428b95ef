"""Links of interest: a conflict beats every role, the coordinator's and the president's included."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.editions.models import Allowed, Edition
from creathon.editions.rules import may_now
from creathon.jury.models import LinkKind, PanelJuror

NOTE_LIMIT = 500

LINK_NAMES = {
    LinkKind.FAMILY: "Famille ou proche",
    LinkKind.COLLEAGUE: "Collègue, même établissement ou même service",
    LinkKind.HIERARCHY: "Autorité hiérarchique, évaluation ou inspection",
    LinkKind.PUPIL: "Élève, étudiant ou ancien élève",
    LinkKind.ASSOCIATION: "Même association",
    LinkKind.BUSINESS: "Intérêt économique, prestation ou concurrence",
    LinkKind.OTHER: "Autre lien",
}


@dataclass(frozen=True)
class LinkValues:
    """What a juror says of a link with a project."""

    kind: LinkKind
    note: str = ""


@dataclass(frozen=True)
class ScopedProject:
    """A deposited project as a juror must know it to say whether a link exists: nothing of its content."""

    id: str
    title: str
    arrived_at: datetime
    team: str
    site_id: str
    site: str
    members: tuple[str, ...] = ()


def may_read_project(viewer: Viewer, project_id: str, conflicts: Collection[str]) -> Refusal | None:
    """Whether no link hides a project from somebody; `conflicts` are the ids of the projects they have a link with."""
    if viewer.is_signed_in and project_id in conflicts:
        return Refusal(_("Un lien d’intérêts est déclaré entre vous et ce projet."), hidden=True)
    return None


def may_declare_links(
    viewer: Viewer,
    seat: PanelJuror,
    links: Mapping[str, LinkValues],
    scope: Collection[ScopedProject],
    edition: Edition,
    *,
    now: datetime,
) -> Refusal | None:
    """Whether a juror may certify these links now: in their own name, and about projects of the panel."""
    if viewer.person_id != seat.person_id:
        return Refusal(_("Chaque personne du jury déclare ses propres liens."), hidden=True)
    if refusal := may_now(edition, Allowed.DECLARE_LINKS, now=now):
        return refusal
    if set(links) - {project.id for project in scope}:
        return Refusal(_("Un des projets n’est plus dans la liste. Rechargez la page."))
    return None


def has_declared(declared_at: datetime | None, arrived_at: datetime) -> bool:
    """Whether a declaration speaks of a project: one that arrived later asks for a new one."""
    return declared_at is not None and arrived_at <= declared_at


def undeclared(seat: PanelJuror, scope: Collection[ScopedProject]) -> list[ScopedProject]:
    """The projects of which a juror has not yet said whether a link exists."""
    return [project for project in scope if not has_declared(seat.links_declared_at, project.arrived_at)]

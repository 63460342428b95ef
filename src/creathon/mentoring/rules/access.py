"""Where somebody stands to a followed project, who prepares the programme, who may be whose mentor."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.editions.models import Edition, Role
from creathon.editions.rules import may_coordinate
from creathon.jury.rules.conflicts import may_read_project
from creathon.mentoring.models import Pairing
from creathon.teams.rules import is_member


class Relation(StrEnum):
    """In what capacity somebody follows a project."""

    MENTOR = "mentor"
    TEAM = "team"
    COORDINATION = "coordination"


@dataclass(frozen=True)
class MentorStanding:
    """Where a person stands to a project they might follow."""

    holds_role: bool
    in_team: bool
    in_conflict: bool
    is_disabled: bool = False


def relation(viewer: Viewer, pairing: Pairing, edition: Edition, conflicts: Collection[str]) -> Relation | None:
    """The capacity in which somebody reads a pairing (its project with team and members loaded), or None.

    The mentor is the one of now, still holding the role; a link of interest beats the mentor and the coordination.
    """
    if pairing.edition_id != edition.id:
        return None
    if is_member(viewer, pairing.project.team):
        return Relation.TEAM
    if may_read_project(viewer, pairing.project_id, conflicts):
        return None
    if pairing.mentor_id == viewer.person_id and viewer.holds(Role.MENTOR, edition.id):
        return Relation.MENTOR
    return Relation.COORDINATION if may_coordinate(viewer, edition) is None else None


def may_follow(standing: Relation | None) -> Refusal | None:
    """Whether somebody reads the pairing at all; to everybody else it does not exist."""
    return None if standing else Refusal(_("Ce suivi n’est pas le vôtre."), hidden=True)


def may_steer(standing: Relation | None) -> Refusal | None:
    """Whether somebody sets the objective, the dates and the milestones: the mentor and the coordination."""
    if standing is Relation.TEAM:
        return Refusal(_("Seuls votre mentor et la coordination peuvent le faire."))
    return may_follow(standing)


def may_prepare(viewer: Viewer, edition: Edition, *, is_published: bool) -> Refusal | None:
    """Whether somebody prepares the programme and the pairings: the coordination, once the palmarès is published."""
    if refusal := may_coordinate(viewer, edition):
        return refusal
    if is_published:
        return None
    return Refusal(_("Le palmarès n’est pas encore publié. Le programme se prépare à partir de sa publication."))


def may_mentor(standing: MentorStanding) -> Refusal | None:
    """Whether a person may follow a project."""
    if not standing.holds_role or standing.is_disabled:
        return Refusal(_("Cette personne n’a pas le rôle de mentor dans cette édition. Invitez-la d’abord."))
    if standing.in_team:
        return Refusal(_("Cette personne fait partie de l’équipe : elle ne peut pas être sa mentore ou son mentor."))
    if standing.in_conflict:
        return Refusal(
            _("Un lien d’intérêts est déclaré entre cette personne et ce projet. Choisissez quelqu’un d’autre.")
        )
    return None


def may_pair(standing: MentorStanding, known: Pairing | None) -> Refusal | None:
    """Whether a project that has no mentor yet may be given to a person."""
    if known is not None:
        return Refusal(_("Ce projet est déjà suivi. Rechargez la page pour voir par qui."))
    return may_mentor(standing)

"""What somebody of fifteen to seventeen may do, and what a site must have read signed before.

Who signs: one holder of parental authority to take part; for an image, which they protect in common (article 372-1 of
the civil code), both, unless there is only one.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.editions.rules import may_coordinate_site
from creathon.teams.models import Authorisation, AuthorisedAct, Team, TeamMember
from creathon.teams.rules.composition import member_of

ACT_WORDS = {
    AuthorisedAct.PARTICIPATION: "participer",
    AuthorisedAct.CAPTURE: "apparaître sur des photos et des vidéos",
    AuthorisedAct.BROADCAST: "laisser diffuser ces images",
}
IMAGE_ACTS = (AuthorisedAct.CAPTURE, AuthorisedAct.BROADCAST)
LONGEST = timedelta(days=5 * 365)
"""An image is authorised for a time that is named, and not for ever."""
SUSPENDED = (
    "Votre participation est suspendue : le site valide d’abord l’autorisation que signe un titulaire de l’autorité "
    "parentale. Elle se lit et s’imprime depuis la page de votre équipe."
)


def is_suspended(member: TeamMember) -> bool:
    """Whether a member waits for the authorisation of their participation."""
    return member.person.is_minor and member.authorised_at is None


def suspended(team: Team) -> list[TeamMember]:
    """The members who wait for theirs, by seat."""
    return [member for member in team.members if is_suspended(member)]


def may_take_part(viewer: Viewer, team: Team) -> Refusal | None:
    """Whether a member may act for the team: write, deposit, send its application. Everybody may read."""
    member = member_of(team, viewer.person_id)
    return Refusal(_(SUSPENDED)) if member is not None and is_suspended(member) else None


def may_see_minor(viewer: Viewer, minor: TeamMember, edition: Edition) -> Refusal | None:
    """Whether somebody reads and validates the authorisations of a minor: the coordination of the team's site."""
    if minor.edition_id != edition.id or not minor.person.is_minor:
        return Refusal(_("Cette page n’existe pas."), hidden=True)
    return may_coordinate_site(viewer, edition, minor.team.site_id)


def stands(authorisation: Authorisation, today: date) -> bool:
    """Whether an authorisation that nobody withdrew still holds."""
    return authorisation.ends_on is None or today <= authorisation.ends_on


def may_authorise(authorisations: Sequence[Authorisation], act: AuthorisedAct, today: date) -> Refusal | None:
    """Whether an act waits for its authorisation."""
    if any(one.act == act and stands(one, today) for one in authorisations):
        return Refusal(_("Cette autorisation est déjà validée."))
    return None


def end_problem(ends_on: date | None, today: date) -> str | None:
    """Why that day cannot be the last one of an authorisation about images."""
    if ends_on is None or ends_on <= today:
        return _("Choisissez une date à venir : celle qui est écrite sur le papier signé.")
    if ends_on > today + LONGEST:
        return _("Cinq ans au plus : au-delà, il faudra une nouvelle autorisation.")
    return None

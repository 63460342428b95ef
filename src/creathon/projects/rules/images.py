"""Who must have agreed before everybody may see the video of a team, and until when they have.

To be filmed and to be shown are two things. Whoever may appear speaks for themselves; for a minor, whose image is
protected in common (article 372-1 of the civil code), the holders of parental authority too. No reason names anybody.
"""

from collections.abc import Sequence
from datetime import date

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.editions.models import Edition
from creathon.projects.models import Deposit, ImageConsent
from creathon.teams.models import Authorisation, AuthorisedAct, Team, TeamMember
from creathon.teams.rules import is_member, stands

YEARS = 3
"""An image is shown for a time that is named, and not for ever."""
OF_A_CLASS = (
    "La vidéo d’une équipe-classe n’est pas montrée ici : ses élèves n’ont pas de compte, et personne ne peut y "
    "répondre à leur place."
)


def last_day(today: date) -> date:
    """The last day of a consent given today."""
    if (today.month, today.day) == (2, 29):
        today = today.replace(day=28)
    return today.replace(year=today.year + YEARS)


def consent_in_force(
    consents: Sequence[ImageConsent], team: Team, person_id: str | None, today: date
) -> ImageConsent | None:
    """What somebody agreed to for this team and that holds."""
    for one in consents:
        if (one.team_id, one.person_id) == (team.id, person_id) and one.withdrawn_at is None and today <= one.ends_on:
            return one
    return None


def agreed(team: Team, consents: Sequence[ImageConsent], today: date) -> list[TeamMember]:
    """The members who agreed themselves, and whose consent holds."""
    return [member for member in team.members if consent_in_force(consents, team, member.person_id, today)]


def is_allowed(minor: TeamMember, authorisations: Sequence[Authorisation], today: date) -> bool:
    """Whether the holders of parental authority let the image of a minor be shown."""
    return any(
        (one.edition_id, one.person_id, one.act) == (minor.edition_id, minor.person_id, AuthorisedAct.BROADCAST)
        and one.withdrawn_at is None
        and stands(one, today)
        for one in authorisations
    )


def may_broadcast(
    team: Team, consents: Sequence[ImageConsent], authorisations: Sequence[Authorisation], today: date
) -> Refusal | None:
    """Whether everybody who may appear in the video of a team lets it be shown: each member of today."""
    if team.is_class:
        return Refusal(_(OF_A_CLASS))
    if not team.members:
        return Refusal(_("Il n’y a plus personne dans cette équipe pour dire oui."))
    if len(agreed(team, consents, today)) < len(team.members):
        return Refusal(_("Toutes les personnes de l’équipe n’ont pas dit oui."))
    if not all(is_allowed(one, authorisations, today) for one in team.members if one.person.is_minor):
        return Refusal(
            _(
                "Une personne de moins de 18 ans est dans l’équipe : le site n’a pas, ou n’a plus, l’autorisation de "
                "diffuser que signent les titulaires de l’autorité parentale."
            )
        )
    return None


def may_consent(viewer: Viewer, team: Team, edition: Edition) -> Refusal | None:
    """Whether somebody may say yes, for themselves only: a member, before as after the deadline.

    Nobody is asked for what could show nothing. To withdraw is always possible.
    """
    if team.edition_id != edition.id or not is_member(viewer, team):
        return Refusal(_("Cette vidéo est celle d’une autre équipe."), hidden=True)
    return Refusal(_(OF_A_CLASS)) if team.is_class else None


def has_public_video(deposit: Deposit | None) -> Refusal | None:
    """Whether a deposit has a joined video, and will have a public page."""
    if deposit is None or not deposit.content.get("video"):
        return Refusal(_("Aucune vidéo n’est jointe à un dossier déposé."))
    if deposit.late:
        return Refusal(_("Le dossier est arrivé hors délai : il n’a pas de page publique."))
    return None


def not_ready() -> Refusal:
    """Why a video that may be shown is not, yet."""
    return Refusal(_("La copie anonymisée de la vidéo n’est pas prête, ou l’antivirus la retient."))

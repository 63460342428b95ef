"""Who may be in a team, do what in it, and when. Pure: teams come loaded with their members."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.core.throttle import Limit
from creathon.editions.models import Allowed, Edition, Role
from creathon.editions.rules import may_coordinate_site, may_now
from creathon.teams.models import (
    FEWEST,
    SEATS,
    ApplicationState,
    Team,
    TeamInvitation,
    TeamKind,
    TeamMember,
    TeamRole,
)

INVITATION_LASTS = timedelta(days=14)
MOST_PENDING = 10
CODE_LENGTH = 8
NAME_LENGTH = 80

CODE_TRIES = Limit("team-code", 10, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=24))
INVITATIONS_SENT = Limit("team-invitation", 30, timedelta(minutes=2), timedelta(hours=1), timedelta(hours=24))

TEAM_ROLE_NAMES = {
    TeamRole.PEDAGOGUE: "pédagogue",
    TeamRole.CONCEPTEUR: "concepteur ou conceptrice",
    TeamRole.TECHNICIEN: "technicien ou technicienne",
    TeamRole.CONTEUR: "conteur ou conteuse",
    TeamRole.GARDIEN_ETHIQUE: "gardien ou gardienne de l’éthique",
}
TEAM_ROLE_HINTS = {
    TeamRole.PEDAGOGUE: "part des élèves et vérifie que l’idée les aide à apprendre",
    TeamRole.CONCEPTEUR: "donne sa forme au projet et dessine ses écrans ou ses objets",
    TeamRole.TECHNICIEN: "essaie, assemble et dit ce qui est faisable en vingt-quatre heures",
    TeamRole.CONTEUR: "écrit le scénario, la vidéo et la présentation",
    TeamRole.GARDIEN_ETHIQUE: "veille aux données, aux biais et à ce que personne ne soit mis à part",
}
STATE_NAMES = {
    ApplicationState.DRAFT: "en préparation",
    ApplicationState.SUBMITTED: "envoyée",
    ApplicationState.ACCEPTED: "retenue",
    ApplicationState.WAITLISTED: "en liste d’attente",
    ApplicationState.REFUSED: "non retenue",
    ApplicationState.WITHDRAWN: "retirée",
}
OPEN_STATES = frozenset({ApplicationState.DRAFT, ApplicationState.WITHDRAWN})
"""The application is in the hands of the team."""
DECISIONS = (ApplicationState.ACCEPTED, ApplicationState.WAITLISTED, ApplicationState.REFUSED)
ANSWERABLE = frozenset({ApplicationState.SUBMITTED, *DECISIONS})

NOT_COMPETING = frozenset({Role.JUROR, Role.NATIONAL_COORDINATOR, Role.SITE_COORDINATOR})

UNKNOWN_CODE = "Ce code ne correspond à aucune équipe. Vérifiez-le auprès de la personne qui vous l’a donné."
USED_INVITATION = "Cette invitation a déjà servi ou n’est plus valable. Demandez-en une nouvelle à l’équipe."
OTHER_ADDRESS = "Cette invitation a été envoyée à une autre adresse que celle de votre compte."
NAME_TAKEN = "Une équipe de cette édition porte déjà ce nom. Choisissez-en un autre."


@dataclass(frozen=True)
class TeamValues:
    """A team to found, and the role its founder takes."""

    name: str
    site_id: str
    role: TeamRole
    kind: TeamKind = TeamKind.STANDARD


def name_key(name: str) -> str:
    """What makes two spellings the same name: no case, no accent, no invisible sign, spaces folded."""
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())
    plain = "".join(sign for sign in decomposed if unicodedata.category(sign) not in ("Mn", "Cf"))
    return " ".join(plain.split())[:200]


def name_problem(name: str) -> str | None:
    """Why a team cannot bear that name: it travels in messages to people who did not choose it."""
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cs") for sign in name):
        return _("Ce nom contient un signe invisible. Écrivez-le de nouveau au clavier.")
    if "://" in name or "@" in name or "www." in name.casefold():
        return _("Un nom d’équipe ne contient ni adresse ni lien.")
    if not any(sign.isalnum() for sign in name):
        return _("Écrivez un nom avec au moins une lettre ou un chiffre.")
    return None


def normal_code(typed: str) -> str:
    """A code as it is stored: capitals, without spaces and dashes; O, I and L are read as the digits they resemble."""
    kept = "".join(sign for sign in typed.upper() if sign.isalnum())
    return kept.translate(str.maketrans("OIL", "011"))


def shown_code(code: str) -> str:
    """A code as people read it aloud: « 7F3A-91C2 »."""
    return f"{code[:4]}-{code[4:]}"


def masked_email(email: str) -> str:
    """Enough of an address for its owner to know it: « c…@exemple.fr »."""
    local, _at, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"


def member_of(team: Team, person_id: str | None) -> TeamMember | None:
    """The member a person is in a team."""
    return next((member for member in team.members if member.person_id == person_id), None)


def captain_of(team: Team) -> TeamMember | None:
    """The captain; None for a team that everybody left."""
    return next((member for member in team.members if member.is_captain), None)


def is_member(viewer: Viewer, team: Team) -> bool:
    """Whether somebody is in the team."""
    return member_of(team, viewer.person_id) is not None


def is_captain(viewer: Viewer, team: Team) -> bool:
    """Whether somebody answers for the team."""
    captain = captain_of(team)
    return captain is not None and captain.person_id == viewer.person_id


def team_is_complete(team: Team) -> bool:
    """Whether the team has its three to five people."""
    return FEWEST <= len(team.members) <= SEATS


def free_seats(team: Team) -> list[int]:
    """The seats nobody has, lowest first."""
    taken = {member.seat for member in team.members}
    return [seat for seat in range(1, SEATS + 1) if seat not in taken]


def may_compete(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether somebody may be in a team: those who judge or run the edition may not."""
    if any(viewer.holds(role, edition.id) for role in NOT_COMPETING):
        return Refusal(_("Les membres du jury et des coordinations ne peuvent pas être dans une équipe."))
    return None


def may_create_team(viewer: Viewer, edition: Edition, own: Team | None, *, now: datetime) -> Refusal | None:
    """Whether somebody may found a team; `own` is the team they are in."""
    return (
        may_compete(viewer, edition)
        or _free(own)
        or may_now(edition, Allowed.APPLY, now=now)
        or may_now(edition, Allowed.MANAGE_TEAM, now=now)
    )


def may_enter_teams(viewer: Viewer, edition: Edition, own: Team | None, *, now: datetime) -> Refusal | None:
    """Whether somebody may join a team at all, whichever it is."""
    return may_compete(viewer, edition) or _free(own) or may_now(edition, Allowed.MANAGE_TEAM, now=now)


def may_join(viewer: Viewer, team: Team, edition: Edition, own: Team | None, *, now: datetime) -> Refusal | None:
    """Whether somebody may take a seat of that team."""
    if refusal := may_enter_teams(viewer, edition, own, now=now):
        return refusal
    if not team.members:
        return Refusal(_("Cette équipe n’existe plus."))
    return _has_seat(team)


def may_manage_team(actor: Viewer, team: Team, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether a member may change the team now; strangers do not learn that it exists."""
    if not is_member(actor, team):
        return Refusal(_("Cette équipe n’est pas la vôtre."), hidden=True)
    return may_now(edition, Allowed.MANAGE_TEAM, now=now)


def may_lead(actor: Viewer, team: Team, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether somebody may do what only the captain does."""
    if refusal := may_manage_team(actor, team, edition, now=now):
        return refusal
    if not is_captain(actor, team):
        return Refusal(_("Seule la personne capitaine de l’équipe peut le faire."))
    return None


def may_invite_member(
    actor: Viewer, team: Team, edition: Edition, pending: Sequence[TeamInvitation], *, now: datetime
) -> Refusal | None:
    """Whether a member may invite somebody by mail; `pending` are the invitations still waiting."""
    if refusal := may_manage_team(actor, team, edition, now=now) or _has_seat(team):
        return refusal
    if len(pending) >= MOST_PENDING:
        return Refusal(_("Dix invitations attendent déjà une réponse. Retirez-en une avant d’en envoyer une autre."))
    return None


def invited_problem(email: str, team: Team, pending: Sequence[TeamInvitation]) -> str | None:
    """Why that address cannot be invited: it is already in, or already asked."""
    if any(member.person.email_key == email for member in team.members):
        return _("Cette personne fait déjà partie de votre équipe.")
    if any(invitation.email == email for invitation in pending):
        return _("Une invitation attend déjà une réponse de cette adresse. Vous pouvez la renvoyer.")
    return None


def may_handle_invitation(
    actor: Viewer, invitation: TeamInvitation, team: Team, edition: Edition, *, now: datetime
) -> Refusal | None:
    """Whether somebody may withdraw or send again an invitation: who sent it, or the captain."""
    if invitation.team_id != team.id:
        return Refusal(_("Cette invitation n’est pas celle de votre équipe."), hidden=True)
    if refusal := may_manage_team(actor, team, edition, now=now):
        return refusal
    if invitation.invited_by != actor.person_id and not is_captain(actor, team):
        return Refusal(_("Seules la personne qui a invité et la personne capitaine peuvent le faire."))
    if invitation.accepted_at or invitation.withdrawn_at:
        return Refusal(_("Cette invitation n’attend plus de réponse."))
    return None


def may_use_invitation(invitation: TeamInvitation, *, now: datetime) -> Refusal | None:
    """Whether an invitation is neither used, nor withdrawn, nor too old."""
    if invitation.accepted_at or invitation.withdrawn_at or now >= invitation.expires_at:
        return Refusal(_(USED_INVITATION))
    return None


def may_change_role(actor: Viewer, team: Team, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether a member may take another role."""
    return may_manage_team(actor, team, edition, now=now)


def may_leave(actor: Viewer, team: Team, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether a member may go: the captain hands over first, unless nobody else is left."""
    if refusal := may_manage_team(actor, team, edition, now=now):
        return refusal
    if is_captain(actor, team) and len(team.members) > 1:
        return Refusal(_("Vous êtes capitaine : confiez d’abord ce rôle à une autre personne de l’équipe."))
    return None


def may_remove(actor: Viewer, member: TeamMember, team: Team, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether the captain may take somebody else off the team."""
    if member.team_id != team.id:
        return Refusal(_("Cette personne n’est pas dans votre équipe."), hidden=True)
    if refusal := may_lead(actor, team, edition, now=now):
        return refusal
    if member.is_captain:
        return Refusal(_("Vous ne pouvez pas vous retirer ainsi : quittez l’équipe."))
    return None


def may_rename(actor: Viewer, team: Team, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether the captain may change the name and the site."""
    return may_lead(actor, team, edition, now=now)


def may_change_site(team: Team) -> Refusal | None:
    """Whether the site may still change: not once an application waits for that site's answer."""
    if team.state not in OPEN_STATES:
        return Refusal(_("Le site ne change plus une fois la candidature envoyée. Retirez-la d’abord."))
    return None


def may_submit(actor: Viewer, team: Team, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether the captain may send the application: complete, and applications open."""
    if not is_member(actor, team):
        return Refusal(_("Cette équipe n’est pas la vôtre."), hidden=True)
    if refusal := may_now(edition, Allowed.APPLY, now=now):
        return refusal
    if not is_captain(actor, team):
        return Refusal(_("Seule la personne capitaine de l’équipe envoie la candidature."))
    if team.state not in OPEN_STATES:
        return Refusal(_("Votre candidature est déjà envoyée."))
    if not team_is_complete(team):
        return Refusal(_(f"Il faut {FEWEST} personnes au moins : vous êtes {len(team.members)}."))
    return None


def may_withdraw(actor: Viewer, team: Team, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether the captain may take the application back."""
    if refusal := may_lead(actor, team, edition, now=now):
        return refusal
    if team.state not in ANSWERABLE:
        return Refusal(_("Il n’y a pas de candidature à retirer."))
    return None


def may_see_application(viewer: Viewer, team: Team, edition: Edition) -> Refusal | None:
    """Whether somebody reads an application: the coordination of its site, or of the whole edition."""
    if team.edition_id != edition.id or not team.members:
        return Refusal(_("Cette candidature n’existe pas."), hidden=True)
    return may_coordinate_site(viewer, edition, team.site_id)


def may_decide(viewer: Viewer, team: Team, edition: Edition) -> Refusal | None:
    """Whether somebody answers an application: its coordination, once it was sent."""
    if refusal := may_see_application(viewer, team, edition):
        return refusal
    if team.state not in ANSWERABLE:
        return Refusal(_("L’équipe n’a pas envoyé sa candidature : il n’y a rien à répondre."))
    return None


def decision_problem(state: ApplicationState, reason: str) -> str | None:
    """Why an answer cannot be given so: whoever is not accepted is told why."""
    if state not in DECISIONS:
        return _("Choisissez une réponse.")
    if state != ApplicationState.ACCEPTED and not reason.strip():
        return _("Écrivez la raison : l’équipe la lira.")
    return None


def _free(own: Team | None) -> Refusal | None:
    if own is not None:
        return Refusal(_("Vous êtes déjà dans une équipe de cette édition : on ne peut être que dans une seule."))
    return None


def _has_seat(team: Team) -> Refusal | None:
    if not free_seats(team):
        return Refusal(_(f"L’équipe est complète : {SEATS} personnes au plus."))
    return None

"""Who may be in a team and do what in it, for its members. Teams come loaded with their members."""

from collections.abc import Sequence
from datetime import datetime

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.editions.models import Allowed, Edition, Role
from creathon.editions.rules import may_now
from creathon.teams.models import Team, TeamInvitation, TeamMember
from creathon.teams.rules.composition import free_seats, is_captain, is_member, most_members
from creathon.teams.rules.words import MOST_PENDING, NOT_COMPETING, USED_INVITATION


def may_compete(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether somebody may be in a team: those who judge or run the edition may not."""
    if any(viewer.holds(role, edition.id) for role in NOT_COMPETING):
        return Refusal(_("Les membres du jury et des coordinations ne peuvent pas être dans une équipe."))
    return None


def may_take_role(role: Role, own: Team | None) -> Refusal | None:
    """Whether somebody may judge or run the edition; `own` is the team they are in."""
    if own is None or role not in NOT_COMPETING:
        return None
    return Refusal(
        _(
            "Vous êtes dans l’équipe « %(name)s » : on ne peut pas participer à une édition et la juger ou "
            "l’organiser. Quittez d’abord l’équipe, ou laissez cette invitation sans réponse.",
            name=own.name,
        )
    )


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
    return has_seat(team)


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
    if refusal := may_manage_team(actor, team, edition, now=now) or has_seat(team):
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


def _free(own: Team | None) -> Refusal | None:
    if own is not None:
        return Refusal(_("Vous êtes déjà dans une équipe de cette édition : on ne peut être que dans une seule."))
    return None


def has_seat(team: Team) -> Refusal | None:
    """Whether a seat is left in the team."""
    if free_seats(team):
        return None
    most = most_members(team)
    if team.is_class:
        return Refusal(_("Une équipe-classe compte %(most)s adultes au plus, sans compte pour les élèves.", most=most))
    return Refusal(_("L’équipe est complète : %(most)s personnes au plus.", most=most))

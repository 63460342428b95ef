"""What a team does with its application."""

from datetime import datetime

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.editions.models import Allowed, Edition
from creathon.editions.rules import may_now
from creathon.editions.rules.rulebook import Acceptances, not_accepted
from creathon.teams.models import ApplicationState, Team
from creathon.teams.rules.composition import is_captain, is_member, lacking_words, team_is_complete
from creathon.teams.rules.members import may_lead, may_manage_team
from creathon.teams.rules.minors import may_take_part
from creathon.teams.rules.words import ANSWERABLE, OPEN_STATES, PUPIL_NAME


def may_change_site(team: Team) -> Refusal | None:
    """Whether the site may still change: not once an application waits for that site's answer."""
    if team.state not in OPEN_STATES:
        return Refusal(_("Le site ne change plus une fois la candidature envoyée. Retirez-la d’abord."))
    return None


def meets_facilitators(team: Team) -> bool:
    """Whether a team reads who facilitates its site: once accepted, as anybody may found a team on any site."""
    return team.state == ApplicationState.ACCEPTED


def unaccepted(team: Team, acceptances: Acceptances) -> list[str]:
    """The first names of the members who have not accepted the rulebook in force, by seat."""
    return not_accepted(acceptances, [(member.person_id, member.person.given_name) for member in team.members])


def may_submit(
    actor: Viewer, team: Team, edition: Edition, acceptances: Acceptances, *, now: datetime
) -> Refusal | None:
    """Whether the captain may send the application: complete, the rulebook accepted by all, applications open."""
    if not is_member(actor, team):
        return Refusal(_("Cette équipe n’est pas la vôtre."), hidden=True)
    if refusal := may_now(edition, Allowed.APPLY, now=now) or may_take_part(actor, team):
        return refusal
    if not is_captain(actor, team):
        return Refusal(_("Seule la personne capitaine de l’équipe envoie la candidature."))
    if team.state not in OPEN_STATES:
        return Refusal(_("Votre candidature est déjà envoyée."))
    if not team_is_complete(team):
        return Refusal(lacking_words(team))
    if team.is_class and team.certified_at is None:
        return Refusal(_("Certifiez d’abord que vous détenez les autorisations de vos élèves."))
    if names := unaccepted(team, acceptances):
        return Refusal(_("Chaque membre accepte d’abord le règlement. Il manque : %(list)s.", list=", ".join(names)))
    return None


def may_withdraw(actor: Viewer, team: Team, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether the captain may take the application back."""
    if refusal := may_lead(actor, team, edition, now=now):
        return refusal
    if team.state not in ANSWERABLE:
        return Refusal(_("Il n’y a pas de candidature à retirer."))
    return None


def may_write_answers(actor: Viewer, team: Team, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether a member may answer the questions: until the application is sent, while applications are open."""
    if refusal := may_manage_team(actor, team, edition, now=now) or may_now(edition, Allowed.APPLY, now=now):
        return refusal
    if team.state not in OPEN_STATES:
        return Refusal(_("La candidature est envoyée : ses réponses ne changent plus. Retirez-la d’abord."))
    return None


def may_declare_class(actor: Viewer, team: Team, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether somebody declares the pupils of the team: the teacher of a class."""
    if not team.is_class:
        return Refusal(_("Cette équipe n’est pas une équipe-classe."), hidden=True)
    return may_lead(actor, team, edition, now=now)


def pupil_names_problem(names: str, pupils: int) -> str | None:
    """Why these names of pupils cannot be kept: first names with an initial at most, no more than pupils."""
    listed = pupil_list(names)
    wrong = [name for name in listed if not PUPIL_NAME.fullmatch(name)]
    if wrong:
        return _(
            "« %(wrong)s » : écrivez un prénom, suivi au plus d’une initiale. Jamais un nom de famille.",
            wrong=wrong[0][:40],
        )
    if len(listed) > pupils:
        return _("Vous écrivez %(count)s prénoms pour %(pupils)s élèves déclarés.", count=len(listed), pupils=pupils)
    return None


def pupil_list(names: str) -> list[str]:
    """The names written, one a line or between commas."""
    return [" ".join(name.split()) for name in names.replace("\n", ",").split(",") if name.strip()]


def may_ask_aside(actor: Viewer, team: Team, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether the captain may ask to take part without competing."""
    if refusal := may_lead(actor, team, edition, now=now):
        return refusal
    if team.non_competing or team.asks_non_competing:
        return Refusal(_("C’est déjà demandé."))
    return None

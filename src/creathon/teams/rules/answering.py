"""What a coordination does with applications."""

from collections.abc import Mapping
from datetime import datetime

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _, ngettext
from creathon.editions.models import Edition
from creathon.editions.rules import may_coordinate, may_coordinate_site
from creathon.teams.models import ApplicationState, Team
from creathon.teams.rules.words import ANSWERABLE, DECISIONS


def may_see_application(viewer: Viewer, team: Team, edition: Edition) -> Refusal | None:
    """Whether somebody reads an application: the coordination of its site, or of the whole edition."""
    if team.edition_id != edition.id or not team.members:
        return Refusal(_("Cette candidature n’existe pas."), hidden=True)
    return may_coordinate_site(viewer, edition, team.site_id)


def may_decide(viewer: Viewer, team: Team, edition: Edition) -> Refusal | None:
    """Whether somebody answers an application: its coordination, once it was sent."""
    return may_see_application(viewer, team, edition) or is_answerable(team.state)


def is_answerable(state: ApplicationState) -> Refusal | None:
    """Whether an application in that state waits for an answer, or has one that may change."""
    if state not in ANSWERABLE:
        return Refusal(_("L’équipe n’a pas envoyé sa candidature : il n’y a rien à répondre."))
    return None


def may_move(viewer: Viewer, team: Team, edition: Edition) -> Refusal | None:
    """Whether somebody moves an application to another site: who coordinates all of them."""
    return may_see_application(viewer, team, edition) or may_coordinate(viewer, edition)


def may_set_aside(viewer: Viewer, team: Team, edition: Edition) -> Refusal | None:
    """Whether somebody says that a team takes part without competing, or competes again."""
    if refusal := may_see_application(viewer, team, edition):
        return refusal
    if team.state in (ApplicationState.REFUSED, ApplicationState.WITHDRAWN):
        return Refusal(_("Cette équipe ne participe pas."))
    return None


def left_out(state: ApplicationState, wanted: ApplicationState) -> str | None:
    """Why one application among many does not get the answer given to all."""
    if is_answerable(state):
        return _("candidature non envoyée")
    if state == wanted:
        return _("a déjà cette réponse")
    return None


def place_warning(site: str, states: Mapping[ApplicationState, int], room: int, wanted: ApplicationState) -> str | None:
    """What an answer to many makes of the places of a site, when somebody should know before."""
    if wanted == ApplicationState.ACCEPTED:
        count = sum(states.values())
        if count <= room:
            return None
        free = ngettext("place libre", "places libres", max(room, 0))
        return _(
            "%(site)s : %(count)s équipes à retenir pour %(max)s %(free)s.",
            site=site,
            count=count,
            max=max(room, 0),
            free=free,
        )
    if freed := states.get(ApplicationState.ACCEPTED, 0):
        said = ngettext("place se libère et va", "places se libèrent et vont", freed)
        return _("%(site)s : %(freed)s %(said)s à la liste d’attente.", site=site, freed=freed, said=said)
    return None


def queue_instant(team: Team, *, now: datetime) -> datetime:
    """When a team put on the waiting list came to it: when it applied, unless it had another answer before."""
    if team.state == ApplicationState.WAITLISTED:
        return team.queued_at or now
    return team.submitted_at or now if team.state == ApplicationState.SUBMITTED else now


def decision_problem(state: ApplicationState, reason: str) -> str | None:
    """Why an answer cannot be given so: whoever is not accepted is told why."""
    if state not in DECISIONS:
        return _("Choisissez une réponse.")
    if state != ApplicationState.ACCEPTED and not reason.strip():
        return _("Écrivez la raison : l’équipe la lira.")
    return None

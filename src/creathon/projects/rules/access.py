"""Who reads and who writes a project, and when the public sees it."""

from datetime import datetime

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.editions.models import Allowed, Edition, PhaseKind
from creathon.editions.rules import may_coordinate_site, may_now
from creathon.teams.models import ApplicationState, Team
from creathon.teams.rules import is_member, may_take_part

OUT = frozenset({ApplicationState.REFUSED, ApplicationState.WITHDRAWN})


def may_work_on(viewer: Viewer, team: Team) -> Refusal | None:
    """Whether somebody is of the team, and both still take part."""
    if not is_member(viewer, team):
        return Refusal(_("Ce projet est celui d’une autre équipe."), hidden=True)
    if team.state in OUT:
        return Refusal(_("La candidature de votre équipe n’est pas retenue : son projet ne peut plus changer."))
    return may_take_part(viewer, team)


def may_write(viewer: Viewer, team: Team, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether somebody may save the draft of the team now."""
    return may_work_on(viewer, team) or may_now(edition, Allowed.WRITE, now=now)


def may_follow(viewer: Viewer, team: Team, edition: Edition) -> Refusal | None:
    """Whether somebody reads the project as the coordination of its site; a member does not judge from there."""
    if is_member(viewer, team):
        return Refusal(_("Votre équipe se lit sur la page « Mon projet »."), hidden=True)
    return may_coordinate_site(viewer, edition, team.site_id)


def may_fetch_file(viewer: Viewer, team: Team, edition: Edition) -> Refusal | None:
    """Whether somebody may have the files of the team: its members, the coordination of its site."""
    return None if is_member(viewer, team) else may_follow(viewer, team, edition)


def shown_from(edition: Edition) -> datetime | None:
    """When the deposited projects become public: the opening of the palmarès; None when none is planned."""
    return min((phase.opens_at for phase in edition.phases if phase.kind == PhaseKind.PALMARES), default=None)


def may_show_publicly(edition: Edition, now: datetime) -> bool:
    """Whether everybody may read the deposited projects of the edition."""
    opens = shown_from(edition)
    return opens is not None and opens <= now

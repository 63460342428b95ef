"""Who is in a team, and whether it has the people it needs. Teams come loaded with their members."""

from creathon.core.actor import Viewer
from creathon.core.text import _, ngettext
from creathon.teams.models import ADULTS_OF_A_CLASS, FEWEST, SEATS, Team, TeamMember


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


def most_members(team: Team) -> int:
    """How many people may have an account in the team: in a class, the teacher and a second adult."""
    return ADULTS_OF_A_CLASS if team.is_class else SEATS


def missing_people(team: Team) -> int:
    """How many people the team lacks: members, or the pupils a class declares."""
    return max(0, FEWEST - (team.pupils if team.is_class else len(team.members)))


def team_is_complete(team: Team) -> bool:
    """Whether the team has its three to five people; a class, its teacher and three pupils."""
    return bool(team.members) and not missing_people(team) and len(team.members) <= most_members(team)


def size_words(team: Team) -> str:
    """« 4 personnes », « 1 adulte et 24 élèves »."""
    count = len(team.members)
    if not team.is_class:
        return _("%(count)s %(people)s", count=count, people=ngettext("personne", "personnes", count))
    adults, pupils = ngettext("adulte", "adultes", count), ngettext("élève", "élèves", team.pupils)
    return _(
        "%(count)s %(adults)s et %(pupil_count)s %(pupils)s",
        count=count,
        adults=adults,
        pupil_count=team.pupils,
        pupils=pupils,
    )


def lacking_words(team: Team) -> str:
    """What an incomplete team lacks, as its members are told."""
    if team.is_class:
        return _(
            "Une équipe-classe déclare %(fewest)s élèves au moins : vous en déclarez %(pupils)s.",
            fewest=FEWEST,
            pupils=team.pupils,
        )
    if len(team.members) == 1:
        return _("Il faut %(fewest)s personnes au moins : pour l’instant, l’équipe n’en a qu’une.", fewest=FEWEST)
    return _("Il faut %(fewest)s personnes au moins : vous êtes %(count)s.", fewest=FEWEST, count=len(team.members))


def free_seats(team: Team) -> list[int]:
    """The seats nobody has, lowest first."""
    taken = {member.seat for member in team.members}
    free = [seat for seat in range(1, SEATS + 1) if seat not in taken]
    return free[: max(0, most_members(team) - len(taken))]

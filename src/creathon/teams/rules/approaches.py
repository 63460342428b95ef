"""Teams that look for somebody and people who look for a team: who sees whom, asks whom, answers what.

Before a yes each side reads of the other a first name, an initial and what was written for that: never an address.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from creathon.accounts.models import AgeBand, Person
from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.core.throttle import Limit
from creathon.editions.models import Allowed, Edition
from creathon.editions.rules import may_now
from creathon.teams.models import AloneApplication, AloneState, Approach, ApproachState, Side, Team, TeamRole
from creathon.teams.rules.composition import free_seats, is_captain
from creathon.teams.rules.members import has_seat, may_enter_teams, may_lead, may_manage_team
from creathon.teams.rules.words import GONE_STATES

MESSAGE_LENGTH = 600
SEEKS_LENGTH = 600
MOST_SENT = {Side.TEAM: 10, Side.PERSON: 5}
"""How many approaches of one team, of one person, may wait for an answer at once."""
APPROACHES_SENT = Limit("approach", 30, timedelta(minutes=2), timedelta(hours=1), timedelta(hours=24))

_CONTACT = re.compile(r"\S@\S|://|\bwww\.|(?:\+33 ?|\b0)[1-9](?:[ .-]?\d\d){4}\b", re.IGNORECASE)
_ALREADY_SENT = {
    Side.TEAM: "Dix propositions de votre équipe attendent déjà une réponse. Retirez-en une d’abord.",
    Side.PERSON: "Cinq de vos demandes attendent déjà une réponse. Retirez-en une d’abord.",
}
_ALREADY_NO = {
    Side.TEAM: "Cette personne a déjà refusé une place dans votre équipe. Elle peut encore la demander d’elle-même.",
    Side.PERSON: "Cette équipe a déjà refusé votre demande. Elle peut encore vous proposer une place d’elle-même.",
}


def contact_problem(text: str) -> str | None:
    """Why others may not read that text before they accepted: it tells how to be reached."""
    if _CONTACT.search(text):
        return _("N’écrivez ici ni adresse, ni lien, ni téléphone : vous les échangerez une fois dans la même équipe.")
    return None


def may_be_shown(person: Person) -> Refusal | None:
    """Whether teams may be shown somebody, and they teams: adults only."""
    if person.age_band != AgeBand.ADULT:
        return Refusal(
            _("Avant 18 ans, votre fiche n’est lue que par la coordination de votre site, qui vous propose une équipe.")
        )
    return None


def recruits(team: Team) -> Refusal | None:
    """Whether a team may take somebody in by itself: no class, its application alive, with a seat left."""
    if team.is_class:
        return Refusal(_("Une équipe-classe se compose avec ses élèves : elle ne cherche personne ici."))
    if team.state in GONE_STATES or team.dissolved_at or not team.members:
        return Refusal(_("La candidature de l’équipe est retirée ou non retenue : elle ne cherche plus personne."))
    return has_seat(team)


def may_recruit(actor: Viewer, team: Team, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether a member may say whom the team looks for, see the free people and ask them."""
    return may_manage_team(actor, team, edition, now=now) or recruits(team)


def may_approach(
    actor: Viewer, team: Team, edition: Edition, past: Sequence[Approach], sent: int, *, now: datetime
) -> Refusal | None:
    """Whether a member may offer a seat to a free person. `past`: all between the two; `sent`: the team’s, waiting."""
    return may_recruit(actor, team, edition, now=now) or _may_send(Side.TEAM, past, sent)


def may_look_for_team(
    actor: Viewer, alone: AloneApplication | None, edition: Edition, own: Team | None, *, now: datetime
) -> Refusal | None:
    """Whether somebody sees the teams that look for somebody: an adult who applied alone and still searches."""
    if alone is None or alone.person_id != actor.person_id or alone.state != AloneState.SEARCHING:
        return Refusal(_("Vous ne cherchez pas d’équipe."), hidden=True)
    return may_enter_teams(actor, edition, own, now=now) or may_be_shown(alone.person)


def is_needing(team: Team, edition: Edition) -> Refusal | None:
    """Whether a team is shown to people alone: it says whom it looks for, and may take somebody in."""
    if team.edition_id != edition.id or not team.seeks or recruits(team):
        return Refusal(_("Cette équipe ne cherche personne."), hidden=True)
    return None


def may_ask_team(
    actor: Viewer,
    alone: AloneApplication | None,
    team: Team,
    edition: Edition,
    own: Team | None,
    past: Sequence[Approach],
    sent: int,
    *,
    now: datetime,
) -> Refusal | None:
    """Whether somebody alone may ask a team for a seat. `past`: all between the two; `sent`: the person’s, waiting."""
    looking = may_look_for_team(actor, alone, edition, own, now=now)
    return looking or is_needing(team, edition) or _may_send(Side.PERSON, past, sent)


def may_answer_approach(actor: Viewer, approach: Approach, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether somebody may say yes or no: the person asked, or the captain of the team asked."""
    if approach.sent_by == Side.PERSON:
        refusal = may_lead(actor, approach.team, edition, now=now)
    elif approach.alone.person_id != actor.person_id:
        refusal = Refusal(_("Cette proposition n’est pas la vôtre."), hidden=True)
    else:
        refusal = may_now(edition, Allowed.MANAGE_TEAM, now=now)
    return refusal or _waits(approach)


def may_seat(approach: Approach, *, taken: bool) -> Refusal | None:
    """Whether a yes gives a seat. `taken`: the person is in a team by now, or judges or runs the edition."""
    if approach.alone.state != AloneState.SEARCHING or taken:
        return Refusal(_("Cette personne ne cherche plus d’équipe."))
    return recruits(approach.team) or may_be_shown(approach.alone.person)


def may_withdraw_approach(actor: Viewer, approach: Approach, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether somebody may take an approach back: who sent it, or the captain of the team that did."""
    if approach.sent_by == Side.TEAM:
        if refusal := may_manage_team(actor, approach.team, edition, now=now):
            return refusal
        if approach.sender_id != actor.person_id and not is_captain(actor, approach.team):
            return Refusal(_("Seules la personne qui a proposé et la personne capitaine peuvent le faire."))
    elif approach.alone.person_id != actor.person_id:
        return Refusal(_("Cette demande n’est pas la vôtre."), hidden=True)
    return _waits(approach)


def may_hide(actor: Viewer, alone: AloneApplication) -> Refusal | None:
    """Whether somebody may take their own card away from the teams."""
    if alone.person_id != actor.person_id or alone.state != AloneState.SEARCHING:
        return Refusal(_("Cette fiche n’est pas la vôtre."), hidden=True)
    return None


def lacking_roles(team: Team) -> list[TeamRole]:
    """The roles that nobody has taken in a team with a seat left."""
    taken = {member.role for member in team.members}
    return [role for role in TeamRole if role not in taken] if free_seats(team) else []


def _may_send(side: Side, past: Sequence[Approach], sent: int) -> Refusal | None:
    if any(one.state == ApproachState.WAITING for one in past):
        return Refusal(_("Une demande attend déjà une réponse entre vous. Retrouvez-la sur la page « Mon équipe »."))
    if any(one.state == ApproachState.DECLINED and one.sent_by == side for one in past):
        return Refusal(_(_ALREADY_NO[side]))
    return Refusal(_(_ALREADY_SENT[side])) if sent >= MOST_SENT[side] else None


def _waits(approach: Approach) -> Refusal | None:
    if approach.state != ApproachState.WAITING:
        return Refusal(_("Cette demande n’attend plus de réponse."))
    return None

"""Applying alone, and what a coordination proposes to those who do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.editions.models import Allowed, Edition
from creathon.editions.rules import may_coordinate_site, may_now
from creathon.teams.models import (
    FEWEST,
    SEATS,
    AloneApplication,
    AloneState,
    Proposal,
    ProposedSeat,
    SeatAnswer,
    Team,
    TeamRole,
)
from creathon.teams.rules.composition import free_seats
from creathon.teams.rules.members import may_enter_teams
from creathon.teams.rules.words import ANSWERABLE, OPEN_STATES

BRINGS_LENGTH = 2000
ALONE_STATES = {
    AloneState.SEARCHING: "cherche une équipe",
    AloneState.PLACED: "dans une équipe",
    AloneState.WITHDRAWN: "retirée",
}


@dataclass(frozen=True)
class AloneValues:
    """What somebody alone says of themselves."""

    site_id: str
    role: TeamRole
    brings: str
    seeks: str = ""
    is_shown: bool = False


def may_apply_alone(viewer: Viewer, edition: Edition, own: Team | None, *, now: datetime) -> Refusal | None:
    """Whether somebody may apply without a team, or change what they said."""
    return may_now(edition, Allowed.APPLY, now=now) or may_enter_teams(viewer, edition, own, now=now)


def may_withdraw_alone(actor: Viewer, alone: AloneApplication) -> Refusal | None:
    """Whether somebody may take their own application back."""
    if alone.person_id != actor.person_id:
        return Refusal(_("Cette candidature n’est pas la vôtre."), hidden=True)
    if alone.state != AloneState.SEARCHING:
        return Refusal(_("Il n’y a pas de candidature à retirer."))
    return None


def may_see_alone(viewer: Viewer, alone: AloneApplication, edition: Edition) -> Refusal | None:
    """Whether somebody reads an application: the coordination of the site wished."""
    if alone.edition_id != edition.id:
        return Refusal(_("Cette candidature n’existe pas."), hidden=True)
    return may_coordinate_site(viewer, edition, alone.site_id)


def is_free(alone: AloneApplication, proposed: set[str]) -> Refusal | None:
    """Whether a seat may be proposed to somebody; `proposed` are those who have a proposal to answer."""
    if alone.state != AloneState.SEARCHING:
        return Refusal(_("Cette personne ne cherche plus d’équipe."))
    if alone.id in proposed:
        return Refusal(_("Une proposition attend déjà sa réponse."))
    return None


def may_take_in(team: Team, site_id: str) -> Refusal | None:
    """Whether somebody may be proposed to that team: of the same site, alive, with a seat left."""
    if team.site_id != site_id or team.state not in OPEN_STATES | ANSWERABLE or not team.members or team.is_class:
        return Refusal(_("Choisissez une équipe de ce site."))
    if not free_seats(team):
        return Refusal(_("Cette équipe n’a plus de place."))
    return None


def group_problem(people: Sequence[AloneApplication]) -> str | None:
    """Why these people cannot be brought together: three to five, of one site."""
    if not FEWEST <= len(people) <= SEATS:
        return _(
            "Choisissez de %(fewest)s à %(seats)s personnes : vous en avez choisi %(count)s.",
            fewest=FEWEST,
            seats=SEATS,
            count=len(people),
        )
    if len({alone.site_id for alone in people}) > 1:
        return _("Choisissez des personnes d’un même site.")
    return None


def may_answer_seat(actor: Viewer, proposal: Proposal, seat: ProposedSeat) -> Refusal | None:
    """Whether somebody may say yes or no to a seat: it was proposed to them, and still is."""
    if seat.alone.person_id != actor.person_id:
        return Refusal(_("Cette proposition n’est pas la vôtre."), hidden=True)
    if seat.answer != SeatAnswer.PENDING or proposal.closed_at or seat.alone.state != AloneState.SEARCHING:
        return Refusal(_("Cette proposition n’attend plus de réponse."))
    return None


def group_is_settled(seats: Sequence[ProposedSeat]) -> bool | None:
    """Whether a group becomes a team: None while somebody must answer, unless too few could be left."""
    yes = sum(seat.answer == SeatAnswer.ACCEPTED for seat in seats)
    waiting = sum(seat.answer == SeatAnswer.PENDING for seat in seats)
    if yes + waiting < FEWEST:
        return False
    return None if waiting else True

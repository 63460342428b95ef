"""What becomes of a milestone, moved by whom: the team works and hands in, the mentor answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.editions.models import Allowed, Edition
from creathon.editions.rules import may_now
from creathon.mentoring.models import Milestone, MilestoneState
from creathon.mentoring.rules.access import Relation, may_follow, may_steer

STATE_NAMES = {
    MilestoneState.A_FAIRE: "à faire",
    MilestoneState.EN_COURS: "en cours",
    MilestoneState.REMIS: "remis",
    MilestoneState.VALIDE: "validé",
    MilestoneState.ABANDONNE: "abandonné",
}
TEXT_LIMIT = 4000
FINAL = frozenset({MilestoneState.VALIDE, MilestoneState.ABANDONNE})
_LIVING = (MilestoneState.A_FAIRE, MilestoneState.EN_COURS, MilestoneState.REMIS)
_ABANDON: dict[MilestoneState, tuple[MilestoneState, ...]] = dict.fromkeys(_LIVING, (MilestoneState.ABANDONNE,))
TRANSITIONS: dict[Relation, dict[MilestoneState, tuple[MilestoneState, ...]]] = {
    Relation.TEAM: {
        MilestoneState.A_FAIRE: (MilestoneState.EN_COURS, MilestoneState.REMIS),
        MilestoneState.EN_COURS: (MilestoneState.EN_COURS, MilestoneState.REMIS),
        MilestoneState.REMIS: (MilestoneState.EN_COURS,),
    },
    Relation.MENTOR: {
        **_ABANDON,
        MilestoneState.REMIS: (MilestoneState.VALIDE, MilestoneState.EN_COURS, MilestoneState.ABANDONNE),
    },
    Relation.COORDINATION: _ABANDON,
}
"""From which state to which, by whom. Validated and abandoned are the end."""


@dataclass(frozen=True)
class MilestoneValues:
    """A milestone to set."""

    title: str
    due_on: date


@dataclass(frozen=True)
class StepValues:
    """A state to give, with what the person writes: the evidence of the team, the answer of the mentor."""

    state: MilestoneState
    text: str = ""


def next_states(standing: Relation | None, state: MilestoneState) -> tuple[MilestoneState, ...]:
    """The states somebody may give to a milestone that is in this one."""
    return TRANSITIONS.get(standing, {}).get(state, ()) if standing else ()


def text_of(standing: Relation | None, milestone: Milestone) -> str:
    """What is stored of the text that somebody in that capacity writes."""
    return milestone.evidence if standing is Relation.TEAM else milestone.answer


def may_add_milestone(standing: Relation | None, edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether somebody may set a milestone now."""
    return may_steer(standing) or may_now(edition, Allowed.MENTOR, now=now)


def may_step(
    standing: Relation | None, milestone: Milestone, values: StepValues, edition: Edition, *, now: datetime
) -> Refusal | None:
    """Whether somebody may bring a milestone to that state now, with what they wrote."""
    if refusal := may_follow(standing) or may_now(edition, Allowed.MENTOR, now=now):
        return refusal
    if values.state not in next_states(standing, milestone.state):
        return Refusal(
            _(
                "Ce jalon est %(state_names)s : ce changement n’est pas possible.",
                state_names=STATE_NAMES[milestone.state],
            )
        )
    if values.text.strip():
        return None
    if values.state is MilestoneState.REMIS:
        return Refusal(_("Dites ce qui montre que c’est fait : une adresse, un document, un résultat."))
    if values.state is MilestoneState.ABANDONNE:
        return Refusal(_("Dites pourquoi ce jalon est abandonné : l’équipe le lira."))
    if standing is Relation.MENTOR and values.state is MilestoneState.EN_COURS:
        return Refusal(_("Dites à l’équipe ce qui manque."))
    return None


def pending_milestones(milestones: Iterable[Milestone]) -> list[Milestone]:
    """Those not over yet, the first due first."""
    return sorted((one for one in milestones if one.state not in FINAL), key=lambda one: (one.due_on, one.id))

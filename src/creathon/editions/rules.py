"""What is open, until when, and who coordinates what. Pure: editions come loaded with their phases."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _, date_short, instant_words, time_words
from creathon.editions.models import Allowed, Edition, EditionState, Phase, Role

ACTS = {
    Allowed.APPLY: "Le dépôt des candidatures",
    Allowed.MANAGE_TEAM: "La composition des équipes",
    Allowed.WRITE: "L’écriture des projets",
    Allowed.DEPOSIT: "Le dépôt des projets",
    Allowed.DECLARE_LINKS: "La déclaration des liens d’intérêts",
    Allowed.REVIEW: "L’évaluation",
    Allowed.DELIBERATE: "La délibération",
    Allowed.PUBLISH: "La publication du palmarès",
    Allowed.READ_FEEDBACK: "La lecture des retours du jury",
    Allowed.COMPLAIN: "Le temps des réclamations",
    Allowed.MENTOR: "L’accompagnement",
}
PUBLIC_STATES = frozenset({EditionState.ANNOUNCED, EditionState.RUNNING, EditionState.CLOSED, EditionState.ARCHIVED})


@dataclass(frozen=True)
class FriezeStep:
    """One phase as the frieze shows it."""

    title: str
    period: str
    state: Literal["passed", "current", "coming"]


def is_within(phase: Phase, now: datetime) -> bool:
    """Whether `now` lies in [opens_at, closes_at): the only place that says what the boundary is."""
    return phase.opens_at <= now < phase.closes_at


def is_tolerated(phase: Phase, now: datetime) -> bool:
    """Whether `now` lies in the technical tolerance after the phase, which counts as in time."""
    return phase.closes_at <= now < phase.closes_at + timedelta(seconds=phase.grace_seconds)


def current_phases(edition: Edition, now: datetime) -> list[Phase]:
    """The phases open now, in order of opening; several may overlap."""
    return [phase for phase in edition.phases if is_within(phase, now)]


def phases_allowing(edition: Edition, act: Allowed) -> list[Phase]:
    """The phases that allow an act, in order of opening."""
    return [phase for phase in edition.phases if act in phase.allows]


def may_now(edition: Edition, act: Allowed, *, now: datetime) -> Refusal | None:
    """Whether an edition allows an act at `now`; the refusal says since when or from when, in the edition's zone."""
    phases = phases_allowing(edition, act)
    if any(is_within(phase, now) or is_tolerated(phase, now) for phase in phases):
        return None
    coming = [phase for phase in phases if phase.opens_at > now]
    if coming:
        when = instant_words(coming[0].opens_at, edition.zone)
        return Refusal(_(f"{ACTS[act]} ouvre le {when}."))
    if phases:
        when = instant_words(phases[-1].closes_at, edition.zone)
        return Refusal(_(f"{ACTS[act]} est clos depuis le {when}."))
    return Refusal(_(f"{ACTS[act]} n’est pas prévu dans cette édition."))


def deadline(edition: Edition, act: Allowed, *, now: datetime) -> datetime | None:
    """The end of the phase that allows the act now or next; None when there is none left."""
    return next((phase.closes_at for phase in phases_allowing(edition, act) if phase.closes_at > now), None)


def frieze(edition: Edition, now: datetime) -> list[FriezeStep]:
    """The phases as steps, computed from the clock; the zone is the edition's."""
    return [FriezeStep(phase.title, _period(phase, edition, now), _state(phase, now)) for phase in edition.phases]


def may_see_edition(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether somebody sees an edition: everybody once it is announced, its coordination before."""
    if edition.state in PUBLIC_STATES or may_coordinate(viewer, edition) is None:
        return None
    return Refusal(_("Cette édition n’est pas encore annoncée."), hidden=True)


def may_see_theme(edition: Edition, *, now: datetime) -> bool:
    """Whether the theme is revealed."""
    return edition.theme.revealed_at is None or now >= edition.theme.revealed_at


def may_coordinate(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether somebody coordinates the whole edition."""
    if viewer.holds(Role.NATIONAL_COORDINATOR, edition.id):
        return None
    return Refusal(_("Cette page est réservée à la coordination nationale."))


def coordinated_sites(viewer: Viewer, edition: Edition) -> set[str] | None:
    """The ids of the sites somebody coordinates in an edition; None means all of them."""
    if viewer.holds(Role.NATIONAL_COORDINATOR, edition.id):
        return None
    return {
        grant.site_id
        for grant in viewer.grants
        if grant.role == Role.SITE_COORDINATOR and grant.edition_id == edition.id and grant.site_id
    }


def may_coordinate_site(viewer: Viewer, edition: Edition, site_id: str | None) -> Refusal | None:
    """Whether somebody coordinates that site of the edition, or the whole of it."""
    sites = coordinated_sites(viewer, edition)
    if sites is None or site_id in sites:
        return None
    return Refusal(_("Cette page est réservée à la coordination de ce site."), hidden=True)


def overlaps(phases: Iterable[tuple[str, datetime, datetime]]) -> list[str]:
    """The titles of phases whose interval is empty or reversed."""
    return [title for title, opens_at, closes_at in phases if opens_at >= closes_at]


def _state(phase: Phase, now: datetime) -> Literal["passed", "current", "coming"]:
    if is_within(phase, now):
        return "current"
    return "passed" if now >= phase.closes_at else "coming"


def _period(phase: Phase, edition: Edition, now: datetime) -> str:
    if is_within(phase, now):
        return _(f"jusqu’au {date_short(phase.closes_at, edition.zone)}, {time_words(phase.closes_at, edition.zone)}")
    first = date_short(phase.opens_at, edition.zone)
    last = date_short(phase.closes_at - timedelta(microseconds=1), edition.zone)
    return first if first == last else f"{first} – {last}"

"""What the phases of an edition allow now, until when in words, and how a phase may be moved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from creathon.core.errors import Refusal
from creathon.core.text import _, date_words, exact_words, instant_words
from creathon.editions.models import Allowed, Edition, EditionState, Phase, PhaseChange, PhaseKind
from creathon.editions.rules.texts import PhaseMove

PhaseState = Literal["passed", "current", "coming"]

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
ACT_NAMES = {
    Allowed.APPLY: "Candidater",
    Allowed.MANAGE_TEAM: "Composer l’équipe",
    Allowed.WRITE: "Écrire le projet",
    Allowed.DEPOSIT: "Déposer",
    Allowed.DECLARE_LINKS: "Déclarer ses liens",
    Allowed.REVIEW: "Évaluer",
    Allowed.DELIBERATE: "Délibérer",
    Allowed.PUBLISH: "Publier le palmarès",
    Allowed.READ_FEEDBACK: "Lire les retours",
    Allowed.COMPLAIN: "Réclamer",
    Allowed.MENTOR: "Accompagner",
}
"""What a phase allows, in the fewest words: the columns of the matrix."""
PHASE_NAMES = {
    PhaseKind.CANDIDATURE: "Candidature",
    PhaseKind.CREATION: "Création",
    PhaseKind.EVALUATION_SITE: "Évaluation de site",
    PhaseKind.EVALUATION: "Évaluation nationale",
    PhaseKind.DELIBERATION: "Délibération",
    PhaseKind.PALMARES: "Palmarès",
    PhaseKind.RECLAMATIONS: "Réclamations",
    PhaseKind.ACCOMPAGNEMENT: "Accompagnement",
    PhaseKind.CLOTURE: "Clôture",
}
_MASCULINE = frozenset({Allowed.APPLY, Allowed.DEPOSIT, Allowed.COMPLAIN, Allowed.MENTOR})


@dataclass(frozen=True)
class CalendarRow:
    """One phase as a table shows it: its interval in words, never its tolerance."""

    phase: Phase
    opens: str
    closes: str
    state: PhaseState
    acts: str
    lasts: str = ""
    """How long the creation lasts, in real hours; nothing for the others."""


@dataclass(frozen=True)
class ChangeRow:
    """One change of the calendar, as the public trace says it."""

    when: str
    phase: str
    before: str
    after: str
    reason: str
    by_two: bool = False


def is_within(phase: Phase | PhaseMove, now: datetime) -> bool:
    """Whether `now` lies in [opens_at, closes_at): the only place that says what the boundary is."""
    return phase.opens_at <= now < phase.closes_at


def is_tolerated(phase: Phase, now: datetime) -> bool:
    """Whether `now` lies in the technical tolerance after the phase, which counts as in time."""
    return phase.closes_at <= now < phase.closes_at + timedelta(seconds=phase.grace_seconds)


def phase_state(phase: Phase | PhaseMove, now: datetime) -> PhaseState:
    """Where a phase stands; its tolerance is not part of it."""
    if is_within(phase, now):
        return "current"
    return "coming" if now < phase.opens_at else "passed"


def current_phases(edition: Edition, now: datetime) -> list[Phase]:
    """The phases open now, in order of opening; several may overlap."""
    return [phase for phase in edition.phases if is_within(phase, now)]


def next_phase(edition: Edition, now: datetime) -> Phase | None:
    """The phase that opens next."""
    return min((phase for phase in edition.phases if phase.opens_at > now), key=lambda one: one.opens_at, default=None)


def phases_allowing(edition: Edition, act: Allowed) -> list[Phase]:
    """The phases that allow an act, in order of opening."""
    return [phase for phase in edition.phases if act in phase.allows]


def may_now(edition: Edition, act: Allowed, *, now: datetime) -> Refusal | None:
    """Whether an edition allows an act at `now`; the refusal says since when or from when, in the edition's zone."""
    phases = phases_allowing(edition, act)
    if any(is_within(phase, now) or is_tolerated(phase, now) for phase in phases):
        return None
    agreement = "" if act in _MASCULINE else "e"
    coming = [phase for phase in phases if phase.opens_at > now]
    if coming:
        when = instant_words(coming[0].opens_at, edition.zone)
        return Refusal(_("%(acts)s ouvre le %(when)s.", acts=ACTS[act], when=when))
    if phases:
        when = instant_words(max(phase.closes_at for phase in phases), edition.zone)
        return Refusal(
            _("%(acts)s est clos%(agreement)s depuis le %(when)s.", acts=ACTS[act], agreement=agreement, when=when)
        )
    return Refusal(_("%(acts)s n’est pas prévu%(agreement)s dans cette édition.", acts=ACTS[act], agreement=agreement))


def deadline(edition: Edition, act: Allowed, *, now: datetime) -> datetime | None:
    """The end of the phase that allows the act now or next; None when there is none left."""
    return next((phase.closes_at for phase in phases_allowing(edition, act) if phase.closes_at > now), None)


def last_moment(closes_at: datetime, zone: str) -> datetime:
    """The instant to say as the end: what closes at midnight is said « 23 h 59 min 59 s » of the day that ends."""
    local = closes_at.astimezone(ZoneInfo(zone))
    return closes_at - timedelta(seconds=1) if local.time() == time(0) else closes_at


def until_words(closes_at: datetime, zone: str, reader_zone: str | None = None) -> str:
    """« jusqu’au mercredi 31 mars 2027 à 23 h 59 min 59 s (heure de Paris) », then the reader's own time."""
    return _("jusqu’au %(instant)s", instant=instant_words(last_moment(closes_at, zone), zone, reader_zone))


def act_words(phase: Phase) -> str:
    """What a phase allows: « le dépôt des candidatures, la composition des équipes »."""
    words = [_(ACTS[Allowed(act)]) for act in phase.allows]
    return ", ".join(word[:1].lower() + word[1:] for word in words)


def calendar_rows(edition: Edition, now: datetime, reader_zone: str | None = None) -> list[CalendarRow]:
    """The calendar in words, in the edition's zone and the reader's; of an archive only the days are public."""

    def words(instant: datetime) -> str:
        if edition.state == EditionState.ARCHIVED:
            return date_words(instant, edition.zone)
        return instant_words(instant, edition.zone, reader_zone)

    return [
        CalendarRow(
            phase,
            words(phase.opens_at),
            words(last_moment(phase.closes_at, edition.zone)),
            phase_state(phase, now),
            act_words(phase),
            exact_words(phase.closes_at - phase.opens_at) if phase.kind == PhaseKind.CREATION else "",
        )
        for phase in edition.phases
    ]


def change_rows(changes: Iterable[PhaseChange], edition: Edition) -> list[ChangeRow]:
    """The changes of a calendar in words; they come with their phase."""
    zone = edition.zone
    return [
        ChangeRow(
            instant_words(change.changed_at, zone),
            change.phase.title,
            interval_words(change.old_opens_at, change.old_closes_at, zone),
            interval_words(change.new_opens_at, change.new_closes_at, zone),
            change.reason,
            change.confirmed_by is not None,
        )
        for change in changes
    ]


def interval_words(opens_at: datetime, closes_at: datetime, zone: str) -> str:
    """« du lundi 1er février 2027 à 9 h 00 (heure de Paris) au … »."""
    return _(
        "du %(start)s au %(end)s",
        start=instant_words(opens_at, zone),
        end=instant_words(last_moment(closes_at, zone), zone),
    )


def may_be_interval(opens_at: datetime, closes_at: datetime) -> Refusal | None:
    """Whether two instants can be the bounds of a phase."""
    if opens_at < closes_at:
        return None
    return Refusal(_("La fermeture doit venir après l’ouverture."))


def theme_follows(edition: Edition, phase: Phase, *, now: datetime) -> bool:
    """Whether the theme, still secret, is to be revealed when that phase opens: then it moves with it."""
    revealed_at = edition.theme.revealed_at
    return revealed_at is not None and now < revealed_at and revealed_at == phase.opens_at


def may_move_phase(phase: Phase, opens_at: datetime, closes_at: datetime) -> Refusal | None:
    """Whether a phase can be moved there: an interval that is one, and another than before."""
    if (opens_at, closes_at) == (phase.opens_at, phase.closes_at):
        return Refusal(_("Ces dates sont déjà celles du calendrier : rien ne change."))
    return may_be_interval(opens_at, closes_at)


def reminders_due(
    edition: Edition, act: Allowed, hours_before: Iterable[int], since: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    """(when to remind, the end reminded of) for an act whose end comes so many hours later, in ]since, until].

    `since` and `until` are real instants; the answer is in the time of the edition, which a rehearsal moves.
    """
    ahead = timedelta(seconds=edition.clock_seconds)
    ends = [phase.closes_at for phase in phases_allowing(edition, act)]
    moments = [(end - timedelta(hours=hours), end) for end in ends for hours in hours_before]
    return sorted((at, end) for at, end in moments if since + ahead < at <= until + ahead)

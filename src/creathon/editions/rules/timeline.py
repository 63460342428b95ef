"""Whether the phases of a calendar hold together, and what moving one changes. Pure: plans in, sentences out."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _, exact_words, instant_words
from creathon.editions.models import Allowed, Edition, EditionState, Phase, PhaseKind, PhaseProposal, ProposalState
from creathon.editions.rules.access import may_change_edition
from creathon.editions.rules.calendar import ACTS, interval_words, last_moment, may_be_interval

Window = tuple[datetime, datetime]


@dataclass(frozen=True)
class PlannedPhase:
    """A phase as somebody plans it; `id` is None for one that does not exist yet. Instants are aware."""

    id: str | None
    kind: PhaseKind
    title: str
    opens_at: datetime
    closes_at: datetime
    allows: tuple[Allowed, ...]
    grace_seconds: int = 0


class Planned(Protocol):
    """What the rules ask of a phase, stored or planned."""

    @property
    def kind(self) -> PhaseKind: ...
    @property
    def title(self) -> str: ...
    @property
    def opens_at(self) -> datetime: ...
    @property
    def closes_at(self) -> datetime: ...
    @property
    def allows(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class _Problem:
    """Something that does not hold; `key` names it whatever its dates."""

    key: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class RightShift:
    """A right whose first opening or last closing moves. None: the calendar does not give it."""

    act: Allowed
    before: Window | None
    after: Window | None


def planned(edition: Edition) -> list[PlannedPhase]:
    """The calendar of an edition as plans."""
    return [
        PlannedPhase(
            phase.id,
            phase.kind,
            phase.title,
            phase.opens_at,
            phase.closes_at,
            tuple(Allowed(act) for act in phase.allows),
            phase.grace_seconds,
        )
        for phase in edition.phases
    ]


def calendar_problems(phases: Iterable[Planned], zone: str) -> list[str]:
    """What does not hold in a calendar, in sentences: empty intervals, overlaps, rights that come and go."""
    return [problem.sentence for problem in _problems(phases, zone)]


def move_problems(edition: Edition, after: Sequence[PlannedPhase]) -> list[str]:
    """What a move would break that held before it."""
    known = {problem.key for problem in _problems(edition.phases, edition.zone)}
    return [problem.sentence for problem in _problems(after, edition.zone) if problem.key not in known]


def window_of(phases: Iterable[Planned], act: Allowed) -> Window | None:
    """From the first opening to the last closing of the phases that allow an act."""
    bounds = [(phase.opens_at, phase.closes_at) for phase in phases if act in phase.allows]
    return (min(opens for opens, _end in bounds), max(closes for _start, closes in bounds)) if bounds else None


def moved(edition: Edition, phase: Phase, opens_at: datetime, closes_at: datetime) -> list[PlannedPhase]:
    """The calendar once a phase is moved: what began or ended at the same instant begins or ends at the new one."""
    to = {phase.opens_at: opens_at, phase.closes_at: closes_at}
    return [
        replace(one, opens_at=opens_at, closes_at=closes_at)
        if one.id == phase.id
        else replace(one, opens_at=to.get(one.opens_at, one.opens_at), closes_at=to.get(one.closes_at, one.closes_at))
        for one in planned(edition)
    ]


def shortens(edition: Edition, phase: Phase, after: Iterable[PlannedPhase]) -> bool:
    """Whether a move takes away time that was announced: the phase opens later, or one closes earlier.

    What waits for the end of a phase that lasts longer opens later too: that takes nothing from anybody.
    """
    before = {one.id: one for one in edition.phases}
    return any(
        one.closes_at < before[one.id].closes_at or (one.id == phase.id and one.opens_at > phase.opens_at)
        for one in after
        if one.id is not None
    )


def shifts(before: Sequence[Planned], after: Sequence[Planned]) -> list[RightShift]:
    """The rights whose window differs between two calendars, in the order of the acts."""
    both = [RightShift(act, window_of(before, act), window_of(after, act)) for act in Allowed]
    return [shift for shift in both if shift.before != shift.after]


def shift_words(shift: RightShift, zone: str, reader_zone: str | None = None) -> list[str]:
    """« Le dépôt des projets ferme 1 heure plus tard : jeudi 20 mai 2027 à 10 h 00 (heure de Paris) »."""
    name = _(ACTS[shift.act])
    if shift.before is None or shift.after is None:
        return [
            _("%(name)s n’est plus au calendrier.", name=name)
            if shift.after is None
            else _("%(name)s entre au calendrier.", name=name)
        ]
    (opened, closed), (opens, closes) = shift.before, shift.after
    bounds = [
        (_("ouvre"), opened, opens, opens),
        (_("ferme"), closed, closes, last_moment(closes, zone)),
    ]
    return [
        _(
            "%(name)s %(verb)s %(by)s : %(instant)s.",
            name=name,
            verb=verb,
            by=_by(new - old),
            instant=instant_words(said, zone, reader_zone),
        )
        for verb, old, new, said in bounds
        if old != new
    ]


def calendar_mark(edition: Edition) -> str:
    """What tells one state of a calendar from another: its phases and their bounds."""
    rows = sorted((phase.id, phase.opens_at.isoformat(), phase.closes_at.isoformat()) for phase in edition.phases)
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def may_redraw_calendar(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether the whole calendar may change, rights included: by its coordination, before the edition is announced."""
    if refusal := may_change_edition(viewer, edition):
        return refusal
    if edition.state == EditionState.DRAFT:
        return None
    return Refusal(
        _("L’édition est annoncée : ce que chaque phase permet ne change plus. Seules les dates se déplacent.")
    )


def may_move_dates(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether a phase may be moved with a reason told to all: by its coordination, once the edition is announced."""
    if refusal := may_change_edition(viewer, edition):
        return refusal
    if edition.state != EditionState.DRAFT:
        return None
    return Refusal(_("L’édition est en préparation : son calendrier se modifie en entier, sans motif à donner."))


def may_move_to(edition: Edition, phase: Phase, opens_at: datetime, closes_at: datetime) -> Refusal | None:
    """Whether the calendar still holds once the phase is moved there."""
    if refusal := may_be_interval(opens_at, closes_at):
        return refusal
    problems = move_problems(edition, moved(edition, phase, opens_at, closes_at))
    return Refusal(" ".join(problems)) if problems else None


def may_settle(viewer: Viewer, edition: Edition, proposal: PhaseProposal) -> Refusal | None:
    """Whether somebody may refuse or withdraw a proposal that still waits."""
    if refusal := may_move_dates(viewer, edition):
        return refusal
    if proposal.state == ProposalState.PENDING:
        return None
    return Refusal(_("Cette proposition a déjà reçu sa réponse."))


def may_confirm(viewer: Viewer, edition: Edition, proposal: PhaseProposal) -> Refusal | None:
    """Whether somebody may apply a proposal: another person than its author, on the calendar it was made from."""
    if refusal := may_settle(viewer, edition, proposal):
        return refusal
    if viewer.person_id == proposal.proposed_by:
        return Refusal(_("Vous avez proposé ce changement : une autre personne doit le confirmer."))
    if proposal.calendar != calendar_mark(edition):
        return Refusal(_("Le calendrier a changé depuis : cette proposition ne vaut plus. Faites-en une nouvelle."))
    return None


def _problems(phases: Iterable[Planned], zone: str) -> list[_Problem]:
    ordered = sorted(phases, key=lambda one: (one.opens_at, one.closes_at))
    empty = [one for one in ordered if one.opens_at >= one.closes_at]
    found = [
        _Problem(("empty", one.title), _("« %(title)s » : la fermeture doit venir après l’ouverture.", title=one.title))
        for one in empty
    ]
    if empty:
        return found
    aside = [one for one in ordered if one.kind == PhaseKind.RECLAMATIONS]
    main = [one for one in ordered if one.kind != PhaseKind.RECLAMATIONS]
    return [*_overlaps(main, zone), *_overlaps(aside, zone), *_gaps(ordered, zone)]


def _overlaps(ordered: Sequence[Planned], zone: str) -> list[_Problem]:
    found = []
    for number, one in enumerate(ordered):
        for other in ordered[number + 1 :]:
            if other.opens_at < one.closes_at:
                common = interval_words(other.opens_at, min(one.closes_at, other.closes_at), zone)
                sentence = _(
                    "« %(one)s » et « %(other)s » se chevauchent %(common)s.",
                    one=one.title,
                    other=other.title,
                    common=common,
                )
                found.append(_Problem(("overlap", one.title, other.title), sentence))
    return found


def _gaps(ordered: Sequence[Planned], zone: str) -> list[_Problem]:
    """The rights that stop and come back: nobody could say why in between."""
    found = []
    for act in Allowed:
        covered: list[Window] = []
        for one in (one for one in ordered if act in one.allows):
            if covered and one.opens_at <= covered[-1][1]:
                covered[-1] = (covered[-1][0], max(covered[-1][1], one.closes_at))
            else:
                covered.append((one.opens_at, one.closes_at))
        for (_opened, closed), (reopened, _closes) in pairwise(covered):
            sentence = _(
                "%(acts)s s’interrompt %(interval)s, puis reprend.",
                acts=ACTS[act],
                interval=interval_words(closed, reopened, zone),
            )
            found.append(_Problem(("gap", act), sentence))
    return found


def _by(shift: timedelta) -> str:
    """« 1 heure plus tard »."""
    return f"{exact_words(abs(shift))} {_('plus tard') if shift > timedelta(0) else _('plus tôt')}"

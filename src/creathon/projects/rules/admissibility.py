"""Who decides whether a deposit is admissible, when, with which reasons; how a team contests, and who answers it.

Admissibility is apart from scoring: no rule here reads an evaluation, none of the jury's changes one for it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _, instant_words
from creathon.editions.models import Allowed, Edition
from creathon.editions.rules import may_now, phases_allowing
from creathon.projects.models import AdmissibilityCheck, Deposit, Project
from creathon.projects.rules.access import may_follow, may_work_on, shown_from
from creathon.projects.rules.deposits import Timing, timing
from creathon.projects.rules.gates import GATES, Facts, Finding, Gate, findings_of

CONTEST_TIME = timedelta(days=3)
"""How long a team has to contest, from the decision on."""
GATE_WORDS_LIMIT, WORDS_LIMIT, CONTEST_LIMIT = 600, 1500, 3000


class Admissibility(StrEnum):
    """Where the deposit of a project stands."""

    TO_CHECK = "to_check"
    ADMISSIBLE = "admissible"
    REFUSED = "refused"
    CONTESTED = "contested"


ADMISSIBILITY_NAMES = {
    Admissibility.TO_CHECK: "À examiner",
    Admissibility.ADMISSIBLE: "Recevable",
    Admissibility.REFUSED: "Non recevable",
    Admissibility.CONTESTED: "Contestation à traiter",
}


@dataclass(frozen=True)
class Verdict:
    """What the coordination says of one gate; the words are owed when it departs from the finding."""

    met: bool
    words: str = ""


@dataclass(frozen=True)
class CheckValues:
    """A decision as it is written: a verdict on every gate, by key, and a word to the team."""

    verdicts: Mapping[str, Verdict]
    words: str = ""

    @property
    def admissible(self) -> bool:
        return all(verdict.met for verdict in self.verdicts.values())


@dataclass(frozen=True)
class GateRead:
    """One gate of a decision as it is read; `reason` is why it is not met, or why the finding was set aside."""

    name: str
    met: bool
    finding: str
    words: str
    departs: bool

    @property
    def reason(self) -> str:
        finding = "" if self.departs else self.finding
        return " ".join(one for one in (finding, self.words) if one)


def counting(check: AdmissibilityCheck | None, deposit: Deposit | None) -> AdmissibilityCheck | None:
    """The last decision when it speaks of the deposit that counts; a newer deposit waits for its own."""
    return check if check is not None and deposit is not None and check.deposit_id == deposit.id else None


def is_contested(check: AdmissibilityCheck | None) -> bool:
    """Whether the team waits for an answer."""
    return check is not None and check.contested_at is not None and check.answered_at is None


def state_of(check: AdmissibilityCheck | None) -> Admissibility:
    """Where a deposit stands by the last decision on it."""
    if check is None:
        return Admissibility.TO_CHECK
    if check.admissible:
        return Admissibility.ADMISSIBLE
    return Admissibility.CONTESTED if is_contested(check) else Admissibility.REFUSED


def may_decide_now(edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether decisions are made at all: from the end of the deposits until the jury deliberates."""
    if timing(edition, now=now) is Timing.EARLY:
        return may_now(edition, Allowed.DEPOSIT, now=now)
    if timing(edition, now=now) is Timing.IN_TIME:
        end = max(
            one.closes_at + timedelta(seconds=one.grace_seconds) for one in phases_allowing(edition, Allowed.DEPOSIT)
        )
        when = instant_words(end, edition.zone)
        return Refusal(_("La recevabilité se décide une fois les dépôts fermés : le %(when)s.", when=when))
    closes = decisions_close(edition)
    if closes is not None and closes <= now:
        when = instant_words(closes, edition.zone)
        return Refusal(
            _("La recevabilité ne se décide plus depuis l’ouverture de la délibération, %(when)s.", when=when)
        )
    return None


def decisions_close(edition: Edition) -> datetime | None:
    """When no decision is made any more: the deliberation opens, or the palmarès where none is planned."""
    opens = [phase.opens_at for phase in phases_allowing(edition, Allowed.DELIBERATE)]
    return min(opens) if opens else shown_from(edition)


def may_decide(
    viewer: Viewer, project: Project, check: AdmissibilityCheck | None, edition: Edition, *, now: datetime
) -> Refusal | None:
    """Whether somebody decides on the deposit of a project now; `check` is the last decision on it."""
    if refusal := may_follow(viewer, project.team, edition) or may_decide_now(edition, now=now):
        return refusal
    if project.current is None:
        return Refusal(_("Rien n’est déposé pour cette équipe : il n’y a rien à décider."))
    if is_contested(check):
        return Refusal(_("L’équipe conteste la décision : répondez-lui d’abord, ci-dessus."))
    return None


def verdict_problem(gate: Gate, finding: Finding, verdict: Verdict) -> str | None:
    """What is wrong with a verdict: an unexplained departure from the finding, or one that nobody may make."""
    if gate.fixed and verdict.met and not finding.met:
        return _("Un dossier hors délai n’est pas donné à lire : cette condition ne peut pas être dite remplie ici.")
    if verdict.met != finding.met and not verdict.words:
        return _("Vous vous écartez de ce que la plateforme constate : écrivez pourquoi, l’équipe le lira.")
    return None


def problems_of(values: CheckValues, facts: Facts) -> dict[str, str]:
    """What is wrong with a decision, by gate."""
    found = findings_of(facts)
    problems = {gate.key: verdict_problem(gate, found[gate.key], values.verdicts[gate.key]) for gate in GATES}
    return {key: problem for key, problem in problems.items() if problem}


def gates_kept(values: CheckValues, facts: Facts) -> dict[str, Any]:
    """The gates of a decision as they are stored: the verdicts beside what was found."""
    found = findings_of(facts)
    return {
        key: {**asdict(verdict), "found": found[key].met, "finding": found[key].words}
        for key, verdict in values.verdicts.items()
    }


def gates_lifted(check: AdmissibilityCheck, answer: str) -> dict[str, Any]:
    """The gates after a contest that was right: those that were not met are, for the reason of the answer."""
    return {key: kept if kept["met"] else {**kept, "met": True, "words": answer} for key, kept in check.gates.items()}


def values_of(check: AdmissibilityCheck) -> CheckValues:
    """A stored decision as it was written."""
    verdicts = {key: Verdict(kept["met"], kept["words"]) for key, kept in check.gates.items()}
    return CheckValues(verdicts, check.words)


def gates_read(check: AdmissibilityCheck) -> list[GateRead]:
    """The gates of a decision, in their order."""
    return [
        GateRead(_(gate.name), kept["met"], kept["finding"], kept["words"], kept["met"] != kept["found"])
        for gate in GATES
        if (kept := check.gates.get(gate.key))
    ]


def contest_closes(check: AdmissibilityCheck, edition: Edition) -> datetime:
    """Until when the team may contest a decision: three days, to the minute that is told, never after the palmarès."""
    until, public = (check.decided_at + CONTEST_TIME).replace(second=0, microsecond=0), shown_from(edition)
    return until if public is None else min(until, public)


def may_contest(
    viewer: Viewer, project: Project, check: AdmissibilityCheck | None, edition: Edition, *, now: datetime
) -> Refusal | None:
    """Whether a member of the team contests the decision now: not admissible, not contested yet, in time."""
    if refusal := may_work_on(viewer, project.team):
        return refusal
    if check is None or check.admissible:
        return Refusal(_("Aucune décision de non-recevabilité n’est à contester."))
    if check.contested_at is not None:
        return Refusal(_("Votre équipe a déjà contesté cette décision : elle ne se conteste qu’une fois."))
    closes = contest_closes(check, edition)
    if closes <= now:
        when = instant_words(closes, edition.zone)
        return Refusal(_("La décision ne peut plus être contestée depuis le %(when)s.", when=when))
    return None


def may_answer(
    viewer: Viewer, project: Project, check: AdmissibilityCheck | None, edition: Edition, *, now: datetime
) -> Refusal | None:
    """Whether somebody answers the contest: the coordination of the site, but whoever decided."""
    if refusal := may_follow(viewer, project.team, edition):
        return refusal
    if check is None or not is_contested(check):
        return Refusal(_("Aucune contestation n’attend de réponse."))
    public = shown_from(edition)
    if public is not None and public <= now:
        when = instant_words(public, edition.zone)
        return Refusal(_("Le palmarès est ouvert depuis le %(when)s : la décision ne change plus.", when=when))
    if check.decided_by == viewer.person_id:
        return Refusal(_("Vous avez pris cette décision : une autre personne de la coordination répond à l’équipe."))
    return None


def lift_problem(check: AdmissibilityCheck) -> str | None:
    """Why a decision cannot be lifted: it rests on a gate that nobody may set aside."""
    if any(gate.fixed and not check.gates[gate.key]["found"] for gate in GATES):
        return _(
            "Le dossier est arrivé hors délai : il n’est pas donné à lire, la décision ne peut pas être levée ici."
        )
    return None

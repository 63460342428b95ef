"""When a deposit is in time, late or refused, and the sentence that says where a project stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _, date_short, instant_words, time_words
from creathon.editions.models import Allowed, Edition
from creathon.editions.rules import Deliverables, is_tolerated, is_within, may_now, phases_allowing
from creathon.projects.models import Deposit, Project
from creathon.projects.receipts import bundle_sha256
from creathon.projects.rules.access import may_work_on, shown_from
from creathon.projects.rules.fiche import content_of, missing
from creathon.projects.signatures import Statement
from creathon.teams.models import Team

ALARM_HOURS = (48, 6, 1)
"""How many hours before the end a draft that is not deposited is said to its team: on the page, and by mail."""


class Timing(StrEnum):
    """What a deposit arriving now would be."""

    EARLY = "early"
    IN_TIME = "in_time"
    LATE = "late"
    OVER = "over"


class Progress(StrEnum):
    """How far a team is, as the coordination lists it."""

    NOT_STARTED = "not_started"
    DRAFT = "draft"
    DEPOSITED = "deposited"
    LATE = "late"


PROGRESS_NAMES = {
    Progress.NOT_STARTED: "Pas commencé",
    Progress.DRAFT: "Brouillon",
    Progress.DEPOSITED: "Déposé",
    Progress.LATE: "Hors délai",
}


@dataclass(frozen=True)
class Standing:
    """The words of the top of the page: the draft's state and the deposit's, never mixed."""

    draft: str
    deposit: str
    changed: str
    kept_late: str


def timing(edition: Edition, *, now: datetime) -> Timing:
    """What a deposit that arrives at `now` is: before the opening, in time (tolerance included), late, or too late."""
    phases = phases_allowing(edition, Allowed.DEPOSIT)
    if any(is_within(phase, now) or is_tolerated(phase, now) for phase in phases):
        return Timing.IN_TIME
    if not any(phase.opens_at <= now for phase in phases):
        return Timing.EARLY
    closing = shown_from(edition)
    return Timing.LATE if closing is None or now < closing else Timing.OVER


def may_deposit_now(edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether a deposit is received at all, late ones included."""
    match timing(edition, now=now):
        case Timing.EARLY:
            return may_now(edition, Allowed.DEPOSIT, now=now)
        case Timing.OVER:
            when = instant_words(shown_from(edition) or now, edition.zone)
            return Refusal(_("Plus aucun dépôt n’est reçu depuis l’ouverture du palmarès, le %(when)s.", when=when))
        case _:
            return None


def is_complete(content: dict[str, object], team: Team, limits: Deliverables) -> Refusal | None:
    """Whether nothing is missing; the refusal names all that is."""
    absent = missing(content, team, limits)
    if not absent:
        return None
    words = " ; ".join(item.sentence for item in absent)
    return Refusal(_("Le dossier n’est pas complet, il n’est donc pas déposé. %(words)s.", words=words))


def takes_the_place_of(current: Deposit | None, *, late: bool, arrived_at: datetime) -> bool:
    """Whether a deposit becomes the one that counts: in time beats late, then the last to arrive."""
    if current is None or current.late != late:
        return current is None or current.late
    return current.arrived_at <= arrived_at


def hours_of_alarm(project: Project | None, edition: Edition, *, now: datetime) -> int | None:
    """In how many hours at most the deposit ends, for a team that has a draft and nothing deposited; else None."""
    ends = [phase.closes_at for phase in phases_allowing(edition, Allowed.DEPOSIT) if is_within(phase, now)]
    if project is None or project.current is not None or not ends:
        return None
    return min((hours for hours in ALARM_HOURS if max(ends) - now <= timedelta(hours=hours)), default=None)


def may_withdraw(
    viewer: Viewer, project: Project, deposit: Deposit, edition: Edition, *, now: datetime
) -> Refusal | None:
    """Whether somebody may take back a deposit: its team, the one that counts, while others are received in time."""
    if refusal := may_work_on(viewer, project.team):
        return refusal
    if deposit is not project.current:
        return Refusal(_("Ce dépôt ne compte plus : il n’y a rien à retirer."))
    if timing(edition, now=now) is Timing.IN_TIME:
        return None
    return Refusal(_("La fin du dépôt est passée : un dossier ne se retire plus ici. Écrivez à la coordination."))


def already_deposited(project: Project, sha256: str, *, late: bool) -> Deposit | None:
    """The deposit, current or last, that holds the same bundle and is worth as much; then there is nothing to do."""
    candidates = (project.current, *project.deposits[-1:])
    return next(
        (
            known
            for known in candidates
            if known and known.withdrawn_at is None and known.sha256 == sha256 and (late or not known.late)
        ),
        None,
    )


def deposited_as_it_is(project: Project, edition: Edition, *, now: datetime) -> Deposit | None:
    """The deposit that says exactly what the draft says now."""
    late = timing(edition, now=now) is not Timing.IN_TIME
    return already_deposited(project, bundle_sha256(content_of(project)), late=late)


def is_changed_since(project: Project, deposit: Deposit) -> bool:
    """Whether the draft says something else than a deposit."""
    return bundle_sha256(content_of(project)) != deposit.sha256


def standing(project: Project | None, edition: Edition, *, now: datetime) -> Standing:
    """The sentences that always say which is the draft and which is the deposit."""
    if project is None:
        return Standing(_("Rien n’est encore enregistré."), _("Rien n’est déposé."), "", "")
    current = project.current
    last = project.deposits[-1] if project.deposits else None
    aside = last if last is not None and last.late and last is not current else None
    return Standing(
        draft=_("Brouillon enregistré %(moment)s", moment=moment_words(project.updated_at, edition.zone, now)),
        deposit=deposit_words(current, edition.zone) if current else _nothing_words(last, edition.zone),
        changed=_changed_words(project, aside or current),
        kept_late=_late_words(aside, edition.zone) if aside else "",
    )


def moment_words(value: datetime, zone: str, now: datetime) -> str:
    """« à 14 h 02 » today, « le 19 mai à 14 h 02 » another day; the minute is enough, and never the next one."""
    local, today = (instant.astimezone(ZoneInfo(zone)).date() for instant in (value, now))
    day = "" if local == today else f"le {date_short(value, zone)} "
    return f"{day}à {time_words(value.replace(second=0), zone)}"


def deposit_words(deposit: Deposit, zone: str) -> str:
    """« Déposé le 20 mai à 8 h 41, récépissé 7F3A-91C2 »."""
    when = f"le {date_short(deposit.arrived_at, zone)} à {time_words(deposit.arrived_at.replace(second=0), zone)}"
    if deposit.late:
        return _("Déposé hors délai %(when)s, récépissé %(number)s", when=when, number=deposit.number)
    return _("Déposé %(when)s, récépissé %(number)s", when=when, number=deposit.number)


def withdrawn_words(deposit: Deposit, zone: str) -> str:
    """« Retiré le 20 mai à 8 h 41 »; empty for a deposit that was not."""
    if deposit.withdrawn_at is None:
        return ""
    at = deposit.withdrawn_at
    day, time = date_short(at, zone), time_words(at.replace(second=0), zone)
    return _("Retiré le %(day)s à %(time)s", day=day, time=time)


def _nothing_words(last: Deposit | None, zone: str) -> str:
    if last is None or last.withdrawn_at is None:
        return _("Rien n’est déposé.")
    withdrawn = withdrawn_words(last, zone)
    return _("Rien n’est déposé. Dépôt %(number)s : %(withdrawn)s.", number=last.number, withdrawn=withdrawn)


def _changed_words(project: Project, deposit: Deposit | None) -> str:
    if deposit is None or not is_changed_since(project, deposit):
        return ""
    return _(
        "Vous avez modifié le brouillon depuis : "
        "le dossier déposé ne change pas tant que vous ne déposez pas de nouveau."
    )


def _late_words(deposit: Deposit, zone: str) -> str:
    return _(
        "%(deposit)s : ce dossier arrivé après l’heure est conservé à part "
        "et signalé à la coordination. Le dossier arrivé dans les délais reste celui qui compte.",
        deposit=deposit_words(deposit, zone),
    )


def statement_of(deposit: Deposit, slug: str) -> Statement:
    """What the receipt of a deposit says, in the edition named `slug`."""
    arrived = deposit.arrived_at
    return Statement(slug, deposit.number, deposit.version or 0, arrived, deposit.late, deposit.sha256)


def verification(deposit: Deposit) -> str:
    """The query of /verifier that checks a deposit: its signed receipt, which is enough even when it is gone."""
    return f"recepisse={deposit.receipt}" if deposit.receipt else f"numero={deposit.number}"


def receipt_words(deposit: Deposit, edition: Edition, base_url: str) -> str:
    """The signed receipt as a text to keep: for people, then for machines, then how to check it."""
    arrived = instant_words(deposit.arrived_at, edition.zone)
    lines = (
        _("Récépissé %(number)s", number=deposit.number),
        edition.title,
        _("Arrivé le %(arrived)s", arrived=arrived) + (_(", hors délai") if deposit.late else ""),
        _("Empreinte SHA-256 du dossier : %(sha256)s", sha256=deposit.sha256),
        "",
        _("Récépissé signé :"),
        deposit.receipt or "",
        "",
        _("Le vérifier, sans compte : %(base_url)s/verifier", base_url=base_url),
        _("Clés publiques, à garder avec lui : %(base_url)s/verifier/cles.json", base_url=base_url),
        _("Sans cette plateforme : « creathon verify recepisse.txt --cles cles.json », ou tout outil qui lit un JWS."),
    )
    return "\n".join(lines) + "\n"

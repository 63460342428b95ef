"""Who makes an edition, how a copy moves in time, which state follows which, what must be there to announce."""

import re
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _, date_words
from creathon.editions.models import Allowed, Edition, EditionState, Phase, PhaseKind, Role
from creathon.editions.rules.access import may_coordinate, may_see_edition
from creathon.editions.rules.calendar import ACTS, last_moment, phases_allowing
from creathon.editions.rules.hours import local_day
from creathon.editions.rules.timeline import calendar_problems

STATE_NAMES = {
    EditionState.DRAFT: "en préparation",
    EditionState.ANNOUNCED: "annoncée",
    EditionState.RUNNING: "en cours",
    EditionState.CLOSED: "terminée",
    EditionState.ARCHIVED: "archivée",
}
FOLLOWS: dict[EditionState, tuple[EditionState, ...]] = {
    EditionState.DRAFT: (EditionState.ANNOUNCED,),
    EditionState.ANNOUNCED: (EditionState.RUNNING,),
    EditionState.RUNNING: (EditionState.CLOSED,),
    EditionState.CLOSED: (EditionState.RUNNING, EditionState.ARCHIVED),
    EditionState.ARCHIVED: (),
}
ENDED = (EditionState.CLOSED, EditionState.ARCHIVED)
WORK = set(Allowed) - {Allowed.PUBLISH, Allowed.READ_FEEDBACK, Allowed.MENTOR}
"""What must be over before an edition ends; results are read and projects accompanied for long after."""
GOES_ON = "L’édition n’est pas finie : des équipes ou des jurys peuvent encore y agir."
NEEDED_ACTS = (
    Allowed.APPLY,
    Allowed.MANAGE_TEAM,
    Allowed.WRITE,
    Allowed.DEPOSIT,
    Allowed.DECLARE_LINKS,
    Allowed.REVIEW,
    Allowed.DELIBERATE,
    Allowed.PUBLISH,
    Allowed.READ_FEEDBACK,
)
"""What the calendar of an edition must allow one day, so that teams can apply, deposit, be read and be told."""


def may_create_edition(viewer: Viewer) -> Refusal | None:
    """Whether somebody may make an edition: whoever coordinates one nationally."""
    if viewer.holds(Role.NATIONAL_COORDINATOR):
        return None
    return Refusal(_("Cette page est réservée à la coordination nationale."))


def may_copy_edition(viewer: Viewer, source: Edition) -> Refusal | None:
    """Whether somebody may make an edition from that one: they see it, and may make one."""
    return may_see_edition(viewer, source) or may_create_edition(viewer)


def may_change_state(viewer: Viewer, edition: Edition, state: EditionState, *, now: datetime) -> Refusal | None:
    """Whether somebody may bring an edition to a state: its coordination, one step at a time; an archive is final.

    Nobody ends an edition in which teams or jurors may still act, now or later.
    """
    if refusal := may_coordinate(viewer, edition):
        return refusal
    if state not in FOLLOWS[edition.state]:
        now_called, wanted = STATE_NAMES[edition.state], STATE_NAMES[state]
        return Refusal(
            _(
                "L’édition est %(now_called)s : elle ne peut pas devenir %(wanted)s maintenant.",
                now_called=now_called,
                wanted=wanted,
            )
        )
    last = max(_phases_of_work(edition, now), key=lambda phase: phase.closes_at, default=None)
    if state in ENDED and last is not None:
        ends = date_words(last_moment(last.closes_at, edition.zone), edition.zone)
        return Refusal(
            _(
                "%(goes_on)s « %(title)s » ferme le %(ends)s. Pour arrêter plus tôt, changez le calendrier.",
                goes_on=GOES_ON,
                title=last.title,
                ends=ends,
            )
        )
    return None


def _phases_of_work(edition: Edition, now: datetime) -> list[Phase]:
    """The phases, open or to come, in which teams or jurors act."""
    return [phase for phase in edition.phases if now < phase.closes_at and WORK & set(phase.allows)]


def launch_of(edition: Edition) -> datetime:
    """The instant an edition is built around: the opening of its creation, else of its first phase, else its making."""
    creation = [phase.opens_at for phase in edition.phases if phase.kind == PhaseKind.CREATION]
    return min(creation or [phase.opens_at for phase in edition.phases], default=edition.created_at)


def launch_day(edition: Edition) -> date:
    """The day of the launch where the edition takes place."""
    return local_day(launch_of(edition), edition.zone)


def title_for(source: Edition, year: int) -> str:
    """The title to offer for a copy: the one of the source with its year changed."""
    return re.sub(r"\b(19|20)\d\d\b", str(year), source.title)


def days_to(source: Edition, launch: date) -> int | None:
    """How many days later a copy launched on that day takes place; None unless it is the same day of the week."""
    days = (launch - launch_day(source)).days
    return days if days % 7 == 0 else None


def same_weekdays(source: Edition, wanted: date) -> tuple[date, date]:
    """The last and the next day of the week of the launch around a day: what to offer instead of it."""
    before = wanted - timedelta(days=(wanted - launch_day(source)).days % 7)
    return before, before + timedelta(days=7)


def weekday_problem(source: Edition, launch: date) -> str | None:
    """Why a copy cannot be launched on that day, with the two nearest days that would do."""
    if days_to(source, launch) is not None:
        return None
    before, after = (date_words(day) for day in same_weekdays(source, launch))
    return _(
        "Le calendrier se décale de semaines entières. Choisissez le %(before)s ou le %(after)s.",
        before=before,
        after=after,
    )


def next_launch(source: Edition, today: date, taken: Collection[str] = ()) -> date:
    """The day to offer first: the same day of the week, about whole years later, to come, of a year no slug bears."""
    day = launch_day(source)
    while day <= today or str(day.year) in taken:
        day += timedelta(days=364)
    return day


def shifted(instant: datetime, zone: str, days: int) -> datetime:
    """The instant that many days later by the clock on the wall; the hour skipped in spring becomes the one after."""
    place = ZoneInfo(zone)
    local = instant.astimezone(place)
    moved = (local.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=place, fold=local.fold)
    return moved.astimezone(UTC)


def shifted_in(source: Edition, instant: datetime, days: int) -> datetime:
    """An instant of an edition that many days later: within its creation, as many real hours after the launch."""
    for phase in source.phases:
        if phase.kind == PhaseKind.CREATION and phase.opens_at < instant <= phase.closes_at:
            return shifted(phase.opens_at, source.zone, days) + (instant - phase.opens_at)
    return shifted(instant, source.zone, days)


def theme_problem(edition: Edition) -> str | None:
    """What the theme lacks to be announced."""
    if edition.theme.title.strip() and edition.theme.statement.strip():
        return None
    return _("Le thème n’a pas encore son titre et son énoncé.")


def calendar_problem(edition: Edition, *, now: datetime) -> str | None:
    """What the calendar lacks to be announced."""
    missing = [_(ACTS[act]) for act in NEEDED_ACTS if not phases_allowing(edition, act)]
    if missing:
        words = ", ".join(word[:1].lower() + word[1:] for word in missing)
        return _("Le calendrier ne prévoit pas encore : %(words)s.", words=words)
    closed = max(phase.closes_at for phase in phases_allowing(edition, Allowed.APPLY)) <= now
    if closed and edition.state == EditionState.DRAFT:
        return _("Les candidatures seraient déjà closes : vérifiez les dates du calendrier.")
    return " ".join(calendar_problems(edition.phases, edition.zone)) or None


def sites_problem(edition: Edition) -> str | None:
    """What the sites lack to be announced."""
    return (
        None if sum(site.capacity for site in edition.sites) else _("Aucun site n’a encore de place pour une équipe.")
    )


def announcement_problems(edition: Edition, *, now: datetime) -> list[str]:
    """What an edition itself lacks to be announced, in sentences; the features above add their own."""
    problems = (theme_problem(edition), calendar_problem(edition, now=now), sites_problem(edition))
    return [problem for problem in problems if problem]

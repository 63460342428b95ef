"""The calendar of an edition as other programs read it (iCalendar). Its theme and its tolerances are never in it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from creathon.core.text import _
from creathon.editions.models import Edition, EditionState, PhaseChange
from creathon.editions.rules.calendar import act_words, last_moment
from creathon.editions.rules.day import DayRow
from creathon.editions.rules.hours import local_day
from creathon.editions.rules.making import launch_of

REFRESH = timedelta(hours=1)
STEP = timedelta(minutes=30)


def calendar_feed(edition: Edition, changes: Iterable[PhaseChange], steps: Iterable[DayRow], url: str) -> bytes:
    """The phases and the steps of the day. Instants are in UTC; an event keeps its UID and counts its changes."""
    known = list(changes)
    feed = Calendar()
    feed.add("prodid", "-//Créathon//Calendrier//FR")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", _line(edition.title))
    feed.add("x-wr-timezone", edition.zone)
    feed.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", REFRESH)
    for phase in edition.phases:
        event = _event(edition, f"phase-{phase.id}", phase.title, [one for one in known if one.phase_id == phase.id])
        _last(event, edition, phase.opens_at, phase.closes_at)
        if acts := act_words(phase):
            event.add("description", _line(_("Ouvert pendant cette étape : %(acts)s.", acts=acts)))
        event.add("url", url)
        feed.add_component(event)
    for event in _steps(edition, known, list(steps)):
        feed.add_component(event)
    return bytes(feed.to_ical())


def _steps(edition: Edition, changes: list[PhaseChange], steps: list[DayRow]) -> list[Event]:
    """The steps, each until the next, half an hour at most; they move with the launch."""
    launch = launch_of(edition)
    creation = {phase.id for phase in edition.phases if phase.opens_at == launch}
    moves = [one for one in changes if one.phase_id in creation and one.old_opens_at != one.new_opens_at]
    events = []
    for number, step in enumerate(steps):
        after = [other.starts_at for other in steps[number + 1 :] if other.starts_at > step.starts_at]
        event = _event(edition, f"step-{step.id}", step.title, moves)
        _last(event, edition, step.starts_at, min([step.starts_at + STEP, *after[:1]]))
        events.append(event)
    return events


def _event(edition: Edition, uid: str, title: str, changes: list[PhaseChange]) -> Event:
    event = Event()
    changed = max((one.changed_at for one in changes), default=edition.created_at)
    event.add("uid", f"{uid}@creathon")
    event.add("sequence", len(changes))
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("summary", _line(f"{edition.title} – {title}"))
    event.add("transp", "TRANSPARENT")
    return event


def _last(event: Event, edition: Edition, opens_at: datetime, closes_at: datetime) -> None:
    """From when to when, the end excluded; of an archive only the days are public."""
    if edition.state != EditionState.ARCHIVED:
        event.add("dtstart", opens_at)
        event.add("dtend", closes_at)
        return
    event.add("dtstart", local_day(opens_at, edition.zone))
    event.add("dtend", local_day(last_moment(closes_at, edition.zone), edition.zone) + timedelta(days=1))


def _line(text: str) -> str:
    """A text on one line, without what no calendar should carry.

    icalendar takes the two letters « \\N » for a line break, whoever wrote them: a space keeps them two letters.
    """
    line = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
    return line.replace("\\N", "\\ N")

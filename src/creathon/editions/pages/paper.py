"""The calendar and the day of an edition on paper, each changed as a whole; read by all its coordination after."""

from collections.abc import Sequence
from typing import Any

from litestar import Controller, Response, get, post
from litestar.response import Template

from creathon.core.errors import check
from creathon.core.text import _, zone_name
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions import actions
from creathon.editions.forms import CalendarForm, DayForm
from creathon.editions.models import Allowed, Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.queries import day_steps
from creathon.editions.rules import (
    ACT_NAMES,
    calendar_problems,
    calendar_rows,
    day_rows,
    launch_of,
    may_help_coordinate,
    may_redraw_calendar,
)

MATRIX, EDITOR, DAY = "editions/matrix.html", "editions/calendar.html", "editions/day.html"


class PaperPages(Controller):
    """/coordination/phases/calendrier."""

    path = "/coordination/phases/calendrier"

    @get(name="editions:calendar", policy="coordination")
    async def calendar(self, visit: Visiting, session: Session) -> Template:
        edition = await edition_at_hand(visit, session)
        check(may_help_coordinate(visit.viewer, edition))
        if refusal := may_redraw_calendar(visit.viewer, edition):
            rows = calendar_rows(edition, visit.now, visit.viewer.zone)
            return page(visit, MATRIX, edition=edition, rows=rows, acts=ACT_NAMES, reason=refusal.reason)
        return page(visit, EDITOR, **_editing(edition, CalendarForm(edition=edition)))

    @post(name="editions:redraw-calendar", policy="national_coordination")
    async def redraw(self, visit: Visiting, session: Session) -> Response[Any]:
        version = posted_version(visit.posted)
        edition = await edition_at_hand(visit, session, lock=True)
        check(may_redraw_calendar(visit.viewer, edition))
        form = CalendarForm(visit.posted, edition=edition)
        if version != edition.version:
            form.form_errors.append(_(actions.CHANGED_MEANWHILE))
            return page(visit, EDITOR, status=409, **_editing(edition, form, form.differing(edition)))
        if not form.accepts():
            return invalid(visit, EDITOR, **_editing(edition, form))
        await actions.redraw_calendar(session, visit.actor, edition, form.values(), version=version, now=visit.now)
        return done(visit, visit.url("editions:phases"), _("Le calendrier est enregistré."))


class DayPages(Controller):
    """/coordination/deroule."""

    path = "/coordination/deroule"

    @get(name="editions:day", policy="coordination")
    async def day(self, visit: Visiting, session: Session) -> Template:
        edition = await edition_at_hand(visit, session)
        check(may_help_coordinate(visit.viewer, edition))
        steps = await day_steps(session, edition.id)
        rows = day_rows(edition, steps, visit.viewer.zone)
        return page(visit, DAY, **_day(visit, edition, DayForm(steps=steps)), rows=rows)

    @post(name="editions:redraw-day", policy="national_coordination")
    async def redraw(self, visit: Visiting, session: Session) -> Response[Any]:
        version = posted_version(visit.posted)
        edition = await edition_at_hand(visit, session, lock=True)
        check(may_redraw_calendar(visit.viewer, edition))
        form, rows = DayForm(visit.posted), day_rows(edition, await day_steps(session, edition.id))
        if version != edition.version:
            form.form_errors.append(_(actions.CHANGED_MEANWHILE))
            return page(visit, DAY, status=409, **_day(visit, edition, form), rows=rows)
        if not form.accepts():
            return invalid(visit, DAY, **_day(visit, edition, form), rows=rows)
        await actions.redraw_steps(session, visit.actor, edition, form.values(), version=version, now=visit.now)
        return done(visit, visit.url("editions:day"), _("Le déroulé est enregistré."))


def _editing(edition: Edition, form: CalendarForm, both: Sequence[tuple[str, str, str]] = ()) -> dict[str, Any]:
    return {
        "edition": edition,
        "form": form,
        "acts": [(act.value, ACT_NAMES[act]) for act in Allowed],
        "zone": zone_name(edition.zone),
        "version": edition.version,
        "held": calendar_problems(edition.phases, edition.zone),
        "both": both,
    }


def _day(visit: Visit, edition: Edition, form: DayForm) -> dict[str, Any]:
    refusal = may_redraw_calendar(visit.viewer, edition)
    return {
        "edition": edition,
        "form": form,
        "launch": launch_of(edition),
        "refusal": refusal.reason if refusal else "",
        "version": edition.version,
    }

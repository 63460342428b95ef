"""/coordination/agenda: the events of the partners, with their moments."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.agenda import actions
from creathon.agenda.forms import EventForm
from creathon.agenda.models import AgendaEvent
from creathon.agenda.pages.desk import edition_to_write
from creathon.agenda.queries import event_by_id, events_count, events_of
from creathon.agenda.rules import (
    EVENT_KINDS,
    STATUS_NAMES,
    EventValues,
    audience_words,
    event_dates,
    event_state,
    moment_words,
    values_of_event,
)
from creathon.core.errors import NotThere, Stale
from creathon.core.paging import paging
from creathon.core.text import _, date_words
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import PageNumber, Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.rules import local_time

SHOW = "agenda/event.html"


class EventPages(Controller):
    """The list, one event, a new one."""

    path = "/coordination/agenda"

    @get(name="agenda:event-list", policy="national_coordination")
    async def events(self, visit: Visiting, session: Session, number: PageNumber = 1) -> Template:
        edition = await edition_to_write(visit, session)
        shown = paging(number, await events_count(session, edition.id, withdrawn=True), visit.path)
        events = await events_of(session, edition.id, offset=shown.offset, limit=shown.size, withdrawn=True)
        words: dict[str, Any] = {
            "dates": event_dates, "kinds": EVENT_KINDS, "state": event_state,
            "today": local_time(visit.now, edition.zone).date(),
        }  # fmt: skip
        return page(visit, "agenda/event_list.html", edition=edition, events=events, words=words, paging=shown)

    @get("/nouveau", name="agenda:new-event", policy="national_coordination")
    async def new(self, visit: Visiting, session: Session) -> Template:
        return page(visit, SHOW, **_context(await edition_to_write(visit, session)), form=EventForm())

    @post("/nouveau", name="agenda:create-event", policy="national_coordination")
    async def create(self, visit: Visiting, session: Session) -> Response[Any]:
        edition, form = await edition_to_write(visit, session), EventForm(visit.posted)
        if not form.accepts():
            return invalid(visit, SHOW, **_context(edition), form=form)
        await actions.add_event(session, visit.actor, edition, form.values(), now=visit.now)
        message = _("« %(data)s » se lit maintenant dans l’agenda.", data=form.title.data)
        return done(visit, visit.url("agenda:event-list"), message)

    @get("/{event_id:str}", name="agenda:event", policy="national_coordination")
    async def event(self, visit: Visiting, session: Session, event_id: FromPath[str]) -> Template:
        edition, event = await _event(visit, session, event_id)
        return page(visit, SHOW, **_context(edition, event), form=EventForm(stored=values_of_event(event)))

    @post("/{event_id:str}", name="agenda:edit-event", policy="national_coordination")
    async def edit(self, visit: Visiting, session: Session, event_id: FromPath[str]) -> Response[Any]:
        version = posted_version(visit.posted)
        edition, event = await _event(visit, session, event_id, lock=True)
        form = EventForm(visit.posted, values_of_event(event))
        if not form.accepts():
            return invalid(visit, SHOW, **_context(edition, event, version), form=form)
        values = form.values()
        try:
            await actions.edit_event(session, visit.actor, event, edition, values, version=version, now=visit.now)
        except Stale as stale:
            form.refuse(stale.message)
            both = _both(form, values, values_of_event(event))
            return page(visit, SHOW, status=409, **_context(edition, event, both=both), form=form)
        return done(visit, visit.url("agenda:event-list"), _("« %(title)s » est enregistré.", title=values.title))

    @post("/{event_id:str}/retirer", name="agenda:withdraw-event", policy="national_coordination")
    async def withdraw(self, visit: Visiting, session: Session, event_id: FromPath[str]) -> Response[Any]:
        edition, event = await _event(visit, session, event_id, lock=True)
        await actions.withdraw_event(session, visit.actor, event, edition, now=visit.now)
        message = _("« %(title)s » n’est plus dans l’agenda public. Vous pouvez l’y remettre.", title=event.title)
        return done(visit, visit.url("agenda:event-list"), message)

    @post("/{event_id:str}/remettre", name="agenda:restore-event", policy="national_coordination")
    async def restore(self, visit: Visiting, session: Session, event_id: FromPath[str]) -> Response[Any]:
        edition, event = await _event(visit, session, event_id, lock=True)
        await actions.restore_event(session, visit.actor, event, edition, now=visit.now)
        return done(
            visit,
            visit.url("agenda:event-list"),
            _("« %(title)s » se lit de nouveau dans l’agenda.", title=event.title),
        )


async def _event(
    visit: Visit, session: AsyncSession, event_id: str, *, lock: bool = False
) -> tuple[Edition, AgendaEvent]:
    edition = await edition_to_write(visit, session)
    event = await event_by_id(session, edition.id, event_id, lock=lock)
    if event is None:
        raise NotThere()
    return edition, event


def _context(
    edition: Edition, event: AgendaEvent | None = None, version: int | None = None, *, both: Any = ()
) -> dict[str, Any]:
    version = version or (event.version if event else None)
    return {"edition": edition, "event": event, "version": version, "both": both}


def _both(form: EventForm, typed: EventValues, stored: EventValues) -> list[tuple[str, str, str]]:
    """The fields whose typed and stored words differ: label, typed, stored."""
    mine, theirs = _in_words(typed), _in_words(stored)
    return [(form[name].label.text, mine[name], theirs[name]) for name in mine if mine[name] != theirs[name]]


def _in_words(values: EventValues) -> dict[str, str]:
    words = {name: value or "" for name, value in vars(values).items()}
    return words | {
        "kind": EVENT_KINDS.get(values.kind, values.kind),
        "status": STATUS_NAMES[values.status],
        "starts_on": date_words(values.starts_on),
        "ends_on": date_words(values.ends_on),
        "audience": audience_words(values.audience),
        "moments": "\n".join(map(moment_words, values.moments)),
    }

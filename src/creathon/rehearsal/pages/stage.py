"""/coordination/repetition: making a rehearsal, its clock, its parts, what would leave."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.pages.cookies import sign_browser_in
from creathon.accounts.queries import person_by_id
from creathon.accounts.rules import ROLE_NAMES
from creathon.core import journal
from creathon.core.errors import NotThere, check
from creathon.core.forms import MultiDict
from creathon.core.paging import paging
from creathon.core.text import _, instant_words
from creathon.core.web.pages import done, invalid, page
from creathon.core.web.visit import PageNumber, Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.queries import edition_by_id, rehearsals_of
from creathon.editions.rules import may_coordinate
from creathon.rehearsal import actions, queries
from creathon.rehearsal.forms import ClockForm
from creathon.rehearsal.rules import jumps, may_direct, may_play, may_rehearse, tomorrow_at_eight

Until = Annotated[str, QueryParameter(name="jusqua")]
STAGE, OFFER = "rehearsal/stage.html", "rehearsal/offer.html"


class RehearsalPages(Controller):
    """/coordination/repetition."""

    path = "/coordination/repetition"

    @get(name="rehearsal:stage", policy="national_coordination")
    async def stage(self, visit: Visiting, session: Session, until: Until = "", number: PageNumber = 1) -> Template:
        edition = await edition_at_hand(visit, session)
        check(may_coordinate(visit.viewer, edition))
        if edition.rehearsal_of_id is None:
            return page(
                visit, OFFER, edition=edition, rehearsals=await rehearsals_of(session, edition.id),
                refusal=may_rehearse(visit.viewer, edition), **await _leaving(visit, session, edition, until),
            )  # fmt: skip
        return page(visit, STAGE, **await _on_stage(visit, session, edition, until=until, number=number))

    @post("/nouvelle", name="rehearsal:start", policy="national_coordination")
    async def start(self, visit: Visiting, session: Session) -> Response[Any]:
        edition = await edition_at_hand(visit, session)
        await actions.start_rehearsal(session, visit.actor, edition, now=visit.arrived)
        message = _("La répétition est prête. Rien de ce qui s’y passe ne sort d’ici.")
        return done(visit, visit.url("rehearsal:stage"), message)

    @post("/horloge", name="rehearsal:clock", policy="national_coordination")
    async def clock(self, visit: Visiting, session: Session) -> Response[Any]:
        edition = await edition_at_hand(visit, session)
        check(may_direct(visit.viewer, edition))
        form = ClockForm(visit.posted, zone=edition.zone, now=visit.now)
        if not form.accepts():
            return invalid(visit, STAGE, **{**await _on_stage(visit, session, edition), "form": form})
        at = form.instant()
        await actions.move_clock(session, visit.actor, edition, at, arrived=visit.arrived)
        when = instant_words(at, edition.zone)
        return done(
            visit, visit.url("rehearsal:stage"), _("Dans cette répétition, il est maintenant : %(when)s.", when=when)
        )

    @post("/roles/{person_id:str}", name="rehearsal:play", policy="national_coordination")
    async def play(self, visit: Visiting, session: Session, person_id: FromPath[str]) -> Response[Any]:
        edition = await edition_at_hand(visit, session)
        person = await person_by_id(session, person_id)
        if person is None:
            raise NotThere()
        check(may_play(visit.viewer, edition, person))
        journal.record(session, visit.actor, "rehearsal.played", person, now=visit.arrived, edition_id=edition.id)
        await sign_browser_in(visit, session, person)
        message = _(
            "Vous jouez %(name)s. Pour revenir, déconnectez-vous puis reconnectez-vous.", name=person.display_name
        )
        return done(visit, "/", message)

    @post("/fin", name="rehearsal:end", policy="national_coordination")
    async def end(self, visit: Visiting, session: Session) -> Response[Any]:
        edition = await edition_at_hand(visit, session)
        check(may_direct(visit.viewer, edition))
        original = await edition_by_id(session, edition.rehearsal_of_id or "")
        if original is None:
            raise NotThere()
        await actions.end_rehearsal(session, visit.actor, edition, original, now=visit.arrived)
        return done(
            visit, visit.url("rehearsal:stage"), _("La répétition est finie. Vous êtes de retour dans l’édition.")
        )


async def _on_stage(
    visit: Visit, session: AsyncSession, edition: Edition, *, until: str = "", number: int = 1
) -> dict[str, Any]:
    shown = paging(number, await queries.messages_count(session, edition.id), visit.path, {"jusqua": until})
    return {
        "edition": edition,
        "form": ClockForm(zone=edition.zone, now=visit.now),
        "jumps": jumps(edition),
        "cast": await queries.cast_of(session, edition.id),
        "role_names": ROLE_NAMES,
        "messages": await queries.messages_written(session, edition.id, offset=shown.offset, limit=shown.size),
        "paging": shown,
        **await _leaving(visit, session, edition, until),
    }


async def _leaving(visit: Visit, session: AsyncSession, edition: Edition, until: str) -> dict[str, Any]:
    """What would leave by the instant asked for, tomorrow at eight when nothing valid is."""
    asked = ClockForm(MultiDict([("at", until)]) if until else None, zone=edition.zone, now=visit.now)
    limit: datetime = tomorrow_at_eight(visit.now, edition.zone)
    if until and asked.accepts():
        limit = asked.instant()
    else:
        asked = ClockForm(zone=edition.zone, now=limit)
    return {"until": limit, "asked": asked, "leaving": await queries.would_leave(session, edition, visit.now, limit)}

"""The editions a national coordination prepares: the list, making one, copying one, its state."""

from datetime import date
from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import Conflict, NotThere, check
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions import actions, queries
from creathon.editions.forms import CopyForm, FoundForm
from creathon.editions.models import Edition, EditionState
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.rules import (
    ENDED,
    STATE_NAMES,
    launch_day,
    local_day,
    may_change_state,
    may_create_edition,
    next_launch,
    title_for,
    usual_calendar,
    usual_steps,
)

NEW, COPY = "editions/new.html", "editions/copy.html"
PREPARE = "/coordination/preparation"
Slug = Annotated[str, QueryParameter(name="edition")]


class MakingPages(Controller):
    """/coordination/editions."""

    path = "/coordination/editions"

    @get(name="editions:coordinated", policy="national_coordination")
    async def editions(self, visit: Visiting, session: Session) -> Template:
        check(may_create_edition(visit.viewer))
        editions = await queries.editions_coordinated_by(session, visit.viewer)
        at_hand = await queries.current_edition(session, visit.viewer)
        return page(
            visit, "editions/coordinated.html", editions=editions, at_hand=at_hand, launch_day=launch_day,
            state_names=STATE_NAMES,
        )  # fmt: skip

    @get("/nouvelle", name="editions:new", policy="national_coordination")
    async def new(self, visit: Visiting) -> Template:
        check(may_create_edition(visit.viewer))
        return page(visit, NEW, form=FoundForm(zone="Europe/Paris"))

    @post("/nouvelle", name="editions:found", policy="national_coordination")
    async def found(self, visit: Visiting, session: Session) -> Response[Any]:
        check(may_create_edition(visit.viewer))
        form = FoundForm(visit.posted)
        if not form.accepts():
            return invalid(visit, NEW, form=form)
        wanted = form.values()
        values = actions.EditionValues(
            **{name: value for name, value in vars(wanted).items() if name != "launch"},
            theme_title="",
            theme_statement="",
            theme_revealed_at=wanted.launch,
            steps=usual_steps(),
            phases=[actions.PhaseValues(**vars(one)) for one in usual_calendar(wanted.launch, wanted.zone)],
        )
        try:
            edition = await actions.found_edition(session, visit.actor, values, now=visit.now)
        except Conflict as taken:
            form.refuse(taken.message, "slug")
            return invalid(visit, NEW, form=form)
        return _made(visit, edition)

    @get("/copie", name="editions:copy-of", policy="national_coordination")
    async def copy_of(self, visit: Visiting, session: Session, slug: Slug = "") -> Template:
        sources = await _sources(visit, session)
        source = next((one for one in sources if one.slug == slug), sources[0])
        day = next_launch(source, _today(visit, source), {one.slug for one in sources})
        offered: dict[str, Any] = {"title": title_for(source, day.year), "slug": str(day.year), "launch": day}
        form = CopyForm(sources=sources, source=source.slug, **offered)
        return page(visit, COPY, form=form)

    @post("/copie", name="editions:copy", policy="national_coordination")
    async def copy(self, visit: Visiting, session: Session) -> Response[Any]:
        form = CopyForm(visit.posted, sources=await _sources(visit, session))
        if not form.accepts():
            return invalid(visit, COPY, form=form)
        values = actions.CopyValues(**vars(form.values()))
        try:
            edition = await actions.copy_edition(session, visit.actor, form.copied, values, now=visit.now)
        except Conflict as taken:
            form.refuse(taken.message, "slug")
            return invalid(visit, COPY, form=form)
        return _made(visit, edition)

    @get("/etat/{end:str}", name="editions:ask-state", policy="national_coordination")
    async def ask_state(self, visit: Visiting, session: Session, end: FromPath[str]) -> Template:
        edition = await edition_at_hand(visit, session)
        if end not in ENDED:
            raise NotThere()
        wanted = EditionState(end)
        check(may_change_state(visit.viewer, edition, wanted, now=visit.now))
        return page(visit, "editions/state.html", edition=edition, state=wanted)

    @post("/etat", name="editions:change-state", policy="national_coordination", reauth=True)
    async def change_state(self, visit: Visiting, session: Session) -> Response[Any]:
        version = posted_version(visit.posted)
        edition = await edition_at_hand(visit, session, lock=True)
        state = next((one for one in EditionState if one == visit.posted.get("state")), EditionState.DRAFT)
        check(may_change_state(visit.viewer, edition, state, now=visit.now))
        if version != edition.version:
            raise Conflict(_("L’édition a été modifiée entre-temps. Relisez-la avant de changer son état."))
        await actions.change_state(session, visit.actor, edition, state, now=visit.now)
        over = state in ENDED
        message = _(
            "« %(title)s » est maintenant %(state_names)s.", title=edition.title, state_names=STATE_NAMES[state]
        )
        return done(visit, visit.url("editions:coordinated") if over else PREPARE, message)


async def _sources(visit: Visit, session: AsyncSession) -> list[Edition]:
    check(may_create_edition(visit.viewer))
    return await queries.editions_to_copy(session, visit.viewer)


def _today(visit: Visit, edition: Edition) -> date:
    return local_day(visit.now, edition.zone)


def _made(visit: Visit, edition: Edition) -> Response[str]:
    message = _("« %(title)s » est en préparation : seule sa coordination la voit.", title=edition.title)
    return done(visit, PREPARE, message)

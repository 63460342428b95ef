"""/coordination/accompagnement: the programme, its moments, and the projects it is for."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, Stale, check
from creathon.core.paging import paging
from creathon.core.text import _, zone_name
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import PageNumber, Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.rules import may_coordinate, until_words
from creathon.jury.queries.links import conflicted_projects
from creathon.mentoring import actions, queries
from creathon.mentoring.forms import ProgrammeForm, SessionForm
from creathon.mentoring.models import Programme, ProgrammeSession
from creathon.mentoring.rules import (
    KIND_NAMES,
    TIER_NAMES,
    may_prepare,
    mentoring_end,
    session_words,
    template_sessions,
    values_of,
)

LIST = "mentoring/programme.html"
MOMENT = "mentoring/session.html"


class ProgrammePages(Controller):
    """/coordination/accompagnement."""

    path = "/coordination/accompagnement"

    @get(name="mentoring:programme", policy="national_coordination")
    async def programme(self, visit: Visiting, session: Session, page_number: PageNumber = 1) -> Template:
        edition = await _edition(visit, session)
        context = await _listing(visit, session, edition, page_number)
        return page(visit, LIST, form=ProgrammeForm(title="Tremplin"), **context)

    @post(name="mentoring:create-programme", policy="national_coordination")
    async def create(self, visit: Visiting, session: Session) -> Response[Any]:
        edition = await _edition(visit, session)
        form = ProgrammeForm(visit.posted)
        if not form.accepts():
            return invalid(visit, LIST, form=form, **await _listing(visit, session, edition, 1))
        moments = template_sessions(form.first_day.data, edition.zone, form.place.data or "")
        await actions.create_programme(session, visit.actor, edition, form.title.data, moments, now=visit.now)
        message = _("Le programme est créé avec ses dates habituelles. Ouvrez chaque moment pour le changer.")
        return done(visit, visit.url("mentoring:programme"), message)

    @get("/moments/nouveau", name="mentoring:new-session", policy="national_coordination")
    async def new_session(self, visit: Visiting, session: Session) -> Template:
        edition, _programme = await _prepared(visit, session)
        return page(visit, MOMENT, form=SessionForm(zone=edition.zone), **_editing(edition))

    @post("/moments/nouveau", name="mentoring:add-session", policy="national_coordination")
    async def add_session(self, visit: Visiting, session: Session) -> Response[Any]:
        edition, programme = await _prepared(visit, session)
        form = SessionForm(visit.posted, zone=edition.zone)
        if not form.accepts():
            return invalid(visit, MOMENT, form=form, **_editing(edition))
        await actions.add_session(session, visit.actor, programme, edition, form.values(), now=visit.now)
        return done(
            visit, visit.url("mentoring:programme"), _("« %(data)s » est ajouté au programme.", data=form.title.data)
        )

    @get("/moments/{session_id:str}", name="mentoring:session", policy="national_coordination")
    async def moment(self, visit: Visiting, session: Session, session_id: FromPath[str]) -> Template:
        edition, moment = await _moment(visit, session, session_id)
        form = SessionForm(zone=edition.zone, moment=moment)
        return page(visit, MOMENT, form=form, **_editing(edition, moment, moment.version))

    @post("/moments/{session_id:str}", name="mentoring:edit-session", policy="national_coordination")
    async def edit_session(self, visit: Visiting, session: Session, session_id: FromPath[str]) -> Response[Any]:
        edition, moment = await _moment(visit, session, session_id)
        form, version = SessionForm(visit.posted, zone=edition.zone), posted_version(visit.posted)
        if not form.accepts():
            return invalid(visit, MOMENT, form=form, **_editing(edition, moment, version))
        values = form.values()
        try:
            await actions.edit_session(session, visit.actor, moment, edition, values, version=version, now=visit.now)
        except Stale as error:
            return _stale(visit, edition, moment, form, error)
        return done(visit, visit.url("mentoring:programme"), _("« %(title)s » est enregistré.", title=values.title))

    @post("/moments/{session_id:str}/retirer", name="mentoring:remove-session", policy="national_coordination")
    async def remove_session(self, visit: Visiting, session: Session, session_id: FromPath[str]) -> Response[Any]:
        edition, moment = await _moment(visit, session, session_id)
        title = moment.title
        await actions.remove_session(session, visit.actor, moment, edition, now=visit.now)
        return done(visit, visit.url("mentoring:programme"), _("« %(title)s » est retiré du programme.", title=title))


async def _edition(visit: Visit, session: AsyncSession) -> Edition:
    edition = await edition_at_hand(visit, session)
    check(may_coordinate(visit.viewer, edition))
    return edition


async def _prepared(visit: Visit, session: AsyncSession) -> tuple[Edition, Programme]:
    """The programme of the edition of now, for whoever may prepare it."""
    edition = await _edition(visit, session)
    check(may_prepare(visit.viewer, edition, is_published=await queries.is_published(session, edition.id)))
    programme = await queries.programme_of(session, edition.id)
    if programme is None:
        raise NotThere()
    return edition, programme


async def _moment(visit: Visit, session: AsyncSession, session_id: str) -> tuple[Edition, ProgrammeSession]:
    edition = await _edition(visit, session)
    moment = await queries.session_by_id(session, edition.id, session_id)
    if moment is None:
        raise NotThere()
    return edition, moment


async def _listing(visit: Visit, session: AsyncSession, edition: Edition, number: int) -> dict[str, Any]:
    published = await queries.is_published(session, edition.id)
    ends_at = mentoring_end(edition)
    here = paging(number, await queries.selected_count(session, edition.id), visit.path)
    return {
        "edition": edition,
        "refusal": may_prepare(visit.viewer, edition, is_published=published),
        "programme": await queries.programme_of(session, edition.id),
        "until": until_words(ends_at, edition.zone) if ends_at else "",
        "rows": await queries.selected_page(session, edition.id, offset=here.offset, limit=here.size),
        "conflicts": await conflicted_projects(session, visit.actor.person_id, edition.id),
        "paging": here,
        "kind_names": KIND_NAMES,
        "tier_names": TIER_NAMES,
        "session_words": session_words,
    }


def _editing(
    edition: Edition, moment: ProgrammeSession | None = None, version: int = 0, both: Any = ()
) -> dict[str, Any]:
    """What the page of one moment reads; without moment, a new one."""
    zone = zone_name(edition.zone)
    return {"edition": edition, "moment": moment, "version": version, "both": both, "zone": zone}


def _stale(visit: Visit, edition: Edition, moment: ProgrammeSession, form: SessionForm, error: Stale) -> Template:
    """What was typed beside what is stored; sent again, the form replaces what was stored meanwhile."""
    form.refuse(error.message)
    mine, theirs = _shown(form.values(), edition), _shown(values_of(moment), edition)
    both = [(label, mine[label], theirs[label]) for label in mine if mine[label] != theirs[label]]
    return page(visit, MOMENT, status=409, form=form, **_editing(edition, moment, moment.version, both))


def _shown(values: Any, edition: Edition) -> dict[str, str]:
    return {
        _("Nature"): KIND_NAMES[values.kind],
        _("Titre"): values.title,
        _("Heures"): session_words(values, edition.zone),
        _("Lieu"): values.place,
        _("Livrable"): values.deliverable,
    }

"""/coordination/jurys: the juries and who sits in them."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.queries import person_by_id
from creathon.core.errors import NotThere, Refused, check
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.queries import site_names
from creathon.editions.rules import coordinated_sites, may_help_coordinate
from creathon.jury.actions import panels as actions
from creathon.jury.forms.panels import JurorForm, PanelForm
from creathon.jury.models import Panel, PanelJuror
from creathon.jury.queries import panels as queries
from creathon.jury.queries.assignments import unfinished_reads
from creathon.jury.rules.panels import may_see_panel

LIST = "jury/reading/panels.html"
SHOW = "jury/reading/panel.html"


class PanelPages(Controller):
    """/coordination/jurys."""

    path = "/coordination/jurys"

    @get(name="jury:panels", policy="coordination")
    async def panels(self, visit: Visiting, session: Session) -> Template:
        edition = await _edition(visit, session)
        form = await _panel_form(visit, session, edition)
        return page(visit, LIST, form=form, **await _listing(visit, session, edition))

    @post(name="jury:create-panel", policy="coordination")
    async def create(self, visit: Visiting, session: Session) -> Response[Any]:
        edition = await _edition(visit, session)
        form = await _panel_form(visit, session, edition, visit.posted)
        if form.accepts():
            values = form.values()
            try:
                panel = await actions.create_panel(
                    session, visit.actor, edition, name=values.name, site_id=values.site_id, reads=values.reads,
                    now=visit.now,
                )  # fmt: skip
            except Refused as error:
                form.refuse(error.message)
            else:
                message = _(
                    "Le jury « %(name)s » est créé. Ajoutez maintenant les personnes qui y siègent.", name=panel.name
                )
                return done(visit, visit.url("jury:panel", panel_id=panel.id), message)
        return invalid(visit, LIST, form=form, **await _listing(visit, session, edition))

    @get("/{panel_id:str}", name="jury:panel", policy="coordination")
    async def panel(self, visit: Visiting, session: Session, panel_id: FromPath[str]) -> Template:
        edition, panel = await panel_of(visit, session, panel_id)
        return page(visit, SHOW, **await _showing(session, edition, panel))

    @post("/{panel_id:str}/jures", name="jury:add-juror", policy="coordination")
    async def add_juror(self, visit: Visiting, session: Session, panel_id: FromPath[str]) -> Response[Any]:
        edition, panel = await panel_of(visit, session, panel_id)
        form = JurorForm(visit.posted, people=await queries.people_to_seat(session, panel))
        if form.accepts() and await _seated(visit, session, panel, form):
            message = _("C’est fait. La personne reçoit un message : elle commence par déclarer ses liens d’intérêts.")
            return done(visit, visit.url("jury:panel", panel_id=panel.id), message)
        return invalid(visit, SHOW, **{**await _showing(session, edition, panel), "form": form})

    @get("/{panel_id:str}/jures/{seat_id:str}/retirer", name="jury:confirm-removal", policy="coordination")
    async def confirm_removal(
        self, visit: Visiting, session: Session, panel_id: FromPath[str], seat_id: FromPath[str]
    ) -> Template:
        edition, panel = await panel_of(visit, session, panel_id)
        seat = _seat(panel, seat_id)
        back = len(await unfinished_reads(session, panel.id, seat.person_id))
        return page(visit, "jury/reading/remove_juror.html", edition=edition, panel=panel, seat=seat, back=back)

    @post("/{panel_id:str}/jures/{seat_id:str}/retirer", name="jury:remove-juror", policy="coordination")
    async def remove_juror(
        self, visit: Visiting, session: Session, panel_id: FromPath[str], seat_id: FromPath[str]
    ) -> Response[Any]:
        _edition, panel = await panel_of(visit, session, panel_id)
        seat = _seat(panel, seat_id)
        name = seat.person.display_name
        back = await actions.remove_juror(session, visit.actor, panel, seat, now=visit.now)
        message = _(
            "%(name)s ne fait plus partie de ce jury. Lectures à confier à quelqu’un d’autre : %(back)s.",
            name=name,
            back=back,
        )
        return done(visit, visit.url("jury:panel", panel_id=panel.id), message)


async def panel_of(visit: Visit, session: AsyncSession, panel_id: str) -> tuple[Edition, Panel]:
    """A panel, for those who compose it; the same « not there » for everybody else."""
    edition = await edition_at_hand(visit, session)
    panel = await queries.panel_by_id(session, panel_id)
    if panel is None:
        raise NotThere()
    check(may_see_panel(visit.viewer, panel, edition))
    return edition, panel


async def _edition(visit: Visit, session: AsyncSession) -> Edition:
    """The edition at hand, for those who coordinate it or one of its sites."""
    edition = await edition_at_hand(visit, session)
    check(may_help_coordinate(visit.viewer, edition))
    return edition


def _seat(panel: Panel, seat_id: str) -> PanelJuror:
    found = next((seat for seat in panel.jurors if seat.id == seat_id), None)
    if found is None:
        raise NotThere()
    return found


async def _panel_form(visit: Visit, session: AsyncSession, edition: Edition, posted: Any = None) -> PanelForm:
    mine = coordinated_sites(visit.viewer, edition)
    sites = await site_names(session, edition.id, mine)
    return PanelForm(posted, sites=sites, national=mine is None)


async def _listing(visit: Visit, session: AsyncSession, edition: Edition) -> dict[str, Any]:
    panels = await queries.panels_of(session, edition.id, coordinated_sites(visit.viewer, edition))
    return {"edition": edition, "panels": panels, "reads_given": await queries.reads_by_panel(session, edition.id)}


async def _showing(session: AsyncSession, edition: Edition, panel: Panel) -> dict[str, Any]:
    people = await queries.people_to_seat(session, panel)
    seats = sorted(panel.jurors, key=lambda seat: (not seat.is_chair, seat.person.family_name, seat.id))
    return {"edition": edition, "panel": panel, "seats": seats, "people": people, "form": JurorForm(people=people)}


async def _seated(visit: Visit, session: AsyncSession, panel: Panel, form: JurorForm) -> bool:
    """Whether the person chosen now sits in the panel; the reason why not is put on the form."""
    person = await person_by_id(session, form.person_id.data)
    if person is None:
        raise NotThere()
    quality, is_chair = form.quality.data, form.is_chair.data
    try:
        await actions.add_juror(
            session, visit.actor, panel, person, quality=quality, is_chair=is_chair, now=visit.now
        )  # fmt: skip
    except Refused as error:
        form.refuse(error.message)
        return False
    return True

"""/coordination/partenaires: the partners of the edition and what each brings."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.agenda import actions
from creathon.agenda.forms import PartnerForm
from creathon.agenda.models import Partner
from creathon.agenda.pages.desk import edition_to_write
from creathon.agenda.queries import partner_by_id, partners_count, partners_of
from creathon.agenda.rules import PARTNER_KINDS, PartnerValues, contribution_words, values_of_partner
from creathon.core.errors import NotThere, Stale
from creathon.core.paging import paging
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import PageNumber, Session, Visit, Visiting
from creathon.editions.models import Edition

SHOW = "agenda/partner.html"


class PartnerPages(Controller):
    """The list, one partner, a new one."""

    path = "/coordination/partenaires"

    @get(name="agenda:partner-list", policy="national_coordination")
    async def partners(self, visit: Visiting, session: Session, number: PageNumber = 1) -> Template:
        edition = await edition_to_write(visit, session)
        shown = paging(number, await partners_count(session, edition.id, withdrawn=True), visit.path)
        partners = await partners_of(session, edition.id, offset=shown.offset, limit=shown.size, withdrawn=True)
        words: dict[str, Any] = {"kinds": PARTNER_KINDS, "contribution": contribution_words}
        return page(visit, "agenda/partner_list.html", edition=edition, partners=partners, words=words, paging=shown)

    @get("/nouveau", name="agenda:new-partner", policy="national_coordination")
    async def new(self, visit: Visiting, session: Session) -> Template:
        return page(visit, SHOW, **_context(await edition_to_write(visit, session)), form=PartnerForm())

    @post("/nouveau", name="agenda:create-partner", policy="national_coordination")
    async def create(self, visit: Visiting, session: Session) -> Response[Any]:
        edition, form = await edition_to_write(visit, session), PartnerForm(visit.posted)
        if not form.accepts():
            return invalid(visit, SHOW, **_context(edition), form=form)
        await actions.create_partner(session, visit.actor, edition, form.values(), now=visit.now)
        message = _("« %(data)s » se lit maintenant sur la page des partenaires.", data=form.name.data)
        return done(visit, visit.url("agenda:partner-list"), message)

    @get("/{partner_id:str}", name="agenda:partner", policy="national_coordination")
    async def partner(self, visit: Visiting, session: Session, partner_id: FromPath[str]) -> Template:
        edition, partner = await _partner(visit, session, partner_id)
        return page(visit, SHOW, **_context(edition, partner), form=PartnerForm(stored=values_of_partner(partner)))

    @post("/{partner_id:str}", name="agenda:edit-partner", policy="national_coordination")
    async def edit(self, visit: Visiting, session: Session, partner_id: FromPath[str]) -> Response[Any]:
        version = posted_version(visit.posted)
        edition, partner = await _partner(visit, session, partner_id, lock=True)
        form = PartnerForm(visit.posted)
        if not form.accepts():
            return invalid(visit, SHOW, **_context(edition, partner, version), form=form)
        values = form.values()
        try:
            await actions.edit_partner(session, visit.actor, partner, edition, values, version=version, now=visit.now)
        except Stale as stale:
            form.refuse(stale.message)
            both = _both(form, values, values_of_partner(partner))
            return page(visit, SHOW, status=409, **_context(edition, partner, both=both), form=form)
        return done(visit, visit.url("agenda:partner-list"), _("« %(name)s » est enregistré.", name=values.name))

    @post("/{partner_id:str}/retirer", name="agenda:withdraw-partner", policy="national_coordination")
    async def withdraw(self, visit: Visiting, session: Session, partner_id: FromPath[str]) -> Response[Any]:
        edition, partner = await _partner(visit, session, partner_id, lock=True)
        await actions.withdraw_partner(session, visit.actor, partner, edition, now=visit.now)
        message = _("« %(name)s » n’est plus sur la page des partenaires. Vous pouvez l’y remettre.", name=partner.name)
        return done(visit, visit.url("agenda:partner-list"), message)

    @post("/{partner_id:str}/remettre", name="agenda:restore-partner", policy="national_coordination")
    async def restore(self, visit: Visiting, session: Session, partner_id: FromPath[str]) -> Response[Any]:
        edition, partner = await _partner(visit, session, partner_id, lock=True)
        await actions.restore_partner(session, visit.actor, partner, edition, now=visit.now)
        message = _("« %(name)s » se lit de nouveau sur la page des partenaires.", name=partner.name)
        return done(visit, visit.url("agenda:partner-list"), message)


async def _partner(
    visit: Visit, session: AsyncSession, partner_id: str, *, lock: bool = False
) -> tuple[Edition, Partner]:
    edition = await edition_to_write(visit, session)
    partner = await partner_by_id(session, edition.id, partner_id, lock=lock)
    if partner is None:
        raise NotThere()
    return edition, partner


def _context(
    edition: Edition, partner: Partner | None = None, version: int | None = None, *, both: Any = ()
) -> dict[str, Any]:
    version = version or (partner.version if partner else None)
    return {"edition": edition, "partner": partner, "version": version, "both": both}


def _both(form: PartnerForm, typed: PartnerValues, stored: PartnerValues) -> list[tuple[str, str, str]]:
    """The fields whose typed and stored words differ: label, typed, stored."""
    rows = [
        (form.name.label.text, typed.name, stored.name),
        (form.kind.label.text, PARTNER_KINDS[typed.kind], PARTNER_KINDS.get(stored.kind, stored.kind)),
        (_("Contributions"), _lines(typed), _lines(stored)),
    ]
    return [row for row in rows if row[1] != row[2]]


def _lines(values: PartnerValues) -> str:
    return "\n".join(map(contribution_words, values.contributions))

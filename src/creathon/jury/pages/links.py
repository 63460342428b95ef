"""/jury/liens: links of interest, before anything can be read."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import Refused
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Allowed, Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.rules import deadline, may_now, until_words
from creathon.jury.actions.links import declare_links
from creathon.jury.forms.links import LinksForm
from creathon.jury.models import PanelJuror
from creathon.jury.queries.links import conflicts_of, projects_in_scope
from creathon.jury.queries.panels import seats_of
from creathon.jury.rules.conflicts import LINK_NAMES, ScopedProject

SHOW = "jury/reading/links.html"


class LinkPages(Controller):
    """/jury/liens: one declaration for all the panels of the person."""

    path = "/jury/liens"

    @get(name="jury:links", policy="jury")
    async def links(self, visit: Visiting, session: Session) -> Template:
        context = await _context(visit, session)
        return page(visit, SHOW, form=LinksForm(scope=context["asked"]), **context)

    @post(name="jury:declare-links", policy="jury")
    async def declare(self, visit: Visiting, session: Session) -> Response[Any]:
        context = await _context(visit, session)
        form = LinksForm(visit.posted, scope=context["asked"])
        if form.accepts() and await _declared(visit, session, form, context):
            message = _("Votre déclaration est enregistrée. Merci.")
            return done(visit, visit.url("jury:pile"), message)
        return invalid(visit, SHOW, form=form, **context)


async def _context(visit: Visit, session: AsyncSession) -> dict[str, Any]:
    edition = await edition_at_hand(visit, session)
    seats = await seats_of(session, visit.actor.person_id, edition.id)
    scope = await _scope(session, edition, seats) if seats else []
    known = await conflicts_of(session, visit.actor.person_id, edition.id)
    closes_at = deadline(edition, Allowed.DECLARE_LINKS, now=visit.now)
    return {
        "edition": edition,
        "seats": seats,
        "scope": scope,
        "asked": [project for project in scope if project.id not in known],
        "known": known,
        "link_names": LINK_NAMES,
        "closed": may_now(edition, Allowed.DECLARE_LINKS, now=visit.now),
        "until": until_words(closes_at, edition.zone, visit.viewer.zone) if closes_at else "",
    }


async def _scope(session: AsyncSession, edition: Edition, seats: list[PanelJuror]) -> list[ScopedProject]:
    """The projects of all the panels of a person, with who is behind each."""
    sites = {seat.panel.site_id for seat in seats}
    chosen = None if None in sites else {site_id for site_id in sites if site_id}
    return await projects_in_scope(session, edition.id, chosen, with_members=True)


async def _declared(visit: Visit, session: AsyncSession, form: LinksForm, context: dict[str, Any]) -> bool:
    """Whether the declaration is made for every panel; the reason why not is put on the form."""
    if not context["seats"]:
        form.refuse(_("Vous ne siégez encore dans aucun jury de cette édition : il n’y a rien à déclarer."))
        return False
    links = form.values()
    site_of = {project.id: project.site_id for project in context["scope"]}
    try:
        for seat in context["seats"]:
            site_id = seat.panel.site_id
            own = {one: link for one, link in links.items() if site_id is None or site_of[one] == site_id}
            await declare_links(session, visit.actor, seat, own, context["edition"], now=visit.now)
    except Refused as error:
        form.refuse(error.message)
        return False
    return True

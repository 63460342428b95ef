"""/coordination/sites: the sites, each coordination its own; the national one adds them and says what they are."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import Conflict, NotThere, Refused, Stale, check
from creathon.core.paging import paging
from creathon.core.text import _, zone_name
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import PageNumber, Session, Visit, Visiting
from creathon.editions import actions
from creathon.editions.forms import FacilitatorForm, SiteForm, SiteSheetForm, stored_fields
from creathon.editions.models import AccessItem, Edition, Site
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.queries import facilitator_counts, facilitators_of, load_sites, site_by_id
from creathon.editions.rules import (
    KIND_NAMES,
    access_rows,
    answered,
    coordinated_sites,
    may_add_remote_site,
    may_edit_site,
    may_help_coordinate,
    may_redefine_site,
    may_remove_site,
)

LIST, NEW, ONE = "editions/sites.html", "editions/site_new.html", "editions/site.html"


class SitePages(Controller):
    """/coordination/sites."""

    path = "/coordination/sites"

    @get(name="editions:sites", policy="coordination")
    async def sites(self, visit: Visiting, session: Session, number: PageNumber = 1) -> Template:
        edition = await edition_at_hand(visit, session)
        check(may_help_coordinate(visit.viewer, edition))
        mine = coordinated_sites(visit.viewer, edition)
        sites = [site for site in (await load_sites(session, edition)).sites if mine is None or site.id in mine]
        place = paging(number, len(sites), visit.path)
        return page(
            visit, LIST, edition=edition, sites=sites[place.offset : place.offset + place.size], paging=place,
            facilitators=await facilitator_counts(session, edition.id), items=len(AccessItem), answered=answered,
            kind_names=KIND_NAMES, zone_name=zone_name, may_add=may_redefine_site(visit.viewer, edition) is None,
            may_add_remote=may_add_remote_site(visit.viewer, edition) is None,
        )  # fmt: skip

    @get("/nouveau", name="editions:new-site", policy="national_coordination")
    async def new(self, visit: Visiting, session: Session) -> Template:
        edition = await edition_at_hand(visit, session)
        check(may_redefine_site(visit.viewer, edition))
        return page(visit, NEW, edition=edition, form=SiteForm(edition=edition, zone=edition.zone))

    @post("/nouveau", name="editions:add-site", policy="national_coordination")
    async def add(self, visit: Visiting, session: Session) -> Response[Any]:
        edition = await edition_at_hand(visit, session, lock=True)
        check(may_redefine_site(visit.viewer, edition))
        form = SiteForm(visit.posted, edition=edition)
        if not form.accepts():
            return invalid(visit, NEW, edition=edition, form=form)
        try:
            site = await actions.add_site(session, visit.actor, edition, form.values(), now=visit.now)
        except Conflict as taken:
            form.refuse(taken.message, "code")
            return invalid(visit, NEW, edition=edition, form=form)
        return done(visit, visit.url("editions:sites"), _("Le site « %(name)s » est ajouté.", name=site.name))

    @post("/distance", name="editions:add-remote-site", policy="national_coordination")
    async def add_remote(self, visit: Visiting, session: Session) -> Response[Any]:
        edition = await edition_at_hand(visit, session, lock=True)
        site = await actions.add_remote_site(session, visit.actor, edition, now=visit.now)
        message = _(
            "Le site à distance est ajouté, avec %(capacity)s places. Elles se changent sur sa page.",
            capacity=site.capacity,
        )
        return done(visit, visit.url("editions:sites"), message)

    @get("/{site_id:str}", name="editions:site", policy="coordination")
    async def site(self, visit: Visiting, session: Session, site_id: FromPath[str]) -> Template:
        edition, site = await _site(visit, session, site_id)
        form = _form(visit, edition, site)
        return page(visit, ONE, **await _context(visit, session, edition, site), form=form, version=site.version)

    @post("/{site_id:str}", name="editions:edit-site", policy="coordination")
    async def edit(self, visit: Visiting, session: Session, site_id: FromPath[str]) -> Response[Any]:
        version = posted_version(visit.posted)
        edition, site = await _site(visit, session, site_id, lock=True)
        check(may_edit_site(visit.viewer, edition, site))
        form = _form(visit, edition, site, posted=True)
        if not form.accepts():
            return invalid(visit, ONE, **await _context(visit, session, edition, site), form=form, version=version)
        try:
            await actions.edit_site(session, visit.actor, edition, site, form.values(), version=version, now=visit.now)
        except Stale as stale:
            form.refuse(stale.message)
            context = await _context(visit, session, edition, site) | {"both": _both(form, site)}
            return page(visit, ONE, status=409, **context, form=form, version=site.version)
        except (Conflict, Refused) as error:
            form.refuse(error.message, "code" if isinstance(error, Conflict) else "capacity")
            return invalid(visit, ONE, **await _context(visit, session, edition, site), form=form, version=version)
        return done(visit, visit.url("editions:site", site_id=site.id), _("Le site est enregistré."))

    @post("/{site_id:str}/retirer", name="editions:remove-site", policy="national_coordination")
    async def remove(self, visit: Visiting, session: Session, site_id: FromPath[str]) -> Response[Any]:
        edition, site = await _site(visit, session, site_id, lock=True)
        await actions.remove_site(session, visit.actor, edition, site, now=visit.now)
        return done(visit, visit.url("editions:sites"), _("Le site « %(name)s » est retiré.", name=site.name))

    @post("/{site_id:str}/facilitateurs", name="editions:add-facilitator", policy="coordination")
    async def add_facilitator(self, visit: Visiting, session: Session, site_id: FromPath[str]) -> Response[Any]:
        edition, site = await _site(visit, session, site_id)
        check(may_edit_site(visit.viewer, edition, site))
        person = FacilitatorForm(visit.posted)
        if not person.accepts():
            context = await _context(visit, session, edition, site) | {"person": person}
            return invalid(visit, ONE, **context, form=_form(visit, edition, site), version=site.version)
        await actions.add_facilitator(session, visit.actor, edition, site, **person.data, now=visit.now)
        return done(visit, _people(visit, site), _("%(data)s facilite maintenant ce site.", data=person.name.data))

    @post("/{site_id:str}/facilitateurs/{person_id:str}", name="editions:show-facilitator", policy="coordination")
    async def show_facilitator(
        self, visit: Visiting, session: Session, site_id: FromPath[str], person_id: FromPath[str]
    ) -> Response[Any]:
        edition, site = await _site(visit, session, site_id)
        is_public = visit.posted.get("public") == "1"
        await actions.show_facilitator(
            session, visit.actor, edition, site, person_id, is_public=is_public, now=visit.now
        )
        message = _("Ce nom se lit sur la page du site.") if is_public else _("Ce nom ne se lit plus au public.")
        return done(visit, _people(visit, site), message)

    @post(
        "/{site_id:str}/facilitateurs/{person_id:str}/retirer",
        name="editions:remove-facilitator",
        policy="coordination",
    )
    async def remove_facilitator(
        self, visit: Visiting, session: Session, site_id: FromPath[str], person_id: FromPath[str]
    ) -> Response[Any]:
        edition, site = await _site(visit, session, site_id)
        await actions.remove_facilitator(session, visit.actor, edition, site, person_id, now=visit.now)
        return done(visit, _people(visit, site), _("Cette personne ne facilite plus ce site."))


async def _site(visit: Visit, session: AsyncSession, site_id: str, *, lock: bool = False) -> tuple[Edition, Site]:
    """A site of the edition at hand that the person coordinates; another one is as one that does not exist."""
    edition = await edition_at_hand(visit, session, lock=lock)
    check(may_help_coordinate(visit.viewer, edition))
    mine = coordinated_sites(visit.viewer, edition)
    site = await site_by_id(session, edition.id, site_id)
    if site is None or (mine is not None and site.id not in mine):
        raise NotThere()
    return edition, site


def _form(visit: Visit, edition: Edition, site: Site, *, posted: bool = False) -> SiteSheetForm:
    """The whole site for the national coordination, its sheet for its own."""
    sent = visit.posted if posted else None
    if may_redefine_site(visit.viewer, edition) is None:
        return SiteForm(sent, edition=edition, site=site)
    return SiteSheetForm(sent, **stored_fields(site))


async def _context(visit: Visit, session: AsyncSession, edition: Edition, site: Site) -> dict[str, Any]:
    return {
        "edition": edition,
        "site": site,
        "refusal": may_edit_site(visit.viewer, edition, site),
        "removal": may_remove_site(visit.viewer, edition),
        "is_national": coordinated_sites(visit.viewer, edition) is None,
        "access": access_rows(site.accessibility),
        "facilitators": await facilitators_of(session, site.id),
        "person": FacilitatorForm(),
        "zone": zone_name(site.zone),
        "kind": KIND_NAMES[site.kind],
        "both": [],
    }


def _both(form: SiteSheetForm, site: Site) -> list[tuple[str, str, str]]:
    """What was typed beside what is stored, for the fields that differ."""
    stored = stored_fields(site)
    pairs = [(field, _words(field, field.data), _words(field, stored[field.name])) for field in form]
    return [(field.label.text, typed, kept) for field, typed, kept in pairs if typed != kept]


def _words(field: Any, value: Any) -> str:
    """The value of a field as people read it: the name of a choice, else itself."""
    return next((choice.label for choice in getattr(field, "choices", ()) if choice.value == value), str(value))


def _people(visit: Visit, site: Site) -> str:
    return visit.url("editions:site", site_id=site.id) + "#facilitateurs"

"""/projets: what was deposited, for everybody, once the palmarès is open."""

from typing import Any

from litestar import Controller, Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Stream, Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, check
from creathon.core.forms import MultiDict
from creathon.core.paging import Paging, paging
from creathon.core.pdf import pdf_is_there
from creathon.core.text import _
from creathon.core.web.pages import page
from creathon.core.web.paper import paper
from creathon.core.web.visit import PageNumber, Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_if_any, edition_named, edition_of
from creathon.editions.queries import site_names
from creathon.editions.rules import may_see_edition
from creathon.projects.forms import GalleryForm
from creathon.projects.models import Deposit
from creathon.projects.pages.broadcast import send_captions, send_video, video_shown
from creathon.projects.pages.joining import Files
from creathon.projects.queries.gallery import (
    Found,
    GalleryFilters,
    gallery_lines,
    projects_by_title,
    projects_found,
    public_deposit,
)
from creathon.projects.rules import (
    CHOICES,
    LABELS,
    LEVELS,
    NEEDS,
    may_show_publicly,
    sheets_read,
    shown_from,
    value_words,
)
from creathon.projects.rules.captions import cues_of, followed_how
from creathon.projects.rules.pieces import pieces_of, with_pieces
from creathon.projects.rules.search import Sought, sought
from creathon.projects.rules.sharing import collection, creative_work

PER_PAGE = 24


def add_fiche_words(_visit: Visit, _context: dict[str, Any]) -> dict[str, Any]:
    """The words of a fiche, for `projects/_reading.html` wherever it is imported."""
    return fiche_words()


def fiche_words() -> dict[str, Any]:
    """The same, for what is no page."""
    words = {"labels": LABELS, "choices": CHOICES, "levels": LEVELS, "needs": NEEDS, "of": value_words}
    return {
        "fiche_words": words,
        "sheets_read": sheets_read,
        "followed_how": followed_how,
        "cues_of": cues_of,
        "pieces_of": pieces_of,
    }


class GalleryPages(Controller):
    """The public gallery."""

    path = "/projets"

    @get(name="projects:gallery", policy="public")
    async def gallery(
        self,
        visit: Visiting,
        session: Session,
        mots: FromQuery[str] = "",
        besoin: FromQuery[str] = "",
        niveau: FromQuery[str] = "",
        technique: FromQuery[str] = "",
        site: FromQuery[str] = "",
        edition: FromQuery[str] = "",
        number: PageNumber = 1,
    ) -> Template:
        shown = await _edition(visit, session, edition)
        if shown is None or not may_show_publicly(shown, visit.now):
            opens = shown_from(shown) if shown else None
            return page(visit, "projects/gallery_closed.html", edition=shown, opens=opens)
        asked = {"mots": mots, "besoin": besoin, "niveau": niveau, "technique": technique, "site": site}
        return await _gallery(visit, session, shown, asked, edition, number)

    @get("/{slug:str}", name="projects:public", policy="public")
    async def show(self, visit: Visiting, session: Session, slug: FromPath[str]) -> Template:
        deposit, edition = await _public(visit, session, slug)
        team, address = deposit.project.team, visit.settings.base_url + visit.path
        shown = await video_shown(visit, session, deposit, edition, slug)
        linked = creative_work(deposit.content, team=team.name, edition=edition.title, address=address)
        return page(
            visit, "projects/public.html", edition=edition, team=team, deposit=deposit, address=address, linked=linked,
            content=with_pieces(shown.content, ()), video=shown.video, captions_url=shown.captions_url,
            has_pdf=pdf_is_there(), slug=slug,
        )  # fmt: skip

    @get("/{slug:str}/video", name="projects:public-video", policy="public")
    async def video(self, visit: Visiting, session: Session, files: Files, slug: FromPath[str]) -> Stream:
        deposit, edition = await _public(visit, session, slug)
        return await send_video(visit, session, files, deposit, edition, slug)

    @get("/{slug:str}/sous-titres.vtt", name="projects:public-captions", policy="public")
    async def captions(self, visit: Visiting, session: Session, slug: FromPath[str]) -> Response[str]:
        deposit, edition = await _public(visit, session, slug)
        return await send_captions(visit, session, deposit, edition, slug)

    @get("/{slug:str}/projet.pdf", name="projects:public-pdf", policy="public")
    async def pdf(self, visit: Visiting, session: Session, slug: FromPath[str]) -> Response[bytes]:
        """The same on paper, tagged. Anybody may ask: one who comes while another waits is asked to come back."""
        deposit, edition = await _public(visit, session, slug)
        return await paper(
            visit, session, "projects/public_pdf.html", f"projet-{slug}.pdf", strangers=True,
            edition=edition, team=deposit.project.team, deposit=deposit, author=deposit.project.team.name,
            address=visit.settings.base_url + visit.url("projects:public", slug=slug),
            content=with_pieces(deposit.content, ()), **fiche_words(),
        )  # fmt: skip


async def _public(visit: Visit, session: AsyncSession, slug: str) -> tuple[Deposit, Edition]:
    """What everybody may read at this address; until then it does not exist."""
    deposit = await public_deposit(session, slug)
    edition = await edition_of(visit, session, deposit.edition_id) if deposit else None
    if edition is None or deposit is None:
        raise NotThere()
    check(may_see_edition(visit.viewer, edition))
    if not may_show_publicly(edition, visit.now):
        raise NotThere()
    return deposit, edition


async def _edition(visit: Visit, session: AsyncSession, slug: str) -> Edition | None:
    """The edition asked for, or the current one."""
    if not slug:
        return await edition_if_any(visit, session)
    edition = await edition_named(visit, session, slug)
    if edition is None:
        raise NotThere()
    check(may_see_edition(visit.viewer, edition))
    return edition


async def _gallery(
    visit: Visit, session: AsyncSession, edition: Edition, asked: dict[str, str], slug: str, number: int
) -> Template:
    sites = await site_names(session, edition.id)
    form = GalleryForm(MultiDict(asked.items()), sites=sites)
    if not form.accepts():
        form = GalleryForm(sites=sites)
        asked = {}
    place, found, words = await _found(visit, session, edition, form, {**asked, "edition": slug}, number)
    projects = await gallery_lines(session, edition.id, found.ids)
    address = visit.settings.base_url + place.url_for(place.number)
    linked = collection(title=_("Projets"), edition=edition.title, address=address)
    return page(
        visit, "projects/gallery.html", edition=edition, form=form, projects=projects, place=place, slug=slug,
        filtered=any(asked.values()), found=found, words=words, address=address, linked=linked,
    )  # fmt: skip


async def _found(
    visit: Visit, session: AsyncSession, edition: Edition, form: GalleryForm, kept: dict[str, str], number: int
) -> tuple[Paging, Found, Sought]:
    """The page asked for, or the last one when the number is beyond it."""
    filters = GalleryFilters(
        form.besoin.data or "", form.niveau.data or "", form.technique.data or "", form.site.data or ""
    )
    text = form.mots.data or ""
    words = sought(text)

    async def ask(offset: int) -> Found:
        if text:
            return await projects_found(session, edition.id, words, filters, offset=offset, limit=PER_PAGE)
        return await projects_by_title(session, edition.id, filters, offset=offset, limit=PER_PAGE)

    found = await ask((number - 1) * PER_PAGE)
    if not found.ids and number > 1:
        total = found.total or (await ask(0)).total
        number = paging(number, total, visit.path, size=PER_PAGE).number
        found = await ask((number - 1) * PER_PAGE)
    return paging(number, found.total, visit.path, kept, PER_PAGE), found, words

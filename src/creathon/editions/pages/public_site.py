"""The public page of a site: where it is, when the creation begins by its clocks, how one gets in."""

from litestar import Controller, get
from litestar.params import FromPath
from litestar.response import Template

from creathon.core.errors import NotThere, check
from creathon.core.text import zone_name
from creathon.core.web.pages import page
from creathon.core.web.visit import Session, Visiting
from creathon.editions.models import SiteKind
from creathon.editions.pages.at_hand import edition_named
from creathon.editions.queries import facilitators_of, load_sites
from creathon.editions.rules import access_rows, may_see_edition, normal_code, site_coded, window_words


class PublicSitePages(Controller):
    """/edition/<slug>/sites/<code>."""

    path = "/edition/{slug:str}/sites"

    @get("/{code:str}", name="editions:public-site", policy="public")
    async def site(self, visit: Visiting, session: Session, slug: FromPath[str], code: FromPath[str]) -> Template:
        edition = await edition_named(visit, session, slug)
        if edition is None:
            raise NotThere()
        check(may_see_edition(visit.viewer, edition))
        site = site_coded(await load_sites(session, edition), normal_code(code))
        if site is None:
            raise NotThere()
        return page(
            visit, "editions/public_site.html", edition=edition, site=site, access=access_rows(site.accessibility),
            facilitators=await facilitators_of(session, site.id, public_only=True), zone=zone_name(site.zone),
            is_remote=site.kind == SiteKind.REMOTE, windows=window_words(edition, site.zone),
        )  # fmt: skip

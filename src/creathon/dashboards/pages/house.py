"""The pages every house owes: help, contact, accessibility, data, legal notice, map, security contact."""

from litestar import Controller, Response, get
from litestar.response import Template

from creathon.core.web.pages import page
from creathon.core.web.visit import Visiting
from creathon.dashboards.rules import PURPOSES, RETENTION, SITE_MAP, legal_facts, security_text


class HousePages(Controller):
    """/aide, /contact, /accessibilite, /donnees-personnelles, /mentions-legales, /plan-du-site, security.txt."""

    @get("/aide", name="dashboards:help", policy="public")
    async def help(self, visit: Visiting) -> Template:
        return page(visit, "dashboards/house/help.html")

    @get("/contact", name="dashboards:contact", policy="public")
    async def contact(self, visit: Visiting) -> Template:
        return page(visit, "dashboards/house/contact.html", legal=visit.settings.legal)

    @get("/accessibilite", name="dashboards:accessibility", policy="public")
    async def accessibility(self, visit: Visiting) -> Template:
        settings = visit.settings
        return page(visit, "dashboards/house/accessibility.html", legal=settings.legal, base_url=settings.base_url)

    @get("/donnees-personnelles", name="dashboards:data", policy="public")
    async def data(self, visit: Visiting) -> Template:
        legal = visit.settings.legal
        return page(visit, "dashboards/house/data.html", legal=legal, purposes=PURPOSES, retention=RETENTION)

    @get("/mentions-legales", name="dashboards:legal", policy="public")
    async def legal(self, visit: Visiting) -> Template:
        return page(visit, "dashboards/house/legal.html", facts=legal_facts(visit.settings))

    @get("/plan-du-site", name="dashboards:map", policy="public")
    async def site_map(self, visit: Visiting) -> Template:
        return page(visit, "dashboards/house/map.html", groups=SITE_MAP)

    @get("/.well-known/security.txt", name="dashboards:security", policy="public")
    async def security_contact(self, visit: Visiting) -> Response[str]:
        return Response(security_text(visit.settings, now=visit.now), media_type="text/plain")

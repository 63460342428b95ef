"""The home page."""

from litestar import Controller, get
from litestar.response import Template

from creathon.core.web.pages import page
from creathon.core.web.visit import Session, Visiting
from creathon.editions.queries import current_edition


class HomePages(Controller):
    """/."""

    @get("/", name="dashboards:home", policy="public")
    async def home(self, visit: Visiting, session: Session) -> Template:
        return page(visit, "dashboards/home.html", edition=await current_edition(session))

"""The public page of an edition, and the frieze on every page that speaks of one."""

from typing import Any

from litestar import Controller, get
from litestar.params import FromPath
from litestar.response import Template

from creathon.core.errors import NotThere, check
from creathon.core.web.pages import page
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.queries import edition_by_slug
from creathon.editions.rules import frieze, may_see_edition, may_see_theme


def add_frieze(visit: Visit, context: dict[str, Any]) -> dict[str, Any]:
    """The frieze of the edition a page speaks of, and whether its people are invented."""
    edition: Edition | None = context.get("edition")
    if edition is None:
        return {}
    return {"frieze": frieze(edition, visit.now), "demo": edition.is_demo}


class EditionPages(Controller):
    """/edition/<slug>."""

    path = "/edition"

    @get("/{slug:str}", name="editions:show", policy="public")
    async def show(self, visit: Visiting, session: Session, slug: FromPath[str]) -> Template:
        edition = await edition_by_slug(session, slug)
        if edition is None:
            raise NotThere()
        check(may_see_edition(visit.viewer, edition))
        revealed = may_see_theme(edition, now=visit.now)
        return page(visit, "editions/show.html", edition=edition, theme_revealed=revealed)

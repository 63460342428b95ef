"""The editions told to the public."""

from litestar import Controller, get
from litestar.response import Template

from creathon.core.paging import paging
from creathon.core.web.pages import page
from creathon.core.web.visit import PageNumber, Session, Visiting
from creathon.editions.queries import current_edition, public_editions, public_editions_count
from creathon.editions.rules import may_see_theme


class EditionListPages(Controller):
    """/editions."""

    path = "/editions"

    @get(name="editions:list", policy="public")
    async def editions(self, visit: Visiting, session: Session, number: PageNumber = 1) -> Template:
        shown = paging(number, await public_editions_count(session), visit.path)
        editions = await public_editions(session, offset=shown.offset, limit=shown.size)
        revealed = {edition.id for edition in editions if may_see_theme(edition, now=visit.now)}
        at_hand = await current_edition(session, visit.viewer) if visit.viewer.is_signed_in else None
        return page(
            visit, "editions/list.html", editions=editions, revealed=revealed, paging=shown,
            at_hand=at_hand.id if at_hand else None,
        )  # fmt: skip

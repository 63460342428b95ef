"""The home page: the current edition, what is open, the reader's next step."""

from litestar import Controller, get
from litestar.response import Template

from creathon.core.web.pages import page
from creathon.core.web.visit import Session, Visiting
from creathon.dashboards.queries import mine_of
from creathon.dashboards.rules import Mine, next_steps
from creathon.editions.models import Allowed
from creathon.editions.pages.at_hand import edition_if_any
from creathon.editions.rules import (
    ENDED,
    act_words,
    current_phases,
    deadline,
    is_within,
    may_see_theme,
    next_phase,
    phases_allowing,
    until_words,
)


class HomePages(Controller):
    """/."""

    @get("/", name="dashboards:home", policy="public")
    async def home(self, visit: Visiting, session: Session) -> Template:
        edition = await edition_if_any(visit, session)
        if edition is None:
            return page(visit, "dashboards/home.html", edition=None)
        mine = await mine_of(session, visit.actor, edition) if visit.viewer.is_signed_in else Mine()
        zone = visit.viewer.zone
        opened = [
            (phase, until_words(phase.closes_at, edition.zone, zone), act_words(phase))
            for phase in current_phases(edition, visit.now)
        ]
        depositing = any(is_within(phase, visit.now) for phase in phases_allowing(edition, Allowed.DEPOSIT))
        return page(
            visit,
            "dashboards/home.html",
            edition=edition,
            ended=edition.state in ENDED,
            theme_revealed=may_see_theme(edition, now=visit.now),
            opened=opened,
            coming=next_phase(edition, visit.now),
            steps=next_steps(visit.viewer, edition, mine, now=visit.now),
            deposit_closes=deadline(edition, Allowed.DEPOSIT, now=visit.now) if depositing else None,
        )

"""/coordination/livrables: what teams may hand in, and within which limits, changed by the national coordination."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import Stale, check
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions import actions
from creathon.editions.forms import DeliverablesForm
from creathon.editions.forms.deliverables import differing, fields_of
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.queries import deliverables_of
from creathon.editions.rules import Deliverables, limits_of, may_change_deliverables, narrowings
from creathon.editions.rules.deliverables import OPEN

TEMPLATE = "editions/deliverables.html"


class DeliverablePages(Controller):
    """The limits of the edition at hand."""

    path = "/coordination/livrables"

    @get(name="editions:deliverables", policy="national_coordination")
    async def deliverables(self, visit: Visiting, session: Session) -> Template:
        edition, stored = await _edition(visit, session)
        return page(visit, TEMPLATE, **_editing(edition, DeliverablesForm(data=fields_of(stored)), edition.version))

    @post(name="editions:edit-deliverables", policy="national_coordination")
    async def edit(self, visit: Visiting, session: Session) -> Response[Any]:
        version = posted_version(visit.posted)
        edition, stored = await _edition(visit, session, lock=True)
        form = DeliverablesForm(visit.posted)
        if not form.accepts() or _narrowed(form, edition, stored):
            return invalid(visit, TEMPLATE, **_editing(edition, form, version))
        try:
            await actions.edit_deliverables(
                session, visit.actor, edition, form.values(), version=version, now=visit.now
            )
        except Stale as stale:
            form.refuse(stale.message)
            context = _editing(edition, form, edition.version, differing(form, stored))
            return page(visit, TEMPLATE, status=409, **context)
        return done(visit, visit.url("editions:deliverables"), _("Les livrables sont enregistrés."))


def _narrowed(form: DeliverablesForm, edition: Edition, stored: Deliverables) -> bool:
    problems = narrowings(edition, stored, form.values())
    for field, sentence in problems:
        form.refuse(sentence, field)
    return bool(problems)


def _editing(
    edition: Edition, form: DeliverablesForm, version: int, both: list[tuple[str, str, str]] | None = None
) -> dict[str, Any]:
    return {
        "edition": edition,
        "form": form,
        "version": version,
        "both": both or [],
        "widens": edition.state not in OPEN,
    }


async def _edition(visit: Visit, session: AsyncSession, *, lock: bool = False) -> tuple[Edition, Deliverables]:
    edition = await edition_at_hand(visit, session, lock=lock)
    check(may_change_deliverables(visit.viewer, edition))
    return edition, limits_of(await deliverables_of(session, edition.id))

"""The texts of the current edition, changed by its national coordination."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import Stale, check
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions import actions
from creathon.editions.forms import EditionForm
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.rules import may_change_edition

TEMPLATE = "editions/texts.html"


class EditionTextPages(Controller):
    """/coordination/edition."""

    path = "/coordination/edition"

    @get(name="editions:texts", policy="national_coordination")
    async def texts(self, visit: Visiting, session: Session) -> Template:
        edition = await _edition(visit, session)
        form = EditionForm(**vars(actions.texts_of(edition)))
        return page(visit, TEMPLATE, edition=edition, form=form, version=edition.version, both=[])

    @post(name="editions:edit", policy="national_coordination")
    async def edit(self, visit: Visiting, session: Session) -> Response[Any]:
        version = posted_version(visit.posted)
        edition = await _edition(visit, session, lock=True)
        form = EditionForm(visit.posted)
        if not form.accepts():
            return invalid(visit, TEMPLATE, edition=edition, form=form, version=version, both=[])
        try:
            await actions.edit_edition(session, visit.actor, edition, form.values(), version=version, now=visit.now)
        except Stale as stale:
            form.refuse(stale.message)
            both = _both(form, stale.current)
            return page(visit, TEMPLATE, status=409, edition=edition, form=form, version=edition.version, both=both)
        return done(visit, visit.url("editions:texts"), _("Les textes de l’édition sont enregistrés."))


def _both(form: EditionForm, stored: dict[str, object]) -> list[tuple[str, str, object]]:
    """The fields whose typed and stored texts differ: label, typed, stored."""
    return [(field.label.text, field.data, stored[field.name]) for field in form if field.data != stored[field.name]]


async def _edition(visit: Visit, session: AsyncSession, *, lock: bool = False) -> Edition:
    edition = await edition_at_hand(visit, session, lock=lock)
    check(may_change_edition(visit.viewer, edition))
    return edition

"""/coordination/grille: the grid, read by every coordination, written by the national one until it is frozen."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, Stale, check
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.actions.rulebook import outdated_rulebook
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.rules import may_help_coordinate
from creathon.editions.rules.rulebook import RULEBOOK_OUTDATED
from creathon.jury.actions import rubric as actions
from creathon.jury.forms.rubric import STEPS, RubricForm, lines_of
from creathon.jury.models import Rubric
from creathon.jury.queries.rubric import rubric_of
from creathon.jury.rules.rubric import MOST_CRITERIA, POINTS, criteria_of, differing, may_edit_rubric, may_write_rubric
from creathon.jury.rules.usual_rubric import USUAL_RUBRIC

SHOW, EDIT = "jury/reading/rubric.html", "jury/reading/rubric_edit.html"


class RubricPages(Controller):
    """/coordination/grille."""

    path = "/coordination/grille"

    @get(name="jury:rubric", policy="coordination")
    async def rubric(self, visit: Visiting, session: Session) -> Template:
        edition = await edition_at_hand(visit, session)
        check(may_help_coordinate(visit.viewer, edition))
        rubric = await rubric_of(session, edition.id)
        outdated = rubric is not None and await outdated_rulebook(session, edition) is not None
        return page(
            visit, SHOW, edition=edition, rubric=rubric, outdated=outdated,
            writing=may_write_rubric(visit.viewer, edition, exists=rubric is not None),
            editing=may_edit_rubric(visit.viewer, edition, rubric) if rubric else None,
        )  # fmt: skip

    @post("/habituelle", name="jury:usual-rubric", policy="national_coordination")
    async def start(self, visit: Visiting, session: Session) -> Response[str]:
        edition = await edition_at_hand(visit, session, lock=True)
        await actions.create_rubric(session, visit.actor, edition, USUAL_RUBRIC, now=visit.now)
        message = _("La grille habituelle est en place. Elle se modifie jusqu’à la première évaluation.")
        return done(visit, visit.url("jury:rubric"), message)

    @get("/modifier", name="jury:edit-rubric", policy="national_coordination")
    async def edit(self, visit: Visiting, session: Session) -> Template:
        edition, rubric = await _editable(visit, session)
        form = RubricForm(criteria=lines_of(criteria_of(rubric)))
        return page(visit, EDIT, **_editing(edition, form, rubric.version))

    @post("/modifier", name="jury:save-rubric", policy="national_coordination")
    async def save(self, visit: Visiting, session: Session) -> Response[Any]:
        version, step = posted_version(visit.posted), visit.posted.get("step") or ""
        edition, rubric = await _editable(visit, session, lock=True)
        form = RubricForm(visit.posted)
        if step.startswith(STEPS):
            return page(visit, EDIT, **_editing(edition, form.rearranged(step), version))
        if not form.accepts():
            return invalid(visit, EDIT, **_editing(edition, form, version))
        try:
            await actions.edit_rubric(session, visit.actor, edition, form.values(), version=version, now=visit.now)
        except Stale as stale:
            form.refuse(stale.message)
            both = differing(form.values(), criteria_of(rubric))
            return page(visit, EDIT, status=409, **_editing(edition, form, rubric.version, both))
        message = _("La grille est enregistrée.")
        if await outdated_rulebook(session, edition) is not None:
            message += " " + _(RULEBOOK_OUTDATED)
        return done(visit, visit.url("jury:rubric"), message)


async def _editable(visit: Visit, session: AsyncSession, *, lock: bool = False) -> tuple[Edition, Rubric]:
    edition = await edition_at_hand(visit, session, lock=lock)
    rubric = await rubric_of(session, edition.id)
    if rubric is None:
        raise NotThere()
    check(may_edit_rubric(visit.viewer, edition, rubric))
    return edition, rubric


def _editing(
    edition: Edition, form: RubricForm, version: int, both: list[tuple[str, str, str]] | None = None
) -> dict[str, Any]:
    return {
        "edition": edition,
        "form": form,
        "version": version,
        "both": both or [],
        "points": POINTS,
        "most": MOST_CRITERIA,
    }

"""The calendar of the current edition for its coordination; the national one moves a phase, with a reason."""

from datetime import datetime
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, check
from creathon.core.text import _, date_words, instant_words, zone_name
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions import actions
from creathon.editions.forms import PhaseForm
from creathon.editions.models import Edition, Phase
from creathon.editions.queries import current_edition, phase_changes
from creathon.editions.rules import (
    calendar_rows,
    change_rows,
    last_moment,
    may_change_edition,
    may_help_coordinate,
    phase_state,
    theme_follows,
)

FORM = "editions/phase.html"
TYPED = ("opens_at", "opens_fold", "closes_at", "closes_fold", "reason")


class PhasePages(Controller):
    """/coordination/phases."""

    path = "/coordination/phases"

    @get(name="editions:phases", policy="coordination")
    async def phases(self, visit: Visiting, session: Session) -> Template:
        edition = await _edition(session)
        check(may_help_coordinate(visit.viewer, edition))
        context: dict[str, Any] = {
            "rows": calendar_rows(edition, visit.now, visit.viewer.zone),
            "changes": change_rows(await phase_changes(session, edition.id), edition),
            "refusal": may_change_edition(visit.viewer, edition),
        }
        return page(visit, "editions/phases.html", edition=edition, **context)

    @get("/{phase_id:str}", name="editions:phase", policy="national_coordination")
    async def phase(self, visit: Visiting, session: Session, phase_id: FromPath[str]) -> Template:
        edition, phase = await _phase(visit, session, phase_id)
        form = PhaseForm(phase=phase, zone=edition.zone)
        return page(visit, FORM, **_context(visit, edition, phase), form=form, version=edition.version)

    @post("/{phase_id:str}", name="editions:move-phase", policy="national_coordination")
    async def move(self, visit: Visiting, session: Session, phase_id: FromPath[str]) -> Response[Any]:
        version = posted_version(visit.posted)
        edition, phase = await _phase(visit, session, phase_id, lock=True)
        form, context = PhaseForm(visit.posted, phase=phase, zone=edition.zone), _context(visit, edition, phase)
        if version != edition.version:
            return _stale(visit, form, context)
        if not form.accepts():
            return invalid(visit, FORM, **context, form=form, version=version)
        if visit.posted.get("step") != "save":
            return _before_saving(visit, form, context)
        await actions.move_phase(
            session, visit.actor, edition, phase, version=version, now=visit.now, **vars(form.values())
        )
        message = _(f"La phase « {phase.title} » est déplacée. Le motif se lit sur la page de l’édition.")
        return done(visit, visit.url("editions:phases"), message)


async def _edition(session: AsyncSession, *, lock: bool = False) -> Edition:
    edition = await current_edition(session, lock=lock)
    if edition is None:
        raise NotThere()
    return edition


async def _phase(visit: Visit, session: AsyncSession, phase_id: str, *, lock: bool = False) -> tuple[Edition, Phase]:
    """A phase of the current edition, for somebody who may move it."""
    edition = await _edition(session, lock=lock)
    check(may_change_edition(visit.viewer, edition))
    phase = next((phase for phase in edition.phases if phase.id == phase_id), None)
    if phase is None:
        raise NotThere()
    return edition, phase


def _context(visit: Visit, edition: Edition, phase: Phase) -> dict[str, Any]:
    row = next(row for row in calendar_rows(edition, visit.now) if row.phase is phase)
    return {"edition": edition, "phase": phase, "row": row, "zone": zone_name(edition.zone), "both": []}


def _before_saving(visit: Visit, form: PhaseForm, context: dict[str, Any]) -> Template:
    """The calendar before and after, to be confirmed, or the form again to be changed; nothing is stored."""
    visit.undo = True
    edition, phase, move = context["edition"], context["phase"], form.values()
    if visit.posted.get("step") == "edit":
        return page(visit, FORM, **context, form=form, version=edition.version)
    after = (
        instant_words(move.opens_at, edition.zone),
        instant_words(last_moment(move.closes_at, edition.zone), edition.zone),
    )
    context |= {
        "after": after,
        "after_state": phase_state(move, visit.now),
        "shortens": move.closes_at < phase.closes_at,
        "reason": move.reason,
        "theme_follows": move.opens_at != phase.opens_at and theme_follows(edition, phase, now=visit.now),
        "typed": {name: visit.posted[name] for name in TYPED if name in visit.posted},
        "version": edition.version,
    }
    return page(visit, "editions/phase_preview.html", **context)


def _stale(visit: Visit, form: PhaseForm, context: dict[str, Any]) -> Template:
    """Both values of each bound, the text kept; sent again, the form replaces what was stored meanwhile."""
    zone, phase = context["edition"].zone, context["phase"]
    form.refuse(_(actions.CHANGED_MEANWHILE))
    bounds = ((form.opens_at, phase.opens_at), (form.closes_at, phase.closes_at))
    context["both"] = [(field.label.text, _typed(field.data), instant_words(stored, zone)) for field, stored in bounds]
    return page(visit, FORM, status=409, **context, form=form, version=context["edition"].version)


def _typed(local: datetime | None) -> str:
    return f"{date_words(local.date())} à {local:%H:%M}" if local else ""

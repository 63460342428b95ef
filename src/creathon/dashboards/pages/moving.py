"""Moving a phase of an announced calendar: who it concerns before saving, a second person when time is taken away."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.queries import people_with_role
from creathon.core.errors import Conflict, NotThere, check
from creathon.core.text import _, date_words, instant_words, zone_name
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.dashboards.queries.audiences import audience_counts, told_count
from creathon.dashboards.rules.audiences import audience_rows, concerned
from creathon.editions import actions
from creathon.editions.forms import PhaseForm
from creathon.editions.models import Edition, Phase, PhaseProposal, ProposalState, Role
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.queries import proposal_by_id
from creathon.editions.rules import (
    calendar_rows,
    interval_words,
    may_confirm,
    may_move_dates,
    may_settle,
    moved,
    planned,
    shifts,
    shortens,
    theme_follows,
)

FORM, PREVIEW, PROPOSAL = "editions/phase.html", "dashboards/phase_preview.html", "dashboards/proposal.html"
TYPED = ("opens_at", "opens_fold", "closes_at", "closes_fold", "reason")


class MovePages(Controller):
    """/coordination/phases/<phase>."""

    path = "/coordination/phases"

    @get("/{phase_id:str}", name="editions:phase", policy="national_coordination")
    async def phase(self, visit: Visiting, session: Session, phase_id: FromPath[str]) -> Template:
        edition, phase = await _phase(visit, session, phase_id)
        form = PhaseForm(phase=phase, edition=edition)
        return page(visit, FORM, **_context(visit, edition, phase), form=form, version=edition.version)

    @post("/{phase_id:str}", name="editions:move-phase", policy="national_coordination", reauth=True)
    async def move(self, visit: Visiting, session: Session, phase_id: FromPath[str]) -> Response[Any]:
        version = posted_version(visit.posted)
        edition, phase = await _phase(visit, session, phase_id, lock=True)
        form, context = PhaseForm(visit.posted, phase=phase, edition=edition), _context(visit, edition, phase)
        if version != edition.version:
            return _stale(visit, form, context)
        if not form.accepts():
            return invalid(visit, FORM, **context, form=form, version=version)
        if visit.posted.get("step") != "save":
            return await _before_saving(visit, session, form, context)
        move = form.values()
        if shortens(edition, phase, moved(edition, phase, move.opens_at, move.closes_at)):
            await actions.propose_move(session, visit.actor, edition, phase, move, version=version, now=visit.now)
            message = _("Le changement attend l’accord d’une seconde personne. Rien n’est encore modifié ni annoncé.")
        else:
            await actions.move_phase(session, visit.actor, edition, phase, move, version=version, now=visit.now)
            message = _(
                "La phase « %(phase)s » est déplacée. Le motif se lit sur la page de l’édition.", phase=phase.title
            )
        return done(visit, visit.url("editions:phases"), message)


class ProposalPages(Controller):
    """/coordination/propositions."""

    path = "/coordination/propositions"

    @get("/{proposal_id:str}", name="editions:proposal", policy="national_coordination")
    async def proposal(self, visit: Visiting, session: Session, proposal_id: FromPath[str]) -> Template:
        edition, proposal = await _proposal(visit, session, proposal_id)
        phase = next(one for one in edition.phases if one.id == proposal.phase_id)
        effect = await _effect(visit, session, edition, phase, (proposal.opens_at, proposal.closes_at))
        settling, confirming = (rule(visit.viewer, edition, proposal) for rule in (may_settle, may_confirm))
        return page(
            visit, PROPOSAL, edition=edition, phase=phase, proposal=proposal, effect=effect, settling=settling,
            confirming=confirming, is_own=proposal.proposed_by == visit.actor.person_id,
        )  # fmt: skip

    @post("/{proposal_id:str}", name="editions:settle-proposal", policy="national_coordination", reauth=True)
    async def settle(self, visit: Visiting, session: Session, proposal_id: FromPath[str]) -> Response[Any]:
        edition, proposal = await _proposal(visit, session, proposal_id, lock=True)
        if proposal.state != ProposalState.PENDING:
            raise Conflict(_("Cette proposition a déjà reçu sa réponse."))
        if visit.posted.get("step") == "confirm":
            await actions.confirm_move(session, visit.actor, edition, proposal, now=visit.now)
            message = _("Le calendrier est modifié, avec son motif, et les personnes concernées sont prévenues.")
        else:
            await actions.refuse_move(session, visit.actor, edition, proposal, now=visit.now)
            message = _("La proposition est écartée : le calendrier ne change pas.")
        return done(visit, visit.url("editions:phases"), message)


async def _proposal(
    visit: Visit, session: AsyncSession, proposal_id: str, *, lock: bool = False
) -> tuple[Edition, PhaseProposal]:
    """A proposal of the edition at hand, read after the edition is held: two who answer meet here one by one."""
    edition = await edition_at_hand(visit, session, lock=lock)
    check(may_move_dates(visit.viewer, edition))
    proposal = await proposal_by_id(session, edition.id, proposal_id)
    if proposal is None:
        raise NotThere()
    return edition, proposal


async def _phase(visit: Visit, session: AsyncSession, phase_id: str, *, lock: bool = False) -> tuple[Edition, Phase]:
    """A phase of the edition at hand, for somebody who may move it."""
    edition = await edition_at_hand(visit, session, lock=lock)
    check(may_move_dates(visit.viewer, edition))
    phase = next((phase for phase in edition.phases if phase.id == phase_id), None)
    if phase is None:
        raise NotThere()
    return edition, phase


def _context(visit: Visit, edition: Edition, phase: Phase) -> dict[str, Any]:
    row = next(row for row in calendar_rows(edition, visit.now) if row.phase is phase)
    return {"edition": edition, "phase": phase, "row": row, "zone": zone_name(edition.zone), "both": []}


async def _effect(
    visit: Visit, session: AsyncSession, edition: Edition, phase: Phase, bounds: tuple[Any, Any]
) -> dict[str, Any]:
    """What a move changes: the phases before and after, what opens and closes for whom, how many receive a message."""
    before, after = planned(edition), moved(edition, phase, *bounds)
    moves, zone = shifts(before, after), edition.zone
    return {
        "phases": [
            (
                old.title,
                interval_words(old.opens_at, old.closes_at, zone),
                interval_words(new.opens_at, new.closes_at, zone),
            )
            for old, new in zip(before, after, strict=True)
            if (old.opens_at, old.closes_at) != (new.opens_at, new.closes_at)
        ],
        "audiences": audience_rows(moves, await audience_counts(session, edition.id), zone, visit.viewer.zone),
        "told": await told_count(session, edition.id, concerned(moves)),
        "shortens": shortens(edition, phase, after),
        "theme_follows": bounds[0] != phase.opens_at and theme_follows(edition, phase, now=visit.now),
    }


async def _before_saving(visit: Visit, session: AsyncSession, form: PhaseForm, context: dict[str, Any]) -> Template:
    """What would change for whom, to be confirmed, or the form again to be changed; nothing is stored."""
    visit.undo = True
    edition, phase, move = context["edition"], context["phase"], form.values()
    if visit.posted.get("step") == "edit":
        return page(visit, FORM, **context, form=form, version=edition.version)
    context |= {
        "effect": await _effect(visit, session, edition, phase, (move.opens_at, move.closes_at)),
        "alone": len(await people_with_role(session, edition.id, Role.NATIONAL_COORDINATOR)) < 2,
        "reason": move.reason,
        "typed": {name: visit.posted[name] for name in TYPED if name in visit.posted},
        "version": edition.version,
    }
    return page(visit, PREVIEW, **context)


def _stale(visit: Visit, form: PhaseForm, context: dict[str, Any]) -> Template:
    """Both values of each bound, the text kept; sent again, the form replaces what was stored meanwhile."""
    zone, phase = context["edition"].zone, context["phase"]
    form.refuse(_(actions.CHANGED_MEANWHILE))
    bounds = ((form.opens_at, phase.opens_at), (form.closes_at, phase.closes_at))
    context["both"] = [(field.label.text, _typed(field.data), instant_words(stored, zone)) for field, stored in bounds]
    return page(visit, FORM, status=409, **context, form=form, version=context["edition"].version)


def _typed(local: Any) -> str:
    return f"{date_words(local.date())} à {local:%H:%M}" if local else ""

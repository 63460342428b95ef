"""/equipe/seul: applying without a team; answering what a coordination proposes."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, Stale, check
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.queries import site_names
from creathon.teams import actions, queries, rules
from creathon.teams.forms import AloneForm, offer_sites
from creathon.teams.models import AloneApplication, AloneState, Question

FORM = "teams/alone.html"


class AlonePages(Controller):
    """/equipe/seul."""

    path = "/equipe/seul"

    @get(name="teams:alone", policy="signed_in")
    async def alone(self, visit: Visiting, session: Session) -> Template:
        edition, alone = await _own(visit, session)
        questions = await queries.questions_of(session, edition.id, of_person=True)
        stored = await queries.answers_of(session, alone_id=alone.id) if alone else {}
        said = vars(actions.alone_values(alone)) if alone else {}
        sites = await site_names(session, edition.id)
        form = _form(sites, questions, **AloneForm.initial(questions, stored), **said)
        return page(visit, FORM, edition=edition, alone=alone, form=form, version=_version(alone), both=[])

    @post(name="teams:apply-alone", policy="signed_in")
    async def apply(self, visit: Visiting, session: Session) -> Response[Any]:
        version = posted_version(visit.posted)
        edition, alone = await _own(visit, session)
        sites = await site_names(session, edition.id)
        form = _form(sites, await queries.questions_of(session, edition.id, of_person=True), visit.posted)
        right = form.accepts()
        if form.refuse_unanswered() or not right:
            return invalid(visit, FORM, edition=edition, alone=alone, form=form, version=version, both=[])
        try:
            await actions.apply_alone(
                session, visit.actor, edition, form.values(), form.answers(), version=version, now=visit.now
            )
        except Stale as error:
            form.refuse(error.message)
            context = {"both": _both(form, sites, error.current), "version": _version(alone)}
            return page(visit, FORM, status=409, edition=edition, alone=alone, form=form, **context)
        message = _("Votre candidature individuelle est envoyée à la coordination du site souhaité.")
        return done(visit, visit.url("teams:mine"), message)

    @post("/retrait", name="teams:withdraw-alone", policy="signed_in")
    async def withdraw(self, visit: Visiting, session: Session) -> Response[Any]:
        edition = await edition_at_hand(visit, session)
        await actions.withdraw_alone(session, visit.actor, edition, now=visit.now)
        return done(visit, visit.url("teams:mine"), _("Votre candidature individuelle est retirée."))

    @post("/propositions/{seat_id:str}", name="teams:answer-seat", policy="signed_in")
    async def answer(self, visit: Visiting, session: Session, seat_id: FromPath[str]) -> Response[Any]:
        edition = await edition_at_hand(visit, session)
        accept = visit.posted.get("reponse") == "oui"
        team = await actions.answer_seat(session, visit.actor, seat_id, edition, accept=accept, now=visit.now)
        if team is not None:
            message = _(f"Vous faites partie de l’équipe « {team.name} ».")
        elif accept:
            message = _("Votre accord est noté. L’équipe se formera quand chacun aura répondu.")
        else:
            message = _("Vous avez refusé cette proposition. La coordination pourra vous en faire une autre.")
        return done(visit, visit.url("teams:mine"), message)


async def _own(visit: Visit, session: AsyncSession) -> tuple[Edition, AloneApplication | None]:
    """The edition at hand and what the person said alone in it, for somebody who has no team.

    Raises:
        NotThere: they are in a team.
    """
    edition = await edition_at_hand(visit, session)
    own = await queries.team_of(session, visit.actor.person_id, edition.id)
    if own is not None:
        raise NotThere()
    check(rules.may_apply_alone(visit.viewer, edition, own, now=visit.now))
    return edition, await queries.alone_of(session, visit.actor.person_id, edition.id)


def _form(sites: Mapping[str, str], questions: list[Question], posted: Any = None, **initial: Any) -> AloneForm:
    form = AloneForm.asking(questions)(posted, **initial)
    offer_sites(form.site_id, sites)
    return form


def _version(alone: AloneApplication | None) -> int:
    return alone.version if alone else 0


def _both(form: AloneForm, sites: Mapping[str, str], stored: dict[str, object]) -> list[tuple[str, object, object]]:
    """The fields whose typed and stored values differ, in words: label, typed, stored."""
    said: dict[str, tuple[object, object]] = {
        "site_id": (sites.get(form.site_id.data, ""), sites.get(str(stored.get("site_id", "")), "")),
        "role": (form.role.data, str(stored.get("role", ""))),
        "brings": (form.brings.data, stored.get("brings", "")),
    }
    rows = [(form[name].label.text, typed, kept) for name, (typed, kept) in said.items() if typed != kept]
    return [*rows, *form.rows(stored)]


async def alone_context(visit: Visit, session: AsyncSession, edition: Edition) -> dict[str, Any]:
    """What somebody without a team reads of their own application and of what is proposed to them."""
    alone = await queries.alone_of(session, visit.actor.person_id, edition.id)
    searching = alone is not None and alone.state == AloneState.SEARCHING
    return {
        "alone": alone if searching else None,
        "applying_alone": rules.may_apply_alone(visit.viewer, edition, None, now=visit.now),
        "proposed": await queries.seats_proposed_to(session, alone.id) if alone and searching else [],
    }

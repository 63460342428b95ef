"""/equipe/seul: applying without a team; answering what a coordination proposes."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.accounts.queries import person_by_id
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
from creathon.teams.pages.loading import approach_lines

FORM = "teams/alone.html"


class AlonePages(Controller):
    """/equipe/seul."""

    path = "/equipe/seul"

    @get(name="teams:alone", policy="signed_in")
    async def alone(self, visit: Visiting, session: Session) -> Template:
        edition, alone, person = await _own(visit, session)
        questions = await queries.questions_of(session, edition.id, of_person=True)
        stored = await queries.answers_of(session, alone_id=alone.id) if alone else {}
        said = vars(actions.alone_values(alone)) if alone else {}
        sites = await site_names(session, edition.id)
        form = _form(sites, questions, person, **AloneForm.initial(questions, stored), **said)
        return page(visit, FORM, form=form, version=_version(alone), both=[], **_shown(edition, alone, person))

    @post(name="teams:apply-alone", policy="signed_in")
    async def apply(self, visit: Visiting, session: Session) -> Response[Any]:
        version = posted_version(visit.posted)
        edition, alone, person = await _own(visit, session)
        sites = await site_names(session, edition.id)
        form = _form(sites, await queries.questions_of(session, edition.id, of_person=True), person, visit.posted)
        right = form.accepts()
        if form.refuse_unanswered() or not right:
            return invalid(visit, FORM, form=form, version=version, both=[], **_shown(edition, alone, person))
        try:
            await actions.apply_alone(
                session, visit.actor, edition, form.values(), form.answers(), version=version, now=visit.now
            )
        except Stale as error:
            form.refuse(error.message)
            both = _both(form, sites, error.current)
            context = _shown(edition, alone, person)
            return page(visit, FORM, status=409, form=form, both=both, version=_version(alone), **context)
        message = _("Votre candidature individuelle est envoyée à la coordination du site souhaité.")
        return done(visit, visit.url("teams:mine"), message)

    @post("/retrait", name="teams:withdraw-alone", policy="signed_in")
    async def withdraw(self, visit: Visiting, session: Session) -> Response[Any]:
        edition = await edition_at_hand(visit, session)
        await actions.withdraw_alone(session, visit.actor, edition, now=visit.now)
        return done(visit, visit.url("teams:mine"), _("Votre candidature individuelle est retirée."))

    @post("/masquer", name="teams:hide-alone", policy="signed_in")
    async def hide(self, visit: Visiting, session: Session) -> Response[Any]:
        edition = await edition_at_hand(visit, session)
        await actions.hide_alone(session, visit.actor, edition, now=visit.now)
        message = _("Votre fiche n’est plus montrée aux équipes. La coordination de votre site la lit toujours.")
        return done(visit, visit.url("teams:mine"), message)

    @post("/propositions/{seat_id:str}", name="teams:answer-seat", policy="signed_in")
    async def answer(self, visit: Visiting, session: Session, seat_id: FromPath[str]) -> Response[Any]:
        edition = await edition_at_hand(visit, session)
        accept = visit.posted.get("reponse") == "oui"
        team = await actions.answer_seat(session, visit.actor, seat_id, edition, accept=accept, now=visit.now)
        if team is not None:
            message = _("Vous faites partie de l’équipe « %(name)s ».", name=team.name)
        elif accept:
            message = _("Votre accord est noté. L’équipe se formera quand chacun aura répondu.")
        else:
            message = _("Vous avez refusé cette proposition. La coordination pourra vous en faire une autre.")
        return done(visit, visit.url("teams:mine"), message)


async def _own(visit: Visit, session: AsyncSession) -> tuple[Edition, AloneApplication | None, Person]:
    """The edition at hand, what the person said alone in it and who they are, for somebody who has no team.

    Raises:
        NotThere: they are in a team.
    """
    edition = await edition_at_hand(visit, session)
    own = await queries.team_of(session, visit.actor.person_id, edition.id)
    if own is not None:
        raise NotThere()
    check(rules.may_apply_alone(visit.viewer, edition, own, now=visit.now))
    person = await person_by_id(session, visit.actor.person_id)
    if person is None:
        raise NotThere()
    return edition, await queries.alone_of(session, person.id, edition.id), person


def _form(
    sites: Mapping[str, str], questions: list[Question], person: Person, posted: Any = None, **initial: Any
) -> AloneForm:
    """The form; whoever may not be shown to teams is not asked whether they want it."""
    form = AloneForm.asking(questions)(posted, **initial)
    if rules.may_be_shown(person):
        del form.is_shown
    offer_sites(form.site_id, sites)
    return form


def _shown(edition: Edition, alone: AloneApplication | None, person: Person) -> dict[str, Any]:
    return {"edition": edition, "alone": alone, "hidden_because": rules.may_be_shown(person)}


def _version(alone: AloneApplication | None) -> int:
    return alone.version if alone else 0


def _both(form: AloneForm, sites: Mapping[str, str], stored: dict[str, object]) -> list[tuple[str, object, object]]:
    """The fields whose typed and stored values differ, in words: label, typed, stored."""
    said: dict[str, tuple[object, object]] = {
        "site_id": (sites.get(form.site_id.data, ""), sites.get(str(stored.get("site_id", "")), "")),
        "role": (form.role.data, str(stored.get("role", ""))),
        "brings": (form.brings.data, stored.get("brings", "")),
        "seeks": (form.seeks.data or "", stored.get("seeks", "")),
    }
    if "is_shown" in form:
        said["is_shown"] = (_yes_no(form.is_shown.data), _yes_no(stored.get("is_shown")))
    rows = [(form[name].label.text, typed, kept) for name, (typed, kept) in said.items() if typed != kept]
    return [*rows, *form.rows(stored)]


def _yes_no(value: object) -> str:
    return _("oui") if value else _("non")


async def alone_context(visit: Visit, session: AsyncSession, edition: Edition) -> dict[str, Any]:
    """What somebody without a team reads of their own application and of what is proposed to them."""
    alone = await queries.alone_of(session, visit.actor.person_id, edition.id)
    searching = alone is not None and alone.state == AloneState.SEARCHING
    waiting = await queries.waiting_for_alone(session, alone) if alone and searching else []
    return {
        "alone": alone if searching else None,
        "applying_alone": rules.may_apply_alone(visit.viewer, edition, None, now=visit.now),
        "looking": rules.may_look_for_team(visit.viewer, alone, edition, None, now=visit.now),
        "hidden_because": rules.may_be_shown(alone.person) if alone else None,
        "approaches": approach_lines(visit, edition, waiting),
        "proposed": await queries.seats_proposed_to(session, alone.id) if alone and searching else [],
    }

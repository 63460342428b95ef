"""Keeping one's session, taking up a form whose session ran out, ending the sessions of somebody else."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts import actions, queries
from creathon.accounts.forms import SignInForm, SignOutForm
from creathon.accounts.pages.cookies import sign_browser_in
from creathon.accounts.pages.signing import WRONG, DatabaseOf, checked_person
from creathon.accounts.rules import may_end_sessions, normal_email, session_kept
from creathon.core.errors import BadRequest, check
from creathon.core.text import _
from creathon.core.web.kept import Kept, sealed, unsealed
from creathon.core.web.pages import done, invalid, page
from creathon.core.web.posted import FORM_LIMIT
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand

FIELD = "garde"
ASKS, READY = "accounts/kept.html", "accounts/resumed.html"
SOMEBODY_ELSE = (
    "Ce texte a été écrit par une autre personne : il n’est pas repris. Pour entrer avec votre compte, passez par la "
    "page de connexion."
)


def show_kept(visit: Visit, kept: Kept) -> Template:
    """The page that asks for the password and carries the form that waits."""
    return _ask(visit, kept, SignInForm(), status=401)


class SessionPages(Controller):
    """/session, /reprise, /coordination/sessions."""

    @post("/session", name="accounts:keep-session", policy="signed_in")
    async def keep(self, visit: Visiting, session: Session) -> Template:
        await actions.keep_session(session, visit.actor.session_id, now=visit.now)
        visit.viewer = session_kept(visit.actor, now=visit.now)
        return page(visit, "accounts/session_kept.html")

    @post("/reprise", name="accounts:resume", policy="visitor", max_body=2 * FORM_LIMIT)
    async def resume(self, visit: Visiting, database: DatabaseOf) -> Response[Any]:
        kept, form = unsealed(visit, visit.posted, FIELD), SignInForm(visit.posted)
        if kept is None:
            raise BadRequest(_("Ce formulaire ne peut pas être lu. Revenez en arrière et recommencez."))
        if not form.accepts():
            return _ask(visit, kept, form)
        person = await checked_person(visit, database, normal_email(form.email.data) or "", form.password.data)
        if person is None or person.id != kept.person_id:
            form.refuse(_(WRONG if person is None else SOMEBODY_ELSE))
            return _ask(visit, kept, form)
        async with database.writing() as session:
            await sign_browser_in(visit, session, person)
        return page(visit, READY, kept=kept)

    @get("/coordination/sessions", name="accounts:others-sessions", policy="national_coordination")
    async def others(self, visit: Visiting, session: Session) -> Template:
        return page(visit, "accounts/others_sessions.html", form=SignOutForm(), edition=await _edition(visit, session))

    @post("/coordination/sessions", name="accounts:end-others-sessions", policy="national_coordination")
    async def end_others(self, visit: Visiting, session: Session) -> Response[Any]:
        form, edition = SignOutForm(visit.posted), await _edition(visit, session)
        if not form.accepts():
            return invalid(visit, "accounts/others_sessions.html", form=form, edition=edition)
        address = normal_email(form.email.data) or ""
        person = await queries.person_by_email(session, address)
        if person is not None:
            await actions.end_sessions_of(session, visit.actor, person, now=visit.now)
        message = _("Plus aucun appareil n’est connecté avec l’adresse %(address)s.", address=address)
        return done(visit, visit.url("accounts:others-sessions"), message)


def _ask(visit: Visit, kept: Kept, form: SignInForm, *, status: int = 422) -> Template:
    context = {"form": form, "kept": kept, "sealed": sealed(visit, kept), "field": FIELD}
    answer = page(visit, ASKS, status=status, **context)
    answer.headers["cache-control"] = "private, no-store"
    return answer


async def _edition(visit: Visit, session: AsyncSession) -> Edition:
    edition = await edition_at_hand(visit, session)
    check(may_end_sessions(visit.actor, edition))
    return edition

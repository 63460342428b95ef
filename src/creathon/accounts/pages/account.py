"""One's own account: profile, password, sessions."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts import actions, queries
from creathon.accounts.forms import ChangePasswordForm, ProfileForm
from creathon.accounts.models import Person
from creathon.accounts.pages.cookies import sign_browser_in
from creathon.accounts.pages.signing import DatabaseOf, accept_password
from creathon.accounts.passwords import hash_password, verify_password
from creathon.accounts.rules import browser_words, may_choose_edition
from creathon.core.errors import Conflict, NotSignedIn, NotThere, check
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.pages.at_hand import edition_named
from creathon.editions.rules import may_help_coordinate, may_see_edition

CHANGED = "Votre profil a été modifié dans un autre onglet. Relisez-le avant d’enregistrer."


class AccountPages(Controller):
    """/compte."""

    path = "/compte"

    @get(name="accounts:account", policy="signed_in")
    async def account(self, visit: Visiting, session: Session) -> Template:
        return page(visit, "accounts/account.html", **await _context(visit, session))

    @post(name="accounts:save-profile", policy="signed_in")
    async def save_profile(self, visit: Visiting, session: Session) -> Response[Any]:
        form, person = ProfileForm(visit.posted), await _person(visit, session)
        if not form.accepts():
            return invalid(visit, "accounts/account.html", **{**await _context(visit, session), "profile": form})
        if posted_version(visit.posted) != person.version:
            form.refuse(_(CHANGED))
            context = {**await _context(visit, session), "profile": form}
            return page(visit, "accounts/account.html", status=409, **context)
        await actions.save_profile(session, visit.actor, person, **form.data, now=visit.now)
        return done(visit, visit.url("accounts:account"), _("Votre profil est enregistré."))

    @post("/mot-de-passe", name="accounts:change-password", policy="signed_in")
    async def change_password(self, visit: Visiting, session: Session, database: DatabaseOf) -> Response[Any]:
        form = ChangePasswordForm(visit.posted)
        async with database.reading() as reading:
            seen = await _person(visit, reading)
        if not form.accepts() or not await _may_change(visit, form, seen):
            return invalid(visit, "accounts/account.html", **{**await _context(visit, session), "password": form})
        hashed = await hash_password(form.password.data)
        person = await _person(visit, session)
        if person.password_round != seen.password_round:
            raise Conflict(_("Votre mot de passe vient de changer par ailleurs. Reconnectez-vous."))
        await actions.change_password(session, person, hashed, now=visit.now)
        await sign_browser_in(visit, session, person)
        message = _("Votre mot de passe est changé. Vos autres appareils sont déconnectés.")
        return done(visit, visit.url("accounts:account"), message)

    @post("/edition", name="accounts:work-in", policy="signed_in")
    async def work_in(self, visit: Visiting, session: Session) -> Response[Any]:
        edition = await edition_named(visit, session, visit.posted.get("slug") or "")
        if edition is None:
            raise NotThere()
        check(may_see_edition(visit.viewer, edition))
        check(may_choose_edition(await _person(visit, session)))
        await actions.work_in(session, visit.actor, visit.actor.person_id, edition, now=visit.now)
        coordinates = may_help_coordinate(visit.viewer, edition) is None
        message = _("Vous travaillez maintenant dans « %(title)s ».", title=edition.title)
        return done(visit, "/coordination" if coordinates else "/", message)

    @post("/sessions/{session_id:str}", name="accounts:end-session", policy="signed_in")
    async def end_session(self, visit: Visiting, session: Session, session_id: FromPath[str]) -> Response[Any]:
        if not await queries.is_session_of(session, visit.actor.person_id, session_id):
            raise NotThere()
        await actions.end_session(session, visit.actor.person_id, session_id, now=visit.now)
        return done(visit, visit.url("accounts:account"), _("Cet appareil est déconnecté."))


async def _may_change(visit: Visit, form: ChangePasswordForm, person: Person) -> bool:
    """Whether the person knows the password in use and chose a good one; argon2 runs before the database is held."""
    if not await verify_password(person.password_hash, form.current.data):
        form.refuse(_("Ce n’est pas votre mot de passe actuel."), "current")
        return False
    return await accept_password(visit, form, person)


async def _person(visit: Visit, session: AsyncSession) -> Person:
    person = await queries.person_by_id(session, visit.actor.person_id)
    if person is None:
        raise NotSignedIn()
    return person


async def _context(visit: Visit, session: AsyncSession) -> dict[str, Any]:
    person = await _person(visit, session)
    return {
        "person": person,
        "profile": ProfileForm(obj=person),
        "password": ChangePasswordForm(),
        "sessions": await queries.living_sessions_of(session, person.id, now=visit.now),
        "browser_words": browser_words,
    }

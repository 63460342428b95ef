"""Sign-up, sign-in, sign-out, links by mail."""

from datetime import datetime, timedelta
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts import actions, queries
from creathon.accounts.forms import AskLinkForm, NewPasswordForm, SignInForm, SignUpForm
from creathon.accounts.models import Person
from creathon.accounts.pages.cookies import sign_browser_in, sign_browser_out
from creathon.accounts.passwords import hash_password, password_problem, verify_password
from creathon.accounts.rules import (
    LINK_BY_ACCOUNT,
    SIGN_IN_BY_ACCOUNT,
    SIGN_IN_BY_ADDRESS,
    SIGN_IN_BY_PAIR,
    may_use_link,
    normal_email,
)
from creathon.core.database import Database
from creathon.core.errors import Refused, TooMany, check
from creathon.core.ids import digest
from creathon.core.text import _, wait_words
from creathon.core.throttle import forget_tries, give_back_try, take_try
from creathon.core.web.local import local_path
from creathon.core.web.pages import done, invalid, page
from creathon.core.web.visit import Session, Visit, Visiting

WRONG = "Adresse ou mot de passe incorrects, ou adresse pas encore confirmée."
SENT = "Si cette adresse peut recevoir un message, vous l’y trouverez dans quelques minutes. Il est valable 30 minutes."

DatabaseOf = NamedDependency[Database]


class SigningPages(Controller):
    """Coming in and going out."""

    @get("/inscription", name="accounts:sign-up", policy="visitor")
    async def sign_up(self, visit: Visiting) -> Template:
        return page(visit, "accounts/sign_up.html", form=SignUpForm())

    @post("/inscription", name="accounts:do-sign-up", policy="visitor")
    async def do_sign_up(self, visit: Visiting, session: Session) -> Response[Any]:
        form = SignUpForm(visit.posted)
        if not form.accepts():
            return invalid(visit, "accounts/sign_up.html", form=form)
        address = normal_email(form.email.data) or ""
        await _count_link(session, address, visit.now)
        values = actions.PersonValues(address, form.given_name.data, form.family_name.data, age_band=form.age_band)
        await actions.sign_up(session, values, now=visit.now)
        return done(visit, visit.url("accounts:link-sent"))

    @get("/inscription/message", name="accounts:link-sent", policy="visitor")
    async def link_sent(self, visit: Visiting) -> Template:
        return page(visit, "accounts/link_sent.html", sentence=_(SENT))

    @get("/connexion", name="accounts:sign-in", policy="visitor")
    async def sign_in(self, visit: Visiting, suite: FromQuery[str] = "/") -> Template | Response[Any]:
        if visit.viewer.is_signed_in:
            return done(visit, local_path(suite))
        return page(visit, "accounts/sign_in.html", form=SignInForm(), suite=local_path(suite))

    @post("/connexion", name="accounts:do-sign-in", policy="visitor")
    async def do_sign_in(self, visit: Visiting, database: DatabaseOf) -> Response[Any]:
        form, suite = SignInForm(visit.posted), local_path(visit.posted.get("suite") or "/")
        if not form.accepts():
            return invalid(visit, "accounts/sign_in.html", form=form, suite=suite)
        person = await checked_person(visit, database, normal_email(form.email.data) or "", form.password.data)
        if person is None:
            form.refuse(_(WRONG))
            return invalid(visit, "accounts/sign_in.html", form=form, suite=suite)
        async with database.writing() as session:
            await sign_browser_in(visit, session, person)
        return done(visit, suite, _("Bonjour %(name)s.", name=person.given_name))

    @post("/deconnexion", name="accounts:sign-out", policy="visitor", ends_session=True)
    async def sign_out(self, visit: Visiting, session: Session) -> Response[Any]:
        await sign_browser_out(visit, session)
        response = done(visit, "/", _("Vous êtes déconnecté. Vous pouvez fermer cette page."))
        response.headers["clear-site-data"] = '"cache", "storage"'
        return response

    @get("/mot-de-passe", name="accounts:ask-link", policy="visitor")
    async def ask_link(self, visit: Visiting) -> Template:
        return page(visit, "accounts/ask_link.html", form=AskLinkForm())

    @post("/mot-de-passe", name="accounts:do-ask-link", policy="visitor")
    async def do_ask_link(self, visit: Visiting, session: Session) -> Response[Any]:
        form = AskLinkForm(visit.posted)
        if not form.accepts():
            return invalid(visit, "accounts/ask_link.html", form=form)
        address = normal_email(form.email.data) or ""
        await _count_link(session, address, visit.now)
        person = await queries.person_by_email(session, address)
        if person is not None and person.disabled_at is None:
            await actions.send_password_link(session, person, now=visit.now)
        return done(visit, visit.url("accounts:link-sent"))

    @get("/lien/{token:str}", name="accounts:link", policy="visitor")
    async def link(self, visit: Visiting, session: Session, token: FromPath[str]) -> Template:
        link = await queries.mailed_link(session, digest(token))
        usable = link is not None and may_use_link(link, now=visit.now) is None
        return page(visit, "accounts/link.html", form=NewPasswordForm(), usable=usable, link=link)

    @post("/lien/{token:str}", name="accounts:use-link", policy="visitor")
    async def use_link(
        self, visit: Visiting, session: Session, database: DatabaseOf, token: FromPath[str]
    ) -> Response[Any]:
        form = NewPasswordForm(visit.posted)
        async with database.reading() as reading:
            seen = await queries.mailed_link(reading, digest(token))
        if seen is None:
            raise Refused(_("Ce lien n’est plus valable. Demandez-en un nouveau."))
        check(may_use_link(seen, now=visit.now))
        if not form.accepts() or not await accept_password(visit, form, seen.person):
            return invalid(visit, "accounts/link.html", form=form, usable=True, link=seen)
        hashed = await hash_password(form.password.data)
        link = await queries.mailed_link(session, digest(token), lock=True)
        assert link is not None  # noqa: S101 — rows of links are never deleted
        person = await actions.use_password_link(session, link, hashed, now=visit.now)
        await sign_browser_in(visit, session, person)
        message = _("Bienvenue %(name)s. Votre mot de passe est enregistré.", name=person.given_name)
        return done(visit, "/", message)


async def accept_password(visit: Visit, form: NewPasswordForm, person: Person) -> bool:
    """Whether the password chosen is good enough; the reason is put on the field."""
    words = (person.given_name, person.family_name, *person.email.replace("@", ".").split("."))
    problem = await password_problem(form.password.data, words, visit.settings.assets / "passwords.txt.gz")
    if problem:
        form.refuse(_(problem), "password")
    return problem is None


async def checked_person(visit: Visit, database: Database, address: str, password: str) -> Person | None:
    """The person whose password this is, after counting the try; None for every other case, in the same time."""
    account, pair = address.casefold(), f"{address.casefold()} {visit.client}"
    limits = ((SIGN_IN_BY_ACCOUNT, account), (SIGN_IN_BY_PAIR, pair), (SIGN_IN_BY_ADDRESS, visit.client))
    async with database.writing() as session:
        waits = [await take_try(session, limit, subject, now=visit.now) for limit, subject in limits]
    _refuse_to_wait(max(waits))
    async with database.reading() as session:
        person = await queries.person_by_email(session, address)
    usable = person is not None and person.verified_at is not None and person.disabled_at is None
    right = await verify_password(person.password_hash if usable and person else None, password)
    if not right:
        return None
    async with database.writing() as session:
        for limit, subject in limits[:2]:
            await forget_tries(session, limit, subject)
        await give_back_try(session, *limits[2])
    return person


async def _count_link(session: AsyncSession, address: str, now: datetime) -> None:
    """Count a mail asked for an address, known or not: either way the request ends with one commit."""
    _refuse_to_wait(await take_try(session, LINK_BY_ACCOUNT, address.casefold(), now=now))


def _refuse_to_wait(wait: timedelta) -> None:
    if wait:
        raise TooMany(_("Trop d’essais de suite. Revenez dans %(wait)s.", wait=wait_words(wait)))

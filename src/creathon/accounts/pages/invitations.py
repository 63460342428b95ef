"""Inviting jurors, mentors and coordinators; accepting."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts import actions, queries
from creathon.accounts.forms import InviteForm, JoinByInvitationForm
from creathon.accounts.models import Invitation, Person
from creathon.accounts.pages.cookies import sign_browser_in
from creathon.accounts.pages.signing import DatabaseOf, accept_password
from creathon.accounts.passwords import hash_password
from creathon.accounts.rules import ROLE_NAMES, may_accept, may_invite, normal_email, site_problem
from creathon.core.errors import Conflict, NotThere, check
from creathon.core.ids import digest
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand, edition_of
from creathon.editions.queries import site_names


class InvitePages(Controller):
    """/coordination/invitations."""

    path = "/coordination/invitations"

    @get(name="accounts:invitations", policy="national_coordination")
    async def invitations(self, visit: Visiting, session: Session) -> Template:
        edition = await _edition(visit, session)
        sites = await site_names(session, edition.id)
        form = InviteForm(sites=sites)
        return page(visit, "accounts/invitations.html", form=form, **await _listing(session, edition, sites))

    @post(name="accounts:invite", policy="national_coordination", reauth=True)
    async def invite(self, visit: Visiting, session: Session) -> Response[Any]:
        edition = await _edition(visit, session)
        sites = await site_names(session, edition.id)
        form = InviteForm(visit.posted, sites=sites)
        valid = form.accepts()
        if valid and (problem := site_problem(form.chosen_role, form.site_id.data or None)):
            form.refuse(problem, "site_id")
            valid = False
        if not valid:
            return invalid(visit, "accounts/invitations.html", form=form, **await _listing(session, edition, sites))
        address = normal_email(form.email.data) or ""
        site_id = form.site_id.data or None
        await actions.invite(
            session, visit.actor, edition, email=address, role=form.chosen_role, site_id=site_id, now=visit.now
        )
        return done(visit, visit.url("accounts:invitations"), _("L’invitation part vers %(address)s.", address=address))


class InvitationPages(Controller):
    """/invitation/<token>: a page with a button; reading it consumes nothing."""

    path = "/invitation/{token:str}"

    @get(name="accounts:invitation", policy="visitor")
    async def invitation(self, visit: Visiting, session: Session, token: FromPath[str]) -> Template:
        context = await _invitation_context(visit, session, token)
        usable = may_accept(context["invitation"], now=visit.now) is None
        form = JoinByInvitationForm(obj=context["invitation"])
        return page(visit, "accounts/invitation.html", form=form, usable=usable, **context)

    @post(name="accounts:accept-invitation", policy="visitor")
    async def accept(
        self, visit: Visiting, session: Session, database: DatabaseOf, token: FromPath[str]
    ) -> Response[Any]:
        form, hashed = JoinByInvitationForm(visit.posted), ""
        async with database.reading() as reading:
            seen = await _invitation_context(visit, reading, token)
        check(may_accept(seen["invitation"], now=visit.now))
        if seen["known"] is None:
            if not await _may_join(visit, form, seen["invitation"]):
                return invalid(visit, "accounts/invitation.html", form=form, usable=True, **seen)
            hashed = await hash_password(form.password.data)
        elif seen["known"].id != visit.viewer.person_id:
            return done(visit, f"{visit.url('accounts:sign-in')}?suite={visit.path}")
        invitation = await _accept(visit, session, token, form, hashed)
        return done(visit, "/", _("Merci. Vous faites partie de : %(role)s.", role=ROLE_NAMES[invitation.role]))


async def _edition(visit: Visit, session: AsyncSession) -> Edition:
    edition = await edition_at_hand(visit, session)
    check(may_invite(visit.actor, edition))
    return edition


async def _listing(session: AsyncSession, edition: Edition, sites: dict[str, str]) -> dict[str, Any]:
    invitations = await queries.invitations_of(session, edition.id)
    return {"edition": edition, "invitations": invitations, "sites": sites, "role_names": ROLE_NAMES}


async def _invitation_context(visit: Visit, session: AsyncSession, token: str, *, lock: bool = False) -> dict[str, Any]:
    invitation = await queries.invitation_by_token(session, digest(token), lock=lock)
    edition = await edition_of(visit, session, invitation.edition_id) if invitation else None
    if invitation is None or edition is None:
        raise NotThere()
    known = await queries.person_by_email(session, invitation.email)
    known = known if known is not None and known.verified_at is not None else None
    return {"invitation": invitation, "edition": edition, "known": known, "role": ROLE_NAMES[invitation.role]}


async def _may_join(visit: Visit, form: JoinByInvitationForm, invitation: Invitation) -> bool:
    """Whether the form of somebody without account is complete and its password good enough."""
    if not form.accepts():
        return False
    names = {"given_name": form.given_name.data, "family_name": form.family_name.data}
    return await accept_password(visit, form, Person(email=invitation.email, **names))


async def _accept(
    visit: Visit, session: AsyncSession, token: str, form: JoinByInvitationForm, hashed: str
) -> Invitation:
    """Accept under the lock of the invitation, once the slow work on the password is done."""
    context = await _invitation_context(visit, session, token, lock=True)
    invitation: Invitation = context["invitation"]
    check(may_accept(invitation, now=visit.now))
    person: Person | None = context["known"]
    if person is None and hashed:
        values = actions.PersonValues(invitation.email, form.given_name.data, form.family_name.data)
        person = await actions.prove_person(session, values, hashed, now=visit.now)
    if person is None or (not hashed and person.id != visit.viewer.person_id):
        raise Conflict(_("Ce compte vient de changer. Rouvrez l’invitation."))
    await actions.accept_invitation(session, invitation, context["edition"], person, now=visit.now)
    await sign_browser_in(visit, session, person, proved=bool(hashed))
    return invitation

"""Inviting by mail; the page a mailed invitation leads to."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import PersonValues, prove_person
from creathon.accounts.forms import JoinTeamByInvitationForm
from creathon.accounts.models import Person
from creathon.accounts.pages.cookies import sign_browser_in
from creathon.accounts.pages.signing import accept_password
from creathon.accounts.passwords import hash_password
from creathon.accounts.queries import actor_of, person_by_email
from creathon.accounts.rules import email_key, normal_email
from creathon.core.errors import NotThere, Refused, check
from creathon.core.ids import digest
from creathon.core.text import _
from creathon.core.throttle import take_try
from creathon.core.web.pages import done, invalid, page
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.pages.at_hand import edition_at_hand, edition_of
from creathon.teams import actions, queries, rules
from creathon.teams.forms import InviteMemberForm
from creathon.teams.models import TeamInvitation
from creathon.teams.pages.loading import own_team, refuse_to_wait
from creathon.teams.pages.team import with_team


class TeamInvitingPages(Controller):
    """/equipe/invitations: what a team does with its invitations, and the answer of whoever was invited."""

    path = "/equipe/invitations"

    @post(name="teams:invite", policy="signed_in")
    async def invite(self, visit: Visiting, session: Session) -> Response[Any]:
        edition, team = await own_team(visit, session)
        form = InviteMemberForm(visit.posted)
        if not form.accepts():
            return invalid(visit, "teams/mine.html", **await with_team(visit, session, edition, team, form))
        address = normal_email(form.email.data) or ""
        refuse_to_wait(await take_try(session, rules.INVITATIONS_SENT, visit.actor.person_id, now=visit.now))
        try:
            await actions.invite_member(
                session, visit.actor, team, edition, email=address, role=form.chosen_role, now=visit.now
            )
        except Refused as error:
            form.refuse(error.message, "email")
            return invalid(visit, "teams/mine.html", **await with_team(visit, session, edition, team, form))
        return done(
            visit,
            visit.url("teams:mine"),
            _("L’invitation part vers %(address)s. Elle est valable 14 jours.", address=address),
        )

    @post("/{invitation_id:str}/retrait", name="teams:withdraw-invitation", policy="signed_in")
    async def withdraw(self, visit: Visiting, session: Session, invitation_id: FromPath[str]) -> Response[Any]:
        edition, team = await own_team(visit, session)
        await actions.withdraw_invitation(session, visit.actor, team, invitation_id, edition, now=visit.now)
        return done(visit, visit.url("teams:mine"), _("L’invitation est retirée : son lien ne sert plus."))

    @post("/{invitation_id:str}/renvoi", name="teams:resend-invitation", policy="signed_in")
    async def resend(self, visit: Visiting, session: Session, invitation_id: FromPath[str]) -> Response[Any]:
        edition, team = await own_team(visit, session)
        refuse_to_wait(await take_try(session, rules.INVITATIONS_SENT, visit.actor.person_id, now=visit.now))
        await actions.resend_invitation(session, visit.actor, team, invitation_id, edition, now=visit.now)
        return done(visit, visit.url("teams:mine"), _("L’invitation repart avec un nouveau lien, valable 14 jours."))

    @post("/{invitation_id:str}/reponse", name="teams:accept-pending", policy="signed_in")
    async def accept(self, visit: Visiting, session: Session, invitation_id: FromPath[str]) -> Response[Any]:
        edition = await edition_at_hand(visit, session)
        invitation = await queries.invitation_by_id(session, invitation_id)
        if invitation is None or invitation.email != email_key(visit.actor.email):
            raise NotThere()
        team = await actions.accept_team_invitation(session, visit.actor, invitation, edition, now=visit.now)
        return done(visit, visit.url("teams:mine"), _("Vous faites partie de l’équipe « %(name)s ».", name=team.name))


class TeamInvitationPages(Controller):
    """/equipe/invitation/<token>: a page with a button; reading it consumes nothing."""

    path = "/equipe/invitation/{token:str}"

    @get(name="teams:invitation", policy="visitor")
    async def invitation(self, visit: Visiting, session: Session, token: FromPath[str]) -> Template:
        context = await _context(visit, session, token)
        return page(visit, "teams/invitation.html", form=JoinTeamByInvitationForm(), **context)

    @post(name="teams:accept-invitation", policy="visitor")
    async def accept(self, visit: Visiting, session: Session, token: FromPath[str]) -> Response[Any]:
        context = await _context(visit, session, token)
        check(rules.may_use_invitation(context["invitation"], now=visit.now))
        if visit.viewer.is_signed_in:
            return await _accept(visit, session, context)
        if context["known"]:
            return done(visit, f"{visit.url('accounts:sign-in')}?suite={visit.path}")
        form = JoinTeamByInvitationForm(visit.posted)
        person = await _new_person(visit, session, form, context["invitation"])
        if person is None:
            return invalid(visit, "teams/invitation.html", form=form, **context)
        answer = await _accept(visit, session, context, person)
        await sign_browser_in(visit, session, person)
        return answer


async def _context(visit: Visit, session: AsyncSession, token: str) -> dict[str, Any]:
    invitation = await queries.invitation_by_token(session, digest(token))
    edition = await edition_of(visit, session, invitation.team.edition_id) if invitation else None
    if invitation is None or edition is None:
        raise NotThere()
    person = await person_by_email(session, invitation.email)
    own = await queries.team_of(session, visit.viewer.person_id or "", edition.id)
    return {
        "edition": edition,
        "invitation": invitation,
        "team": invitation.team,
        "known": person is not None and person.verified_at is not None,
        "is_theirs": visit.viewer.is_signed_in and email_key(visit.viewer.email) == invitation.email,
        "joined": own is not None and own.id == invitation.team_id,
        "dead": rules.may_use_invitation(invitation, now=visit.now),
        "refusal": rules.may_join(visit.viewer, invitation.team, edition, own, now=visit.now),
        "inviter": _inviter(invitation),
        "address": rules.masked_email(invitation.email),
        "role": rules.TEAM_ROLE_NAMES[invitation.role],
        "role_hint": rules.TEAM_ROLE_HINTS[invitation.role],
    }


def _inviter(invitation: TeamInvitation) -> str:
    member = rules.member_of(invitation.team, invitation.invited_by)
    return member.person.short_name if member else _("Une personne de l’équipe")


async def _accept(
    visit: Visit, session: AsyncSession, context: dict[str, Any], person: Person | None = None
) -> Response[Any]:
    actor = await actor_of(session, person) if person else visit.actor
    team = await actions.accept_team_invitation(
        session, actor, context["invitation"], context["edition"], now=visit.now
    )
    return done(visit, visit.url("teams:mine"), _("Vous faites partie de l’équipe « %(name)s ».", name=team.name))


async def _new_person(
    visit: Visit, session: AsyncSession, form: JoinTeamByInvitationForm, invitation: TeamInvitation
) -> Person | None:
    """The account of the address the invitation proves, or None when the form has problems."""
    if not form.accepts():
        return None
    values = PersonValues(invitation.email, form.given_name.data, form.family_name.data, age_band=form.age_band)
    candidate = Person(email=values.email, given_name=values.given_name, family_name=values.family_name)
    if not await accept_password(visit, form, candidate):
        return None
    return await prove_person(session, values, await hash_password(form.password.data), now=visit.now)

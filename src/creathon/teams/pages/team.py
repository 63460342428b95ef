"""/equipe: founding a team, seeing it, changing it, sending its application."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Controller, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.rules import email_key
from creathon.core.actor import Actor
from creathon.core.errors import Conflict, Refusal, Stale, check
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Allowed, Edition
from creathon.editions.pages.at_hand import edition_at_hand, edition_if_any
from creathon.editions.queries import facilitators_of, site_names
from creathon.editions.rules import deadline, until_words
from creathon.editions.rules.rulebook import Acceptances
from creathon.teams import actions, queries, rules
from creathon.teams.forms import EditTeamForm, InviteMemberForm, RoleForm, TeamForm
from creathon.teams.models import FEWEST, SEATS, Side, Team, TeamInvitation
from creathon.teams.pages.alone import alone_context
from creathon.teams.pages.loading import approach_lines, own_team


@dataclass(frozen=True)
class InvitationLine:
    """An invitation waiting, as this member may read it: its address only to who sent it and to the captain."""

    invitation: TeamInvitation
    address: str
    refusal: Refusal | None


class TeamPages(Controller):
    """/equipe."""

    path = "/equipe"

    @get(name="teams:mine", policy="signed_in")
    async def mine(self, visit: Visiting, session: Session) -> Template:
        edition = await edition_if_any(visit, session)
        if edition is None:
            return page(visit, "teams/no_edition.html")
        team = await queries.team_of(session, visit.actor.person_id, edition.id)
        if team is None:
            return page(visit, "teams/without_team.html", **await without_team(visit, session, edition))
        return page(visit, "teams/mine.html", **await with_team(visit, session, edition, team))

    @get("/nouvelle", name="teams:new", policy="signed_in")
    async def new(self, visit: Visiting, session: Session) -> Template:
        edition = await edition_at_hand(visit, session)
        own = await queries.team_of(session, visit.actor.person_id, edition.id)
        check(rules.may_create_team(visit.viewer, edition, own, now=visit.now))
        form = TeamForm(sites=await site_names(session, edition.id))
        return page(visit, "teams/new.html", edition=edition, form=form)

    @post("/nouvelle", name="teams:create", policy="signed_in")
    async def create(self, visit: Visiting, session: Session) -> Response[Any]:
        edition = await edition_at_hand(visit, session)
        form = TeamForm(visit.posted, sites=await site_names(session, edition.id))
        if not form.accepts():
            return invalid(visit, "teams/new.html", edition=edition, form=form)
        try:
            await actions.create_team(session, visit.actor, edition, form.values(), now=visit.now)
        except Conflict as error:
            form.refuse(error.message, "name")
            return invalid(visit, "teams/new.html", edition=edition, form=form)
        return done(visit, visit.url("teams:mine"), _("Votre équipe est créée. Invitez maintenant les autres."))

    @get("/modifier", name="teams:edit", policy="signed_in")
    async def edit(self, visit: Visiting, session: Session) -> Template:
        edition, team = await own_team(visit, session)
        check(rules.may_rename(visit.viewer, team, edition, now=visit.now))
        sites = await site_names(session, edition.id)
        return page(visit, "teams/edit.html", **_editing(edition, team, sites, EditTeamForm(sites=sites, obj=team)))

    @post("/modifier", name="teams:save", policy="signed_in")
    async def save(self, visit: Visiting, session: Session) -> Response[Any]:
        edition, team = await own_team(visit, session)
        sites = await site_names(session, edition.id)
        form, version = EditTeamForm(visit.posted, sites=sites), posted_version(visit.posted)
        if not form.accepts():
            return invalid(visit, "teams/edit.html", **_editing(edition, team, sites, form, version))
        try:
            await actions.edit_team(session, visit.actor, team, edition, **form.data, version=version, now=visit.now)
        except Stale as error:
            return page(visit, "teams/edit.html", status=409, **_editing(edition, team, sites, form, stored=error))
        except Conflict as error:
            form.refuse(error.message, "name")
            return invalid(visit, "teams/edit.html", **_editing(edition, team, sites, form, version))
        return done(visit, visit.url("teams:mine"), _("Le nom et le site de l’équipe sont enregistrés."))

    @get("/role", name="teams:role", policy="signed_in")
    async def role(self, visit: Visiting, session: Session) -> Template:
        edition, team = await own_team(visit, session)
        check(rules.may_change_role(visit.viewer, team, edition, now=visit.now))
        form = RoleForm(obj=rules.member_of(team, visit.actor.person_id))
        return page(visit, "teams/role.html", edition=edition, team=team, form=form)

    @post("/role", name="teams:change-role", policy="signed_in")
    async def change_role(self, visit: Visiting, session: Session) -> Response[Any]:
        edition, team = await own_team(visit, session)
        form = RoleForm(visit.posted)
        if not form.accepts():
            return invalid(visit, "teams/role.html", edition=edition, team=team, form=form)
        await actions.change_role(session, visit.actor, team, edition, role=form.chosen_role, now=visit.now)
        return done(visit, visit.url("teams:mine"), _("Votre rôle est enregistré."))


async def without_team(visit: Visit, session: AsyncSession, edition: Edition) -> dict[str, Any]:
    """What somebody without a team reads: two ways in, and the invitations sent to their address."""
    address = email_key(visit.actor.email)
    invitations = await queries.pending_invitations_for(session, address, edition.id, now=visit.now)
    return {
        "edition": edition,
        "creating": rules.may_create_team(visit.viewer, edition, None, now=visit.now),
        "joining": rules.may_enter_teams(visit.viewer, edition, None, now=visit.now),
        "invitations": [
            (invitation, rules.may_join(visit.viewer, invitation.team, edition, None, now=visit.now))
            for invitation in invitations
        ],
        **await alone_context(visit, session, edition),
        "role_names": rules.TEAM_ROLE_NAMES,
        "fewest": FEWEST,
        "seats": SEATS,
    }


async def with_team(
    visit: Visit, session: AsyncSession, edition: Edition, team: Team, form: InviteMemberForm | None = None
) -> dict[str, Any]:
    """What a member reads of the team, with the reason of everything that cannot be done now."""
    actor, now = visit.actor, visit.now
    pending = await queries.pending_invitations_of(session, team.id, now=now)
    closes_at = deadline(edition, Allowed.APPLY, now=now)
    acceptances = await queries.acceptances_in(session, team)
    return {
        "edition": edition,
        "team": team,
        "form": form or InviteMemberForm(),
        "own": rules.member_of(team, actor.person_id),
        "leads": rules.is_captain(actor, team),
        "refusals": _refusals(actor, team, edition, pending, acceptances, now),
        "acceptances": acceptances,
        "unaccepted": rules.unaccepted(team, acceptances),
        "suspended": rules.suspended(team),
        "approaches": approach_lines(visit, edition, await queries.waiting_for_team(session, team), Side.TEAM),
        "invitations": [_line(actor, one, team, edition, now) for one in pending],
        "free": len(rules.free_seats(team)),
        "missing": rules.missing_people(team),
        "size": rules.size_words(team),
        "rank": await queries.rank_in_queue(session, team),
        "questions": await queries.questions_count(session, edition.id),
        "code": rules.shown_code(team.code),
        "applications_until": until_words(closes_at, edition.zone, visit.viewer.zone) if closes_at else "",
        "role_names": rules.TEAM_ROLE_NAMES,
        "seats": rules.most_members(team),
        "fewest": FEWEST,
        "facilitators": await facilitators_of(session, team.site_id) if rules.meets_facilitators(team) else [],
    }


def _refusals(
    actor: Actor,
    team: Team,
    edition: Edition,
    pending: Sequence[TeamInvitation],
    acceptances: Acceptances,
    now: datetime,
) -> dict[str, Refusal | None]:
    """Why each act cannot be done now, or None."""
    return {
        "invite": rules.may_invite_member(actor, team, edition, pending, now=now),
        "manage": rules.may_manage_team(actor, team, edition, now=now),
        "lead": rules.may_lead(actor, team, edition, now=now),
        "leave": rules.may_leave(actor, team, edition, now=now),
        "submit": rules.may_submit(actor, team, edition, acceptances, now=now),
        "withdraw": rules.may_withdraw(actor, team, edition, now=now),
        "aside": rules.may_ask_aside(actor, team, edition, now=now),
        "promote": rules.may_promote(edition, now=now),
        "recruit": rules.may_recruit(actor, team, edition, now=now),
    }


def _line(actor: Actor, invitation: TeamInvitation, team: Team, edition: Edition, now: datetime) -> InvitationLine:
    known = invitation.invited_by == actor.person_id or rules.is_captain(actor, team)
    address = invitation.email if known else rules.masked_email(invitation.email)
    return InvitationLine(invitation, address, rules.may_handle_invitation(actor, invitation, team, edition, now=now))


def _editing(
    edition: Edition,
    team: Team,
    sites: dict[str, str],
    form: EditTeamForm,
    version: int | None = None,
    stored: Stale | None = None,
) -> dict[str, Any]:
    """The page of the name and the site; with `stored`, both versions side by side."""
    return {
        "edition": edition,
        "team": team,
        "form": form,
        "version": version or team.version,
        "stored": stored,
        "site_names": sites,
        "site_refusal": rules.may_change_site(team),
    }

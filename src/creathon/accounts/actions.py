"""Accounts, sessions, links, roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts import mails
from creathon.accounts.models import AgeBand, BrowserSession, Invitation, LinkPurpose, MailedLink, Person, RoleGrant
from creathon.accounts.queries import grants_of, person_by_email
from creathon.accounts.rules import (
    INVITATION_LASTS,
    LINK_LASTS,
    SESSION_NOTED,
    Offer,
    email_key,
    may_accept,
    may_invite,
    may_use_link,
    session_lifetime,
    site_problem,
)
from creathon.core import journal
from creathon.core.actor import SYSTEM, Actor, Viewer
from creathon.core.errors import Refused, check
from creathon.core.events import publish
from creathon.core.ids import digest, new_token
from creathon.core.text import _
from creathon.editions.events import RoleTaken
from creathon.editions.models import Edition, Role


@dataclass(frozen=True)
class PersonValues:
    """Who somebody is. `email` is normal (`rules.normal_email`)."""

    email: str
    given_name: str
    family_name: str
    zone: str | None = None
    age_band: AgeBand | None = None


async def create_person(
    session: AsyncSession,
    values: PersonValues,
    *,
    now: datetime,
    password_hash: str | None = None,
    verified: bool = False,
) -> Person:
    """Make an account; without password it waits for the link that proves the address."""
    person = Person(
        email=values.email,
        email_key=email_key(values.email),
        given_name=values.given_name,
        family_name=values.family_name,
        zone=values.zone,
        age_band=values.age_band,
        password_hash=password_hash,
        verified_at=now if verified else None,
        created_at=now,
    )
    session.add(person)
    await session.flush()
    journal.record(session, SYSTEM, "person.created", person, now=now)
    return person


async def sign_up(session: AsyncSession, values: PersonValues, *, now: datetime) -> None:
    """Send the link with which the holder of the address chooses a password; the same for an address already known."""
    person = await person_by_email(session, values.email)
    if person is None:
        person = await create_person(session, values, now=now)
    elif person.verified_at is None:
        person.given_name, person.family_name = values.given_name, values.family_name
        person.age_band = values.age_band
    if person.disabled_at is None:
        await send_password_link(session, person, now=now)


async def send_password_link(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Mail a link to choose a password: the first one, or a new one. An invented person has neither."""
    if person.invented_for_id is not None:
        return
    purpose = LinkPurpose.RESET if person.verified_at else LinkPurpose.VERIFY
    token = new_token()
    link = MailedLink(
        token_hash=digest(token),
        person_id=person.id,
        purpose=purpose,
        email=person.email,
        password_round=person.password_round,
        created_at=now,
        expires_at=now + LINK_LASTS,
    )
    session.add(link)
    await session.flush()
    await mails.send_link(session, person, link, token, now=now)
    journal.record(session, SYSTEM, f"link.{purpose}", person, now=now)


async def use_password_link(session: AsyncSession, link: MailedLink, password_hash: str, *, now: datetime) -> Person:
    """Consume a link: the address is proved, the password set, every other session and link worthless.

    Raises:
        Refused: the link was used, is too old, or a password was chosen since.
    """
    check(may_use_link(link, now=now))
    link.used_at = now
    person = link.person
    was_verified = person.verified_at is not None
    person.verified_at = person.verified_at or now
    await set_password(session, person, password_hash, now=now)
    if was_verified:
        await mails.tell_password_changed(session, person, now=now)
    return person


async def set_password(session: AsyncSession, person: Person, password_hash: str, *, now: datetime) -> None:
    """Set a password and end every session of the person."""
    person.password_hash = password_hash
    person.password_round += 1
    await end_sessions(session, person.id, now=now)
    await session.flush()
    journal.record(session, SYSTEM, "password.set", person, now=now)


async def change_password(session: AsyncSession, person: Person, password_hash: str, *, now: datetime) -> None:
    """Replace a password by its owner's wish, and tell the address."""
    await set_password(session, person, password_hash, now=now)
    await mails.tell_password_changed(session, person, now=now)


async def prove_person(session: AsyncSession, values: PersonValues, password_hash: str, *, now: datetime) -> Person:
    """The account of an address just proved by an invitation: a new one, or one that was never confirmed."""
    person = await person_by_email(session, values.email)
    if person is None:
        return await create_person(session, values, now=now, password_hash=password_hash, verified=True)
    person.given_name, person.family_name, person.verified_at = values.given_name, values.family_name, now
    person.age_band = values.age_band or person.age_band
    await set_password(session, person, password_hash, now=now)
    return person


async def save_profile(
    session: AsyncSession, actor: Actor, person: Person, *, given_name: str, family_name: str, zone: str, now: datetime
) -> None:
    """Change one's names and zone (empty: that of one's site); the row's version guards it."""
    person.given_name, person.family_name, person.zone = given_name, family_name, zone or None
    await session.flush()
    journal.record(session, actor, "person.profile", person, now=now)


async def work_in(session: AsyncSession, actor: Actor, person_id: str, edition: Edition, *, now: datetime) -> None:
    """Choose the edition of the pages whose address names none; the version of the profile does not count it."""
    other = Person.edition_id.is_distinct_from(edition.id)
    chosen = update(Person).where(Person.id == person_id, other).values(edition_id=edition.id).returning(Person.id)
    if (await session.execute(chosen)).first() is not None:
        journal.record(session, actor, "person.edition", (Person, person_id), now=now, edition_id=edition.id)


async def open_session(session: AsyncSession, person: Person, browser: str, *, now: datetime) -> tuple[str, int]:
    """Sign a browser in with a fresh token; returns the token and how many seconds it can live."""
    roles = frozenset(str(grant.role) for grant in await grants_of(session, person.id))
    lasts = session_lifetime(roles)
    token = new_token()
    row = BrowserSession(
        token_hash=digest(token),
        person_id=person.id,
        browser=browser[:200],
        created_at=now,
        seen_at=now,
        expires_at=now + lasts,
    )
    session.add(row)
    await session.flush()
    journal.record(session, SYSTEM, "session.opened", row, now=now, person=person.id)
    return token, int(lasts.total_seconds())


async def renew_session(
    session: AsyncSession, session_id: str, person: Person, *, proved: bool, now: datetime
) -> tuple[str, int] | None:
    """Give a session that nobody ended a fresh token, and a new life when its password was just `proved`.

    Its id stays, so that the forms open in other tabs of the browser keep their token. None when it was ended.
    """
    row = await session.scalar(
        select(BrowserSession)
        .where(BrowserSession.id == session_id, BrowserSession.person_id == person.id)
        .where(BrowserSession.revoked_at.is_(None))
        .with_for_update()
    )
    if row is None:
        return None
    token = new_token()
    row.token_hash = digest(token)
    if proved:
        roles = frozenset(str(grant.role) for grant in await grants_of(session, person.id))
        row.created_at = row.seen_at = now
        row.expires_at = now + session_lifetime(roles)
    await session.flush()
    journal.record(session, SYSTEM, "session.renewed", row, now=now, person=person.id, proved=proved)
    return token, int((row.expires_at - now).total_seconds())


async def keep_session(session: AsyncSession, session_id: str, *, now: datetime) -> None:
    """Note that a session is in use, at its owner's wish: exactly, as its end is shown."""
    await session.execute(
        update(BrowserSession)
        .where(BrowserSession.id == session_id, BrowserSession.revoked_at.is_(None))
        .values(seen_at=now)
    )


async def end_session(session: AsyncSession, person_id: str, session_id: str, *, now: datetime) -> None:
    """End one session of a person; ending it twice changes nothing."""
    await session.execute(
        update(BrowserSession)
        .where(BrowserSession.id == session_id, BrowserSession.person_id == person_id)
        .where(BrowserSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    journal.record(session, SYSTEM, "session.ended", (BrowserSession, session_id), now=now, person=person_id)


async def end_sessions(session: AsyncSession, person_id: str, *, now: datetime, but: str = "") -> None:
    """End every session of a person, except perhaps one."""
    await session.execute(
        update(BrowserSession)
        .where(BrowserSession.person_id == person_id, BrowserSession.id != but, BrowserSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


async def end_sessions_of(session: AsyncSession, actor: Actor, person: Person, *, now: datetime) -> None:
    """End every session of somebody else: a lost phone, a shared computer left open."""
    await end_sessions(session, person.id, now=now)
    journal.record(session, actor, "sessions.ended", person, now=now)


async def touch_session(session: AsyncSession, viewer: Viewer, now: datetime) -> None:
    """Note that a session is in use, unless it was ended meanwhile or noted a moment ago."""
    if viewer.life is not None and viewer.life.seen_at >= now - SESSION_NOTED:
        return
    await session.execute(
        update(BrowserSession)
        .where(BrowserSession.id == viewer.session_id, BrowserSession.revoked_at.is_(None))
        .where(BrowserSession.seen_at < now - SESSION_NOTED)
        .values(seen_at=now)
    )


async def grant_role(
    session: AsyncSession,
    actor: Actor,
    person: Person,
    role: Role,
    edition: Edition,
    *,
    now: datetime,
    site_id: str | None = None,
) -> RoleGrant:
    """Give a role; giving it twice changes nothing.

    Raises:
        Refused: a feature above says that this person cannot have it on this edition.
    """
    query = select(RoleGrant).where(
        RoleGrant.person_id == person.id,
        RoleGrant.role == role,
        RoleGrant.edition_id == edition.id,
        RoleGrant.site_id == site_id if site_id else RoleGrant.site_id.is_(None),
    )
    known = await session.scalar(query)
    if known is not None:
        return known
    await publish(session, RoleTaken(person.id, role, edition))
    grant = RoleGrant(
        person_id=person.id,
        role=role,
        edition_id=edition.id,
        site_id=site_id,
        granted_by=actor.person_id,
        granted_at=now,
    )
    session.add(grant)
    await session.flush()
    journal.record(session, actor, "role.granted", grant, now=now, role=role, person=person.id, site=site_id)
    return grant


async def invite(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    *,
    email: str,
    role: Role,
    site_id: str | None,
    now: datetime,
) -> Invitation:
    """Offer a role by mail.

    Raises:
        Refused: the actor may not, or role and site do not go together.
    """
    return (await invite_all(session, actor, edition, [Offer(email, role, site_id)], now=now))[0]


async def invite_all(
    session: AsyncSession, actor: Actor, edition: Edition, offers: Sequence[Offer], *, now: datetime
) -> list[Invitation]:
    """Offer several roles by mail, all of them or none.

    Raises:
        Refused: the actor may not, or a role and its site do not go together.
    """
    check(may_invite(actor, edition))
    for offer in offers:
        if problem := site_problem(offer.role, offer.site_id):
            raise Refused(problem)
    return [invitation for invitation, _token in await _offer(session, actor, edition, offers, now=now)]


async def invite_first(
    session: AsyncSession, edition: Edition, *, email: str, role: Role, now: datetime
) -> tuple[Invitation, str]:
    """Offer a role from the command line, where nobody is signed in yet; returns the invitation and its secret token.

    Whoever may run the command already holds the database; the link lets the person choose their own password.
    """
    if problem := site_problem(role, None):
        raise Refused(problem)
    return (await _offer(session, SYSTEM, edition, [Offer(email, role)], now=now))[0]


async def _offer(
    session: AsyncSession, actor: Actor, edition: Edition, offers: Sequence[Offer], *, now: datetime
) -> list[tuple[Invitation, str]]:
    made = [(_invitation(actor, edition, offer, token, now), token) for offer in offers if (token := new_token())]
    session.add_all([invitation for invitation, _token in made])
    await session.flush()
    for invitation, token in made:
        await mails.send_invitation(session, invitation, edition, token, now=now)
        details = {"role": invitation.role, "site": invitation.site_id}
        journal.record(session, actor, "role.offered", invitation, now=now, **details)
    return made


def _invitation(actor: Actor, edition: Edition, offer: Offer, token: str, now: datetime) -> Invitation:
    return Invitation(
        token_hash=digest(token),
        edition_id=edition.id,
        invited_by=actor.person_id,
        created_at=now,
        expires_at=now + INVITATION_LASTS,
        **vars(offer),
    )


async def accept_invitation(
    session: AsyncSession, invitation: Invitation, edition: Edition, person: Person, *, now: datetime
) -> None:
    """Take the role offered, with the account of the address it was sent to.

    Raises:
        Refused: it was used, is too old, or the account is another address's.
    """
    check(may_accept(invitation, now=now))
    if person.email_key != email_key(invitation.email):
        raise Refused(_("Cette invitation a été envoyée à une autre adresse que celle de votre compte."))
    invitation.accepted_at, invitation.accepted_by = now, person.id
    inviter = Actor(person_id=invitation.invited_by, display_name="", email="")
    await grant_role(session, inviter, person, invitation.role, edition, now=now, site_id=invitation.site_id)
    await work_in(session, inviter, person.id, edition, now=now)

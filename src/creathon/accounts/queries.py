"""People, sessions, links."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, SQLColumnExpression, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from creathon.accounts.models import BrowserSession, Invitation, MailedLink, Person, RoleGrant
from creathon.accounts.rules import SESSION_IDLE, email_key, former_session, session_is_alive, session_life
from creathon.core.actor import Actor, Anonymous, Grant, SessionLife, Viewer
from creathon.editions.models import Role

Holder = Select[BrowserSession, Person, RoleGrant, str | None]


def holder_query(zone: SQLColumnExpression[str | None]) -> Holder:
    """Who holds a session (`token_hash`), with their roles and the `zone` they read in, of `Person`.

    Built once by whoever needs it: every page of a signed-in person asks it.
    """
    return (
        select(BrowserSession, Person, RoleGrant, zone)
        .join(Person, Person.id == BrowserSession.person_id)
        .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
        .where(BrowserSession.token_hash == bindparam("token_hash"))
    )


_HOLDER = holder_query(Person.zone)


async def viewer_of_session(
    session: AsyncSession, token_hash: str, now: datetime, *, holder: Holder = _HOLDER
) -> Viewer:
    """Who holds that session now; nobody when it is unknown, ended, idle or expired. One query.

    The features above know where people are: their `holder` tells the zone of those who chose none.
    """
    rows = (await session.execute(holder, {"token_hash": token_hash})).all()
    found: list[RoleGrant | None] = [row[2] for row in rows]
    grants = [grant for grant in found if grant is not None]
    roles = frozenset(str(grant.role) for grant in grants)
    if not rows:
        return Anonymous()
    row, person = rows[0][0], rows[0][1]
    if not session_is_alive(row, person, now=now, roles=roles):
        return Anonymous(former=former_session(row, person, now=now, roles=roles))
    return replace(make_actor(person, grants, row.id, session_life(row, roles)), zone=rows[0][3])


def make_actor(person: Person, grants: list[RoleGrant], session_id: str = "", life: SessionLife | None = None) -> Actor:
    """The actor of a person with their grants."""
    return Actor(
        person_id=person.id,
        display_name=person.display_name,
        email=person.email,
        zone=person.zone,
        grants=frozenset(Grant(grant.role, grant.edition_id, grant.site_id) for grant in grants),
        session_id=session_id,
        edition_id=person.edition_id,
        life=life,
    )


async def actor_of(session: AsyncSession, person: Person) -> Actor:
    """A person as an actor, outside a request: the demo, the command line, tests."""
    return make_actor(person, await grants_of(session, person.id))


async def grants_of(session: AsyncSession, person_id: str) -> list[RoleGrant]:
    """The roles of a person."""
    return list(await session.scalars(select(RoleGrant).where(RoleGrant.person_id == person_id)))


async def person_by_email(session: AsyncSession, email: str) -> Person | None:
    """The account of an address, however it is spelled."""
    return await session.scalar(select(Person).where(Person.email_key == email_key(email)))


async def person_by_id(session: AsyncSession, person_id: str) -> Person | None:
    return await session.get(Person, person_id)


async def living_sessions_of(session: AsyncSession, person_id: str, *, now: datetime) -> list[BrowserSession]:
    """The browsers somebody is signed in with, newest first."""
    query = (
        select(BrowserSession)
        .where(BrowserSession.person_id == person_id, BrowserSession.revoked_at.is_(None))
        .where(BrowserSession.expires_at > now, BrowserSession.seen_at > now - SESSION_IDLE)
        .order_by(BrowserSession.created_at.desc())
    )
    return list(await session.scalars(query))


async def is_session_of(session: AsyncSession, person_id: str, session_id: str) -> bool:
    """Whether a browser is or was signed in as that person."""
    query = select(BrowserSession.id).where(BrowserSession.id == session_id, BrowserSession.person_id == person_id)
    return await session.scalar(query) is not None


async def mailed_link(session: AsyncSession, token_hash: str, *, lock: bool = False) -> MailedLink | None:
    """A mailed link with its person; locked when it is about to be used."""
    query = select(MailedLink).where(MailedLink.token_hash == token_hash).options(joinedload(MailedLink.person))
    return await session.scalar(query.with_for_update(of=MailedLink) if lock else query)


async def invitation_by_token(session: AsyncSession, token_hash: str, *, lock: bool = False) -> Invitation | None:
    """An invitation; locked when it is about to be used."""
    query = select(Invitation).where(Invitation.token_hash == token_hash)
    return await session.scalar(query.with_for_update() if lock else query)


async def invitations_of(session: AsyncSession, edition_id: str) -> list[Invitation]:
    """The invitations of an edition, newest first."""
    query = select(Invitation).where(Invitation.edition_id == edition_id).order_by(Invitation.created_at.desc())
    return list(await session.scalars(query))


async def people_with_role(session: AsyncSession, edition_id: str, role: Role) -> list[Person]:
    """Who holds a role in an edition, by name."""
    query = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.edition_id == edition_id, RoleGrant.role == role)
        .order_by(Person.family_name, Person.given_name)
        .distinct()
    )
    return list(await session.scalars(query))

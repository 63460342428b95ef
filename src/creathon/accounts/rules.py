"""Addresses, lives of sessions and links, who may invite whom."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from email_validator import EmailNotValidError, validate_email

from creathon.accounts.models import AgeBand, BrowserSession, Invitation, MailedLink, Person
from creathon.core.actor import Actor, FormerSession, SessionLife, Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.core.throttle import Limit
from creathon.editions.models import Edition, Role
from creathon.editions.rules import may_coordinate

LINK_LASTS = timedelta(minutes=30)
INVITATION_LASTS = timedelta(days=14)
SESSION_LASTS = timedelta(hours=24)
PRIVILEGED_SESSION_LASTS = timedelta(hours=12)
SESSION_IDLE = timedelta(hours=4)
"""Without anything saved; reading alone notes nothing, since a read never writes."""
SESSION_NOTED = timedelta(minutes=5)
"""How coarsely the last use of a session is kept."""
SESSION_REMEMBERED = timedelta(days=1)
"""How long after it ran out a session's form is still taken up, once its person has signed in again."""

PRIVILEGED = frozenset({Role.NATIONAL_COORDINATOR, Role.SITE_COORDINATOR, Role.DPO})

ROLE_NAMES = {
    Role.NATIONAL_COORDINATOR: "coordination nationale",
    Role.SITE_COORDINATOR: "coordination d’un site",
    Role.JUROR: "jury",
    Role.MENTOR: "accompagnement (mentor)",
    Role.DPO: "protection des données",
}

SIGN_IN_BY_ACCOUNT = Limit("sign-in", 10, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=24))
SIGN_IN_BY_PAIR = Limit("sign-in-pair", 5, timedelta(seconds=5), timedelta(minutes=5), timedelta(hours=24))
SIGN_IN_BY_ADDRESS = Limit("sign-in-address", 1000, timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=10))
LINK_BY_ACCOUNT = Limit("link", 3, timedelta(minutes=2), timedelta(hours=1), timedelta(hours=6))

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
"""Signs in what browsers say of themselves, the most particular first."""

UNDER_15 = "under_15"
AGE_NAMES = {
    AgeBand.ADULT.value: "18 ans ou plus",
    AgeBand.MINOR.value: "de 15 à 17 ans",
    UNDER_15: "moins de 15 ans",
}
"""The answers to the question of age; the last one opens no account."""
TOO_YOUNG = (
    "Avant 15 ans, on participe avec sa classe : un enseignant inscrit l’équipe, et les élèves n’ont pas de compte. "
    "Parlez-lui du Créathon ! Rien n’a été enregistré."
)

EXPIRED_LINK = "Ce lien a déjà servi ou n’est plus valable. Demandez-en un nouveau."


@dataclass(frozen=True)
class Offer:
    """A role to offer to an address, perhaps on one site, and who is thought to answer there."""

    email: str
    role: Role
    site_id: str | None = None
    given_name: str = ""
    family_name: str = ""


def normal_email(value: str) -> str | None:
    """The address as it is written to, or None when it is not one. `.test` is admitted for invented people."""
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        return None


def email_key(value: str) -> str:
    """What makes two spellings of an address the same account."""
    return value.casefold()


def session_is_alive(
    session: BrowserSession, person: Person, *, now: datetime, roles: frozenset[str] = frozenset()
) -> bool:
    """Whether a browser is still signed in: not ended, not expired, not idle, its person neither gone nor disabled.

    `roles` are those held now: a role received since shortens the life of the session.
    """
    return _stands(session, person) and now < session_life(session, roles).idle_at


def session_life(session: BrowserSession, roles: frozenset[str]) -> SessionLife:
    """When the session was proved by a password, when it ends unused, when it ends in any case."""
    ends_at = min(session.expires_at, session.created_at + session_lifetime(roles))
    return SessionLife(session.created_at, session.seen_at, min(session.seen_at + SESSION_IDLE, ends_at), ends_at)


def former_session(session: BrowserSession, person: Person, *, now: datetime, roles: frozenset[str]) -> FormerSession:
    """A session that is over, and whether what its browser still sends may be taken up after a new sign-in."""
    remembered = now < session_life(session, roles).idle_at + SESSION_REMEMBERED
    return FormerSession(session.id, person.id, expired=_stands(session, person) and remembered)


def _stands(session: BrowserSession, person: Person) -> bool:
    return session.revoked_at is None and person.disabled_at is None


def session_lifetime(roles: frozenset[str]) -> timedelta:
    """The absolute life of a session: shorter for those who may do more."""
    return PRIVILEGED_SESSION_LASTS if roles & PRIVILEGED else SESSION_LASTS


def browser_words(agent: str) -> str:
    """« Firefox sur Windows » of what a browser says of itself, or its own words when nobody knows them."""
    browser = next((name for sign, name in BROWSERS if sign in agent), None)
    system = next((name for sign, name in SYSTEMS if sign in agent), None)
    if browser is None:
        return agent or _("Appareil inconnu")
    return _("%(browser)s sur %(system)s", browser=browser, system=system) if system else browser


def may_use_link(link: MailedLink, *, now: datetime) -> Refusal | None:
    """Whether a mailed link is unused, young enough and older than no change of password."""
    outdated = now >= link.expires_at or link.password_round != link.person.password_round
    if link.used_at or outdated or link.person.disabled_at:
        return Refusal(_(EXPIRED_LINK))
    return None


def may_choose_edition(person: Person) -> Refusal | None:
    """Whether somebody may work in another edition: an invented person lives in one rehearsal only."""
    if person.invented_for_id is not None:
        return Refusal(_("Cette personne est inventée pour une répétition : elle n’en sort pas."))
    return None


def session_kept(actor: Actor, *, now: datetime) -> Actor:
    """Somebody whose session was just used: it ends idle later, never after its absolute end."""
    if actor.life is None:
        return actor
    return replace(actor, life=replace(actor.life, idle_at=min(now + SESSION_IDLE, actor.life.ends_at)))


def may_end_sessions(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether somebody may sign other people's browsers out: the national coordination."""
    return may_coordinate(viewer, edition)


def may_accept(invitation: Invitation, *, now: datetime) -> Refusal | None:
    """Whether an invitation can still be accepted."""
    if invitation.accepted_at or now >= invitation.expires_at:
        return Refusal(_("Cette invitation a déjà servi ou n’est plus valable. Demandez-en une nouvelle."))
    return None


def may_invite(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether somebody may offer roles on the edition: its national coordination."""
    return may_coordinate(viewer, edition)


def site_problem(role: Role, site_id: str | None) -> str | None:
    """Why a role cannot be offered so: a site coordination needs its site, a national one has none."""
    if role == Role.SITE_COORDINATOR and not site_id:
        return _("Choisissez le site que cette personne coordonnera.")
    if role in (Role.NATIONAL_COORDINATOR, Role.DPO) and site_id:
        return _("Ce rôle s’exerce sur toute l’édition : laissez le site vide.")
    return None

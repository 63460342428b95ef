"""People, sessions, roles, links sent by mail."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from creathon.core.database import Base, Id, PrimaryId, Short, Versioned
from creathon.core.scoping import PREFERENCE
from creathon.editions.models import Role


class AgeBand(StrEnum):
    """All that is asked of an age. Under fifteen nobody has an account: a class takes part through its teacher."""

    ADULT = "adult"
    MINOR = "15_17"


class Person(Versioned, Base):
    """Somebody with an account. `email` is as typed, `email_key` what makes it unique."""

    __tablename__ = "person"

    id: Mapped[PrimaryId]
    email: Mapped[Short]
    email_key: Mapped[Short] = mapped_column(unique=True)
    given_name: Mapped[Short]
    family_name: Mapped[Short]
    zone: Mapped[Short | None]
    age_band: Mapped[AgeBand | None]
    """None for whoever was never asked: it is asked of those who take part."""
    password_hash: Mapped[Short | None]
    password_round: Mapped[int] = mapped_column(default=1)
    """Counts the changes of password: links and sessions made before the last one are worth nothing."""
    verified_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    edition_id: Mapped[Id | None] = mapped_column(ForeignKey("edition.id"), info={PREFERENCE: True})
    """The edition the person works in, when several are open."""
    invented_for_id: Mapped[Id | None] = mapped_column(ForeignKey("edition.id"), index=True, info={PREFERENCE: True})
    """The rehearsal this person was invented for: nobody's account, played by its coordination."""

    @property
    def display_name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def is_minor(self) -> bool:
        return self.age_band == AgeBand.MINOR

    @property
    def short_name(self) -> str:
        """First name and initial: enough among people who know each other."""
        return f"{self.given_name} {self.family_name[:1]}."


class BrowserSession(Base):
    """One signed-in browser; the raw token is only in its cookie."""

    __tablename__ = "browser_session"

    id: Mapped[PrimaryId]
    token_hash: Mapped[Short] = mapped_column(unique=True)
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    browser: Mapped[Short]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


class RoleGrant(Base):
    """A role somebody holds; without site, on the whole edition."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role", "edition_id", "site_id"),)

    id: Mapped[PrimaryId]
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    site_id: Mapped[Id | None] = mapped_column(ForeignKey("site.id"))
    granted_by: Mapped[Short]
    granted_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="raise")


class Invitation(Base):
    """A role offered by mail; used once, by pressing a button, before it expires."""

    __tablename__ = "invitation"

    id: Mapped[PrimaryId]
    token_hash: Mapped[Short] = mapped_column(unique=True)
    email: Mapped[Short]
    given_name: Mapped[Short] = mapped_column(default="")
    family_name: Mapped[Short] = mapped_column(default="")
    """Who the coordination thinks answers there: offered to the person, who may correct it."""
    role: Mapped[Role]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    site_id: Mapped[Id | None] = mapped_column(ForeignKey("site.id"))
    invited_by: Mapped[Short]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[Id | None] = mapped_column(ForeignKey("person.id"))


class LinkPurpose(StrEnum):
    VERIFY = "verify"
    RESET = "reset"
    CHANGE_EMAIL = "change_email"


class MailedLink(Base):
    """A link sent to an address, used once by pressing a button, bound to the round of the password."""

    __tablename__ = "mailed_link"

    id: Mapped[PrimaryId]
    token_hash: Mapped[Short] = mapped_column(unique=True)
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[LinkPurpose]
    email: Mapped[Short]
    password_round: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")

"""Teams, members, invitations."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from creathon.accounts.models import Person
from creathon.core.database import Base, Id, PrimaryId, Short, Versioned
from creathon.editions.models import Edition, Site

SEATS = 5
FEWEST = 3


class TeamKind(StrEnum):
    STANDARD = "standard"
    CLASS = "class"


class ApplicationState(StrEnum):
    """Where the application of a team stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    WAITLISTED = "waitlisted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class TeamRole(StrEnum):
    PEDAGOGUE = "pedagogue"
    CONCEPTEUR = "concepteur"
    TECHNICIEN = "technicien"
    CONTEUR = "conteur"
    GARDIEN_ETHIQUE = "gardien_ethique"


class Team(Versioned, Base):
    """Three to five people of one edition. `code` lets a person join without a mail."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("edition_id", "name_key"),)

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id"), index=True)
    name: Mapped[Short]
    name_key: Mapped[Short]
    kind: Mapped[TeamKind] = mapped_column(default=TeamKind.STANDARD)
    state: Mapped[ApplicationState] = mapped_column(default=ApplicationState.DRAFT)
    code: Mapped[Short] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    """What the coordination wrote to the team with its last answer."""

    edition: Mapped[Edition] = relationship(lazy="raise")
    site: Mapped[Site] = relationship(lazy="raise")
    members: Mapped[list["TeamMember"]] = relationship(order_by="TeamMember.seat", lazy="raise", back_populates="team")


class TeamMember(Base):
    """A person in a team. Seats 1 to 5 and the uniqueness of each hold the limit whatever happens at once."""

    __tablename__ = "team_member"
    __table_args__ = (
        UniqueConstraint("team_id", "seat"),
        UniqueConstraint("edition_id", "person_id"),
        CheckConstraint(f"seat BETWEEN 1 AND {SEATS}", name="seat"),
        Index(
            "uq_team_member_captain",
            "team_id",
            unique=True,
            sqlite_where=text("is_captain"),
            postgresql_where=text("is_captain"),
        ),
    )

    id: Mapped[PrimaryId]
    team_id: Mapped[Id] = mapped_column(ForeignKey("team.id"), index=True)
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"))
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    seat: Mapped[int]
    role: Mapped[TeamRole]
    is_captain: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime]

    team: Mapped[Team] = relationship(lazy="raise", back_populates="members")
    person: Mapped[Person] = relationship(lazy="raise")


class TeamInvitation(Base):
    """A seat offered to an address."""

    __tablename__ = "team_invitation"

    id: Mapped[PrimaryId]
    team_id: Mapped[Id] = mapped_column(ForeignKey("team.id"), index=True)
    token_hash: Mapped[Short] = mapped_column(unique=True)
    email: Mapped[Short]
    role: Mapped[TeamRole]
    invited_by: Mapped[Short]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    team: Mapped[Team] = relationship(lazy="raise")

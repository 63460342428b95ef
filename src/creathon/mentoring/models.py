"""Programme, pairings, interviews, milestones."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from creathon.accounts.models import Person
from creathon.core.database import Base, Id, PrimaryId, Short, Versioned
from creathon.jury.models import Tier
from creathon.projects.models import Project


class Programme(Base):
    """The programme of phase two of an edition."""

    __tablename__ = "programme"

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), unique=True)
    title: Mapped[Short]
    created_at: Mapped[datetime]

    sessions: Mapped[list["ProgrammeSession"]] = relationship(order_by="ProgrammeSession.starts_at", lazy="raise")


class SessionKind(StrEnum):
    BOOTCAMP = "bootcamp"
    WORKSHOP = "workshop"
    DEMO_DAY = "demo_day"
    REVIEW = "review"


class ProgrammeSession(Versioned, Base):
    """A moment all projects share: a day of the intensive week, a workshop, the demo day."""

    __tablename__ = "programme_session"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="ordered"),)

    id: Mapped[PrimaryId]
    programme_id: Mapped[Id] = mapped_column(ForeignKey("programme.id"), index=True)
    kind: Mapped[SessionKind]
    title: Mapped[Short]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[Short]
    deliverable: Mapped[str] = mapped_column(Text, default="")


class Pairing(Versioned, Base):
    """A selected project followed by a mentor."""

    __tablename__ = "pairing"

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"), unique=True)
    mentor_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    tier: Mapped[Tier]
    objective: Mapped[str] = mapped_column(Text, default="")
    """What is aimed at, in the words of the team and the mentor, from a remark of the jury."""
    paired_by: Mapped[Short]
    paired_at: Mapped[datetime]

    project: Mapped[Project] = relationship(lazy="raise")
    mentor: Mapped[Person] = relationship(lazy="raise")
    interviews: Mapped[list["Interview"]] = relationship(order_by="Interview.starts_at", lazy="raise")
    milestones: Mapped[list["Milestone"]] = relationship(order_by="(Milestone.due_on, Milestone.id)", lazy="raise")


class Interview(Versioned, Base):
    """An appointment twice a month; `decisions`, `actions`, `next_step` are its note once held."""

    __tablename__ = "interview"
    __table_args__ = (UniqueConstraint("pairing_id", "starts_at"),)

    id: Mapped[PrimaryId]
    pairing_id: Mapped[Id] = mapped_column(ForeignKey("pairing.id"), index=True)
    starts_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(default=45)
    decisions: Mapped[str] = mapped_column(Text, default="")
    actions: Mapped[str] = mapped_column(Text, default="")
    next_step: Mapped[str] = mapped_column(Text, default="")
    noted_by: Mapped[Short | None]
    noted_at: Mapped[datetime | None]

    pairing: Mapped[Pairing] = relationship(lazy="raise", viewonly=True)


class MilestoneState(StrEnum):
    A_FAIRE = "a_faire"
    EN_COURS = "en_cours"
    REMIS = "remis"
    VALIDE = "valide"
    ABANDONNE = "abandonne"


class Milestone(Versioned, Base):
    """Something to have done by a day, with what shows that it is."""

    __tablename__ = "milestone"

    id: Mapped[PrimaryId]
    pairing_id: Mapped[Id] = mapped_column(ForeignKey("pairing.id"), index=True)
    title: Mapped[Short]
    due_on: Mapped[date]
    state: Mapped[MilestoneState] = mapped_column(default=MilestoneState.A_FAIRE)
    evidence: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    """What the mentor answered: what is missing, why it is abandoned, a word with the validation."""
    updated_by: Mapped[Short]
    updated_at: Mapped[datetime]

    pairing: Mapped[Pairing] = relationship(lazy="raise", viewonly=True)

"""Editions, themes, phases, sites, and the names of roles."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from creathon.core.database import Base, Id, PrimaryId, Short, Versioned


class Role(StrEnum):
    """What a person may be granted, on an edition and perhaps on one site of it."""

    NATIONAL_COORDINATOR = "national_coordinator"
    SITE_COORDINATOR = "site_coordinator"
    JUROR = "juror"
    MENTOR = "mentor"
    DPO = "dpo"


class EditionState(StrEnum):
    DRAFT = "draft"
    ANNOUNCED = "announced"
    RUNNING = "running"
    CLOSED = "closed"
    ARCHIVED = "archived"


class PhaseKind(StrEnum):
    CANDIDATURE = "candidature"
    CREATION = "creation"
    EVALUATION_SITE = "evaluation_site"
    EVALUATION = "evaluation"
    DELIBERATION = "deliberation"
    PALMARES = "palmares"
    RECLAMATIONS = "reclamations"
    ACCOMPAGNEMENT = "accompagnement"
    CLOTURE = "cloture"


class Allowed(StrEnum):
    """What a phase allows; rules ask for these words, never for the kind of a phase."""

    APPLY = "apply"
    MANAGE_TEAM = "manage_team"
    WRITE = "write"
    DEPOSIT = "deposit"
    DECLARE_LINKS = "declare_links"
    REVIEW = "review"
    DELIBERATE = "deliberate"
    PUBLISH = "publish"
    READ_FEEDBACK = "read_feedback"
    COMPLAIN = "complain"
    MENTOR = "mentor"


class SiteKind(StrEnum):
    ONSITE = "onsite"
    REMOTE = "remote"


class Edition(Versioned, Base):
    """One Créathon. `zone` is the IANA zone its times are written in; `is_demo` says its people are invented."""

    __tablename__ = "edition"

    id: Mapped[PrimaryId]
    slug: Mapped[Short] = mapped_column(unique=True)
    title: Mapped[Short]
    pilot: Mapped[Short]
    zone: Mapped[Short]
    state: Mapped[EditionState] = mapped_column(default=EditionState.DRAFT)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    theme: Mapped["Theme"] = relationship(back_populates="edition", lazy="raise")
    phases: Mapped[list["Phase"]] = relationship(order_by="(Phase.opens_at, Phase.closes_at.desc())", lazy="raise")
    sites: Mapped[list["Site"]] = relationship(order_by="Site.name", lazy="raise")


class Theme(Base):
    """The subject of an edition, told to nobody before `revealed_at` (None: at once)."""

    __tablename__ = "theme"

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), unique=True)
    title: Mapped[Short]
    statement: Mapped[str] = mapped_column(Text)
    revealed_at: Mapped[datetime | None]

    edition: Mapped[Edition] = relationship(back_populates="theme", lazy="raise")


class Phase(Base):
    """A half-open interval [opens_at, closes_at) with a technical tolerance and what it allows."""

    __tablename__ = "phase"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="ordered"),
        CheckConstraint("grace_seconds >= 0", name="grace"),
    )

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    kind: Mapped[PhaseKind]
    title: Mapped[Short]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    grace_seconds: Mapped[int] = mapped_column(default=0)
    allows: Mapped[list[str]]


class PhaseChange(Base):
    """A phase moved: what the calendar said before and after, and the reason told to everybody. Never changed."""

    __tablename__ = "phase_change"

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    phase_id: Mapped[Id] = mapped_column(ForeignKey("phase.id"), index=True)
    old_opens_at: Mapped[datetime]
    old_closes_at: Mapped[datetime]
    new_opens_at: Mapped[datetime]
    new_closes_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[Short]
    changed_at: Mapped[datetime]

    phase: Mapped[Phase] = relationship(lazy="raise")


class Site(Base):
    """A place of an edition, or « à distance ». `capacity` counts teams."""

    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("edition_id", "code"), CheckConstraint("capacity >= 0", name="capacity"))

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    code: Mapped[Short]
    name: Mapped[Short]
    city: Mapped[Short]
    academy: Mapped[Short]
    zone: Mapped[Short]
    kind: Mapped[SiteKind] = mapped_column(default=SiteKind.ONSITE)
    capacity: Mapped[int]

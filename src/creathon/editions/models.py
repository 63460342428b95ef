"""Editions, themes, phases, sites, rulebooks with their acceptances, and the names of roles."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from creathon.core.database import Base, Id, PrimaryId, Short, Versioned
from creathon.mail.models import EditionWords


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


class Seating(StrEnum):
    """How the places of a site are given: as the coordination answers, or to the first who apply."""

    ON_ANSWER = "answer"
    ON_ARRIVAL = "arrival"


class AccessItem(StrEnum):
    """What the accessibility sheet of a site answers for."""

    STEP_FREE = "step_free"
    TOILETS = "toilets"
    PARKING = "parking"
    TRANSPORT = "transport"
    HEARING_LOOP = "hearing_loop"
    SIGN_LANGUAGE = "sign_language"
    QUIET_ROOM = "quiet_room"
    CATERING = "catering"
    ASSISTANCE_ANIMAL = "assistance_animal"


class AccessAnswer(StrEnum):
    """What a sheet says of one item; nothing said is UNKNOWN, never NO."""

    UNKNOWN = "unknown"
    YES = "yes"
    ON_REQUEST = "on_request"
    NO = "no"


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
    seating: Mapped[Seating] = mapped_column(default=Seating.ON_ANSWER)
    created_at: Mapped[datetime]
    rehearsal_of_id: Mapped[Id | None] = mapped_column(ForeignKey("edition.id"))
    """The edition this one rehearses: its people are invented, its messages never leave, its clock moves."""
    clock_seconds: Mapped[int] = mapped_column(default=0)
    """How far its clock runs ahead of the real one; zero for every edition but a rehearsal."""

    theme: Mapped["Theme"] = relationship(back_populates="edition", lazy="raise")
    phases: Mapped[list["Phase"]] = relationship(order_by="(Phase.opens_at, Phase.closes_at.desc())", lazy="raise")
    sites: Mapped[list["Site"]] = relationship(order_by="Site.name", lazy="raise")
    words: Mapped[list[EditionWords]] = relationship(
        primaryjoin=lambda: Edition.id == foreign(EditionWords.edition_id), viewonly=True, lazy="raise"
    )
    """What it adds to messages."""


class DeliverableKind(StrEnum):
    PIECE = "piece"
    VIDEO = "video"


class Deliverable(Base):
    """What a team may hand in as a file of one kind, within which limits. The version of the edition guards it."""

    __tablename__ = "deliverable"
    __table_args__ = (
        UniqueConstraint("edition_id", "kind"),
        CheckConstraint("max_bytes > 0", name="max_bytes"),
        CheckConstraint("max_seconds > 0", name="max_seconds"),
        CheckConstraint("most > 0", name="most"),
    )

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"))
    kind: Mapped[DeliverableKind]
    formats: Mapped[list[str]]
    """Extensions, among those the platform opens (`rules.deliverables.FORMATS`)."""
    max_bytes: Mapped[int] = mapped_column(BigInteger)
    max_seconds: Mapped[int | None]
    """Of a video; None for what does not last."""
    required: Mapped[bool]
    most: Mapped[int] = mapped_column(default=1)
    """How many a project holds; always one video."""


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
    confirmed_by: Mapped[Short | None]
    """Who else agreed, when the change takes time away from somebody."""
    changed_at: Mapped[datetime]

    phase: Mapped[Phase] = relationship(lazy="raise")


class ProposalState(StrEnum):
    PENDING = "pending"
    APPLIED = "applied"
    REFUSED = "refused"


class PhaseProposal(Base):
    """A change of dates that shortens what was announced: it waits for a second coordinator, told to nobody else.

    `calendar` is the mark of the calendar it was made from: another one since, and it is worth nothing.
    """

    __tablename__ = "phase_proposal"

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    phase_id: Mapped[Id] = mapped_column(ForeignKey("phase.id"), index=True)
    calendar: Mapped[Short]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[Short]
    proposer_name: Mapped[Short]
    proposed_at: Mapped[datetime]
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.PENDING)
    settled_by: Mapped[Short | None]
    settled_at: Mapped[datetime | None]

    phase: Mapped[Phase] = relationship(lazy="raise")


class DayStep(Base):
    """A step of the twenty-four hours, as many minutes after the launch (before it, when negative)."""

    __tablename__ = "day_step"

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    minutes: Mapped[int]
    title: Mapped[Short]


class Site(Versioned, Base):
    """A place of an edition, or « à distance ». `capacity` counts teams.

    `accessibility` holds, by `AccessItem`, its `answer` and a `detail`; an item nobody answered is not there.
    """

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
    address: Mapped[str] = mapped_column(Text, default="")
    directions: Mapped[str] = mapped_column(Text, default="")
    opening: Mapped[str] = mapped_column(Text, default="")
    public_note: Mapped[str] = mapped_column(Text, default="")
    accessibility: Mapped[dict[str, Any]] = mapped_column(default=dict)
    access_contact: Mapped[Short] = mapped_column(default="")
    """The address of a function, never of somebody: it is public and copied with the site."""


class Facilitator(Base):
    """Somebody who welcomes and helps the teams of a site. Never copied; told to the public if they agreed."""

    __tablename__ = "facilitator"

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"))
    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id"), index=True)
    name: Mapped[Short]
    task: Mapped[Short]
    is_public: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class RulebookState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


class Rulebook(Versioned, Base):
    """One version of the rulebook of an edition. `content` is what people read, with its placeholders filled.

    Once published it never changes, its articles neither: triggers of the database refuse it.
    """

    __tablename__ = "rulebook"
    __table_args__ = (
        UniqueConstraint("edition_id", "number"),
        UniqueConstraint("id", "sha256"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("(state = 'published') = (sha256 IS NOT NULL)", name="sealed"),
        Index(
            "uq_rulebook_draft",
            "edition_id",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
    )

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    number: Mapped[int]
    state: Mapped[RulebookState] = mapped_column(default=RulebookState.DRAFT)
    summary: Mapped[str] = mapped_column(Text, default="")
    """What changes since the version before, in the words of the coordination."""
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sha256: Mapped[Short | None]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    published_by: Mapped[Short | None]

    articles: Mapped[list["RulebookArticle"]] = relationship(
        order_by="(RulebookArticle.position, RulebookArticle.id)", lazy="raise", cascade="all, delete-orphan"
    )


class RulebookArticle(Versioned, Base):
    """An article as it is written, with its placeholders. `key` is the same from one version to the next."""

    __tablename__ = "rulebook_article"
    __table_args__ = (UniqueConstraint("rulebook_id", "key"),)

    id: Mapped[PrimaryId]
    rulebook_id: Mapped[Id] = mapped_column(ForeignKey("rulebook.id"), index=True)
    key: Mapped[Id]
    position: Mapped[int]
    title: Mapped[Short]
    text: Mapped[str] = mapped_column(Text)


class Acceptance(Base):
    """Somebody accepted a published version; `sha256` can only be the one of that version."""

    __tablename__ = "acceptance"
    __table_args__ = (
        UniqueConstraint("rulebook_id", "person_id"),
        ForeignKeyConstraint(["rulebook_id", "sha256"], ["rulebook.id", "rulebook.sha256"]),
    )

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    rulebook_id: Mapped[Id]
    person_id: Mapped[Id] = mapped_column(index=True)
    sha256: Mapped[Short]
    accepted_at: Mapped[datetime]

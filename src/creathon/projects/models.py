"""Projects, revisions, files, deposits."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from creathon.core.database import Base, Id, PrimaryId, Short, Versioned
from creathon.core.files import StoredFile
from creathon.editions.models import DeliverableKind
from creathon.teams.models import Team


class HoldsFiles:
    """A draft, or a deposit: `files` is what is joined to it, pieces and video."""

    files: Mapped[list["ProjectFile"]]

    @property
    def pieces(self) -> "list[ProjectFile]":
        """In the order they came, the same for whoever reads them."""
        pieces = [file for file in self.files if file.slot is DeliverableKind.PIECE]
        return sorted(pieces, key=lambda file: (file.added_at, file.id))

    @property
    def video(self) -> "ProjectFile | None":
        return next((file for file in self.files if file.slot is DeliverableKind.VIDEO), None)


class Project(HoldsFiles, Versioned, Base):
    """What a team writes: the draft. What counts is its `Deposit`."""

    __tablename__ = "project"
    __table_args__ = (UniqueConstraint("edition_id", "slug"),)

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    team_id: Mapped[Id] = mapped_column(ForeignKey("team.id"), unique=True)
    slug: Mapped[Short]
    """Made once from a random code: a title that changes never breaks a link, and it tells jurors nothing."""
    title: Mapped[Short] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    needs: Mapped[list[str]] = mapped_column(default=list)
    levels: Mapped[list[str]] = mapped_column(default=list)
    need: Mapped[str] = mapped_column(Text, default="")
    solution: Mapped[str] = mapped_column(Text, default="")
    ai_use: Mapped[str] = mapped_column(Text, default="")
    inclusion: Mapped[str] = mapped_column(Text, default="")
    next_steps: Mapped[str] = mapped_column(Text, default="")
    scenario: Mapped[str] = mapped_column(Text, default="")
    video_url: Mapped[str] = mapped_column(Text, default="")
    video_captioned: Mapped[bool] = mapped_column(default=False)
    video_transcript: Mapped[str] = mapped_column(Text, default="")
    video_captions: Mapped[str] = mapped_column(Text, default="")
    """WebVTT, as `rules.captions` writes it."""
    ethics_answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """With the one below: the answers to the questionnaires, by the name of the part (`rules.sheets`)."""
    inclusion_answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    updated_by: Mapped[Short]

    team: Mapped[Team] = relationship(lazy="raise")
    files: Mapped[list["ProjectFile"]] = relationship(secondary="draft_file", lazy="raise")
    deposits: Mapped[list["Deposit"]] = relationship(order_by="Deposit.arrived_at", lazy="raise")

    @property
    def current(self) -> "Deposit | None":
        """The deposit that counts, among the loaded ones; it may be late when none came in time."""
        return next((deposit for deposit in self.deposits if deposit.superseded_at is None), None)


class ProjectRevision(Base):
    """What one version of the draft changed, by whom; never changed, never removed before retention says so."""

    __tablename__ = "project_revision"
    __table_args__ = (UniqueConstraint("project_id", "version"),)

    id: Mapped[PrimaryId]
    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"), index=True)
    version: Mapped[int]
    author_id: Mapped[Short]
    at: Mapped[datetime]
    changed: Mapped[list[str]] = mapped_column(default=list)
    """The fields it changed; none for the first version, and for those saved before fields were told apart."""
    whole: Mapped[bool] = mapped_column(default=True)
    content: Mapped[dict[str, Any]]
    """The changed fields as they became; every field when `whole`, so that a version is read from few rows."""


class ProjectFile(Base):
    """What a team joins, in the place of its kind. `name` is what they called it, kept as data only."""

    __tablename__ = "project_file"

    id: Mapped[PrimaryId]
    team_id: Mapped[Id] = mapped_column(ForeignKey("team.id"), index=True)
    sha256: Mapped[Short] = mapped_column(ForeignKey("stored_file.sha256"))
    name: Mapped[Short]
    media_type: Mapped[Short]
    slot: Mapped[DeliverableKind] = mapped_column(default=DeliverableKind.PIECE)
    seconds: Mapped[float | None]
    """How long a video lasts; None for what does not last, and when it does not say."""
    added_by: Mapped[Short]
    added_at: Mapped[datetime]

    stored: Mapped[StoredFile] = relationship(lazy="raise")


class DraftFile(Base):
    """A file is joined to a draft."""

    __tablename__ = "draft_file"

    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"), primary_key=True)
    file_id: Mapped[Id] = mapped_column(ForeignKey("project_file.id"), primary_key=True, index=True)


class DepositFile(Base):
    """A file is of a deposit, for good."""

    __tablename__ = "deposit_file"

    deposit_id: Mapped[Id] = mapped_column(ForeignKey("deposit.id"), primary_key=True)
    file_id: Mapped[Id] = mapped_column(ForeignKey("project_file.id"), primary_key=True, index=True)


class Upload(Base):
    """A file that arrives in several requests, from its registration until it is joined; gone a day later.

    What arrived of it is on the disk (`core.arriving`), and counted nowhere else.
    """

    __tablename__ = "upload"

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    team_id: Mapped[Id] = mapped_column(ForeignKey("team.id"), index=True)
    slot: Mapped[DeliverableKind]
    name: Mapped[Short]
    size: Mapped[int] = mapped_column(BigInteger)
    """Bytes announced: the team's room is taken from the registration on."""
    sha256: Mapped[Short]
    """What the browser computed, empty when it could not."""
    mark: Mapped[Short]
    """By which the browser knows its file again; it means nothing here."""
    begun_by: Mapped[Short]
    begun_at: Mapped[datetime]
    """The real instant, in a rehearsal too."""
    joined_at: Mapped[datetime | None]


class BlindCopy(Base):
    """What jurors are given in the place of a content: a copy without the names its metadata hold. Never the original.

    One for each content of a deposit that counts; the copy of a content that says nothing is that content.
    """

    __tablename__ = "blind_copy"

    sha256: Mapped[Short] = mapped_column(ForeignKey("stored_file.sha256"), primary_key=True)
    copy_sha256: Mapped[Short | None] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    made_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    """When it is tried next; None once it is made, or given up."""

    copied: Mapped[StoredFile | None] = relationship(foreign_keys=copy_sha256, lazy="raise")


class Deposit(HoldsFiles, Base):
    """An immutable snapshot with its receipt. `arrived_at` decides whether it is late; at most one is current."""

    __tablename__ = "deposit"
    __table_args__ = (
        Index(
            "uq_deposit_current",
            "project_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index(
            "ix_deposit_gallery",
            "edition_id",
            "title_key",
            "id",
            sqlite_where=text("superseded_at IS NULL AND late IS 0"),
            postgresql_where=text("superseded_at IS NULL AND late IS false"),
        ),
    )

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"))
    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"), index=True)
    number: Mapped[Short] = mapped_column(unique=True)
    """« 7F3A-91C2 »: what a person copies into /verifier."""
    arrived_at: Mapped[datetime]
    deposited_by: Mapped[Short]
    late: Mapped[bool]
    title: Mapped[Short]
    """With the five below: what lists show and sort by, copied from `content` so that a list never reads it."""
    title_key: Mapped[Short]
    summary: Mapped[str] = mapped_column(Text)
    needs: Mapped[list[str]]
    levels: Mapped[list[str]]
    techniques: Mapped[list[str]] = mapped_column(default=list)
    content: Mapped[dict[str, Any]]
    """The canonical bundle: every field of the fiche and the SHA-256 of each file."""
    sha256: Mapped[Short]
    version: Mapped[int | None]
    """Which version of the draft it was; None, like the receipt, for what was deposited before receipts were signed."""
    receipt: Mapped[str | None] = mapped_column(Text)
    """The signed statement (`projects.signatures`), as the team holds it."""
    superseded_at: Mapped[datetime | None]
    """When a later deposit took its place, or it was withdrawn; a late one that never counts: its own arrival."""
    withdrawn_at: Mapped[datetime | None]
    """When the team took it back: it is kept, and counts no more."""

    project: Mapped[Project] = relationship(lazy="raise", viewonly=True)
    files: Mapped[list[ProjectFile]] = relationship(secondary="deposit_file", lazy="raise")


class ImageConsent(Base):
    """A member lets the video of their team be shown to everybody, until a last day. Withdrawn, the row stays."""

    __tablename__ = "image_consent"
    __table_args__ = (
        Index(
            "uq_image_consent_in_force",
            "team_id",
            "person_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryId]
    team_id: Mapped[Id] = mapped_column(ForeignKey("team.id"))
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    given_at: Mapped[datetime]
    ends_on: Mapped[date]
    """The last day, fixed by the platform when it is given (`rules.images`)."""
    withdrawn_at: Mapped[datetime | None]


class AdmissibilityCheck(Base):
    """A decision on one deposit: whether it is admissible, gate by gate, and what the team answered. Never a score.

    A new decision is a new row; at most one is current for a project. The team may contest it, once; only what
    speaks of the contest is written after the decision.
    """

    __tablename__ = "admissibility_check"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("contested_at IS NULL OR NOT admissible", name="contested"),
        CheckConstraint("answered_at IS NULL OR contested_at IS NOT NULL", name="answered"),
        Index(
            "uq_admissibility_check_current",
            "project_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"))
    deposit_id: Mapped[Id] = mapped_column(ForeignKey("deposit.id"), index=True)
    number: Mapped[int]
    """1 for the first decision on the project; the page of a decision is recognised by it."""
    admissible: Mapped[bool]
    gates: Mapped[dict[str, Any]]
    """By key (`rules.admissibility.GATES`): met or not, the words, and what the platform had found. No name in it."""
    words: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime]
    decided_by: Mapped[Short]
    superseded_at: Mapped[datetime | None]
    contest: Mapped[str] = mapped_column(Text, default="")
    contested_at: Mapped[datetime | None]
    contested_by: Mapped[Short | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[Short | None]
    lifted: Mapped[bool | None]


class GalleryEntry(Base):
    """A deposit that the gallery may show, for search: there as long as it counts, gone in the act that ends that."""

    __tablename__ = "gallery_entry"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """A number made of `deposit_id`, shorter to hold in a million rows."""
    deposit_id: Mapped[Id] = mapped_column(ForeignKey("deposit.id"), unique=True)
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    title_key: Mapped[Short]


class GalleryWord(Base):
    """One word of an entry and the most it is worth there. All in the key: a search reads the index alone."""

    __tablename__ = "gallery_word"
    __table_args__ = {"sqlite_with_rowid": False}

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    worth: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("gallery_entry.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )


class GalleryTerm(Base):
    """A word of an edition, spelled: what an error is compared with. It may outlive its entries."""

    __tablename__ = "gallery_term"
    __table_args__ = {"sqlite_with_rowid": False}

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"))
    """Without an index, which SQLite would take in the place of the key: every search would read every word."""
    word: Mapped[Short]


class GalleryNear(Base):
    """What else leads to a term (`key`): its beginnings, and itself with one letter left out, for errors."""

    __tablename__ = "gallery_near"
    __table_args__ = {"sqlite_with_rowid": False}

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    term: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("gallery_term.key", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )

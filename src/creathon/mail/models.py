"""The outbox."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from creathon.core.database import Base, Id, PrimaryId, Short, Versioned


class MailState(StrEnum):
    """DRAFT waits for an approval; FAILED was tried too often and waits for a person."""

    DRAFT = "draft"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Mail(Base):
    """One message to one person. `dedupe_key` makes the same cause write it once."""

    __tablename__ = "mail"

    id: Mapped[PrimaryId]
    dedupe_key: Mapped[Short] = mapped_column(unique=True)
    name: Mapped[Short]
    edition_id: Mapped[Id | None] = mapped_column(index=True)
    person_id: Mapped[Id | None] = mapped_column(index=True)
    recipient: Mapped[Short]
    subject: Mapped[Short]
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[MailState] = mapped_column(default=MailState.QUEUED, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)


class SilentEdition(Base):
    """An edition whose messages are written and never leave: a rehearsal. Its address book is not ours to write to."""

    __tablename__ = "silent_edition"

    edition_id: Mapped[PrimaryId]


class EditionWords(Versioned, Base):
    """What an edition adds to a message; both empty, it is as it was. The row stays: its version only grows."""

    __tablename__ = "edition_words"
    __table_args__ = (UniqueConstraint("edition_id", "name"),)

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(index=True)
    name: Mapped[Short]
    subject: Mapped[Short]
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]
    updated_by: Mapped[Short]

"""Partners, contributions, events and their moments."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from creathon.core.database import Base, Id, PrimaryId, Short, Versioned


class EventStatus(StrEnum):
    """How sure an event is. A confirmed one whose last day is over is past: the clock says so, nobody types it."""

    ENVISAGE = "envisage"
    CONFIRME = "confirme"
    ANNULE = "annule"


class Partner(Versioned, Base):
    """An organisation that takes part in an edition. `kind` as in the glossary: operateur_etat, cluster, universite…"""

    __tablename__ = "partner"

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    name: Mapped[Short]
    kind: Mapped[Short]
    withdrawn_at: Mapped[datetime | None]

    contributions: Mapped[list["PartnerContribution"]] = relationship(
        order_by="PartnerContribution.kind, PartnerContribution.id", cascade="all, delete-orphan", lazy="raise"
    )


class PartnerContribution(Base):
    """What a partner brings: pret_de_lieu, pilotage, mentorat…"""

    __tablename__ = "partner_contribution"

    id: Mapped[PrimaryId]
    partner_id: Mapped[Id] = mapped_column(ForeignKey("partner.id"), index=True)
    kind: Mapped[Short]
    note: Mapped[str | None] = mapped_column(Text)


class AgendaEvent(Versioned, Base):
    """An event of the partners: one day or several, whole days."""

    __tablename__ = "agenda_event"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="ordered"),)

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    title: Mapped[Short]
    kind: Mapped[Short]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    venue: Mapped[Short | None]
    pilot: Mapped[Short | None]
    audience: Mapped[Short | None]
    note: Mapped[str | None] = mapped_column(Text)
    status: Mapped[EventStatus] = mapped_column(default=EventStatus.CONFIRME)
    withdrawn_at: Mapped[datetime | None]

    moments: Mapped[list["AgendaMoment"]] = relationship(
        order_by="AgendaMoment.position", cascade="all, delete-orphan", lazy="raise"
    )


class AgendaMoment(Base):
    """A part of an event, perhaps on one of its days, perhaps for another audience."""

    __tablename__ = "agenda_moment"

    id: Mapped[PrimaryId]
    event_id: Mapped[Id] = mapped_column(ForeignKey("agenda_event.id"), index=True)
    position: Mapped[int]
    day: Mapped[date | None]
    title: Mapped[Short]
    audience: Mapped[Short | None]

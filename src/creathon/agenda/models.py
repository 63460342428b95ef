"""Partners, contributions, events."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from creathon.core.database import Base, Id, PrimaryId, Short


class Partner(Base):
    """An organisation that takes part in an edition. `kind` as in the glossary: operateur_etat, cluster, universite…"""

    __tablename__ = "partner"

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    name: Mapped[Short]
    kind: Mapped[Short]

    contributions: Mapped[list["PartnerContribution"]] = relationship(order_by="PartnerContribution.kind", lazy="raise")


class PartnerContribution(Base):
    """What a partner brings: pret_de_lieu, pilotage, mentorat…"""

    __tablename__ = "partner_contribution"

    id: Mapped[PrimaryId]
    partner_id: Mapped[Id] = mapped_column(ForeignKey("partner.id"), index=True)
    kind: Mapped[Short]
    note: Mapped[str | None] = mapped_column(Text)


class AgendaEvent(Base):
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

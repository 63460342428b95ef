"""Rubric, panels, links, assignments, evaluations, selection, palmarès."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from creathon.accounts.models import Person
from creathon.core.database import Base, Id, PrimaryId, Short, Versioned
from creathon.editions.models import Site
from creathon.projects.models import Project

HIGHEST_LEVEL = 4


class Rubric(Versioned, Base):
    """The grid of an edition; frozen when the first evaluation is written."""

    __tablename__ = "rubric"

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), unique=True)
    frozen_at: Mapped[datetime | None]

    criteria: Mapped[list["Criterion"]] = relationship(order_by="Criterion.position", lazy="raise")


class Criterion(Base):
    """One line of the grid; `weight` is in points out of 100."""

    __tablename__ = "criterion"
    __table_args__ = (UniqueConstraint("rubric_id", "code"), CheckConstraint("weight > 0", name="weight"))

    id: Mapped[PrimaryId]
    rubric_id: Mapped[Id] = mapped_column(ForeignKey("rubric.id"), index=True)
    code: Mapped[Short]
    title: Mapped[Short]
    question: Mapped[str] = mapped_column(Text)
    weight: Mapped[int]
    position: Mapped[int]

    levels: Mapped[list["Level"]] = relationship(order_by="Level.value", lazy="raise")


class Level(Base):
    """What a level of a criterion looks like, in a sentence."""

    __tablename__ = "level"
    __table_args__ = (
        UniqueConstraint("criterion_id", "value"),
        CheckConstraint(f"value BETWEEN 0 AND {HIGHEST_LEVEL}", name="value"),
    )

    id: Mapped[PrimaryId]
    criterion_id: Mapped[Id] = mapped_column(ForeignKey("criterion.id"), index=True)
    value: Mapped[int]
    text: Mapped[str] = mapped_column(Text)


class Panel(Base):
    """A jury: national, or of one site. `reads` is how many jurors read each project."""

    __tablename__ = "panel"
    __table_args__ = (UniqueConstraint("edition_id", "name"), CheckConstraint("reads > 0", name="reads"))

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    site_id: Mapped[Id | None] = mapped_column(ForeignKey("site.id"))
    name: Mapped[Short]
    reads: Mapped[int]
    created_at: Mapped[datetime]

    site: Mapped[Site | None] = relationship(lazy="raise")
    jurors: Mapped[list["PanelJuror"]] = relationship(lazy="raise")


class PanelJuror(Base):
    """A person on a panel, with the capacity told to the public."""

    __tablename__ = "panel_juror"
    __table_args__ = (UniqueConstraint("panel_id", "person_id"),)

    id: Mapped[PrimaryId]
    panel_id: Mapped[Id] = mapped_column(ForeignKey("panel.id"), index=True)
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    quality: Mapped[Short]
    is_chair: Mapped[bool] = mapped_column(default=False)
    links_declared_at: Mapped[datetime | None]
    """When the juror said of every project whether a link exists; nothing can be read before."""

    person: Mapped[Person] = relationship(lazy="raise")
    panel: Mapped[Panel] = relationship(lazy="raise", viewonly=True)


class LinkKind(StrEnum):
    FAMILY = "family"
    COLLEAGUE = "colleague"
    HIERARCHY = "hierarchy"
    PUPIL = "pupil"
    ASSOCIATION = "association"
    BUSINESS = "business"
    OTHER = "other"


class ConflictOfInterest(Base):
    """A link between a person and a project: it hides the project from them, whatever their role."""

    __tablename__ = "conflict_of_interest"
    __table_args__ = (UniqueConstraint("person_id", "project_id"),)

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[LinkKind]
    note: Mapped[str] = mapped_column(Text, default="")
    declared_by: Mapped[Short]
    declared_at: Mapped[datetime]


class Assignment(Base):
    """A project given to a juror to read."""

    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("panel_id", "person_id", "project_id"),)

    id: Mapped[PrimaryId]
    panel_id: Mapped[Id] = mapped_column(ForeignKey("panel.id"), index=True)
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"), index=True)
    position: Mapped[int]
    """The place in this juror's pile: drawn by lot for each, so that no project is always last."""
    assigned_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[Short | None]

    panel: Mapped[Panel] = relationship(lazy="raise")
    project: Mapped[Project] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
    evaluation: Mapped["Evaluation | None"] = relationship(lazy="raise", back_populates="assignment", uselist=False)


class EvaluationState(StrEnum):
    DRAFT = "draft"
    VALIDATED = "validated"


class Evaluation(Versioned, Base):
    """What one juror thinks of one project. `total` is set when it is validated: points out of 100, two places."""

    __tablename__ = "evaluation"

    id: Mapped[PrimaryId]
    assignment_id: Mapped[Id] = mapped_column(ForeignKey("assignment.id"), unique=True)
    state: Mapped[EvaluationState] = mapped_column(default=EvaluationState.DRAFT)
    remark_team: Mapped[str] = mapped_column(Text, default="")
    remark_jury: Mapped[str] = mapped_column(Text, default="")
    total: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    updated_at: Mapped[datetime]
    validated_at: Mapped[datetime | None]

    assignment: Mapped[Assignment] = relationship(lazy="raise", back_populates="evaluation")
    scores: Mapped[list["Score"]] = relationship(lazy="raise", cascade="all, delete-orphan")


class Score(Base):
    """The level given for one criterion."""

    __tablename__ = "score"
    __table_args__ = (
        UniqueConstraint("evaluation_id", "criterion_id"),
        CheckConstraint(f"level BETWEEN 0 AND {HIGHEST_LEVEL}", name="level"),
    )

    id: Mapped[PrimaryId]
    evaluation_id: Mapped[Id] = mapped_column(ForeignKey("evaluation.id"), index=True)
    criterion_id: Mapped[Id] = mapped_column(ForeignKey("criterion.id"), index=True)
    level: Mapped[int]


class Tier(StrEnum):
    RENFORCE = "renforce"
    APPUI = "appui"


class Selection(Versioned, Base):
    """A project chosen for phase two, with the reason; prepared in secret until the palmarès is published."""

    __tablename__ = "selection"

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"), unique=True)
    tier: Mapped[Tier]
    prize: Mapped[Short] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[Short]
    decided_at: Mapped[datetime]

    project: Mapped[Project] = relationship(lazy="raise")


class Palmares(Base):
    """What was published, once: an immutable snapshot with its hash."""

    __tablename__ = "palmares"
    __table_args__ = (UniqueConstraint("edition_id", "number"),)

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    number: Mapped[int]
    published_at: Mapped[datetime]
    published_by: Mapped[Short]
    content: Mapped[dict[str, Any]]
    sha256: Mapped[Short]

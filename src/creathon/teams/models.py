"""Teams, members, authorisations of minors, invitations; questions and answers; people who apply alone."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from creathon.accounts.models import Person
from creathon.core.database import Base, Id, PrimaryId, Short, Versioned
from creathon.editions.models import Edition, Site

SEATS = 5
FEWEST = 3
ADULTS_OF_A_CLASS = 2


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


class QuestionKind(StrEnum):
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    NUMBER = "number"
    CONSENT = "consent"


class AloneState(StrEnum):
    """Where somebody who applies alone stands."""

    SEARCHING = "searching"
    PLACED = "placed"
    WITHDRAWN = "withdrawn"


class SeatAnswer(StrEnum):
    """What somebody said of the seat that a coordination proposed."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Side(StrEnum):
    """Who begins an approach."""

    TEAM = "team"
    PERSON = "person"


class ApproachState(StrEnum):
    """What became of an approach. Closed: nobody answered, the person or the team needs nobody any longer."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class AuthorisedAct(StrEnum):
    """What the holders of parental authority of a minor may allow. One says nothing of the others."""

    PARTICIPATION = "participation"
    CAPTURE = "capture"
    BROADCAST = "broadcast"


class Authorisation(Base):
    """What a site has read signed, on paper, for a minor. The paper stays with the site; withdrawn, the row stays."""

    __tablename__ = "authorisation"
    __table_args__ = (
        CheckConstraint("(act = 'participation') = (ends_on IS NULL)", name="ends"),
        CheckConstraint("signatories BETWEEN 1 AND 2", name="signatories"),
        Index(
            "uq_authorisation_in_force",
            "edition_id",
            "person_id",
            "act",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"))
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    act: Mapped[AuthorisedAct]
    signatories: Mapped[int]
    ends_on: Mapped[date | None]
    """The last day of an authorisation about images."""
    validated_at: Mapped[datetime]
    validated_by: Mapped[Short]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[Short | None]


class Team(Versioned, Base):
    """Three to five people of one edition, or a class whose pupils have no account.

    `code` lets a person join without a mail. `queued_at` is when a waiting team arrived in the list of its site.
    """

    __tablename__ = "team"
    __table_args__ = (
        UniqueConstraint("edition_id", "name_key"),
        CheckConstraint("pupils_under_15 >= 0 AND pupils_15_17 >= 0 AND pupils_adult >= 0", name="pupils"),
        Index("ix_team_listed", "edition_id", "dissolved_at", "state", "site_id"),
        Index("ix_team_queue", "site_id", "state", "queued_at", "id"),
    )

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
    queued_at: Mapped[datetime | None]
    dissolved_at: Mapped[datetime | None]
    answers_version: Mapped[int] = mapped_column(default=0)
    """Counts the saves of the answers: two members may write them."""
    pupils_under_15: Mapped[int] = mapped_column(default=0)
    pupils_15_17: Mapped[int] = mapped_column(default=0)
    pupils_adult: Mapped[int] = mapped_column(default=0)
    pupil_names: Mapped[str] = mapped_column(Text, default="")
    """First names and initials, if any: never a surname."""
    certified_at: Mapped[datetime | None]
    """When the teacher certified that they hold the authorisations of the pupils declared."""
    non_competing: Mapped[bool] = mapped_column(default=False)
    asks_non_competing: Mapped[bool] = mapped_column(default=False)
    non_competing_reason: Mapped[str] = mapped_column(Text, default="")
    seeks: Mapped[str] = mapped_column(Text, default="")
    """Whom the team looks for, in its words; nobody while it is empty."""

    edition: Mapped[Edition] = relationship(lazy="raise")
    site: Mapped[Site] = relationship(lazy="raise")
    members: Mapped[list["TeamMember"]] = relationship(order_by="TeamMember.seat", lazy="raise", back_populates="team")

    @property
    def is_class(self) -> bool:
        return self.kind == TeamKind.CLASS

    @property
    def pupils(self) -> int:
        return self.pupils_under_15 + self.pupils_15_17 + self.pupils_adult


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
    authorised_at: Mapped[datetime | None] = column_property(
        select(Authorisation.validated_at)
        .where(
            Authorisation.edition_id == edition_id,
            Authorisation.person_id == person_id,
            Authorisation.act == AuthorisedAct.PARTICIPATION,
            Authorisation.withdrawn_at.is_(None),
        )
        .correlate_except(Authorisation)
        .scalar_subquery()
    )
    """When a site validated the participation of a minor, if that stands."""

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


class Question(Versioned, Base):
    """What an edition asks of those who apply; `of_person`: of somebody who applies alone too.

    `limit` is the most characters of a text or the greatest number; `options` are those of a choice.
    """

    __tablename__ = "question"

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    position: Mapped[int]
    kind: Mapped[QuestionKind]
    label: Mapped[str] = mapped_column(Text)
    hint: Mapped[str] = mapped_column(Text, default="")
    required: Mapped[bool] = mapped_column(default=False)
    of_person: Mapped[bool] = mapped_column(default=False)
    options: Mapped[list[str]]
    limit: Mapped[int]


class AloneApplication(Versioned, Base):
    """Somebody without a team who applies: what they bring, the site and the role they wish."""

    __tablename__ = "alone_application"
    __table_args__ = (
        UniqueConstraint("edition_id", "person_id"),
        Index("ix_alone_application_listed", "edition_id", "state", "site_id"),
    )

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"))
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id"), index=True)
    role: Mapped[TeamRole]
    brings: Mapped[str] = mapped_column(Text)
    seeks: Mapped[str] = mapped_column(Text, default="")
    is_shown: Mapped[bool] = mapped_column(default=False)
    """Whether the person chose to be shown to the teams that look for somebody."""
    state: Mapped[AloneState] = mapped_column(default=AloneState.SEARCHING)
    submitted_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="raise")
    site: Mapped[Site] = relationship(lazy="raise")


class Answer(Base):
    """What a team, or somebody alone, answers to a question. A consent given is « oui »."""

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("team_id", "question_id"),
        UniqueConstraint("alone_id", "question_id"),
        CheckConstraint("(team_id IS NULL) <> (alone_id IS NULL)", name="of_one"),
    )

    id: Mapped[PrimaryId]
    question_id: Mapped[Id] = mapped_column(ForeignKey("question.id"), index=True)
    team_id: Mapped[Id | None] = mapped_column(ForeignKey("team.id"))
    alone_id: Mapped[Id | None] = mapped_column(ForeignKey("alone_application.id"))
    value: Mapped[str] = mapped_column(Text)


class Proposal(Base):
    """A coordination brings people who apply alone together, in a team that is there or in one to found as `name`."""

    __tablename__ = "proposal"

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    site_id: Mapped[Id] = mapped_column(ForeignKey("site.id"), index=True)
    team_id: Mapped[Id | None] = mapped_column(ForeignKey("team.id"), index=True)
    name: Mapped[Short]
    proposed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship(lazy="raise")
    team: Mapped[Team | None] = relationship(lazy="raise")
    seats: Mapped[list["ProposedSeat"]] = relationship(
        order_by="ProposedSeat.id", lazy="raise", back_populates="proposal"
    )


class ProposedSeat(Base):
    """A seat of a proposal, and what the person said of it."""

    __tablename__ = "proposed_seat"
    __table_args__ = (UniqueConstraint("proposal_id", "alone_id"),)

    id: Mapped[PrimaryId]
    proposal_id: Mapped[Id] = mapped_column(ForeignKey("proposal.id"))
    alone_id: Mapped[Id] = mapped_column(ForeignKey("alone_application.id"), index=True)
    answer: Mapped[SeatAnswer] = mapped_column(default=SeatAnswer.PENDING)
    answered_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship(lazy="raise", back_populates="seats")
    alone: Mapped[AloneApplication] = relationship(lazy="raise")


class Approach(Base):
    """A team offers a seat to somebody who applies alone, or they ask for one. One waits at a time between the two."""

    __tablename__ = "approach"
    __table_args__ = (
        CheckConstraint("(state = 'waiting') = (answered_at IS NULL)", name="answered"),
        Index(
            "uq_approach_waiting",
            "team_id",
            "alone_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[PrimaryId]
    edition_id: Mapped[Id] = mapped_column(ForeignKey("edition.id"), index=True)
    team_id: Mapped[Id] = mapped_column(ForeignKey("team.id"), index=True)
    alone_id: Mapped[Id] = mapped_column(ForeignKey("alone_application.id"), index=True)
    sent_by: Mapped[Side]
    sender_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    message: Mapped[str] = mapped_column(Text)
    role: Mapped[TeamRole]
    """The role offered, or asked for."""
    created_at: Mapped[datetime]
    state: Mapped[ApproachState] = mapped_column(default=ApproachState.WAITING)
    answered_at: Mapped[datetime | None]

    team: Mapped[Team] = relationship(lazy="raise")
    alone: Mapped[AloneApplication] = relationship(lazy="raise")

"""applications: questions and answers, places and their queue, classes, people who apply alone

Revision: 0008
Follows: 0007
Made: 2026-11-25 04:36:37.250750

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | Sequence[str] | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


PUPILS = "pupils_under_15 >= 0 AND pupils_15_17 >= 0 AND pupils_adult >= 0"


def upgrade() -> None:
    op.create_table(
        "question",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("edition_id", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "short_text",
                "long_text",
                "choice",
                "number",
                "consent",
                name="questionkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("of_person", sa.Boolean(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("limit", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_question_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "alone_application",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("edition_id", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.String(length=12), nullable=False),
        sa.Column("site_id", sa.String(length=12), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "pedagogue",
                "concepteur",
                "technicien",
                "conteur",
                "gardien_ethique",
                name="teamrole",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("brings", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("searching", "placed", "withdrawn", name="alonestate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_alone_application_edition_id_edition")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_alone_application_person_id_person")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_alone_application_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alone_application")),
        sa.UniqueConstraint("edition_id", "person_id", name=op.f("uq_alone_application_edition_id_person_id")),
    )
    with op.batch_alter_table("alone_application", schema=None) as batch_op:
        batch_op.create_index("ix_alone_application_listed", ["edition_id", "state", "site_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alone_application_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alone_application_site_id"), ["site_id"], unique=False)

    op.create_table(
        "answer",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("question_id", sa.String(length=12), nullable=False),
        sa.Column("team_id", sa.String(length=12), nullable=True),
        sa.Column("alone_id", sa.String(length=12), nullable=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.CheckConstraint("(team_id IS NULL) <> (alone_id IS NULL)", name=op.f("ck_answer_of_one")),
        sa.ForeignKeyConstraint(
            ["alone_id"], ["alone_application.id"], name=op.f("fk_answer_alone_id_alone_application")
        ),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_answer_question_id_question")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_answer_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("alone_id", "question_id", name=op.f("uq_answer_alone_id_question_id")),
        sa.UniqueConstraint("team_id", "question_id", name=op.f("uq_answer_team_id_question_id")),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_question_id"), ["question_id"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("edition_id", sa.String(length=12), nullable=False),
        sa.Column("site_id", sa.String(length=12), nullable=False),
        sa.Column("team_id", sa.String(length=12), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_proposal_edition_id_edition")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_proposal_site_id_site")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_proposal_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_site_id"), ["site_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_team_id"), ["team_id"], unique=False)

    op.create_table(
        "proposed_seat",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("proposal_id", sa.String(length=12), nullable=False),
        sa.Column("alone_id", sa.String(length=12), nullable=False),
        sa.Column(
            "answer",
            sa.Enum("pending", "accepted", "declined", name="seatanswer", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["alone_id"], ["alone_application.id"], name=op.f("fk_proposed_seat_alone_id_alone_application")
        ),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_proposed_seat_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_seat")),
        sa.UniqueConstraint("proposal_id", "alone_id", name=op.f("uq_proposed_seat_proposal_id_alone_id")),
    )
    with op.batch_alter_table("proposed_seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposed_seat_alone_id"), ["alone_id"], unique=False)

    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "seating",
                sa.Enum("answer", "arrival", name="seating", native_enum=False, length=40),
                nullable=False,
                server_default="answer",
            )
        )

    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.add_column(sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("dissolved_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("answers_version", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("pupils_under_15", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("pupils_15_17", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("pupils_adult", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("pupil_names", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("certified_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("non_competing", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("asks_non_competing", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("non_competing_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.create_check_constraint("ck_team_pupils", PUPILS)
        batch_op.create_index("ix_team_listed", ["edition_id", "dissolved_at", "state", "site_id"], unique=False)
        batch_op.create_index("ix_team_queue", ["site_id", "state", "queued_at", "id"], unique=False)

    op.execute("UPDATE team SET queued_at = COALESCE(submitted_at, created_at) WHERE state = 'waitlisted'")
    op.execute("UPDATE team SET dissolved_at = created_at WHERE name_key LIKE 'dissoute:%'")


def downgrade() -> None:
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.drop_index("ix_team_queue")
        batch_op.drop_index("ix_team_listed")
        batch_op.drop_constraint("ck_team_pupils", type_="check")
        batch_op.drop_column("non_competing_reason")
        batch_op.drop_column("asks_non_competing")
        batch_op.drop_column("non_competing")
        batch_op.drop_column("certified_at")
        batch_op.drop_column("pupil_names")
        batch_op.drop_column("pupils_adult")
        batch_op.drop_column("pupils_15_17")
        batch_op.drop_column("pupils_under_15")
        batch_op.drop_column("answers_version")
        batch_op.drop_column("dissolved_at")
        batch_op.drop_column("queued_at")

    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.drop_column("seating")

    with op.batch_alter_table("proposed_seat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposed_seat_alone_id"))

    op.drop_table("proposed_seat")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_team_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_site_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_edition_id"))

    op.drop_table("proposal")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_question_id"))

    op.drop_table("answer")
    with op.batch_alter_table("alone_application", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alone_application_site_id"))
        batch_op.drop_index(batch_op.f("ix_alone_application_person_id"))
        batch_op.drop_index("ix_alone_application_listed")

    op.drop_table("alone_application")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_edition_id"))

    op.drop_table("question")

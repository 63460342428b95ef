"""changes of the calendar that wait for a second person, steps of the twenty-four hours

Revision: 0010
Follows: 0009
Made: 2026-11-25 04:40:00

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | Sequence[str] | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("phase_change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("confirmed_by", sa.String(length=200), nullable=True))
    op.create_table(
        "phase_proposal",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("edition_id", sa.String(length=12), nullable=False),
        sa.Column("phase_id", sa.String(length=12), nullable=False),
        sa.Column("calendar", sa.String(length=200), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=200), nullable=False),
        sa.Column("proposer_name", sa.String(length=200), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum("pending", "applied", "refused", name="proposalstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("settled_by", sa.String(length=200), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_phase_proposal_edition_id_edition")),
        sa.ForeignKeyConstraint(["phase_id"], ["phase.id"], name=op.f("fk_phase_proposal_phase_id_phase")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phase_proposal")),
    )
    with op.batch_alter_table("phase_proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phase_proposal_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_phase_proposal_phase_id"), ["phase_id"], unique=False)
    op.create_table(
        "day_step",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("edition_id", sa.String(length=12), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_day_step_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_step")),
    )
    with op.batch_alter_table("day_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_day_step_edition_id"), ["edition_id"], unique=False)


def downgrade() -> None:
    op.drop_table("day_step")
    op.drop_table("phase_proposal")
    with op.batch_alter_table("phase_change", schema=None) as batch_op:
        batch_op.drop_column("confirmed_by")

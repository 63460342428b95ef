"""what is deposited is decided admissible or not, gate by gate

Revision: 0019
Follows: 0018
Made: 2026-11-26 12:20:00

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | Sequence[str] | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "admissibility_check",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("edition_id", sa.String(length=12), nullable=False),
        sa.Column("project_id", sa.String(length=12), nullable=False),
        sa.Column("deposit_id", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("admissible", sa.Boolean(), nullable=False),
        sa.Column("gates", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contest", sa.Text(), nullable=False),
        sa.Column("contested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contested_by", sa.String(length=200), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=True),
        sa.Column("lifted", sa.Boolean(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_admissibility_check_number")),
        sa.CheckConstraint("contested_at IS NULL OR NOT admissible", name=op.f("ck_admissibility_check_contested")),
        sa.CheckConstraint(
            "answered_at IS NULL OR contested_at IS NOT NULL", name=op.f("ck_admissibility_check_answered")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_admissibility_check_edition_id_edition")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_admissibility_check_project_id_project")),
        sa.ForeignKeyConstraint(["deposit_id"], ["deposit.id"], name=op.f("fk_admissibility_check_deposit_id_deposit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admissibility_check")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_admissibility_check_project_id_number")),
    )
    op.create_index(op.f("ix_admissibility_check_edition_id"), "admissibility_check", ["edition_id"])
    op.create_index(op.f("ix_admissibility_check_deposit_id"), "admissibility_check", ["deposit_id"])
    op.create_index(
        "uq_admissibility_check_current",
        "admissibility_check",
        ["project_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("admissibility_check")

"""what sites have read signed for minors

Revision: 0011
Follows: 0010
Made: 2026-11-25 15:10:00

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | Sequence[str] | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "authorisation",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("edition_id", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.String(length=12), nullable=False),
        sa.Column(
            "act",
            sa.Enum("participation", "capture", "broadcast", name="authorisedact", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("signatories", sa.Integer(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("validated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("validated_by", sa.String(length=200), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=200), nullable=True),
        sa.CheckConstraint("(act = 'participation') = (ends_on IS NULL)", name=op.f("ck_authorisation_ends")),
        sa.CheckConstraint("signatories BETWEEN 1 AND 2", name=op.f("ck_authorisation_signatories")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_authorisation_edition_id_edition")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_authorisation_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorisation")),
    )
    with op.batch_alter_table("authorisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_authorisation_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_authorisation_in_force",
            ["edition_id", "person_id", "act"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )


def downgrade() -> None:
    op.drop_table("authorisation")

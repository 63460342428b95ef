"""an edition adds its own words to the messages it sends

Revision: 0014
Follows: 0013
Made: 2026-11-26 01:20:00

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | Sequence[str] | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "edition_words",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("edition_id", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_words")),
        sa.UniqueConstraint("edition_id", "name", name=op.f("uq_edition_words_edition_id_name")),
    )
    with op.batch_alter_table("edition_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edition_words_edition_id"), ["edition_id"], unique=False)


def downgrade() -> None:
    op.drop_table("edition_words")

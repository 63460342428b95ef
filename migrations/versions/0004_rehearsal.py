"""rehearsals: an edition that rehearses another, its clock, its invented people, its silent messages

Revision: 0004
Follows: 0003
Made: 2026-11-25 04:40:00

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rehearsal_of_id", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("clock_seconds", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_foreign_key("fk_edition_rehearsal_of_id_edition", "edition", ["rehearsal_of_id"], ["id"])
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.alter_column("clock_seconds", server_default=None)
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("invented_for_id", sa.String(length=12), nullable=True))
        batch_op.create_foreign_key("fk_person_invented_for_id_edition", "edition", ["invented_for_id"], ["id"])
        batch_op.create_index("ix_person_invented_for_id", ["invented_for_id"])
    op.create_table(
        "silent_edition",
        sa.Column("edition_id", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("edition_id", name="pk_silent_edition"),
    )


def downgrade() -> None:
    op.drop_table("silent_edition")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("ix_person_invented_for_id")
        batch_op.drop_constraint("fk_person_invented_for_id_edition", type_="foreignkey")
        batch_op.drop_column("invented_for_id")
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.drop_constraint("fk_edition_rehearsal_of_id_edition", type_="foreignkey")
        batch_op.drop_column("clock_seconds")
        batch_op.drop_column("rehearsal_of_id")

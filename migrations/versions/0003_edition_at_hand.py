"""the edition a person works in

Revision: 0003
Follows: 0002
Made: 2026-11-25 04:10:00

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | Sequence[str] | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("edition_id", sa.String(length=12), nullable=True))
        batch_op.create_foreign_key("fk_person_edition_id_edition", "edition", ["edition_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_constraint("fk_person_edition_id_edition", type_="foreignkey")
        batch_op.drop_column("edition_id")

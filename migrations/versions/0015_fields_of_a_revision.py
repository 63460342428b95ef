"""a revision says which fields it changed, and holds only these

Revision: 0015
Follows: 0014
Made: 2026-11-26 00:22:00

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | Sequence[str] | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """What was saved before is whole."""
    with op.batch_alter_table("project_revision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("changed", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("whole", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    """What is not whole cannot be read without this column: it is given up, the draft itself is not."""
    op.execute(sa.text("DELETE FROM project_revision WHERE NOT whole"))
    with op.batch_alter_table("project_revision", schema=None) as batch_op:
        batch_op.drop_column("whole")
        batch_op.drop_column("changed")

"""the answers to the two questionnaires of a project

Revision: 0017
Follows: 0016
Made: 2026-11-26 05:20:00

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | Sequence[str] | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Nothing is answered in the drafts there are; what is deposited does not change."""
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ethics_answers", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("inclusion_answers", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """The answers go with their columns; the revisions and the deposits keep theirs."""
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_column("inclusion_answers")
        batch_op.drop_column("ethics_answers")

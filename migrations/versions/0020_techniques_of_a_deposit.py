"""the gallery is filtered by the techniques that a deposit names

Revision: 0020
Follows: 0019
Made: 2026-11-26 13:30:00

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | Sequence[str] | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

DEPOSIT = sa.table("deposit", sa.column("id"), sa.column("content", sa.JSON()), sa.column("techniques", sa.JSON()))


def upgrade() -> None:
    """Copied from the bundle, where the answer to E02 is, so that a list never reads it."""
    op.add_column("deposit", sa.Column("techniques", sa.JSON(), nullable=False, server_default="[]"))
    connection = op.get_bind()
    for deposit_id, content in connection.execute(sa.select(DEPOSIT.c.id, DEPOSIT.c.content)).all():
        if named := content.get("e02"):
            connection.execute(sa.update(DEPOSIT).where(DEPOSIT.c.id == deposit_id).values(techniques=named))


def downgrade() -> None:
    op.drop_column("deposit", "techniques")

"""the captions of the video are words of the project

Revision: 0024
Follows: 0023
Made: 2026-11-26 21:00:00

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | Sequence[str] | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("project", sa.Column("video_captions", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("project", "video_captions")

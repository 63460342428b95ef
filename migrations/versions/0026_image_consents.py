"""each member may let the video of the team be shown to everybody

Revision: 0026
Follows: 0025
Made: 2026-11-27 12:40:00

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | Sequence[str] | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

IN_FORCE = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    """Nobody has agreed to anything yet."""
    op.create_table(
        "image_consent",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("team_id", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.String(length=12), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_image_consent_person_id_person")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_image_consent_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_image_consent")),
    )
    op.create_index(op.f("ix_image_consent_person_id"), "image_consent", ["person_id"])
    op.create_index(
        "uq_image_consent_in_force", "image_consent", ["team_id", "person_id"], unique=True, sqlite_where=IN_FORCE,
        postgresql_where=IN_FORCE,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("image_consent")

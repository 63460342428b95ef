"""teams that seek somebody and people who seek a team meet

Revision: 0013
Follows: 0012
Made: 2026-11-25 19:25:00

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | Sequence[str] | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ROLES = ("pedagogue", "concepteur", "technicien", "conteur", "gardien_ethique")
STATES = ("waiting", "accepted", "declined", "withdrawn", "closed")


def _named(name: str, values: Sequence[str]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)


def upgrade() -> None:
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seeks", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("alone_application", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seeks", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("is_shown", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "approach",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("edition_id", sa.String(length=12), nullable=False),
        sa.Column("team_id", sa.String(length=12), nullable=False),
        sa.Column("alone_id", sa.String(length=12), nullable=False),
        sa.Column("sent_by", _named("side", ("team", "person")), nullable=False),
        sa.Column("sender_id", sa.String(length=12), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("role", _named("teamrole", ROLES), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", _named("approachstate", STATES), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'waiting') = (answered_at IS NULL)", name=op.f("ck_approach_answered")),
        sa.ForeignKeyConstraint(
            ["alone_id"], ["alone_application.id"], name=op.f("fk_approach_alone_id_alone_application")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_approach_edition_id_edition")),
        sa.ForeignKeyConstraint(["sender_id"], ["person.id"], name=op.f("fk_approach_sender_id_person")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_approach_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approach")),
    )
    with op.batch_alter_table("approach", schema=None) as batch_op:
        for column in ("edition_id", "team_id", "alone_id"):
            batch_op.create_index(batch_op.f(f"ix_approach_{column}"), [column], unique=False)
        batch_op.create_index(
            "uq_approach_waiting",
            ["team_id", "alone_id"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )


def downgrade() -> None:
    op.drop_table("approach")
    with op.batch_alter_table("alone_application", schema=None) as batch_op:
        batch_op.drop_column("is_shown")
        batch_op.drop_column("seeks")
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.drop_column("seeks")

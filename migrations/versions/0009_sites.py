"""the practical and accessibility sheet of a site, its facilitators; the names of who is invited

Revision: 0009
Follows: 0008
Made: 2026-11-25 04:40:00

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | Sequence[str] | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TEXTS = ("address", "directions", "opening", "public_note")
NAMES = ("given_name", "family_name")


def upgrade() -> None:
    with op.batch_alter_table("site", schema=None) as batch_op:
        for name in TEXTS:
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("accessibility", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("access_contact", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        for name in NAMES:
            batch_op.add_column(sa.Column(name, sa.String(length=200), nullable=False, server_default=""))
    _forget_defaults("site", (*TEXTS, "accessibility", "access_contact", "version"))
    _forget_defaults("invitation", NAMES)
    op.create_table(
        "facilitator",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("edition_id", sa.String(length=12), nullable=False),
        sa.Column("site_id", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("task", sa.String(length=200), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_facilitator_edition_id_edition")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_facilitator_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facilitator")),
    )
    with op.batch_alter_table("facilitator", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_facilitator_site_id"), ["site_id"], unique=False)


def downgrade() -> None:
    op.drop_table("facilitator")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        for name in NAMES:
            batch_op.drop_column(name)
    with op.batch_alter_table("site", schema=None) as batch_op:
        for name in (*TEXTS, "accessibility", "access_contact", "version"):
            batch_op.drop_column(name)


def _forget_defaults(table: str, columns: Sequence[str]) -> None:
    """The defaults filled the rows that were there; from now on the program says every value."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        for name in columns:
            batch_op.alter_column(name, server_default=None)

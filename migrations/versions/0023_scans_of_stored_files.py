"""what the antivirus says of a stored content, and the anonymised copy that jurors read

Revision: 0023
Follows: 0022
Made: 2026-11-26 17:00:00

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | Sequence[str] | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SCAN = sa.Enum("pending", "clean", "infected", "error", name="scan", native_enum=False, length=40)
WAITING = "scan_due_at IS NOT NULL"


def upgrade() -> None:
    """What is stored already waits to be read, in its order."""
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scan", SCAN, nullable=False, server_default="pending"))
        batch_op.add_column(sa.Column("scan_due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("scan_tries", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("scanned_by", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("scan_found", sa.String(length=200), nullable=False, server_default=""))
    op.execute(sa.text("UPDATE stored_file SET scan_due_at = stored_at"))
    op.create_index(
        "ix_stored_file_scan_due_at", "stored_file", ["scan_due_at"], sqlite_where=sa.text(WAITING),
        postgresql_where=sa.text(WAITING),
    )  # fmt: skip
    op.create_table(
        "blind_copy",
        sa.Column("sha256", sa.String(length=200), nullable=False),
        sa.Column("copy_sha256", sa.String(length=200), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_blind_copy_sha256_stored_file")),
        sa.ForeignKeyConstraint(
            ["copy_sha256"], ["stored_file.sha256"], name=op.f("fk_blind_copy_copy_sha256_stored_file")
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blind_copy")),
    )
    op.create_index(op.f("ix_blind_copy_copy_sha256"), "blind_copy", ["copy_sha256"])


def downgrade() -> None:
    op.drop_table("blind_copy")
    op.drop_index("ix_stored_file_scan_due_at", table_name="stored_file")
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        for name in ("scan_found", "scanned_by", "scanned_at", "scan_tries", "scan_due_at", "scan"):
            batch_op.drop_column(name)

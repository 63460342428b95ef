"""several pieces may be joined to a project

Revision: 0025
Follows: 0024
Made: 2026-11-27 12:00:00

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | Sequence[str] | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LINKS = (("draft_file", "project"), ("deposit_file", "deposit"))
SLOTS = (("file_id", "piece"), ("video_id", "video"))


def upgrade() -> None:
    """What was joined stays joined; an edition that asked for one file at most still does."""
    for link, holder in LINKS:
        op.create_table(
            link,
            sa.Column(f"{holder}_id", sa.String(length=12), nullable=False),
            sa.Column("file_id", sa.String(length=12), nullable=False),
            sa.ForeignKeyConstraint([f"{holder}_id"], [f"{holder}.id"], name=op.f(f"fk_{link}_{holder}_id_{holder}")),
            sa.ForeignKeyConstraint(["file_id"], ["project_file.id"], name=op.f(f"fk_{link}_file_id_project_file")),
            sa.PrimaryKeyConstraint(f"{holder}_id", "file_id", name=op.f(f"pk_{link}")),
        )
        op.create_index(op.f(f"ix_{link}_file_id"), link, ["file_id"])
        for column, _slot in SLOTS:
            op.execute(
                f"INSERT INTO {link} ({holder}_id, file_id) SELECT id, {column} FROM {holder} WHERE {column} IS NOT NULL"  # noqa: S608
            )
        with op.batch_alter_table(holder, schema=None) as batch_op:
            for column, _slot in SLOTS:
                batch_op.drop_constraint(batch_op.f(f"fk_{holder}_{column}_project_file"), type_="foreignkey")
                batch_op.drop_column(column)
    with op.batch_alter_table("deliverable", schema=None) as batch_op:
        batch_op.add_column(sa.Column("most", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_check_constraint(batch_op.f("ck_deliverable_most"), "most > 0")


def downgrade() -> None:
    """Of several pieces, the one that came first stays joined."""
    with op.batch_alter_table("deliverable", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_deliverable_most"), type_="check")
        batch_op.drop_column("most")
    for link, holder in reversed(LINKS):
        with op.batch_alter_table(holder, schema=None) as batch_op:
            for column, _slot in SLOTS:
                batch_op.add_column(sa.Column(column, sa.String(length=12), nullable=True))
                batch_op.create_foreign_key(
                    batch_op.f(f"fk_{holder}_{column}_project_file"), "project_file", [column], ["id"]
                )
        for column, slot in SLOTS:
            op.execute(
                f"""UPDATE {holder} SET {column} = (
                    SELECT file.id FROM project_file AS file JOIN {link} AS link ON link.file_id = file.id
                    WHERE link.{holder}_id = {holder}.id AND file.slot = '{slot}'
                    ORDER BY file.added_at, file.id LIMIT 1
                )"""  # noqa: S608
            )
        op.drop_index(op.f(f"ix_{link}_file_id"), link)
        op.drop_table(link)

"""what teams hand in is data of the edition: formats, sizes, durations

Revision: 0021
Follows: 0020
Made: 2026-11-26 16:25:00

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | Sequence[str] | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PIECES = ["pdf", "odt", "docx", "pptx", "odp", "png", "jpg"]
KINDS = (
    {"kind": "piece", "formats": PIECES, "max_bytes": 20_000_000, "max_seconds": None, "required": False},
    {"kind": "video", "formats": ["mp4", "webm"], "max_bytes": 500_000_000, "max_seconds": 180,
     "required": True},
)  # fmt: skip


def upgrade() -> None:
    """Each edition there is gets what was accepted until now."""
    table = op.create_table(
        "deliverable",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("edition_id", sa.String(length=12), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("piece", "video", name="deliverablekind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("formats", sa.JSON(), nullable=False),
        sa.Column("max_bytes", sa.BigInteger(), nullable=False),
        sa.Column("max_seconds", sa.Integer(), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.CheckConstraint("max_bytes > 0", name=op.f("ck_deliverable_max_bytes")),
        sa.CheckConstraint("max_seconds > 0", name=op.f("ck_deliverable_max_seconds")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_deliverable_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliverable")),
        sa.UniqueConstraint("edition_id", "kind", name=op.f("uq_deliverable_edition_id_kind")),
    )
    kind = sa.Enum("piece", "video", name="deliverablekind", native_enum=False, length=40)
    with op.batch_alter_table("project_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("slot", kind, nullable=False, server_default="piece"))
        batch_op.add_column(sa.Column("seconds", sa.Double(), nullable=True))
    for name in ("project", "deposit"):
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.add_column(sa.Column("video_id", sa.String(length=12), nullable=True))
            batch_op.create_foreign_key(
                batch_op.f(f"fk_{name}_video_id_project_file"), "project_file", ["video_id"], ["id"]
            )
    editions = op.get_bind().scalars(sa.text("SELECT id FROM edition ORDER BY id")).all()
    rows = [kind | {"id": secrets.token_hex(6), "edition_id": edition} for edition in editions for kind in KINDS]
    if rows:
        op.bulk_insert(table, rows)


def downgrade() -> None:
    for name in ("deposit", "project"):
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"fk_{name}_video_id_project_file"), type_="foreignkey")
            batch_op.drop_column("video_id")
    with op.batch_alter_table("project_file", schema=None) as batch_op:
        batch_op.drop_column("seconds")
        batch_op.drop_column("slot")
    op.drop_table("deliverable")

"""the agenda is edited; a published palmarès no longer changes

Revision: 0006
Follows: 0005
Made: 2026-11-25 04:30:00

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | Sequence[str] | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATUS = sa.Enum("envisage", "confirme", "annule", name="eventstatus", native_enum=False, length=40)
SQLITE = """
CREATE TRIGGER palmares_refuses_{verb} BEFORE {verb} ON palmares
BEGIN SELECT RAISE(ABORT, 'a published palmares does not change'); END
"""
POSTGRES = """
CREATE FUNCTION palmares_refuses() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a published palmares does not change'; END $$
"""


def upgrade() -> None:
    for table in ("partner", "agenda_event"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
            batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    with op.batch_alter_table("agenda_event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("status", STATUS, server_default="confirme", nullable=False))
    op.create_table(
        "agenda_moment",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("event_id", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("audience", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["agenda_event.id"], name="fk_agenda_moment_event_id_agenda_event"),
        sa.PrimaryKeyConstraint("id", name="pk_agenda_moment"),
    )
    op.create_index("ix_agenda_moment_event_id", "agenda_moment", ["event_id"], unique=False)
    _guard_palmares()


def _guard_palmares() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE.format(verb=verb))
        return
    op.execute(POSTGRES)
    op.execute(
        "CREATE TRIGGER palmares_refuses_change BEFORE UPDATE OR DELETE ON palmares "
        "FOR EACH ROW EXECUTE FUNCTION palmares_refuses()"
    )
    op.execute(
        "CREATE TRIGGER palmares_refuses_truncate BEFORE TRUNCATE ON palmares "
        "FOR EACH STATEMENT EXECUTE FUNCTION palmares_refuses()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(f"DROP TRIGGER palmares_refuses_{verb}")
    else:
        op.execute("DROP TRIGGER palmares_refuses_truncate ON palmares")
        op.execute("DROP TRIGGER palmares_refuses_change ON palmares")
        op.execute("DROP FUNCTION palmares_refuses()")
    op.drop_index("ix_agenda_moment_event_id", table_name="agenda_moment")
    op.drop_table("agenda_moment")
    with op.batch_alter_table("agenda_event", schema=None) as batch_op:
        batch_op.drop_column("status")
    for table in ("agenda_event", "partner"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("version")
            batch_op.drop_column("withdrawn_at")

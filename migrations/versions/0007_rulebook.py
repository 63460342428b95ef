"""the rulebook, its acceptances, the version of the grid

Revision: 0007
Follows: 0006
Made: 2026-11-25 04:40:00

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | Sequence[str] | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WHEN = {
    "rulebook": {"UPDATE": "OLD.state = 'published'", "DELETE": "OLD.state = 'published'"},
    "rulebook_article": {
        "INSERT": "(SELECT state FROM rulebook WHERE id = NEW.rulebook_id) = 'published'",
        "UPDATE": "(SELECT state FROM rulebook WHERE id = OLD.rulebook_id) = 'published'",
        "DELETE": "(SELECT state FROM rulebook WHERE id = OLD.rulebook_id) = 'published'",
    },
    "acceptance": {"UPDATE": "TRUE"},
}
"""What is refused: changing a published version or its articles, rewriting an acceptance."""
SQLITE = """
CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table} WHEN {condition}
BEGIN SELECT RAISE(ABORT, 'a published rulebook never changes'); END
"""
POSTGRES = """
CREATE FUNCTION {table}_refuses_{verb}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
IF {condition} THEN RAISE EXCEPTION 'a published rulebook never changes'; END IF;
RETURN {row};
END $$
"""


def upgrade() -> None:
    op.create_table(
        "rulebook",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("edition_id", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state", sa.Enum("draft", "published", name="rulebookstate", native_enum=False, length=40), nullable=False
        ),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'published') = (sha256 IS NOT NULL)", name=op.f("ck_rulebook_sealed")),
        sa.CheckConstraint("number > 0", name=op.f("ck_rulebook_number")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_rulebook_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulebook")),
        sa.UniqueConstraint("edition_id", "number", name=op.f("uq_rulebook_edition_id_number")),
        sa.UniqueConstraint("id", "sha256", name=op.f("uq_rulebook_id_sha256")),
    )
    op.create_index(op.f("ix_rulebook_edition_id"), "rulebook", ["edition_id"], unique=False)
    op.create_index(
        "uq_rulebook_draft",
        "rulebook",
        ["edition_id"],
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_table(
        "rulebook_article",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("rulebook_id", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rulebook_id"], ["rulebook.id"], name=op.f("fk_rulebook_article_rulebook_id_rulebook")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulebook_article")),
        sa.UniqueConstraint("rulebook_id", "key", name=op.f("uq_rulebook_article_rulebook_id_key")),
    )
    op.create_index(op.f("ix_rulebook_article_rulebook_id"), "rulebook_article", ["rulebook_id"], unique=False)
    op.create_table(
        "acceptance",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("edition_id", sa.String(length=12), nullable=False),
        sa.Column("rulebook_id", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.String(length=12), nullable=False),
        sa.Column("sha256", sa.String(length=200), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_acceptance_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["rulebook_id", "sha256"],
            ["rulebook.id", "rulebook.sha256"],
            name=op.f("fk_acceptance_rulebook_id_sha256_rulebook"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance")),
        sa.UniqueConstraint("rulebook_id", "person_id", name=op.f("uq_acceptance_rulebook_id_person_id")),
    )
    op.create_index(op.f("ix_acceptance_edition_id"), "acceptance", ["edition_id"], unique=False)
    op.create_index(op.f("ix_acceptance_person_id"), "acceptance", ["person_id"], unique=False)
    with op.batch_alter_table("rubric", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("rubric", schema=None) as batch_op:
        batch_op.alter_column("version", server_default=None)
    _refuse()


def _refuse() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, verbs in WHEN.items():
        for verb, condition in verbs.items():
            if on_sqlite:
                op.execute(SQLITE.format(table=table, verb=verb, condition=condition))
                continue
            row = "OLD" if verb == "DELETE" else "NEW"
            op.execute(POSTGRES.format(table=table, verb=verb, condition=condition, row=row))
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_refuses_{verb}()"
            )


def downgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, verbs in WHEN.items():
        for verb in verbs:
            op.execute(f"DROP TRIGGER {table}_refuses_{verb}" + ("" if on_sqlite else f" ON {table}"))
            if not on_sqlite:
                op.execute(f"DROP FUNCTION {table}_refuses_{verb}()")
    with op.batch_alter_table("rubric", schema=None) as batch_op:
        batch_op.drop_column("version")
    op.drop_table("acceptance")
    op.drop_table("rulebook_article")
    op.drop_table("rulebook")

"""the gallery is searched by the words of the deposits that count

Revision: 0018
Follows: 0017
Made: 2026-11-26 05:20:00

Runs in its own transaction (transaction_per_migration in env.py): it happens whole or not at all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from creathon.projects.indexing import rows_of
from creathon.projects.rules import folded
from creathon.projects.rules.search import weighed_words

revision: str = "0018"
down_revision: str | Sequence[str] | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

DEPOSIT = sa.table(
    "deposit", sa.column("id"), sa.column("edition_id"), sa.column("title"), sa.column("title_key"),
    sa.column("summary"), sa.column("content", sa.JSON()), sa.column("searched"), sa.column("superseded_at"),
    sa.column("late", sa.Boolean()),
)  # fmt: skip
SEVERAL = 200


def upgrade() -> None:
    """What is deposited already is cut into words as the program does it today: a search compares with these."""
    _make_tables()
    connection = op.get_bind()
    public = sa.select(DEPOSIT.c.id).where(DEPOSIT.c.superseded_at.is_(None), DEPOSIT.c.late.is_(sa.false()))
    ids = list(connection.scalars(public.order_by(DEPOSIT.c.id)))
    known: set[tuple[str, str]] = set()
    for start in range(0, len(ids), SEVERAL):
        _fill(connection, ids[start : start + SEVERAL], known)
    op.execute(sa.text("ALTER TABLE deposit DROP COLUMN searched"))


def downgrade() -> None:
    op.execute(sa.text("ALTER TABLE deposit ADD COLUMN searched TEXT DEFAULT '' NOT NULL"))
    connection = op.get_bind()
    for deposit_id, title, summary in connection.execute(
        sa.select(DEPOSIT.c.id, DEPOSIT.c.title, DEPOSIT.c.summary)
    ).all():
        searched = {"searched": folded(f"{title} {summary}")}
        connection.execute(sa.update(DEPOSIT).where(DEPOSIT.c.id == deposit_id).values(searched))
    for name in ("gallery_word", "gallery_near", "gallery_term", "gallery_entry"):
        op.drop_table(name)


def _fill(connection: sa.Connection, ids: Sequence[str], known: set[tuple[str, str]]) -> None:
    columns = (DEPOSIT.c.id, DEPOSIT.c.edition_id, DEPOSIT.c.title_key, DEPOSIT.c.content)
    for deposit_id, edition_id, title_key, content in connection.execute(
        sa.select(*columns).where(DEPOSIT.c.id.in_(ids))
    ).all():
        words = weighed_words(content)
        new = [word for word in words if (edition_id, word) not in known]
        known.update((edition_id, word) for word in new)
        for name, rows in rows_of(deposit_id, edition_id, title_key, words, new).items():
            if rows:
                connection.execute(sa.insert(sa.table(name, *map(sa.column, rows[0]))), rows)


def _make_tables() -> None:
    op.create_table(
        "gallery_entry",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deposit_id", sa.String(length=12), nullable=False),
        sa.Column("edition_id", sa.String(length=12), nullable=False),
        sa.Column("title_key", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["deposit_id"], ["deposit.id"], name=op.f("fk_gallery_entry_deposit_id_deposit")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_gallery_entry_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gallery_entry")),
        sa.UniqueConstraint("deposit_id", name=op.f("uq_gallery_entry_deposit_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_gallery_entry_edition_id"), "gallery_entry", ["edition_id"])
    op.create_table(
        "gallery_word",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("worth", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["gallery_entry.id"], name=op.f("fk_gallery_word_entry_id_gallery_entry"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "worth", "entry_id", name=op.f("pk_gallery_word")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_gallery_word_entry_id"), "gallery_word", ["entry_id"])
    _make_term_tables()


def _make_term_tables() -> None:
    op.create_table(
        "gallery_term",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("edition_id", sa.String(length=12), nullable=False),
        sa.Column("word", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_gallery_term_edition_id_edition")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_gallery_term")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "gallery_near",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("term", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["term"], ["gallery_term.key"], name=op.f("fk_gallery_near_term_gallery_term"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "term", name=op.f("pk_gallery_near")),
        sqlite_with_rowid=False,
    )

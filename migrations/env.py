"""Runs the migrations on either database over our own engine, one transaction for each.

The caller (`creathon migrate`, the tests) passes the connection in `config.attributes["connection"]`.
"""

from alembic import context
from alembic.migration import MigrationContext

from creathon.accounts import models as accounts
from creathon.agenda import models as agenda
from creathon.core import files, journal, once, throttle
from creathon.core.database import Base, Instant
from creathon.editions import models as editions
from creathon.jury import models as jury
from creathon.mail import models as mail
from creathon.mentoring import models as mentoring
from creathon.projects import models as projects
from creathon.teams import models as teams

KNOWN = (accounts, agenda, files, journal, once, throttle, editions, jury, mail, mentoring, projects, teams)


def render(kind: str, thing: object, _autogen: object) -> str | bool:
    """Migrations speak of plain types, never of ours, which may change after them."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Instant) else False


def refuse_orphans(ctx: MigrationContext, **_: object) -> None:
    """Before a migration is committed on SQLite, whose foreign keys are off: no row has lost what it names."""
    if ctx.connection is not None and ctx.connection.dialect.name == "sqlite":
        orphans = ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if orphans:
            raise RuntimeError(f"orphans: {orphans[:5]}")


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transaction_per_migration=True,
    render_item=render,
    on_version_apply=refuse_orphans,
)
with context.begin_transaction():
    context.run_migrations()

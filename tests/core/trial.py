"""Pages and tables that exist in tests only, to try the layers below the features."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy import column, select, table, text
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.app import Creathon, create_app
from creathon.core.clock import Clock
from creathon.core.database import Database
from creathon.core.errors import Conflict, NotThere
from creathon.core.web.pages import done, page
from creathon.core.web.visit import Session, Visiting
from creathon.settings import Settings
from tests.browsing import Visitor

SAID = "accounts/link_sent.html"
TABLES = (
    "CREATE TABLE trial (label VARCHAR(200) PRIMARY KEY)",
    "CREATE TABLE trial_child (label VARCHAR(200) REFERENCES trial (label) DEFERRABLE INITIALLY DEFERRED)",
    "CREATE TABLE trial_counter (id INTEGER PRIMARY KEY, value INTEGER NOT NULL, version INTEGER NOT NULL)",
    "INSERT INTO trial_counter VALUES (1, 0, 1)",
)


COUNTER = table("trial_counter", column("id"), column("value"), column("version"))


async def provide_lost(session: Session) -> str:
    """What the most ordinary provider does: the session is open, and there is no such thing."""
    await session.execute(text("INSERT INTO trial VALUES ('lost')"))
    raise NotThere()


async def store(session: AsyncSession, label: str) -> None:
    await session.execute(text("INSERT INTO trial VALUES (:label)"), {"label": label})


async def counter(session: AsyncSession, *, lock: bool = False) -> Any:
    query = select(COUNTER.c.value, COUNTER.c.version)
    return (await session.execute(query.with_for_update() if lock else query)).one()


class TrialPages(Controller):
    """/essai."""

    path = "/essai"

    @get(name="trial:read", policy="visitor")
    async def read(self, visit: Visiting, session: Session) -> Template:
        found = await counter(session)
        return page(visit, SAID, sentence=f"version={found.version}")

    @get("/ecrit", name="trial:reads-and-writes", policy="visitor")
    async def reads_and_writes(self, visit: Visiting, session: Session) -> Template:
        await store(session, "written by a GET")
        return page(visit, SAID, sentence="")

    @post("/redirige/{label:str}", name="trial:redirect", policy="visitor")
    async def redirect(self, visit: Visiting, session: Session, label: FromPath[str]) -> Response[Any]:
        await store(session, label)
        return done(visit, f"/essai?{label}", "Enregistré.")

    @post("/page/{label:str}", name="trial:page", policy="visitor")
    async def answer(self, visit: Visiting, session: Session, label: FromPath[str]) -> Template:
        await store(session, label)
        return page(visit, SAID, sentence="Enregistré.")

    @post("/refuse/{status:int}", name="trial:refuse", policy="visitor")
    async def refuse(self, visit: Visiting, session: Session, status: FromPath[int]) -> Template:
        await store(session, "refused")
        return page(visit, SAID, status=status, sentence="Refusé.")

    @post("/modele", name="trial:template", policy="visitor")
    async def broken_template(self, visit: Visiting, session: Session) -> Template:
        await store(session, "unrendered")
        return page(visit, SAID)

    @post("/leve", name="trial:raise", policy="visitor")
    async def raises(self, visit: Visiting, session: Session) -> Response[Any]:
        await store(session, "raised")
        raise RuntimeError("secret detail")

    @post("/orphelin", name="trial:orphan", policy="visitor")
    async def orphan(self, visit: Visiting, session: Session) -> Response[Any]:
        """The database finds the missing parent at COMMIT, long after the handler said « done »."""
        await session.execute(text("INSERT INTO trial_child VALUES ('nobody')"))
        return done(visit, "/essai", "Enregistré.")

    @post("/perdu", name="trial:lost", policy="visitor", dependencies={"lost": Provide(provide_lost)})
    async def lost(self, visit: Visiting, session: Session, lost: NamedDependency[str]) -> Response[Any]:
        return done(visit, "/essai")

    @post("/verrou", name="trial:lock", policy="visitor")
    async def add_locked(self, visit: Visiting, session: Session) -> Response[Any]:
        found = await counter(session, lock=True)
        await asyncio.sleep(0)
        await session.execute(text("UPDATE trial_counter SET value = :value"), {"value": found.value + 1})
        return done(visit, "/essai")

    @post("/version", name="trial:version", policy="visitor")
    async def add_versioned(self, visit: Visiting, session: Session) -> Response[Any]:
        """What `version_id_col` does: the row must still be the one that was read."""
        found = await counter(session)
        await asyncio.sleep(0)
        values = {"value": found.value + 1, "version": found.version}
        change = "UPDATE trial_counter SET value = :value, version = version + 1 WHERE version = :version"
        changed: Any = await session.execute(text(change), values)
        if changed.rowcount != 1:
            raise Conflict("Trop tard.")
        return done(visit, "/essai")


async def make_tables(database: Database) -> None:
    async with database.writing() as session:
        for statement in TABLES:
            await session.execute(text(statement))


@asynccontextmanager
async def living(settings: Settings, clock: Clock, database: Database) -> AsyncIterator[Creathon]:
    """The application with the trial pages, started in a task of its own."""
    application = create_app(settings, clock=clock, database=database, extra_pages=[TrialPages])
    started, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with application.litestar.lifespan():
            started.set()
            await stop.wait()

    life = asyncio.create_task(live())
    await asyncio.wait({life, asyncio.ensure_future(started.wait())}, return_when=asyncio.FIRST_COMPLETED)
    try:
        yield application
    finally:
        stop.set()
        await life


async def stored(database: Database) -> list[str]:
    """The labels that are really there."""
    async with database.reading() as session:
        return list(await session.scalars(text("SELECT label FROM trial ORDER BY label")))


async def with_token(visitor: Visitor) -> dict[str, str]:
    """The hidden fields a form of this browser would carry."""
    await visitor.open("/connexion")
    return {"_csrf": str(visitor.form().select_one("input[name=_csrf]")["value"])}  # type: ignore[index]

"""The worlds: for each phase a database in which everything the policy speaks of exists, kept as a file."""

import hashlib
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from argon2 import PasswordHasher
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import invite, open_session, send_password_link
from creathon.accounts.models import BrowserSession, Invitation, MailedLink, Person, RoleGrant
from creathon.core.database import Database
from creathon.core.files import FileStore
from creathon.core.ids import digest
from creathon.core.web.assets import Assets
from creathon.editions.models import Edition, EditionState, Phase, PhaseKind, Role, Site
from creathon.editions.queries import edition_by_slug, load_sites, published_rulebook
from creathon.imports.rules import Kind, Row, Table, plan_sites
from creathon.jury.models import Criterion, Rubric
from creathon.jury.queries.assignments import situation_of
from creathon.jury.queries.palmares import published_palmares
from creathon.jury.queries.panels import panel_by_id
from creathon.jury.queries.selection import selections
from creathon.jury.rules.palmares import content_of, seal_of
from creathon.jury.rules.panels import plan, plan_mark
from creathon.mail.models import Mail
from creathon.settings import Settings
from creathon.teams.models import Team, TeamInvitation
from tests import databases
from tests.factories.agenda import make_event, make_partner
from tests.factories.editions import (
    AFTER_PALMARES,
    APPLICATIONS,
    CREATION,
    DELIBERATION,
    EVALUATION,
    MENTORING,
    make_edition,
    paris,
)
from tests.factories.jury import coordinator_of
from tests.personas import HUGO
from tests.policy.applicants import Ids
from tests.policy.cast import BEFORE, JOSEPH, NOW, give_roles
from tests.policy.furnishing import Furnisher
from tests.policy.giving import GIVEN

INSTANTS = {
    "draft": APPLICATIONS + timedelta(hours=1),
    "candidature": APPLICATIONS + timedelta(hours=1),
    "attente": paris(2027, 4, 15, 10),
    "creation": CREATION + timedelta(hours=1),
    "tolerance": paris(2027, 5, 20, 9, 5),
    "evaluation": EVALUATION + timedelta(hours=1),
    "deliberation": DELIBERATION + timedelta(hours=1),
    "palmares": AFTER_PALMARES + timedelta(hours=1),
    "accompagnement": MENTORING + timedelta(hours=1),
    "cloture": paris(2028, 3, 1, 10),
    "archive": paris(2028, 9, 1, 10),
}
"""When each phase is looked at, in order."""
PHASES = tuple(INSTANTS)
COLUMNS_OF_ASSIGNMENT = {"chair": JOSEPH.email, "linked_juror": HUGO.email}
"""Those whose own read of « Les Marches » is not the juror's."""
GUESTS = {"own": "invitee@exemple.test", "other": "invitee.2026@exemple.test"}

IMPORTED = "Code;Nom;Capacité\nLIM;Limoges;3\n".encode()
"""The file that waits to be imported, as it is sent; `PLANNED` is the same once read."""
IMPORTED_SHA256 = hashlib.sha256(IMPORTED).hexdigest()
PLANNED = Table("", 0, Row(1, ("Code", "Nom", "Capacité")), (Row(2, ("LIM", "Limoges", "3")),))

SECRET = "the secret of the matrix"
PASSWORD = "quatre fauteuils bleus et un ananas"
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@dataclass
class World:
    """One phase: what addresses may name, who is signed in, and the file that everything starts from."""

    phase: str
    path: Path
    now: datetime
    ids: Ids
    tokens: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    """By column: the secret of the browser, and its id."""
    versions: dict[str, int] = field(default_factory=dict)
    """Of the accounts, by column."""
    values: dict[str, str] = field(default_factory=dict)
    """What forms must send back: codes, seals, marks."""

    def version(self, table: str, kind: str, place: str, column: str = "id", counter: str = "version") -> int:
        """The version a form made now would carry; 0 when nothing is stored."""
        with closing(sqlite3.connect(self.path)) as connection:
            query = f"SELECT {counter} FROM {table} WHERE {column} = ?"  # noqa: S608
            row = connection.execute(query, (self.ids.get((kind, place), ""),)).fetchone()
        return row[0] if row else 0


class Workshop:
    """Builds worlds in a folder of its own, in memory where the machine has such a place."""

    def __init__(self) -> None:
        place = Path("/dev/shm")
        self.holder = tempfile.TemporaryDirectory(prefix="creathon-policy-", dir=place if place.is_dir() else None)
        self.folder = Path(self.holder.name)
        self.files = FileStore(self.folder / "files")
        self.template: Path | None = None
        self.old: Ids = {}
        self.known: dict[tuple[str, tuple[str, ...]], World] = {}

    async def world(self, phase: str, given: tuple[str, ...], settings: Settings) -> World:
        """The world of a phase, with what a page asks to be given."""
        if (phase, given) not in self.known:
            path = self.folder / f"{phase}-{'-'.join(given)}.sqlite3"
            self.known[phase, given] = await self._given(path, phase, given, settings)
        return self.known[phase, given]

    async def _given(self, path: Path, phase: str, given: tuple[str, ...], settings: Settings) -> World:
        base = await self.world(phase, (), settings) if given else None
        path.write_bytes((base.path if base else await self._before()).read_bytes())
        database = Database(f"sqlite:///{path}")
        async with database.writing() as session:
            if base:
                world = replace(base, path=path, values=dict(base.values))
                for name in given:
                    await GIVEN[name](session, world.ids)
            else:
                world = await _build(session, phase, self.files, path, self.old)
        await _seal(database, world, settings)
        await _finish(database, path)
        return world

    async def _before(self) -> Path:
        """The file in which the edition before has been lived and closed."""
        if self.template is None:
            self.template = await databases.sqlite_template(self.folder)
            database = Database(f"sqlite:///{self.template}")
            async with database.writing() as session:
                before = await make_edition(session, slug=BEFORE.slug, title="Créathon 2026")
                self.old = await Furnisher(session, before, BEFORE, self.files).live(frozenset(PHASES))
                await _offer(session, before, "other", APPLICATIONS)
                self.old["event", "own"] = (await make_event(session, before)).id
                self.old["partner", "own"] = (await make_partner(session, before)).id
                await _end(session, before)
            await _finish(database, self.template)
        return self.template

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.holder.cleanup()


async def _finish(database: Database, path: Path) -> None:
    """Close, with everything in the one file."""
    await database.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def _build(session: AsyncSession, phase: str, files: FileStore, path: Path, old: Ids) -> World:
    before = await edition_by_slug(session, BEFORE.slug)
    assert before is not None
    edition = await make_edition(session)
    people = await give_roles(session, edition, before)
    reached = frozenset(PHASES[: PHASES.index(phase) + 1]) if phase != "draft" else frozenset[str]()
    ids = await Furnisher(session, edition, NOW, files).live(reached)
    ids |= {(kind, "other"): value for (kind, place), value in old.items() if place == "own"}
    world = World(phase, path, INSTANTS[phase].astimezone(UTC), ids)
    await _offer(session, edition, "own", world.now)
    await _name_the_rest(session, world, edition, before)
    await _sign_in(session, world, people)
    if phase in ("draft", "archive"):
        edition.state = EditionState.DRAFT if phase == "draft" else EditionState.ARCHIVED
    return world


async def _offer(session: AsyncSession, edition: Edition, place: str, now: datetime) -> None:
    """A role offered to somebody without account, by a known secret."""
    claire = await coordinator_of(session, edition)
    await invite(session, claire, edition, email=GUESTS[place], role=Role.MENTOR, site_id=None, now=now)
    await session.flush()
    await session.execute(
        update(Invitation).where(Invitation.email == GUESTS[place]).values(token_hash=digest(f"jeton-role-{place}"))
    )


async def _end(session: AsyncSession, edition: Edition) -> None:
    """The edition before lived a year earlier, is closed, and has nobody of ours left. We only see its last phase."""
    for phase in await session.scalars(select(Phase).where(Phase.edition_id == edition.id)):
        phase.opens_at, phase.closes_at = phase.opens_at - timedelta(364), phase.closes_at - timedelta(364)
        if phase.kind == PhaseKind.CLOTURE:
            phase.opens_at, phase.closes_at = paris(2027, 1, 4), paris(2030, 1, 4)
        phase.closes_at = (
            phase.closes_at if phase.kind == PhaseKind.CLOTURE else min(phase.closes_at, paris(2027, 1, 4))
        )
    edition.state = EditionState.CLOSED
    claire = select(Person.id).where(Person.given_name == "Claire")
    await session.execute(delete(RoleGrant).where(RoleGrant.edition_id == edition.id, RoleGrant.person_id.in_(claire)))
    await session.flush()


async def _name_the_rest(session: AsyncSession, world: World, edition: Edition, before: Edition) -> None:
    """Editions, phases, role invitations, mails, built files; every place of what does not exist."""
    ids = world.ids
    for place, one in (("own", edition), ("other", before)):
        ids["edition", place] = one.slug
        last = select(Phase.id).where(Phase.edition_id == one.id, Phase.kind == PhaseKind.CLOTURE)
        ids["phase", place] = str(await session.scalar(last))
        ids["role_token", place] = f"jeton-role-{place}"
    ids["event", "own"] = (await make_event(session, edition)).id
    ids["partner", "own"] = (await make_partner(session, edition)).id
    ids["import_kind", "own"], ids["import_kind", "same"] = Kind.SITES, Kind.PEOPLE
    ids["mail", "own"] = str(await session.scalar(select(Mail.id).limit(1)))
    expires = world.now + timedelta(days=1)
    await session.execute(update(TeamInvitation).values(expires_at=expires))
    await session.execute(update(Invitation).values(expires_at=expires))
    sites = {site.code: site.id for site in await session.scalars(select(Site).where(Site.edition_id == edition.id))}
    world.values |= {f"site_{code}": site_id for code, site_id in sites.items()}
    codes = await session.execute(select(Team.name, Team.code).where(Team.edition_id == edition.id))
    world.values |= {f"code_{name}": code for name, code in codes}


async def _sign_in(session: AsyncSession, world: World, people: dict[str, Person]) -> None:
    """A browser for every column, and a second one that its owner may end."""
    for column, person in people.items():
        world.tokens[column], _lasts = await open_session(session, person, "policy", now=world.now)
        first = select(BrowserSession.id).where(BrowserSession.token_hash == digest(world.tokens[column]))
        world.sessions[column] = str(await session.scalar(first))
        token, _lasts = await open_session(session, person, "policy", now=world.now)
        second = select(BrowserSession.id).where(BrowserSession.token_hash == digest(token))
        world.ids["session", column] = str(await session.scalar(second))
        world.values[f"person_{column}"] = person.id
        world.values[f"email_{column}"] = person.email
        person.password_hash = PASSWORD_HASH
    await session.flush()
    world.versions = {column: person.version for column, person in people.items()}
    await send_password_link(session, people["nobody"], now=world.now)
    await session.flush()
    await session.execute(update(MailedLink).values(token_hash=digest("jeton-lien")))
    world.ids["link_token", "own"] = "jeton-lien"


async def _seal(database: Database, world: World, settings: Settings) -> None:
    """What previews would have shown, in each edition: the marks of allocations, the seals of palmarès and rulebook."""
    asset = next(iter(Assets(settings.assets).files), "")
    world.ids["asset", "own"] = asset or "absent"
    async with database.reading() as session:
        for place in ("own", "same", "other"):
            panel = await panel_by_id(session, world.ids.get(("panel", place), ""))
            if panel is not None:
                world.values[f"mark_{place}"] = plan_mark(plan(await situation_of(session, panel)))
        for place in ("own", "other"):
            edition = await edition_by_slug(session, world.ids["edition", place])
            assert edition is not None
            published = await published_palmares(session, edition.id)
            content = content_of(edition, await selections(session, edition.id), published.number if published else 1)
            world.values[f"seal_{place}"] = seal_of(content)
            rulebook = await published_rulebook(session, edition.id)
            world.values[f"rulebook_{place}"] = (rulebook.sha256 if rulebook else None) or ""
            sites = plan_sites(PLANNED, await load_sites(session, edition))
            world.values[f"plan_{place}"] = sites.digest(edition.id, IMPORTED_SHA256)
        await _name_the_spare(session, world)
        grid = select(Criterion.id).join(Rubric).join(Edition, Edition.id == Rubric.edition_id)
        world.values["criteria"] = " ".join(await session.scalars(grid.where(Edition.slug == NOW.slug)))


async def _name_the_spare(session: AsyncSession, world: World) -> None:
    """Who may be added to a jury, or take over a project, in each place; the remote site of each edition."""
    spare = {"spare_juror_own": "Rachel", "spare_juror_other": "Irma", "spare_mentor_other": "Lise"}
    for name, given_name in spare.items():
        world.values[name] = await session.scalar(select(Person.id).where(Person.given_name == given_name)) or ""
    world.values["spare_juror_same"] = world.values["person_juror"]
    world.values |= {
        "spare_mentor_own": world.values["person_other_mentor"],
        "spare_mentor_same": world.values["person_mentor"],
    }
    for place in ("own", "other"):
        remote = select(Site.id).join(Edition, Edition.id == Site.edition_id).where(Site.code == "DIST")
        found = await session.scalar(remote.where(Edition.slug == world.ids["edition", place]))
        world.values[f"remote_{place}"] = found or ""

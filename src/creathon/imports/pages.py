"""/coordination/imports: a file is checked, its plan shown, then imported whole or not at all."""

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.database import Database
from creathon.core.errors import Conflict, NotThere, TooLarge, check
from creathon.core.spreadsheets import french_csv
from creathon.core.text import _, ngettext
from creathon.core.web.attachment import attachment_headers
from creathon.core.web.pages import done, invalid, page
from creathon.core.web.transactions import provide_session
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.queries import load_sites
from creathon.imports import actions
from creathon.imports.forms import ImportForm
from creathon.imports.queries import roles_held_or_offered
from creathon.imports.reading import Unreadable
from creathon.imports.rules import (
    COLUMNS,
    HeadingProblem,
    Kind,
    Plan,
    Table,
    may_import,
    offer_words,
    plan_people,
    plan_sites,
    site_words,
)
from creathon.imports.sandbox import read_table
from creathon.imports.waiting import LIMIT, WaitingFiles

START, PLAN = "imports/start.html", "imports/plan.html"
MAX_BODY = LIMIT + 100_000
SHOWN_FAULTS, SHOWN_LINES = 200, 10
GONE = "Ce fichier n’attend plus : il est déjà importé, ou trop ancien. Choisissez-le de nouveau pour le vérifier."

DatabaseOf = NamedDependency[Database]
FileAsked = Annotated[str, QueryParameter(name="fichier")]
KindAsked = Annotated[str, QueryParameter(name="type")]


@dataclass(frozen=True)
class Checked:
    """A file with what importing it would do, now."""

    sha256: str
    table: Table
    plan: Plan[Any]
    edition: Edition

    @property
    def digest(self) -> str:
        return self.plan.digest(self.edition.id, self.sha256)


class ImportPages(Controller):
    """/coordination/imports."""

    path = "/coordination/imports"

    @get(name="imports:start", policy="national_coordination")
    async def start(self, visit: Visiting, session: Session) -> Template:
        edition = await edition_at_hand(visit, session)
        check(may_import(visit.viewer, edition))
        return page(visit, START, edition=edition, form=ImportForm())

    @get("/modele/{kind_name:str}", name="imports:template", policy="national_coordination")
    async def template(self, visit: Visiting, kind_name: FromPath[str]) -> Response[bytes]:
        kind = _kind(kind_name)
        return _csv(f"modele-{kind}.csv", [column.title for column in COLUMNS[kind]], [])

    @post(name="imports:check", policy="national_coordination", max_body=MAX_BODY)
    async def examine(self, visit: Visiting, database: DatabaseOf) -> Response[Any]:
        """Nothing is written: there is no transaction at all."""
        form = ImportForm(visit.posted)
        async with database.reading() as session:
            edition = await edition_at_hand(visit, session)
            check(may_import(visit.viewer, edition))
            upload: object = visit.posted.get("file")
            if not isinstance(upload, UploadFile) or not upload.filename:
                form.accepts()
                form.refuse(_("Choisissez un fichier sur votre ordinateur."), "file")
                return invalid(visit, START, edition=edition, form=form)
            if not form.accepts():
                return invalid(visit, START, edition=edition, form=form)
            try:
                checked = await _check_upload(visit, session, edition, form.chosen, upload)
            except (Unreadable, HeadingProblem, TooLarge) as problem:
                form.refuse(str(problem), "file")
                return invalid(visit, START, edition=edition, form=form)
        return _shown(visit, checked)

    @post("/importer", name="imports:import", policy="national_coordination")
    async def run(self, visit: Visiting) -> Response[Any]:
        """The file is read before the transaction begins: a long one holds no lock."""
        kind, sha256, files = _kind(visit.posted.get("kind")), str(visit.posted.get("sha256")), _files(visit)
        table = await _waiting(files, sha256)
        session = await provide_session(visit)
        edition = await edition_at_hand(visit, session, lock=True)
        check(may_import(visit.viewer, edition))
        if table is None:
            raise Conflict(_(GONE))
        checked = Checked(sha256, table, await _plan_again(visit, session, edition, kind, table), edition)
        if checked.digest != visit.posted.get("plan"):
            return _shown(visit, checked, changed=True)
        count = await _import(visit, session, checked)
        files.forget(sha256)
        return done(
            visit, "/coordination/sites" if kind == Kind.SITES else "/coordination/invitations", _told(kind, count)
        )

    @get("/lignes.csv", name="imports:faults", policy="national_coordination")
    async def faults(
        self, visit: Visiting, session: Session, sha256: FileAsked = "", kind_name: KindAsked = ""
    ) -> Response[bytes]:
        kind, table = _kind(kind_name), await _waiting(_files(visit), sha256)
        edition = await edition_at_hand(visit, session)
        check(may_import(visit.viewer, edition))
        if table is None:
            raise NotThere()
        plan = await _plan_again(visit, session, edition, kind, table)
        header = [_("Ligne"), _("Colonne"), _("Contenu"), _("Motif")]
        return _csv("lignes-a-corriger.csv", header, [list(vars(fault).values()) for fault in plan.faults])


async def _check_upload(
    visit: Visit, session: AsyncSession, edition: Edition, kind: Kind, upload: UploadFile
) -> Checked:
    files = _files(visit)
    sha256 = await files.receive(upload, now=visit.now)
    try:
        table = await read_table(await files.read(sha256) or b"")
        return Checked(sha256, table, await _plan(visit, session, edition, kind, table), edition)
    except (Unreadable, HeadingProblem):
        files.forget(sha256)
        raise


async def _waiting(files: WaitingFiles, sha256: str) -> Table | None:
    """The table of a file that was checked; None when it is gone."""
    content = await files.read(sha256)
    return None if content is None else await read_table(content)


async def _plan_again(visit: Visit, session: AsyncSession, edition: Edition, kind: Kind, table: Table) -> Plan[Any]:
    """The plan of a table checked before as this kind; one that never was is as one that is gone."""
    try:
        return await _plan(visit, session, edition, kind, table)
    except HeadingProblem as problem:
        raise Conflict(_(GONE)) from problem


async def _plan(visit: Visit, session: AsyncSession, edition: Edition, kind: Kind, table: Table) -> Plan[Any]:
    await load_sites(session, edition)
    if kind == Kind.SITES:
        return plan_sites(table, edition)
    return plan_people(table, edition, await roles_held_or_offered(session, edition.id, now=visit.now))


async def _import(visit: Visit, session: AsyncSession, checked: Checked) -> int:
    act = actions.import_sites if checked.plan.kind == Kind.SITES else actions.import_people
    return await act(session, visit.actor, checked.edition, checked.plan, sha256=checked.sha256, now=visit.now)


def _shown(visit: Visit, checked: Checked, *, changed: bool = False) -> Template:
    """What an import would do; with `changed`, something happened since it was shown and nothing was done."""
    return page(
        visit, PLAN, status=409 if changed else 200, edition=checked.edition, plan=checked.plan, table=checked.table,
        sha256=checked.sha256, digest=checked.digest, changed=changed, faults=checked.plan.faults[:SHOWN_FAULTS],
        sample=_sample(checked), is_people=checked.plan.kind == Kind.PEOPLE,
    )  # fmt: skip


def _sample(checked: Checked) -> list[tuple[int, str]]:
    """The first lines to add, to be looked at."""
    lines = checked.plan.added[:SHOWN_LINES]
    if checked.plan.kind == Kind.SITES:
        return [(number, site_words(values)) for number, values in lines]
    return [(number, offer_words(values, checked.edition)) for number, values in lines]


def _told(kind: Kind, count: int) -> str:
    if kind == Kind.SITES:
        return ngettext("%(num)s site est ajouté.", "%(num)s sites sont ajoutés.", count)
    return ngettext("%(num)s invitation part par courriel.", "%(num)s invitations partent par courriel.", count)


def _kind(name: object) -> Kind:
    kind = next((kind for kind in Kind if kind == name), None)
    if kind is None:
        raise NotThere()
    return kind


def _files(visit: Visit) -> WaitingFiles:
    return WaitingFiles(visit.settings.data / "imports")


def _csv(name: str, header: list[str], rows: list[list[Any]]) -> Response[bytes]:
    return Response(french_csv(header, rows), media_type="text/csv; charset=utf-8", headers=attachment_headers(name))

"""/projet/fichier: joining one file, taking it off, fetching it back."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream, Template

from creathon.core.database import Database
from creathon.core.errors import NotThere, check
from creathon.core.events import publish
from creathon.core.files import FileStore, Received
from creathon.core.text import _
from creathon.core.web.pages import done
from creathon.core.web.transactions import provide_session
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import DeliverableKind
from creathon.editions.pages.at_hand import edition_of
from creathon.projects import actions, queries
from creathon.projects.events import ProjectOpened
from creathon.projects.forms import FicheForm, FileForm
from creathon.projects.opening import Unsafe
from creathon.projects.pages.desk import Desk, desk_of, started
from creathon.projects.pages.download import send_file
from creathon.projects.pages.writing import show
from creathon.projects.rules import (
    FILE_LIMIT,
    clean_name,
    file_problem,
    may_fetch_file,
    may_write,
    sniff,
    written,
)
from creathon.projects.sandbox import safe
from creathon.teams.queries import team_by_id
from creathon.teams.rules import is_member

Files = NamedDependency[FileStore]
DatabaseOf = NamedDependency[Database]


class FilePages(Controller):
    """The file beside the fiche."""

    path = "/projet"

    @post("/fichier", name="projects:join-file", policy="signed_in", max_body=25_000_000)
    async def join(self, visit: Visiting, database: DatabaseOf, files: Files) -> Response[Any]:
        """The file is on the disk before the transaction begins: a slow disk holds no lock."""
        async with database.reading() as reading:
            desk = await desk_of(visit, reading)
        check(may_write(visit.actor, desk.team, desk.edition, now=visit.now))
        upload: object = visit.posted.get("file")
        if not isinstance(upload, UploadFile) or not upload.filename:
            return _refused(visit, desk, _("Choisissez un fichier sur votre ordinateur."))
        name = clean_name(upload.filename)
        media_type, size = sniff(name, upload.file)
        problem = file_problem(name, media_type, size, desk.limits[DeliverableKind.PIECE])
        if problem or media_type is None:
            return _refused(visit, desk, problem or "")
        try:
            kept = await safe(upload, upload.file, media_type)
        except Unsafe as unsafe:
            return _refused(visit, desk, str(unsafe))
        received = await files.receive(kept, limit=FILE_LIMIT)
        await store_file(visit, received, actions.Joined(name, media_type))
        return done(
            visit, visit.url("projects:mine") + "#fichier", _("Fichier joint au brouillon : %(name)s.", name=name)
        )

    @post("/fichier/retirer", name="projects:remove-file", policy="signed_in")
    async def remove(self, visit: Visiting, session: Session) -> Response[Any]:
        desk = await desk_of(visit, session, lock=True)
        await actions.remove_file(session, visit.actor, desk.started, desk.edition, now=visit.now)
        return done(visit, visit.url("projects:mine") + "#fichier", _("Le fichier n’est plus joint au brouillon."))

    @get("/fichiers/{file_id:str}", name="projects:file", policy="signed_in")
    async def fetch(self, visit: Visiting, session: Session, files: Files, file_id: FromPath[str]) -> Stream:
        file = await queries.file_by_id(session, file_id)
        team = await team_by_id(session, file.team_id) if file else None
        edition = await edition_of(visit, session, team.edition_id) if team else None
        if file is None or team is None or edition is None:
            raise NotThere()
        check(may_fetch_file(visit.actor, team, edition))
        if not is_member(visit.actor, team):
            project_id = await queries.project_id_of_team(session, team.id)
            await publish(session, ProjectOpened(project_id, visit.actor.person_id))
        return send_file(visit, files, file, own=is_member(visit.actor, team))


async def store_file(visit: Visit, received: Received, joined: actions.Joined) -> None:
    """Join what is on the disk to the draft of the person's team, in one transaction."""
    session = await provide_session(visit)
    desk = await desk_of(visit, session, lock=True)
    project = await started(visit, session, desk)
    await actions.attach_file(session, visit.actor, project, desk.edition, received, joined=joined, now=visit.now)


def _refused(visit: Visit, desk: Desk, sentence: str) -> Template:
    form = FileForm()
    form.file.errors = [sentence]
    return show(visit, desk, FicheForm(data=written(desk.project)), status=422, file_form=form)

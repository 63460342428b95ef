"""/projet/fichier and /projet/video: joining a file in one go, taking it off, fetching it back."""

from dataclasses import replace
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
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import DeliverableKind
from creathon.editions.pages.at_hand import edition_of
from creathon.projects import queries
from creathon.projects.actions.files import remove_file
from creathon.projects.events import ProjectOpened
from creathon.projects.forms import FicheForm, FileForm, VideoForm
from creathon.projects.opening import Unsafe
from creathon.projects.pages.desk import Desk, desk_of
from creathon.projects.pages.download import send_file
from creathon.projects.pages.joining import Coming, Files, join_file, joined_words, removed_words
from creathon.projects.pages.writing import show
from creathon.projects.rules import PLAIN_LIMITS, clean_name, may_fetch_file, may_write, written
from creathon.teams.queries import team_by_id
from creathon.teams.rules import is_member

PIECE, VIDEO = DeliverableKind.PIECE, DeliverableKind.VIDEO
ANCHORS = {PIECE: "#fichier", VIDEO: "#video-jointe"}

DatabaseOf = NamedDependency[Database]


class FilePages(Controller):
    """The file and the video beside the fiche."""

    path = "/projet"

    @post("/fichier", name="projects:join-file", policy="signed_in", max_body=25_000_000)
    async def join(self, visit: Visiting, database: DatabaseOf, files: Files) -> Response[Any]:
        return await _join(visit, database, files, PIECE)

    @post("/video", name="projects:join-video", policy="signed_in", max_body=105_000_000)
    async def join_video(self, visit: Visiting, database: DatabaseOf, files: Files) -> Response[Any]:
        return await _join(visit, database, files, VIDEO)

    @post("/fichiers/{file_id:str}/retirer", name="projects:remove-file", policy="signed_in")
    async def remove(self, visit: Visiting, session: Session, file_id: FromPath[str]) -> Response[Any]:
        desk = await desk_of(visit, session, lock=True)
        file = await remove_file(session, visit.actor, desk.started, desk.edition, file_id, now=visit.now)
        anchor = ANCHORS[file.slot if file else PIECE]
        return done(visit, visit.url("projects:mine") + anchor, removed_words(file))

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


async def _join(visit: Visit, database: Database, files: FileStore, slot: DeliverableKind) -> Response[Any]:
    """What a plain form sends in one go; its limit is below what several requests may bring."""
    async with database.reading() as reading:
        desk = await desk_of(visit, reading)
    check(may_write(visit.actor, desk.team, desk.edition, now=visit.now))
    upload: object = visit.posted.get("file" if slot is PIECE else "video")
    if not isinstance(upload, UploadFile) or not upload.filename:
        piece = _("Choisissez un fichier sur votre ordinateur.")
        return _refused(visit, desk, slot, piece if slot is PIECE else _("Choisissez une vidéo sur votre ordinateur."))
    limits = desk.limits[slot]
    allowed = replace(limits, max_bytes=min(PLAIN_LIMITS[slot], limits.max_bytes))
    sent = upload

    async def whole() -> Received:
        return await files.receive(sent, limit=allowed.max_bytes)

    try:
        coming = Coming(clean_name(upload.filename), upload.file, whole, slot, allowed)
        joined = await join_file(visit, files, coming, now=visit.now)
    except Unsafe as unsafe:
        return _refused(visit, desk, slot, str(unsafe))
    return done(visit, visit.url("projects:mine") + ANCHORS[slot], joined_words(joined))


def _refused(visit: Visit, desk: Desk, slot: DeliverableKind, sentence: str) -> Template:
    file_form, video_form = FileForm(), VideoForm()
    (file_form.file if slot is PIECE else video_form.video).errors = [sentence]
    form = FicheForm(data=written(desk.project))
    return show(visit, desk, form, status=422, file_form=file_form, video_form=video_form)

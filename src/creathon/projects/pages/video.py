"""/projet/video: the video a team joins, where it has no host for it."""

from dataclasses import replace
from typing import Any

from litestar import Controller, Response, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.response import Template

from creathon.core.database import Database
from creathon.core.errors import check
from creathon.core.files import FileStore
from creathon.core.text import _
from creathon.core.web.pages import done
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import DeliverableKind
from creathon.projects import actions
from creathon.projects.forms import FicheForm, VideoForm
from creathon.projects.opening import Unsafe
from creathon.projects.pages.desk import Desk, desk_of
from creathon.projects.pages.files import store_file
from creathon.projects.pages.writing import show
from creathon.projects.rules import (
    PLAIN_VIDEO_LIMIT,
    clean_name,
    file_problem,
    length_problem,
    may_write,
    sniff,
    written,
)
from creathon.projects.sandbox import NO_VIDEO, probe

VIDEO = DeliverableKind.VIDEO

Files = NamedDependency[FileStore]
DatabaseOf = NamedDependency[Database]


class VideoPages(Controller):
    """The video beside the fiche."""

    path = "/projet/video"

    @post(name="projects:join-video", policy="signed_in", max_body=105_000_000)
    async def join(self, visit: Visiting, database: DatabaseOf, files: Files) -> Response[Any]:
        """The video is on the disk before the transaction begins: a slow disk holds no lock."""
        async with database.reading() as reading:
            desk = await desk_of(visit, reading)
        check(may_write(visit.actor, desk.team, desk.edition, now=visit.now))
        upload: object = visit.posted.get("video")
        if not isinstance(upload, UploadFile) or not upload.filename:
            return _refused(visit, desk, _("Choisissez une vidéo sur votre ordinateur."))
        limits = desk.limits[VIDEO]
        allowed = replace(limits, max_bytes=min(PLAIN_VIDEO_LIMIT, limits.max_bytes))
        name = clean_name(upload.filename)
        media_type, size = sniff(name, upload.file)
        if problem := file_problem(name, media_type, size, allowed):
            return _refused(visit, desk, problem)
        try:
            found, seconds = await probe(upload.file)
        except Unsafe as unsafe:
            return _refused(visit, desk, str(unsafe))
        if problem := _(NO_VIDEO) if found != media_type else length_problem(seconds, allowed):
            return _refused(visit, desk, problem)
        received = await files.receive(upload, limit=allowed.max_bytes)
        await store_file(visit, received, actions.Joined(name, media_type, VIDEO, seconds))
        return done(visit, visit.url("projects:mine") + "#video-jointe", _joined(name, seconds))

    @post("/retirer", name="projects:remove-video", policy="signed_in")
    async def remove(self, visit: Visiting, session: Session) -> Response[Any]:
        desk = await desk_of(visit, session, lock=True)
        await actions.remove_file(session, visit.actor, desk.started, desk.edition, slot=VIDEO, now=visit.now)
        return done(visit, visit.url("projects:mine") + "#video-jointe", _("La vidéo n’est plus jointe au brouillon."))


def _joined(name: str, seconds: float | None) -> str:
    if seconds is None:
        return _("Vidéo jointe au brouillon : %(name)s. Sa durée n’a pas pu être lue.", name=name)
    return _("Vidéo jointe au brouillon : %(name)s, %(seconds)s secondes.", name=name, seconds=int(seconds))


def _refused(visit: Visit, desk: Desk, sentence: str) -> Template:
    form = VideoForm()
    form.video.errors = [sentence]
    return show(visit, desk, FicheForm(data=written(desk.project)), status=422, video_form=form)

"""/mentorat: the projects a mentor follows, and one of them."""

from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream, Template

from creathon.core.errors import NotThere
from creathon.core.files import FileStore
from creathon.core.web.pages import page
from creathon.core.web.visit import Session, Visiting
from creathon.editions.models import Allowed
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.rules import may_now
from creathon.jury.queries.feedback import evaluations_of_project
from creathon.jury.rules.palmares import remarks_of
from creathon.mentoring.pages.desk import desk_of, today
from creathon.mentoring.queries import pairings_of_mentor, programme_of, titles_of
from creathon.mentoring.rules import (
    KIND_NAMES,
    TIER_NAMES,
    Relation,
    needs_note,
    next_interview,
    pending_milestones,
    session_words,
)
from creathon.projects.models import ProjectFile
from creathon.projects.pages.download import Shown, file_shown, files_shown, send_file
from creathon.projects.pages.track import send_track
from creathon.projects.queries import current_deposit
from creathon.teams.rules import TEAM_ROLE_NAMES

Files = NamedDependency[FileStore]


class MentorPages(Controller):
    """/mentorat."""

    path = "/mentorat"

    @get(name="mentoring:followed-list", policy="mentor")
    async def followed_list(self, visit: Visiting, session: Session) -> Template:
        edition = await edition_at_hand(visit, session)
        pairings = await pairings_of_mentor(session, visit.actor.person_id, edition.id)
        context: dict[str, Any] = {
            "edition": edition,
            "pairings": pairings,
            "titles": await titles_of(session, [pairing.project_id for pairing in pairings]),
            "programme": await programme_of(session, edition.id),
            "closed": may_now(edition, Allowed.MENTOR, now=visit.now),
            "today": today(visit, edition),
        }
        words: dict[str, Any] = {"tier_names": TIER_NAMES, "kind_names": KIND_NAMES, "session_words": session_words}
        rules: dict[str, Any] = {
            "next_interview": next_interview,
            "needs_note": needs_note,
            "pending_milestones": pending_milestones,
        }
        return page(visit, "mentoring/followed_list.html", **context, **words, **rules)

    @get("/{pairing_id:str}", name="mentoring:followed", policy="mentor")
    async def followed(self, visit: Visiting, session: Session, pairing_id: FromPath[str]) -> Template:
        desk = await desk_of(visit, session, pairing_id)
        if desk.standing is not Relation.MENTOR:
            raise NotThere()
        deposit = await current_deposit(session, desk.pairing.project_id)
        evaluations = await evaluations_of_project(session, desk.edition.id, desk.pairing.project_id)
        words: dict[str, Any] = {"tier_names": TIER_NAMES, "role_names": TEAM_ROLE_NAMES}

        def shown(file: ProjectFile) -> Shown:
            return file_shown(visit, file, visit.url("mentoring:file", pairing_id=pairing_id, file_id=file.id))

        return page(
            visit, "mentoring/followed.html", deposit=deposit, remarks=remarks_of(evaluations),
            **desk.context(visit), **words, **files_shown(deposit, shown),
        )  # fmt: skip

    @get("/{pairing_id:str}/fichiers/{file_id:str}", name="mentoring:file", policy="mentor")
    async def file(
        self, visit: Visiting, session: Session, files: Files, pairing_id: FromPath[str], file_id: FromPath[str]
    ) -> Stream:
        desk = await desk_of(visit, session, pairing_id)
        deposit = await current_deposit(session, desk.pairing.project_id)
        if desk.standing is not Relation.MENTOR or deposit is None:
            raise NotThere()
        return send_file(visit, files, next((file for file in deposit.files if file.id == file_id), None))

    @get("/{pairing_id:str}/sous-titres.vtt", name="mentoring:captions", policy="mentor")
    async def captions(self, visit: Visiting, session: Session, pairing_id: FromPath[str]) -> Response[str]:
        desk = await desk_of(visit, session, pairing_id)
        deposit = await current_deposit(session, desk.pairing.project_id)
        if desk.standing is not Relation.MENTOR or deposit is None:
            raise NotThere()
        return send_track(deposit.content)

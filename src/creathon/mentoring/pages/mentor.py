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
from creathon.projects.pages.download import file_shown, send_file
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
        joined = {"file": deposit.file, "video": deposit.video} if deposit else {}
        shown: dict[str, Any] = {
            key: file_shown(visit, file, visit.url(f"mentoring:{key}", pairing_id=pairing_id))
            for key, file in joined.items()
        }
        return page(
            visit, "mentoring/followed.html", deposit=deposit, remarks=remarks_of(evaluations),
            **desk.context(visit), **words, **shown,
        )  # fmt: skip

    @get("/{pairing_id:str}/fichier", name="mentoring:file", policy="mentor")
    async def file(self, visit: Visiting, session: Session, files: Files, pairing_id: FromPath[str]) -> Stream:
        desk = await desk_of(visit, session, pairing_id)
        deposit = await current_deposit(session, desk.pairing.project_id)
        if desk.standing is not Relation.MENTOR or deposit is None:
            raise NotThere()
        return send_file(visit, files, deposit.file)

    @get("/{pairing_id:str}/video", name="mentoring:video", policy="mentor")
    async def video(self, visit: Visiting, session: Session, files: Files, pairing_id: FromPath[str]) -> Stream:
        desk = await desk_of(visit, session, pairing_id)
        deposit = await current_deposit(session, desk.pairing.project_id)
        if desk.standing is not Relation.MENTOR or deposit is None:
            raise NotThere()
        return send_file(visit, files, deposit.video)

    @get("/{pairing_id:str}/sous-titres.vtt", name="mentoring:captions", policy="mentor")
    async def captions(self, visit: Visiting, session: Session, pairing_id: FromPath[str]) -> Response[str]:
        desk = await desk_of(visit, session, pairing_id)
        deposit = await current_deposit(session, desk.pairing.project_id)
        if desk.standing is not Relation.MENTOR or deposit is None:
            raise NotThere()
        return send_track(deposit.content)

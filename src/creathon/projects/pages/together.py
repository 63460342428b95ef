"""/projet/champs and /projet/etat: what the page asks by itself while people write together."""

from dataclasses import replace
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import BadRequest, Stale, check
from creathon.core.text import _
from creathon.core.web.pages import document, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.projects import actions
from creathon.projects.forms import fiche_part
from creathon.projects.pages.desk import Desk, desk_of, started
from creathon.projects.pages.writing import desk_words
from creathon.projects.queries import changes_since, version_at_hand
from creathon.projects.rules import (
    FIELDS,
    TYPED,
    Change,
    last_hands,
    may_hold_both,
    may_write,
    moment_words,
    news,
    value_words,
    written,
)

NAMED = "champ"
"""The fields a request speaks of: an empty list of choices posts nothing."""
Answer = Response[dict[str, Any]]


class TogetherPages(Controller):
    """Saves some fields, tells what the others wrote; answers in JSON, refusals in JSON when they hold texts."""

    path = "/projet"

    @post("/champs", name="projects:save-fields", policy="signed_in", status_code=200)
    async def save_fields(self, visit: Visiting, session: Session) -> Answer:
        """One save for one key (`_once`): sent again, it is answered by the state it led to."""
        names, version = _names(visit), posted_version(visit.posted)
        desk, form = await desk_of(visit, session, lock=True, deposited=False), fiche_part(names)(visit.posted)
        check(may_write(visit.actor, desk.team, desk.edition, now=visit.now))
        if not form.accepts():
            return Response({"errors": {name: list(found) for name, found in form.errors.items()}}, status_code=422)
        mine = form.content()
        project = await started(visit, session, desk)
        try:
            await actions.save_fields(session, visit.actor, project, desk.edition, mine, version=version, now=visit.now)
        except Stale as stale:
            changes = await changes_since(session, project.id, version)
            hands = last_hands(changes, desk.edition.zone, visit.now)
            texts = {
                name: {
                    "mine": mine[name], "theirs": theirs, "words": value_words(name, theirs), "by": hands.get(name, ""),
                    "both": may_hold_both(name),
                }
                for name, theirs in stale.current.items()
            }  # fmt: skip
            answer = {"message": stale.message, "version": project.version, "clashes": texts}
            return Response(answer, status_code=409)
        visit.location = f"{visit.url('projects:state')}?depuis={version}"
        return await _state(visit, session, replace(desk, project=project), version)

    @get("/etat", name="projects:state", policy="signed_in", can_wait="panneau")
    async def state(
        self, visit: Visiting, session: Session, depuis: FromQuery[int] = 0, panneau: FromQuery[int | None] = None
    ) -> Answer | Response[None]:
        """What changed since a version; what the page says of the draft and its deposit, when it shows another one.

        Nearly always nothing changed: that is said in one query and without a word, as every open page asks all night.
        """
        if panneau == depuis and await version_at_hand(session, visit.viewer) == depuis:
            return Response(None, status_code=204)
        desk = await desk_of(visit, session)
        if desk.project is None:
            check(may_write(visit.viewer, desk.team, desk.edition, now=visit.now))
            return Response({"version": 0, "saved": "", "fields": {}, "news": [], "panel": ""})
        answer = await _state(visit, session, desk, depuis)
        shown = panneau is None or panneau == desk.project.version
        panel = "" if shown else document(visit, "projects/_live.html", **desk_words(visit, desk))
        return Response(answer.content | {"panel": panel})


def _names(visit: Visit) -> tuple[str, ...]:
    asked = {*visit.posted.getlist(NAMED)}
    names = tuple(name for name in TYPED if name in asked)
    if not names:
        raise BadRequest(_("Cet envoi ne dit pas quel texte il enregistre. Rechargez la page."))
    return names


async def _state(visit: Visit, session: AsyncSession, desk: Desk, version: int) -> Answer:
    project, edition = desk.started, desk.edition
    changes = await changes_since(session, project.id, version) if version != project.version else []
    words, changed = written(project), _changed(changes)
    return Response(
        {
            "version": project.version,
            "saved": _(
                "Brouillon enregistré %(moment)s", moment=moment_words(project.updated_at, edition.zone, visit.now)
            ),
            "fields": {name: words[name] for name in FIELDS if name in changed},
            "news": news(changes, visit.actor.person_id, edition.zone, visit.now),
        }
    )


def _changed(changes: list[Change]) -> set[str]:
    """The fields that changed; all of them after a version that changed the whole draft."""
    return {name for change in changes for name in (change.fields or FIELDS)}

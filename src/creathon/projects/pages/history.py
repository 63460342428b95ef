"""/projet/historique: who changed what, the differences, and going back."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromQuery
from litestar.response import Template

from creathon.core.errors import NotThere, Stale, check
from creathon.core.paging import paging
from creathon.core.text import _
from creathon.core.web.pages import done, page, posted_version
from creathon.core.web.visit import PageNumber, Session, Visiting
from creathon.projects import actions
from creathon.projects.actions.revisions import EMPTY
from creathon.projects.pages.captions import compare_captions
from creathon.projects.pages.comparing import compare
from creathon.projects.pages.desk import desk_of
from creathon.projects.queries import change_at, changes_page, content_at, contents_at
from creathon.projects.rules import (
    CAPTIONS,
    FIELDS,
    NAMES,
    author_words,
    fields_words,
    may_write,
    moment_words,
    sittings,
    value_at,
    value_words,
    word_differences,
    written,
)
from creathon.projects.rules.captions import cues_of, rows_of

PER_PAGE = 50
RESTORED = "revenir_a"


class HistoryPages(Controller):
    """What the draft was, for its team; a text taken back is one more version."""

    path = "/projet/historique"

    @get(name="projects:history", policy="signed_in")
    async def history(self, visit: Visiting, session: Session, number: PageNumber = 1) -> Template:
        desk = await desk_of(visit, session)
        if desk.project is None:
            check(may_write(visit.viewer, desk.team, desk.edition, now=visit.now))
        project, zone = desk.started, desk.edition.zone
        place = paging(number, project.version, visit.path, size=PER_PAGE)
        changes = await changes_page(session, project.id, offset=place.offset, limit=place.size)
        return page(
            visit, "projects/history.html", edition=desk.edition, team=desk.team, rows=sittings(changes), place=place,
            moment=lambda at: moment_words(at, zone, visit.now),
        )  # fmt: skip

    @get("/texte", name="projects:version", policy="signed_in")
    async def version(
        self, visit: Visiting, session: Session, version: FromQuery[int] = 0, depuis: FromQuery[int] = -1
    ) -> Template:
        """What one version, or several in a row, changed; the newest one when none is asked for."""
        desk = await desk_of(visit, session)
        if desk.project is None:
            check(may_write(visit.viewer, desk.team, desk.edition, now=visit.now))
        project, zone = desk.started, desk.edition.zone
        number = version or project.version
        since = depuis if 0 <= depuis < number else number - 1
        found = await contents_at(session, project.id, since or number, number)
        before, after = found.get(since, None if since else EMPTY), found.get(number)
        last = await change_at(session, project.id, number)
        if after is None or before is None or last is None:
            raise NotThere()
        values = {name: (value_at(before, name), value_at(after, name)) for name in NAMES}
        names = [name for name, (old, new) in values.items() if old != new]
        texts = {name: (value_words(name, values[name][0]), value_words(name, values[name][1])) for name in names}
        return page(
            visit, "projects/version.html", edition=desk.edition, team=desk.team, project=project, number=number,
            since=since, names=names, labels=NAMES, author=author_words(last),
            when=moment_words(last.at, zone, visit.now),
            pieces={name: word_differences(*pair) for name, pair in texts.items()}, fields=FIELDS, before=before,
            after=after, current=written(project),
            closed=may_write(visit.actor, desk.team, desk.edition, now=visit.now),
        )  # fmt: skip

    @post(name="projects:restore", policy="signed_in")
    async def restore(self, visit: Visiting, session: Session) -> Response[Any]:
        """Take back one field as it was at a version; what somebody changed meanwhile is shown first."""
        desk = await desk_of(visit, session, lock=True)
        check(may_write(visit.actor, desk.team, desk.edition, now=visit.now))
        project, name, base = desk.started, visit.posted.get("champ") or "", posted_version(visit.posted)
        wanted = visit.posted.get(RESTORED) or ""
        found = await content_at(session, project.id, int(wanted)) if wanted.isdigit() else None
        if found is None or name not in FIELDS:
            raise NotThere()
        try:
            await actions.save_fields(
                session, visit.actor, project, desk.edition, {name: found[name]}, version=base, now=visit.now
            )
        except Stale as stale:
            if name == CAPTIONS:
                return await compare_captions(visit, session, desk, rows_of(cues_of(found)), base)
            seen = await actions.words_at(session, project.id, base)
            return await compare(visit, session, desk, seen | {name: found[name]}, base, stale)
        return done(
            visit,
            visit.url("projects:history"),
            _("%(fields)s est de nouveau comme avant.", fields=fields_words([name])),
        )

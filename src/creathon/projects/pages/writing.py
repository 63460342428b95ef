"""/projet: the draft, written by several people at once."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, Stale
from creathon.core.text import _
from creathon.core.web.pages import done, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Allowed
from creathon.editions.rules import deadline, may_now
from creathon.projects import actions, queries
from creathon.projects.forms import FicheForm, FileForm
from creathon.projects.pages.desk import Desk, desk_of, find_desk
from creathon.projects.rules import (
    ACCEPTED,
    FIELDS,
    FILE_LIMIT,
    FicheValues,
    Timing,
    content_of,
    deposit_words,
    deposited_as_it_is,
    differing,
    may_deposit_now,
    may_work_on,
    may_write,
    missing,
    standing,
    timing,
    written,
)

KEEP = "keep_"
"""Before the name of a field, on the page that compares: « mine » or « theirs »."""


class ProjectPages(Controller):
    """The page where a team writes."""

    path = "/projet"

    @get(name="projects:mine", policy="signed_in")
    async def mine(self, visit: Visiting, session: Session) -> Template:
        desk = await find_desk(visit, session)
        if desk is None:
            return page(visit, "projects/no_team.html")
        return show(visit, desk, FicheForm(data=written(desk.project)))

    @post(name="projects:save", policy="signed_in")
    async def save(self, visit: Visiting, session: Session) -> Response[Any]:
        desk, form = await desk_of(visit, session, lock=True), FicheForm(visit.posted)
        if refusal := may_write(visit.actor, desk.team, desk.edition, now=visit.now):
            form.refuse(refusal.reason)
            return show(visit, desk, form, status=403, typed=True, refused=_as_text(form))
        if not form.accepts():
            return show(visit, desk, form, status=422)
        version = posted_version(visit.posted)
        values = await _chosen(visit, session, desk, form.values(), version)
        project = desk.project
        if project is None:
            project = await actions.start_project(session, visit.actor, desk.team, desk.edition, now=visit.now)
        try:
            await actions.save_draft(
                session, visit.actor, project, desk.edition, values, version=version, now=visit.now
            )
        except Stale as stale:
            return await _compare(visit, session, desk, values, version, stale)
        return done(visit, visit.url("projects:mine"), standing(project, desk.edition, now=visit.now).draft + ".")


def show(visit: Visit, desk: Desk, form: FicheForm, *, status: int = 200, typed: bool = False, **more: Any) -> Template:
    """The page of the project. `typed` keeps the fields open though writing is closed: nothing typed is lost."""
    project, edition = desk.project, desk.edition
    content = content_of(project) if project else {**written(None), "file": None}
    closed = may_write(visit.actor, desk.team, edition, now=visit.now)
    context = {
        "edition": edition,
        "team": desk.team,
        "project": project,
        "form": form,
        "file_form": FileForm(),
        "content": content,
        "standing": standing(project, edition, now=visit.now),
        "closed": closed,
        "open_fields": typed or closed is None,
        "refused": "",
        "missing": missing(content, desk.team),
        "same": deposited_as_it_is(project, edition, now=visit.now) if project else None,
        "deposit_refusal": may_work_on(visit.viewer, desk.team) or may_deposit_now(edition, now=visit.now),
        "is_late": timing(edition, now=visit.now) is Timing.LATE,
        "deadline": deadline(edition, Allowed.DEPOSIT, now=visit.now)
        if timing(edition, now=visit.now) is Timing.IN_TIME
        else None,
        "deposits": list(reversed(project.deposits)) if project else [],
        "feedback_opens": may_now(edition, Allowed.READ_FEEDBACK, now=visit.now) is None,
        "accepted": ACCEPTED,
        "file_limit": FILE_LIMIT,
        "deposit_words": deposit_words,
    }
    return page(visit, "projects/mine.html", status=status, **(context | more))


def _as_text(form: FicheForm) -> str:
    """What was typed, as a file somebody keeps."""
    filled = [(field.label.text, field.data) for field in form if field.data]
    return "\n\n".join(
        f"{label}\n{', '.join(data) if isinstance(data, list) else _('oui') if data is True else data}"
        for label, data in filled
    )


async def _chosen(visit: Visit, session: AsyncSession, desk: Desk, mine: FicheValues, version: int) -> FicheValues:
    """What was typed, with the other text where the person chose it on the page that compares."""
    others = [name for name in FIELDS if visit.posted.get(KEEP + name) == "theirs"]
    if not others:
        return mine
    seen = await queries.revision_at(session, desk.started.id, version)
    if seen is None:
        raise NotThere()
    return FicheValues(**{**mine.content(), **{name: seen.content[name] for name in others}})


async def _compare(
    visit: Visit, session: AsyncSession, desk: Desk, values: FicheValues, version: int, stale: Stale
) -> Template:
    """Both texts, field by field; the choice proposed is the text of whoever changed it."""
    project, mine, theirs = desk.started, values.content(), stale.current
    base = await queries.revision_at(session, project.id, version)
    known = base.content if base else written(None)
    names = differing(mine, theirs)
    untouched = {name for name in names if mine[name] == known[name]}
    return page(
        visit, "projects/compare.html", status=409, edition=desk.edition, team=desk.team, project=project,
        form=FicheForm(data=mine), names=names, theirs=theirs, mine=mine, untouched=untouched, message=stale.message,
    )  # fmt: skip

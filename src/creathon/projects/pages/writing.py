"""/projet: the draft, written by several people at once."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.response import Template

from creathon.core.errors import Stale
from creathon.core.forms import MultiDict
from creathon.core.web.pages import done, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Allowed, DeliverableKind
from creathon.editions.rules import deadline, formats_words, may_now
from creathon.projects import actions
from creathon.projects.forms import ContestForm, FicheForm, FileForm, VideoForm
from creathon.projects.pages.comparing import as_posted, chosen, compare
from creathon.projects.pages.desk import Desk, desk_of, find_desk, started
from creathon.projects.pages.download import own_files_shown
from creathon.projects.rules import (
    CHOICES,
    PLAIN_LIMITS,
    SHEETS,
    TYPED,
    Timing,
    content_of,
    deposit_words,
    deposited_as_it_is,
    hours_of_alarm,
    may_deposit_now,
    may_work_on,
    may_write,
    missing,
    sheets_read,
    standing,
    timing,
    value_words,
    written,
)
from creathon.projects.rules.admissibility import contest_closes, gates_read, may_contest
from creathon.projects.rules.pieces import NOTHING_JOINED, may_add


class ProjectPages(Controller):
    """The page where a team writes."""

    path = "/projet"

    @get(name="projects:mine", policy="signed_in")
    async def mine(self, visit: Visiting, session: Session) -> Template:
        desk = await find_desk(visit, session, decided=True)
        if desk is None:
            return page(visit, "projects/no_team.html")
        return show(visit, desk, FicheForm(data=written(desk.project)))

    @post(name="projects:save", policy="signed_in")
    async def save(self, visit: Visiting, session: Session) -> Response[Any]:
        desk, form = await desk_of(visit, session, lock=True, decided=True), FicheForm(visit.posted)
        version = posted_version(visit.posted)
        if refusal := may_write(visit.actor, desk.team, desk.edition, now=visit.now):
            form.refuse(refusal.reason)
            return show(visit, desk, form, status=403, typed=True, refused=_as_text(form))
        if not form.accepts():
            return show(visit, desk, form, status=422)
        values = await chosen(visit, session, desk, form.content(), version)
        chosen_form = FicheForm(MultiDict(as_posted(values)))
        if not chosen_form.accepts():
            return show(visit, desk, chosen_form, status=422)
        project = await started(visit, session, desk)
        try:
            await actions.save_fields(
                session, visit.actor, project, desk.edition, values, version=version, now=visit.now
            )
        except Stale as stale:
            return await compare(visit, session, desk, values, version, stale)
        return done(visit, visit.url("projects:mine"), standing(project, desk.edition, now=visit.now).draft + ".")


def show(visit: Visit, desk: Desk, form: FicheForm, *, status: int = 200, typed: bool = False, **more: Any) -> Template:
    """The page of the project. `typed` keeps the fields open though writing is closed: nothing typed is lost."""
    project, edition = desk.project, desk.edition
    known = desk_words(visit, desk)
    version = visit.posted.get("version") or ""
    context = {
        "version": int(version) if version.isdigit() else project.version if project else 0,
        "form": form,
        "names": TYPED,
        "sheets": SHEETS,
        "unsaved": status >= 400,
        "file_form": FileForm(),
        "video_form": VideoForm(),
        "video_limits": desk.limits[DeliverableKind.VIDEO],
        "video_accepted": formats_words(desk.limits[DeliverableKind.VIDEO].formats),
        "plain_limit": min(PLAIN_LIMITS[DeliverableKind.VIDEO], desk.limits[DeliverableKind.VIDEO].max_bytes),
        "open_fields": typed or known["closed"] is None,
        "refused": "",
        "deadline": deadline(edition, Allowed.DEPOSIT, now=visit.now)
        if timing(edition, now=visit.now) is Timing.IN_TIME
        else None,
        "deposits": list(reversed(project.deposits)) if project else [],
        "feedback_opens": may_now(edition, Allowed.READ_FEEDBACK, now=visit.now) is None,
        **own_files_shown(visit, project),
        "accepted": formats_words(desk.limits[DeliverableKind.PIECE].formats),
        "file_limits": desk.limits[DeliverableKind.PIECE],
        "full": may_add(project, DeliverableKind.PIECE, desk.limits[DeliverableKind.PIECE]),
        "arriving": desk.arriving,
    }
    return page(visit, "projects/mine.html", status=status, **(known | context | decided_words(visit, desk) | more))


def decided_words(visit: Visit, desk: Desk) -> dict[str, Any]:
    """What the page says of the admissibility of the deposit; nothing before it is decided."""
    if not desk.checks or desk.project is None:
        return {"decided": None, "contest_form": ContestForm()}
    decided = desk.checks[0]
    return {
        "decided": decided,
        "exchange": next((one for one in desk.checks if one.contested_at is not None), None),
        "decided_gates": gates_read(decided),
        "contest_form": ContestForm(),
        "contest_refusal": may_contest(visit.viewer, desk.project, decided, desk.edition, now=visit.now),
        "contest_until": contest_closes(decided, desk.edition),
    }


def desk_words(visit: Visit, desk: Desk) -> dict[str, Any]:
    """What the page says of the draft and of its deposit, as both are now."""
    project, edition = desk.project, desk.edition
    content = content_of(project) if project else {**written(None), **NOTHING_JOINED}
    closed = may_write(visit.actor, desk.team, edition, now=visit.now)
    return {
        "edition": edition,
        "team": desk.team,
        "project": project,
        "content": content,
        "standing": standing(project, edition, now=visit.now),
        "closed": closed,
        "open_fields": closed is None,
        "missing": missing(content, desk.team, desk.limits),
        "several": CHOICES,
        "sheets_shown": sheets_read(content),
        "same": deposited_as_it_is(project, edition, now=visit.now) if project else None,
        "deposit_refusal": may_work_on(visit.viewer, desk.team) or may_deposit_now(edition, now=visit.now),
        "alarm": hours_of_alarm(project, edition, now=visit.now),
        "is_late": timing(edition, now=visit.now) is Timing.LATE,
        "deposit_words": deposit_words,
    }


def _as_text(form: FicheForm) -> str:
    """What was typed, as a file somebody keeps."""
    return "\n\n".join(f"{field.label.text}\n{value_words(field.name, field.data)}" for field in form if field.data)

"""/projet/sous-titres: brought, proposed from the transcript, corrected cue by cue, given back."""

from collections.abc import Sequence
from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromQuery
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import BadRequest, Stale, check
from creathon.core.text import _, ngettext
from creathon.core.web.pages import done, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.projects import actions
from creathon.projects.forms import BringForm, ProposeForm
from creathon.projects.pages.desk import Desk, desk_of, started
from creathon.projects.pages.track import send_subrip, send_track
from creathon.projects.queries import changes_since
from creathon.projects.rules import CAPTIONS, LIMITS, last_hands, may_write, written
from creathon.projects.rules.captioning import advice_on, proposed
from creathon.projects.rules.captions import (
    MOST_BYTES,
    MOST_CUES,
    SECOND,
    Cue,
    Row,
    Unreadable,
    as_text,
    as_vtt,
    cues_of,
    cues_typed,
    followed_how,
    moment,
    moment_typed,
    read_captions,
    rows_of,
)

ADD, REMOVE = "ajouter", "retirer"
NEW_LASTS = 2 * SECOND
MOST_FIELDS = 3 * MOST_CUES + 20


class CaptionPages(Controller):
    """The captions of the draft."""

    path = "/projet/sous-titres"

    @get(name="projects:captions", policy="signed_in")
    async def captions(self, visit: Visiting, session: Session, apres: FromQuery[int | None] = None) -> Template:
        """`apres`: after which cue a new one is to be written."""
        desk = await desk_of(visit, session, deposited=False)
        if desk.project is None:
            check(may_write(visit.viewer, desk.team, desk.edition, now=visit.now))
        rows = rows_of(cues_of(written(desk.project)))
        if apres is not None and 0 <= apres <= len(rows) < MOST_CUES:
            rows.insert(apres, _new_row(rows, apres))
        return show(visit, desk, rows)

    @post(name="projects:save-captions", policy="signed_in", max_fields=MOST_FIELDS)
    async def save(self, visit: Visiting, session: Session) -> Response[Any]:
        """Every row at once. The button says what comes after: nothing, a new row, or one row less."""
        rows, version = _posted_rows(visit), posted_version(visit.posted)
        verb, _dash, place = (visit.posted.get("acte") or "").partition("-")
        at = int(place) if place.isdecimal() and int(place) <= len(rows) else None
        desk = await desk_of(visit, session, lock=True, deposited=False)
        kept = [row for number, row in enumerate(rows, 1) if verb != REMOVE or number != at]
        said, cues = cues_typed(kept)
        if refusal := may_write(visit.actor, desk.team, desk.edition, now=visit.now):
            return show(visit, desk, said, status=403, refused=refusal.reason, typed=True)
        if any(row.problem for row in said) or _too_long(cues):
            return show(visit, desk, said, status=422, version=version, typed=True, refused=_too_long(cues))
        try:
            await _write(visit, session, desk, {CAPTIONS: as_vtt(cues)}, version)
        except Stale:
            return await compare_captions(visit, session, desk, said, version)
        here = visit.url("projects:captions")
        if verb == ADD and at is not None:
            before = sum(bool(row.text.strip()) for row in rows[:at])
            return done(visit, f"{here}?apres={before}#texte-{before + 1}")
        return done(visit, f"{here}#liste", _kept_words(cues))

    @post("/apporter", name="projects:bring-captions", policy="signed_in", max_body=MOST_BYTES + 400_000)
    async def bring(self, visit: Visiting, session: Session) -> Response[Any]:
        form, version = BringForm(visit.posted), posted_version(visit.posted)
        upload: object = visit.posted.get("captions_file")
        desk = await desk_of(visit, session, lock=True, deposited=False)
        check(may_write(visit.actor, desk.team, desk.edition, now=visit.now))
        if not form.accepts():
            return show(visit, desk, status=422, bring_form=form)
        try:
            if isinstance(upload, UploadFile) and upload.filename:
                form.captions_text.data = as_text(await upload.read(MOST_BYTES + 1))
            cues = read_captions(form.captions_text.data or "")
        except Unreadable as unreadable:
            form.refuse(str(unreadable), "captions_text" if form.captions_text.data else "captions_file")
            return show(visit, desk, status=422, bring_form=form)
        if too_long := _too_long(cues):
            form.refuse(too_long, "captions_text")
            return show(visit, desk, status=422, bring_form=form)
        return await _replace(visit, session, desk, {CAPTIONS: as_vtt(cues)}, version)

    @post("/proposer", name="projects:propose-captions", policy="signed_in")
    async def propose(self, visit: Visiting, session: Session) -> Response[Any]:
        """The transcript is saved too: what was corrected here counts as the transcript of the video."""
        form, version = ProposeForm(visit.posted), posted_version(visit.posted)
        desk = await desk_of(visit, session, lock=True, deposited=False)
        check(may_write(visit.actor, desk.team, desk.edition, now=visit.now))
        if not form.accepts():
            return show(visit, desk, status=422, propose_form=form)
        transcript = form.video_transcript.data or ""
        cues = proposed(transcript, form.seconds)
        mine = {"video_transcript": transcript, CAPTIONS: as_vtt(cues)}
        return await _replace(visit, session, desk, mine, version, propose_form=form)

    @get("/brouillon.vtt", name="projects:captions-vtt", policy="signed_in")
    async def as_webvtt(self, visit: Visiting, session: Session) -> Response[str]:
        desk = await desk_of(visit, session, deposited=False)
        return send_track(written(desk.started))

    @get("/brouillon.srt", name="projects:captions-srt", policy="signed_in")
    async def as_subrip(self, visit: Visiting, session: Session) -> Response[str]:
        desk = await desk_of(visit, session, deposited=False)
        return send_subrip(written(desk.started))


def show(visit: Visit, desk: Desk, rows: Sequence[Row] | None = None, *, status: int = 200, **more: Any) -> Template:
    """The page. `typed`: the rows are those of a form that was refused; `theirs`: what the team saved meanwhile."""
    project, content = desk.project, written(desk.project)
    cues, seconds = cues_of(content), project.video.seconds if project and project.video else None
    rows = rows_of(cues) if rows is None else rows
    advice = advice_on(cues, seconds)
    context = {
        "edition": desk.edition,
        "team": desk.team,
        "project": project,
        "content": content,
        "closed": may_write(visit.actor, desk.team, desk.edition, now=visit.now),
        "version": project.version if project else 0,
        "how": followed_how(content),
        "cues": cues,
        "rows": rows,
        "advice": advice if len(rows) == len(cues) and not more.get("typed") else [],
        "advised": sum(map(len, advice)),
        "most": MOST_CUES,
        "bring_form": BringForm(),
        "propose_form": ProposeForm(data=_to_propose(content, seconds)),
        "typed": False,
        "refused": "",
        "theirs": None,
    }
    return page(visit, "projects/captions.html", status=status, **(context | more))


def _to_propose(content: dict[str, Any], seconds: float | None) -> dict[str, str]:
    duration = moment_typed(int(seconds * SECOND)).removesuffix(",000") if seconds else ""
    return {"video_transcript": content["video_transcript"], "duration": duration}


async def _write(visit: Visit, session: AsyncSession, desk: Desk, mine: dict[str, str], version: int) -> None:
    project = await started(visit, session, desk)
    await actions.save_fields(session, visit.actor, project, desk.edition, mine, version=version, now=visit.now)


async def _replace(
    visit: Visit, session: AsyncSession, desk: Desk, mine: dict[str, str], version: int, **forms: Any
) -> Response[Any]:
    """Put captions in the place of those there were, which the history keeps."""
    cues = cues_of(mine)
    try:
        await _write(visit, session, desk, mine, version)
    except Stale:
        return await compare_captions(visit, session, desk, rows_of(cues), version, **forms)
    return done(visit, visit.url("projects:captions") + "#liste", _kept_words(cues))


async def compare_captions(
    visit: Visit, session: AsyncSession, desk: Desk, rows: Sequence[Row], version: int, **forms: Any
) -> Template:
    """Somebody else changed the same captions: theirs are shown, these stay, and saving again is a choice."""
    changes = await changes_since(session, desk.started.id, version)
    by = last_hands(changes, desk.edition.zone, visit.now).get(CAPTIONS, "")
    theirs = rows_of(cues_of(written(desk.started)))
    return show(visit, desk, rows, status=409, typed=True, theirs=theirs, by=by, **forms)


def _posted_rows(visit: Visit) -> list[Row]:
    columns = [visit.posted.getlist(name) for name in ("debut", "fin", "texte")]
    if len({len(column) for column in columns}) != 1 or not all(
        isinstance(one, str) for column in columns for one in column
    ):
        raise BadRequest(_("Ce formulaire est incomplet. Rechargez la page."))
    return [Row(*values) for values in zip(*columns, strict=True)]


def _new_row(rows: Sequence[Row], after: int) -> Row:
    """Right after the one before, for two seconds."""
    start = moment(rows[after - 1].end) or 0 if after else 0
    return Row(moment_typed(start), moment_typed(start + NEW_LASTS))


def _too_long(cues: Sequence[Cue]) -> str:
    limit = LIMITS[CAPTIONS]
    if len(as_vtt(cues)) <= limit and len(cues) <= MOST_CUES:
        return ""
    return _("Ces sous-titres sont trop longs : %(cues)s sous-titres et %(limit)s caractères au plus.", cues=MOST_CUES,
             limit=limit)  # fmt: skip


def _kept_words(cues: Sequence[Cue]) -> str:
    if not cues:
        return _("Le brouillon n’a plus de sous-titres. L’historique garde ceux d’avant.")
    count = ngettext("%(num)s sous-titre", "%(num)s sous-titres", len(cues))
    return _("Enregistré dans le brouillon : %(count)s. Rien n’est déposé pour autant.", count=count)

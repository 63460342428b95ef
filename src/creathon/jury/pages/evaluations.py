"""/jury: my pile; /jury/projets/<assignment>: reading, scoring, stepping aside."""

from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Generic, TypeVar

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream, Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, Refusal, Refused, Stale, check
from creathon.core.files import FileStore
from creathon.core.paging import paging
from creathon.core.pdf import pdf_is_there
from creathon.core.text import _, ngettext
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.paper import paper
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Allowed, Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.queries import acceptances_of
from creathon.editions.rules import deadline, until_words
from creathon.jury.actions import evaluations as actions
from creathon.jury.actions.links import recuse
from creathon.jury.forms.evaluations import EvaluationForm, evaluation_form
from creathon.jury.forms.links import LinkForm
from creathon.jury.models import Assignment, Evaluation, EvaluationState, Rubric
from creathon.jury.queries.assignments import pile_of
from creathon.jury.queries.evaluations import HeldReading, Reading, assignment_by_id, hold_reading, reading_by_id
from creathon.jury.queries.panels import seats_of
from creathon.jury.rules.evaluations import (
    EvaluationValues,
    may_read,
    may_recuse,
    may_reopen,
    may_score,
    values_of,
)
from creathon.jury.rules.panels import READING_TIME
from creathon.jury.rules.pile import counts_of, next_to_read, part_of
from creathon.projects.models import Deposit, ProjectFile
from creathon.projects.pages.download import BlindFile, Shown, blind_files, files_shown
from creathon.projects.pages.gallery import fiche_words
from creathon.projects.pages.track import send_track
from creathon.projects.queries import current_deposit
from creathon.projects.rules.pieces import VIDEO, with_pieces

SHOW = "jury/reading/evaluation.html"
KEPT = "jury/reading/refused.html"
DRAFT, NEXT = "brouillon", "suivant"

R = TypeVar("R", bound=Reading)
Files = NamedDependency[FileStore]
StateFilter = Annotated[str, QueryParameter(name="etat")]
PageNumber = Annotated[int, QueryParameter(name="page")]


class PilePages(Controller):
    """/jury."""

    path = "/jury"

    @get(name="jury:pile", policy="jury")
    async def pile(
        self, visit: Visiting, session: Session, wanted: StateFilter = "", page_number: PageNumber = 1
    ) -> Template:
        edition = await edition_at_hand(visit, session)
        me = visit.actor.person_id
        acceptances = await acceptances_of(session, edition.id, [me])
        pile = await pile_of(session, me, edition.id)
        counts, rows = counts_of(pile), part_of(pile, wanted)
        here = paging(page_number, len(rows), visit.path, {"etat": wanted})
        return page(
            visit, "jury/reading/pile.html", edition=edition, counts=counts, rows=here.part(rows), paging=here,
            state=wanted, seats=await seats_of(session, me, edition.id), left=counts.left * READING_TIME,
            until=_until(edition, visit),
            following=next_to_read(pile), to_accept=acceptances.lacks(me), changed=me in acceptances.before,
        )  # fmt: skip


class EvaluationPages(Controller):
    """/jury/projets/<assignment>."""

    path = "/jury/projets/{assignment_id:str}"

    @get(name="jury:evaluation", policy="jury")
    async def evaluation(self, visit: Visiting, session: Session, assignment_id: FromPath[str]) -> Template:
        desk = await _desk(visit, session, assignment_id)
        check(desk.refusal)
        return page(visit, SHOW, **desk.context(visit, desk.form()))

    @post(name="jury:save-evaluation", policy="jury")
    async def save(self, visit: Visiting, session: Session, assignment_id: FromPath[str]) -> Response[Any]:
        desk = await _held_desk(visit, session, assignment_id)
        form, version = desk.form(visit.posted), posted_version(visit.posted)
        act = visit.posted.get("acte") or DRAFT
        try:
            check(desk.refusal)
            if not form.accepts() or (act != DRAFT and not form.is_complete()):
                shown = await _with_deposit(session, desk)
                return invalid(visit, SHOW, **shown.context(visit, form, version))
            await _write(visit, session, desk, form.values(), act, version)
        except Stale as error:
            shown = await _with_deposit(session, desk)
            return page(visit, "jury/reading/compare.html", status=409, **shown.compared(visit, form, error))
        except Refused as error:
            return page(visit, KEPT, status=403, reason=error.message, form=form, edition=desk.edition)
        return await _written(visit, session, desk, act)

    @get("/fichiers/{file_id:str}", name="jury:file", policy="jury")
    async def file(
        self, visit: Visiting, session: Session, files: Files, assignment_id: FromPath[str], file_id: FromPath[str]
    ) -> Stream:
        desk = await _desk(visit, session, assignment_id)
        desk = await _with_deposit(session, desk) if desk.refusal else desk
        if file_id not in desk.blind:
            raise NotThere()
        check(desk.refusal)
        return desk.blind[file_id].sent(visit, files)

    @get("/sous-titres.vtt", name="jury:captions", policy="jury")
    async def captions(self, visit: Visiting, session: Session, assignment_id: FromPath[str]) -> Response[str]:
        desk = await _desk(visit, session, assignment_id)
        check(desk.refusal)
        return send_track(desk.deposit.content if desk.deposit else None)

    @get("/projet.pdf", name="jury:reading-pdf", policy="jury")
    async def on_paper(self, visit: Visiting, session: Session, assignment_id: FromPath[str]) -> Response[bytes]:
        """The project as its juror reads it: no name but what the team wrote in its answers."""
        desk = await _desk(visit, session, assignment_id)
        check(desk.refusal)
        return await paper(
            visit, session, "jury/reading/evaluation_pdf.html", f"projet-{assignment_id}.pdf",
            edition=desk.edition, deposit=desk.deposit, author=desk.edition.pilot,
            content=desk.read_blind(visit)["content"], **fiche_words(),
        )  # fmt: skip

    @post("/rouvrir", name="jury:reopen", policy="jury")
    async def reopen(self, visit: Visiting, session: Session, assignment_id: FromPath[str]) -> Response[Any]:
        desk = await _held_desk(visit, session, assignment_id)
        await actions.reopen_evaluation(session, visit.actor, desk.reading, desk.edition, now=visit.now)
        message = _("L’évaluation est rouverte : elle ne compte plus tant que vous ne la validez pas de nouveau.")
        return done(visit, visit.url("jury:evaluation", assignment_id=assignment_id), message)

    @get("/deport", name="jury:confirm-recusal", policy="jury")
    async def confirm_recusal(self, visit: Visiting, session: Session, assignment_id: FromPath[str]) -> Template:
        return page(visit, "jury/reading/recuse.html", form=LinkForm(), **await _aside(visit, session, assignment_id))

    @post("/deport", name="jury:recuse", policy="jury")
    async def recuse(self, visit: Visiting, session: Session, assignment_id: FromPath[str]) -> Response[Any]:
        context, form = await _aside(visit, session, assignment_id), LinkForm(visit.posted)
        if not form.accepts():
            return invalid(visit, "jury/reading/recuse.html", form=form, **context)
        link, edition = form.values(), context["edition"]
        await recuse(session, visit.actor, context["assignment"], link, edition, now=visit.now)
        message = _("C’est noté. Ce projet n’est plus dans votre pile ; la coordination le confie à quelqu’un d’autre.")
        return done(visit, visit.url("jury:pile"), message)


@dataclass(frozen=True)
class Desk(Generic[R]):
    """A read with all its page needs. `refusal` says why its juror may not read it now."""

    edition: Edition
    reading: R
    rubric: Rubric
    refusal: Refusal | None
    deposit: Deposit | None = None
    blind: dict[str, BlindFile] = field(default_factory=dict)

    @property
    def assignment(self) -> Assignment:
        return self.reading.assignment

    @property
    def evaluation(self) -> Evaluation | None:
        return self.assignment.evaluation

    @property
    def stored(self) -> EvaluationValues:
        return values_of(self.evaluation) if self.evaluation else EvaluationValues({})

    def form(self, posted: Any = None) -> EvaluationForm:
        return evaluation_form(self.rubric.criteria, posted, stored=self.stored)

    def context(self, visit: Visit, form: EvaluationForm, version: int | None = None) -> dict[str, Any]:
        """What the page of a read shows; `version` is the posted one while a form is shown again."""
        evaluation = self.evaluation
        current = evaluation.version if evaluation else 0
        return {
            **self.read_blind(visit),
            "edition": self.edition,
            "assignment": self.assignment,
            "rubric": self.rubric,
            "deposit": self.deposit,
            "evaluation": evaluation,
            "form": form,
            "stored": self.stored,
            "version": current if version is None else version,
            "is_validated": evaluation is not None and evaluation.state == EvaluationState.VALIDATED,
            "closed": may_score(evaluation, self.edition, now=visit.now),
            "reopening": may_reopen(evaluation, self.edition, now=visit.now),
            "recusing": may_recuse(visit.viewer, self.assignment, self.edition, now=visit.now),
            "until": _until(self.edition, visit),
            "has_pdf": pdf_is_there(),
        }

    def read_blind(self, visit: Visit) -> dict[str, Any]:
        """The content as it is shown, and how its page shows what is joined."""

        def shown(file: ProjectFile) -> Shown:
            url = visit.url("jury:file", assignment_id=self.assignment.id, file_id=file.id)
            return self.blind[file.id].shown(visit, url)

        content: dict[str, Any] = {}
        if self.deposit is not None:
            content = with_pieces(self.deposit.content, [self.blind[piece.id].said for piece in self.deposit.pieces])
            if video := self.deposit.video:
                content[VIDEO] = self.blind[video.id].said
        return {"content": content, **files_shown(self.deposit, shown)}

    def compared(self, visit: Visit, form: EvaluationForm, error: Stale) -> dict[str, Any]:
        extra = {"message": error.message, "theirs": error.current, "mine": form.values()}
        return {**self.context(visit, form), **extra}


async def _desk(visit: Visit, session: AsyncSession, assignment_id: str) -> Desk[Reading]:
    """A read of the person with the project as it was deposited."""
    edition = await edition_at_hand(visit, session)
    desk = _checked(visit, edition, await reading_by_id(session, assignment_id))
    return desk if desk.refusal else await _with_deposit(session, desk)


async def _held_desk(visit: Visit, session: AsyncSession, assignment_id: str) -> Desk[HeldReading]:
    """A read of the person, about to be written: its project is not read for it."""
    edition = await edition_at_hand(visit, session)
    return _checked(visit, edition, await hold_reading(session, assignment_id, visit.actor.person_id))


def _checked(visit: Visit, edition: Edition, reading: R | None) -> Desk[R]:
    """The desk, for nobody but its juror; the grid is needed, so without one nothing is there."""
    if reading is None or reading.rubric is None:
        raise NotThere()
    refusal = may_read(visit.viewer, reading.assignment, reading.standing, edition, now=visit.now)
    if refusal and refusal.hidden:
        raise NotThere()
    return Desk(edition, reading, reading.rubric, refusal)


async def _with_deposit(session: AsyncSession, desk: Desk[R]) -> Desk[R]:
    deposit = await current_deposit(session, desk.assignment.project_id)
    return replace(desk, deposit=deposit, blind=await blind_files(session, deposit))


async def _write(
    visit: Visit, session: AsyncSession, desk: Desk[HeldReading], values: EvaluationValues, act: str, version: int
) -> None:
    write = actions.save_evaluation if act == DRAFT else actions.validate_evaluation
    await write(session, visit.actor, desk.reading, values, desk.edition, version=version, now=visit.now)


async def _written(visit: Visit, session: AsyncSession, desk: Desk[HeldReading], act: str) -> Response[Any]:
    """Back to the same page after a draft; to the next one, or to the pile, after a validation."""
    here = visit.url("jury:evaluation", assignment_id=desk.assignment.id)
    if act == DRAFT:
        return done(visit, here, _("Brouillon enregistré. Il ne compte pas tant que vous ne l’avez pas validé."))
    pile = await pile_of(session, visit.actor.person_id, desk.edition.id)
    following = next_to_read(pile, desk.assignment.id) if act == NEXT else None
    counts = counts_of(pile)
    left = ngettext("projet", "projets", counts.left)
    over = _("Votre pile est terminée. Merci !")
    rest = _("Il vous reste %(count)s %(left)s.", count=counts.left, left=left) if counts.left else over
    message = f"{_('Évaluation validée.')} {rest}"
    target = visit.url("jury:evaluation", assignment_id=following) if following else visit.url("jury:pile")
    return done(visit, target, message)


async def _aside(visit: Visit, session: AsyncSession, assignment_id: str) -> dict[str, Any]:
    """A read about to be left; its project is not read for it."""
    edition = await edition_at_hand(visit, session)
    assignment = await assignment_by_id(session, assignment_id)
    if assignment is None:
        raise NotThere()
    check(may_recuse(visit.viewer, assignment, edition, now=visit.now))
    return {"edition": edition, "assignment": assignment}


def _until(edition: Edition, visit: Visit) -> str:
    closes_at = deadline(edition, Allowed.REVIEW, now=visit.now)
    return until_words(closes_at, edition.zone, visit.viewer.zone) if closes_at else ""

"""/coordination/recevabilite: what is decided of each deposit, by its site; /projet/recevabilite: the team contests."""

from dataclasses import dataclass
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import Conflict, NotThere, Refused, Stale, check
from creathon.core.events import publish
from creathon.core.forms import MultiDict
from creathon.core.paging import paging
from creathon.core.text import _
from creathon.core.web.pages import done, page, posted_version
from creathon.core.web.visit import PageNumber, Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand, edition_of
from creathon.editions.queries import site_names
from creathon.editions.rules import coordinated_sites, may_filter_by_site, may_help_coordinate
from creathon.projects.actions.admissibility import answer_contest, contest_decision, decide_admissibility
from creathon.projects.events import ProjectOpened, hidden_from
from creathon.projects.forms import AnswerForm, CheckFilterForm, CheckForm, ContestForm, FicheForm, reason_field
from creathon.projects.models import AdmissibilityCheck, Project
from creathon.projects.pages.desk import desk_of
from creathon.projects.pages.writing import show
from creathon.projects.queries import project_by_id
from creathon.projects.queries.admissibility import (
    CheckFilters,
    check_counts,
    checked_count,
    checked_page,
    checks_of,
)
from creathon.projects.queries.facts import facts_of
from creathon.projects.rules import deposit_words, may_follow, written
from creathon.projects.rules.admissibility import (
    ADMISSIBILITY_NAMES,
    Verdict,
    contest_closes,
    counting,
    gates_read,
    may_answer,
    may_decide,
    may_decide_now,
    problems_of,
    state_of,
    values_of,
)
from creathon.projects.rules.gates import GATES, Facts, Finding, findings_of

LIST, ONE = "projects/checks.html", "projects/check.html"


class CheckPages(Controller):
    """/coordination/recevabilite."""

    path = "/coordination/recevabilite"

    @get(name="projects:checks", policy="coordination")
    async def checks(
        self,
        visit: Visiting,
        session: Session,
        etat: FromQuery[str] = "",
        site: FromQuery[str] = "",
        number: PageNumber = 1,
    ) -> Template:
        edition = await edition_at_hand(visit, session)
        check(may_help_coordinate(visit.viewer, edition))
        asked = {"etat": etat, "site": site}
        return page(visit, LIST, **await _listing(visit, session, edition, asked, number))

    @get("/{project_id:str}", name="projects:check", policy="coordination")
    async def check(self, visit: Visiting, session: Session, project_id: FromPath[str]) -> Template:
        return _show(visit, await _bench(visit, session, project_id))

    @post("/{project_id:str}", name="projects:decide", policy="coordination")
    async def decide(self, visit: Visiting, session: Session, project_id: FromPath[str]) -> Response[Any]:
        bench = await _bench(visit, session, project_id)
        form, version = CheckForm(visit.posted), posted_version(visit.posted)
        if not _accepts(form, bench):
            return _show(visit, bench, 422, form=form, version=version)
        receipt = visit.posted.get("recepisse") or ""
        try:
            made = await decide_admissibility(
                session, visit.actor, bench.project, bench.edition, form.values(), receipt=receipt, version=version,
                now=visit.now,
            )  # fmt: skip
        except Refused as refused:
            form.refuse(refused.message)
            return _show(visit, bench, 403, form=form, version=version)
        except Stale as stale:
            form.refuse(stale.message)
            return _show(visit, await _bench(visit, session, project_id), 409, form=form)
        words = _("« %(title)s » : le dossier est recevable. L’équipe est prévenue.", title=bench.title)
        if not made.admissible:
            words = _("« %(title)s » : le dossier n’est pas recevable. L’équipe est prévenue.", title=bench.title)
        return done(visit, visit.url("projects:check", project_id=project_id), words)

    @post("/{project_id:str}/reponse", name="projects:answer-contest", policy="coordination")
    async def answer(self, visit: Visiting, session: Session, project_id: FromPath[str]) -> Response[Any]:
        bench = await _bench(visit, session, project_id)
        form, version = AnswerForm(visit.posted), posted_version(visit.posted)
        if not form.accepts():
            return _show(visit, bench, 422, answer_form=form)
        try:
            await answer_contest(
                session, visit.actor, bench.project, bench.edition, form.answer.data,
                lifted=form.lifted.data == "oui", version=version, now=visit.now,
            )  # fmt: skip
        except Refused as refused:
            form.refuse(refused.message)
            return _show(visit, bench, 403, answer_form=form)
        except Conflict as conflict:
            form.refuse(conflict.message)
            return _show(visit, await _bench(visit, session, project_id), 409, answer_form=form)
        return done(visit, visit.url("projects:check", project_id=project_id), _("La réponse est envoyée à l’équipe."))


class ContestPages(Controller):
    """/projet/recevabilite."""

    path = "/projet/recevabilite"

    @post(name="projects:contest", policy="signed_in")
    async def contest(self, visit: Visiting, session: Session) -> Response[Any]:
        """The words come back with the reason when they are refused: nothing typed is lost."""
        desk, form = await desk_of(visit, session, lock=True, decided=True), ContestForm(visit.posted)
        version = posted_version(visit.posted)
        status, fiche = 422, FicheForm(data=written(desk.project))
        if form.accepts():
            try:
                await contest_decision(
                    session, visit.actor, desk.started, desk.edition, form.contest.data, version=version, now=visit.now
                )
            except (Refused, Stale) as refused:
                form.refuse(refused.message)
                status = refused.status
            else:
                message = _("La contestation est envoyée à la coordination. La réponse viendra ici et par message.")
                return done(visit, visit.url("projects:mine"), message)
        return show(visit, desk, fiche, status=status, contest_form=form)


@dataclass(frozen=True)
class Bench:
    """One project about to be decided of: its decisions, newest first, and what the platform finds of its deposit."""

    edition: Edition
    project: Project
    history: list[tuple[AdmissibilityCheck, str]]
    findings: dict[str, Finding]
    facts: Facts | None

    @property
    def last(self) -> AdmissibilityCheck | None:
        return self.history[0][0] if self.history else None

    @property
    def current(self) -> AdmissibilityCheck | None:
        return counting(self.last, self.project.current)

    @property
    def title(self) -> str:
        deposit = self.project.current
        return (deposit.title if deposit else self.project.title) or _("sans titre")

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """Where a decision starts from: the last one on this deposit, or what is found."""
        if self.current is not None:
            return dict(values_of(self.current).verdicts)
        return {key: Verdict(finding.met) for key, finding in self.findings.items()}


async def _bench(visit: Visit, session: AsyncSession, project_id: str) -> Bench:
    """What a coordination decides of; to everybody else, and to whoever has a link with it, it does not exist."""
    project = await project_by_id(session, project_id)
    edition = await edition_of(visit, session, project.edition_id) if project else None
    if project is None or edition is None:
        raise NotThere()
    check(may_follow(visit.actor, project.team, edition))
    await publish(session, ProjectOpened(project.id, visit.actor.person_id))
    facts, deposit = None, project.current
    if deposit is not None:
        facts = await facts_of(session, deposit, project.team, edition)
    findings = findings_of(facts) if facts else {}
    return Bench(edition, project, await checks_of(session, project.id), findings, facts)


def _show(visit: Visit, bench: Bench, status: int = 200, *, version: int | None = None, **forms: Any) -> Template:
    last, current = bench.last, bench.current
    form = forms.get("form") or CheckForm.of(bench.verdicts, current.words if current else "")
    at = {"now": visit.now}
    return page(
        visit, ONE, status=status, edition=bench.edition, project=bench.project, team=bench.project.team,
        title=bench.title, deposit=bench.project.current, current=current, state=state_of(current),
        state_names=ADMISSIBILITY_NAMES, gates=GATES, findings=bench.findings, form=form, reason_field=reason_field,
        answer_form=forms.get("answer_form") or AnswerForm(), history=bench.history, gates_read=gates_read,
        version=(last.number if last else 0) if version is None else version, deposit_words=deposit_words,
        refusal=may_decide(visit.viewer, bench.project, current, bench.edition, **at),
        answer_refusal=may_answer(visit.viewer, bench.project, current, bench.edition, **at),
        until=contest_closes(current, bench.edition) if current else None,
    )  # fmt: skip


def _accepts(form: CheckForm, bench: Bench) -> bool:
    """Whether the decision is whole and every departure from what is found has its reason, said at its field."""
    if not form.accepts() or bench.facts is None:
        return bench.facts is None and not form.errors
    problems = problems_of(form.values(), bench.facts)
    for key, problem in problems.items():
        form.refuse(problem, reason_field(key))
    return not problems


async def _listing(
    visit: Visit, session: AsyncSession, edition: Edition, asked: dict[str, str], number: int
) -> dict[str, Any]:
    mine = coordinated_sites(visit.viewer, edition)
    sites = await site_names(session, edition.id, mine)
    check(may_filter_by_site(asked["site"], sites))
    form = CheckFilterForm(MultiDict(asked.items()), sites=sites)
    if not form.accepts():
        form, asked = CheckFilterForm(sites=sites), {}
    hiding = await hidden_from(session, visit.actor.person_id)
    filters = CheckFilters(mine, form.state, {form.site.data} if form.site.data else set(), hiding)
    place = paging(number, await checked_count(session, edition.id, filters), visit.path, asked)
    return {
        "edition": edition,
        "form": form,
        "place": place,
        "rows": await checked_page(session, edition.id, filters, offset=place.offset, limit=place.size),
        "counts": await check_counts(session, edition.id, CheckFilters(mine, hiding=hiding)),
        "state_names": ADMISSIBILITY_NAMES,
        "filtered": any(asked.values()),
        "only_site": next(iter(sites.values())) if len(sites) == 1 else "",
        "closed": may_decide_now(edition, now=visit.now),
    }

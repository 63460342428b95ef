"""/coordination/selection: choosing, in secret. National coordination only."""

from dataclasses import dataclass
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, Refused, Stale, check
from creathon.core.paging import paging
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import PageNumber, Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.rules import may_coordinate
from creathon.jury.actions.selection import select_project, unselect_project
from creathon.jury.forms.selection import PRIZE_LIST, SelectionForm
from creathon.jury.models import Selection
from creathon.jury.pages.ranking import Seen, ranking_seen
from creathon.jury.queries.palmares import published_palmares
from creathon.jury.queries.selection import chosen, selection_of
from creathon.jury.rules.selection import (
    PLANNED,
    PRIZES,
    TIER_NAMES,
    RankingRow,
    beyond_plan,
    may_choose,
    may_prepare,
    tier_counts,
)
from creathon.projects.models import Project
from creathon.projects.rules import folded

LIST = "jury/decision/selection.html"
CHOICE = "jury/decision/choice.html"


class SelectionPages(Controller):
    """/coordination/selection."""

    path = "/coordination/selection"

    @get(name="jury:selection", policy="national_coordination")
    async def selection(self, visit: Visiting, session: Session, page_number: PageNumber = 1) -> Template:
        edition = await edition_at_hand(visit, session)
        check(may_coordinate(visit.viewer, edition))
        seen = await ranking_seen(visit, session, edition)
        rows = {row.entry.project_id: row for row in seen.ranking.rows}
        stored = [one for one in (await chosen(session, edition.id)).values() if one.project_id in rows]
        published = await published_palmares(session, edition.id)
        return page(visit, LIST, edition=edition, published=published, ranking=seen.ranking, **_listed(
            visit, edition, rows, stored, page_number, published=published is not None,
        ))  # fmt: skip

    @get("/{project_id:str}", name="jury:choice", policy="national_coordination")
    async def choice(self, visit: Visiting, session: Session, project_id: FromPath[str]) -> Template:
        desk = await _desk(visit, session, project_id)
        stored = desk.stored
        form = SelectionForm(obj=stored) if stored else SelectionForm()
        return page(visit, CHOICE, form=form, version=stored.version if stored else 0, **desk.context)

    @post("/{project_id:str}", name="jury:choose", policy="national_coordination")
    async def choose(self, visit: Visiting, session: Session, project_id: FromPath[str]) -> Response[Any]:
        desk = await _desk(visit, session, project_id)
        form, version = SelectionForm(visit.posted), posted_version(visit.posted)
        if not form.accepts():
            return invalid(visit, CHOICE, form=form, version=version, **desk.context)
        try:
            await _select(visit, session, desk, form, version)
        except Refused as refused:
            form.refuse(refused.message)
            return page(visit, CHOICE, status=403, form=form, version=version, **desk.context)
        except Stale as stale:
            return await _compare(visit, session, desk, form, stale)
        return done(
            visit,
            visit.url("jury:selection"),
            _("« %(title)s » : le choix est enregistré.", title=desk.row.entry.title),
        )

    @get("/{project_id:str}/retirer", name="jury:confirm-unchoose", policy="national_coordination")
    async def confirm(self, visit: Visiting, session: Session, project_id: FromPath[str]) -> Template:
        desk = await _desk(visit, session, project_id)
        if desk.stored is None:
            raise NotThere()
        return page(visit, "jury/decision/unchoose.html", **desk.context)

    @post("/{project_id:str}/retirer", name="jury:unchoose", policy="national_coordination")
    async def unchoose(self, visit: Visiting, session: Session, project_id: FromPath[str]) -> Response[Any]:
        desk = await _desk(visit, session, project_id)
        project, version = await _project(session, desk), posted_version(visit.posted)
        try:
            await unselect_project(session, visit.actor, project, desk.edition, version=version, now=visit.now)
        except Stale as stale:
            form = SelectionForm(data=stale.current)
            return await _compare(visit, session, desk, form, stale)
        message = _("« %(title)s » n’est plus dans la sélection.", title=desk.row.entry.title)
        return done(visit, visit.url("jury:selection"), message, "info")


@dataclass(frozen=True)
class Desk:
    """One project about to be decided of. `refusal` says why it cannot be now."""

    edition: Edition
    row: RankingRow
    seen: Seen
    stored: Selection | None
    refusal: Any

    @property
    def context(self) -> dict[str, Any]:
        """What the pages of a choice show: the project, its figures, what the jury wrote to itself and to the team."""
        project_id = self.row.entry.project_id
        mine = [one for one in self.seen.evaluations if one.assignment.project_id == project_id]
        mine.sort(key=lambda one: one.id)
        return {
            "edition": self.edition,
            "row": self.row,
            "stored": self.stored,
            "refusal": self.refusal,
            "criteria": self.seen.criteria,
            "remarks_jury": [one.remark_jury for one in mine if one.remark_jury.strip()],
            "remarks_team": [one.remark_team for one in mine if one.remark_team.strip()],
            "prizes": PRIZES,
            "prize_list": PRIZE_LIST,
            "tier_names": TIER_NAMES,
        }


async def _desk(visit: Visit, session: AsyncSession, project_id: str) -> Desk:
    """A project in time that no link hides; the same « not there » for every other."""
    edition = await edition_at_hand(visit, session)
    check(may_coordinate(visit.viewer, edition))
    seen = await ranking_seen(visit, session, edition)
    row = next((row for row in seen.ranking.rows if row.entry.project_id == project_id), None)
    if row is None:
        raise NotThere()
    published = await published_palmares(session, edition.id) is not None
    refusal = may_choose(visit.viewer, row.entry, edition, published=published, now=visit.now)
    return Desk(edition, row, seen, await selection_of(session, project_id), refusal)


async def _project(session: AsyncSession, desk: Desk) -> Project:
    project = await session.get(Project, desk.row.entry.project_id)
    if project is None:
        raise NotThere()
    return project


async def _select(visit: Visit, session: AsyncSession, desk: Desk, form: SelectionForm, version: int) -> None:
    values, project = form.values(), await _project(session, desk)
    await select_project(
        session, visit.actor, project, desk.edition, tier=values.tier, prize=values.prize, reason=values.reason,
        version=version, now=visit.now,
    )  # fmt: skip


async def _compare(visit: Visit, session: AsyncSession, desk: Desk, form: SelectionForm, stale: Stale) -> Template:
    """Both texts, field by field; what is sent next is made from the version stored now."""
    latest = await selection_of(session, desk.row.entry.project_id)
    context = {**desk.context, "stored": latest, "theirs": stale.current, "message": stale.message}
    version = latest.version if latest else 0
    return page(visit, "jury/decision/choice_compare.html", status=409, form=form, version=version, **context)


def _listed(
    visit: Visit,
    edition: Edition,
    rows: dict[str, RankingRow],
    stored: list[Selection],
    number: int,
    *,
    published: bool,
) -> dict[str, Any]:
    counts, here = tier_counts(stored), paging(number, len(rows), visit.path)
    by_title = sorted(stored, key=lambda one: folded(rows[one.project_id].entry.title))
    return {
        "rows": list(rows.values())[here.offset : here.offset + here.size],
        "by_id": rows,
        "place": here,
        "chosen": {one.project_id: one for one in stored},
        "tiers": [(tier, [one for one in by_title if one.tier == tier]) for tier in PLANNED],
        "counts": counts,
        "planned": PLANNED,
        "tier_names": TIER_NAMES,
        "warnings": beyond_plan(counts),
        "refusal": may_prepare(visit.viewer, edition, published=published, now=visit.now),
    }

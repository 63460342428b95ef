"""/coordination/classement, its CSV, and /methode: how it is computed, for everybody."""

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Controller, Response, get
from litestar.params import QueryParameter
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import check
from creathon.core.paging import Paging, paging
from creathon.core.spreadsheets import french_csv
from creathon.core.text import _, number
from creathon.core.web.attachment import attachment_headers
from creathon.core.web.pages import page
from creathon.core.web.visit import PageNumber, Session, Visit, Visiting
from creathon.editions.models import Allowed, Edition
from creathon.editions.pages.at_hand import edition_at_hand, edition_if_any
from creathon.editions.rules import coordinated_sites, may_filter_by_site, may_now
from creathon.jury.models import Criterion, Evaluation
from creathon.jury.queries.evaluations import validated_evaluations
from creathon.jury.queries.rubric import rubric_of
from creathon.jury.queries.selection import entries
from creathon.jury.rules.selection import (
    Order,
    Ranking,
    RankingRow,
    may_see_ranking,
    ordered,
    ranking_of,
    reads_from,
    settled_words,
)

Sort = Annotated[str, QueryParameter(name="tri")]
Direction = Annotated[str, QueryParameter(name="sens")]
SiteFilter = Annotated[str, QueryParameter(name="site")]
Everything = Annotated[str, QueryParameter(name="tout")]

DOWN = "desc"


class RankingPages(Controller):
    """The ranking, for those who deliberate, and the method, for everybody."""

    @get("/coordination/classement", name="jury:ranking", policy="coordination")
    async def ranking(
        self, visit: Visiting, session: Session, order: Sort = "", direction: Direction = "", site: SiteFilter = "",
        everything: Everything = "", page_number: PageNumber = 1,
    ) -> Template:  # fmt: skip
        edition = await edition_at_hand(visit, session)
        refusal = may_see_ranking(visit.viewer, edition, now=visit.now)
        if refusal:
            check(refusal if refusal.hidden else None)
            return page(visit, "jury/decision/ranking.html", edition=edition, refusal=refusal)
        asked = Asked(order, direction, site, everything)
        seen = await ranking_seen(visit, session, edition)
        return page(
            visit, "jury/decision/ranking.html", refusal=None, **_shown(visit, edition, seen, asked, page_number)
        )

    @get("/coordination/classement.csv", name="jury:ranking-csv", policy="coordination")
    async def download(self, visit: Visiting, session: Session) -> Response[bytes]:
        edition = await edition_at_hand(visit, session)
        check(may_see_ranking(visit.viewer, edition, now=visit.now))
        content = _csv(await ranking_seen(visit, session, edition))
        headers = attachment_headers(f"classement-{edition.slug}.csv")
        return Response(content, media_type="text/csv", headers=headers)

    @get("/methode", name="jury:method", policy="public")
    async def method(self, visit: Visiting, session: Session) -> Template:
        edition = await edition_if_any(visit, session)
        rubric = await rubric_of(session, edition.id) if edition else None
        return page(visit, "jury/decision/method.html", edition=edition, rubric=rubric)


@dataclass(frozen=True)
class Asked:
    """What the address asks of the list."""

    order: str
    direction: str
    site: str
    everything: str

    @property
    def column(self) -> Order:
        return Order(self.order) if self.order in set(Order) else Order.RANK

    @property
    def filters(self) -> dict[str, str]:
        return {"tri": self.order, "sens": self.direction, "site": self.site, "tout": self.everything}


@dataclass(frozen=True)
class Seen:
    """The ranking as one person sees it, with the evaluations it comes from and the grid."""

    ranking: Ranking
    criteria: list[Criterion]
    evaluations: list[Evaluation]

    @property
    def codes(self) -> list[str]:
        return [criterion.code for criterion in self.criteria]


async def ranking_seen(visit: Visit, session: AsyncSession, edition: Edition) -> Seen:
    """The ranking of what the viewer may see: the projects of their sites, less those a link hides."""
    sites = coordinated_sites(visit.viewer, edition)
    found = await entries(session, edition.id, visit.viewer.person_id, sites)
    rubric = await rubric_of(session, edition.id)
    criteria = list(rubric.criteria) if rubric else []
    evaluations = await validated_evaluations(session, edition.id)
    return Seen(ranking_of(found, reads_from(evaluations, criteria)), criteria, evaluations)


def _shown(visit: Visit, edition: Edition, seen: Seen, asked: Asked, number_: int) -> dict[str, Any]:
    ranking = seen.ranking
    known = {row.entry.site_id: row.entry.site for row in ranking.rows}
    check(may_filter_by_site(asked.site, known))
    rows = [row for row in ranking.rows if asked.site in ("", row.entry.site_id)]
    rows = ordered(rows, asked.column, reverse=asked.direction == DOWN)
    size = {"size": max(len(rows), 1)} if asked.everything else {}
    here = paging(number_, len(rows), visit.path, asked.filters, **size)
    return {
        "edition": edition,
        "ranking": ranking,
        "rows": rows[here.offset : here.offset + here.size],
        "place": here,
        "columns": _columns(here, asked),
        "sites": sorted(known.items(), key=lambda one: one[1]),
        "asked": asked,
        "settled": {row.entry.project_id: settled_words(row, seen.codes) for row in rows},
        "reviewing": may_now(edition, Allowed.REVIEW, now=visit.now) is None,
    }


def _columns(here: Paging, asked: Asked) -> list[dict[str, Any]]:
    """The headings, each a link that sorts; the one in force turns the order round."""
    names = [
        (Order.RANK, _("Rang"), "number"),
        (Order.TITLE, _("Projet"), ""),
        (Order.MEAN, _("Note sur 100, de la plus basse à la plus haute"), ""),
        (Order.SPREAD, _("Écart-type"), "number"),
        (Order.READS, _("Lectures"), "number"),
    ]
    columns = []
    for order, text, kind in names:
        here_now, down = order == asked.column, asked.direction == DOWN
        filters = {**asked.filters, "tri": order.value, "sens": DOWN if here_now and not down else ""}
        url = Paging(1, here.total, here.path, filters).url_for(1)
        sort = ("descending" if down else "ascending") if here_now else None
        columns.append({"text": text, "kind": kind, "sort_url": url, "sort": sort})
    return columns


def _csv(seen: Seen) -> bytes:
    """For French spreadsheets: semicolons, decimal commas, nothing that could run."""
    header = [
        _("rang"), _("ex æquo"), _("départage"), _("projet"), _("équipe"), _("site"), _("note"), _("écart-type"),
        _("lectures"), _("lectures demandées"), _("la plus basse"), _("la plus haute"), *seen.codes,
        _("premières places"), _("remarque"),
    ]  # fmt: skip
    rows = [_cells(row, seen.codes) for row in seen.ranking.rows]
    blank = [""] * (len(header) - 7)
    rows += [["", "", "", one.title, one.team, one.site, *blank, _("hors délai")] for one in seen.ranking.late]
    rows += [["", "", "", one.title, one.team, one.site, *blank, _("hors compétition")] for one in seen.ranking.aside]
    return french_csv(header, rows)


def _cells(row: RankingRow, codes: list[str]) -> list[Any]:
    entry, ranked = row.entry, row.ranked
    note = _("lectures manquantes") if row.is_short else ""
    if ranked is None:
        return [
            "",
            "",
            "",
            entry.title,
            entry.team,
            entry.site,
            "",
            "",
            0,
            entry.asked,
            "",
            "",
            *[""] * len(codes),
            "",
            note,
        ]
    spread = "" if ranked.spread is None else number(ranked.spread, 2)
    return [
        ranked.rank, _("ex æquo") if ranked.is_tied else "", settled_words(row, codes), entry.title, entry.team,
        entry.site, number(ranked.mean, 2), spread, ranked.reads, entry.asked, number(ranked.low, 2),
        number(ranked.high, 2), *(number(mean, 2) for mean in ranked.criteria), ranked.firsts, note,
    ]  # fmt: skip

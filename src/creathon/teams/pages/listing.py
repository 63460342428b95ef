"""/coordination/candidatures: the list, its filters, its file; each coordination its own sites."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Controller, Response, get
from litestar.params import QueryParameter
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere
from creathon.core.forms import MultiDict
from creathon.core.paging import paging
from creathon.core.spreadsheets import french_csv
from creathon.core.text import _, instant_words
from creathon.core.web.attachment import attachment_headers
from creathon.core.web.pages import page
from creathon.core.web.visit import PageNumber, Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.teams import actions, queries, rules
from creathon.teams.forms import ManyForm
from creathon.teams.models import ApplicationState, TeamKind
from creathon.teams.pages.loading import chosen_sites, sites_coordinated
from creathon.teams.queries import ApplicationFilters, ApplicationRow

SiteFilter = Annotated[str, QueryParameter(name="site")]
StateFilter = Annotated[str, QueryParameter(name="etat")]
KindFilter = Annotated[str, QueryParameter(name="forme")]
AsideFilter = Annotated[str, QueryParameter(name="hors")]

LIST = "teams/applications.html"


@dataclass(frozen=True)
class Asked:
    """What the address, or a form made from it, asks of the list. Empty means everything."""

    site: str = ""
    etat: str = ""
    forme: str = ""
    hors: str = ""

    @classmethod
    def posted(cls, posted: MultiDict) -> "Asked":
        """The filters that a form of the list carries."""
        return cls(*(posted.get(name) or "" for name in ("site", "etat", "forme", "hors")))

    def filters(self, visit: Visit, edition: Edition, sites: Mapping[str, str]) -> ApplicationFilters:
        """The same for the database, cut to the sites of the person (`sites`, names by id).

        Raises:
            NotThere: a site that is not the person's, or a word that means nothing.
        """
        if self.etat not in {"", *ApplicationState} or self.forme not in {"", *TeamKind} or self.hors not in ("", "1"):
            raise NotThere()
        return ApplicationFilters(
            edition.id,
            chosen_sites(visit, edition, self.site, sites),
            ApplicationState(self.etat) if self.etat else None,
            TeamKind(self.forme) if self.forme else None,
            asks_non_competing=bool(self.hors),
        )


class ApplicationListPages(Controller):
    """/coordination/candidatures and its file."""

    @get("/coordination/candidatures", name="teams:applications", policy="coordination")
    async def applications(
        self,
        visit: Visiting,
        session: Session,
        site: SiteFilter = "",
        state_name: StateFilter = "",
        kind: KindFilter = "",
        aside: AsideFilter = "",
        number: PageNumber = 1,
    ) -> Template:
        edition = await edition_at_hand(visit, session)
        asked = Asked(site, state_name, kind, aside)
        return page(visit, LIST, form=ManyForm(), checked=set(), **await listed(visit, session, edition, asked, number))

    @get("/coordination/candidatures.csv", name="teams:applications-csv", policy="coordination")
    async def download(
        self,
        visit: Visiting,
        session: Session,
        site: SiteFilter = "",
        state_name: StateFilter = "",
        kind: KindFilter = "",
        aside: AsideFilter = "",
    ) -> Response[bytes]:
        edition = await edition_at_hand(visit, session)
        sites = await sites_coordinated(visit, session, edition)
        filters = Asked(site, state_name, kind, aside).filters(visit, edition, sites)
        rows = await queries.applications_export(session, filters)
        hidden = await actions.hidden_among(session, visit.actor, [row.id for row in rows])
        content = await _file(session, edition, rows, hidden)
        headers = attachment_headers(f"candidatures-{edition.slug}.csv")
        return Response(content, media_type="text/csv", headers=headers)


async def listed(visit: Visit, session: AsyncSession, edition: Edition, asked: Asked, number: int) -> dict[str, Any]:
    """What the list shows."""
    sites = await sites_coordinated(visit, session, edition)
    filters = asked.filters(visit, edition, sites)
    counts, total = await queries.applications_counts(session, filters)
    where = paging(number, total, visit.url("teams:applications"), vars(asked))
    return {
        "edition": edition,
        "teams": await queries.applications_page(session, filters, offset=where.offset, limit=where.size),
        "paging": where,
        "sites": sites,
        "counts": counts,
        "state_names": rules.STATE_NAMES,
        "kind_names": rules.KIND_NAMES,
        "asked": asked,
        "answerable": rules.ANSWERABLE,
        "most": rules.BULK_MOST,
    }


async def _file(session: AsyncSession, edition: Edition, rows: list[ApplicationRow], hidden: set[str]) -> bytes:
    """One line a team, one column a question; nothing that a spreadsheet runs. The answers of `hidden` are left out."""
    questions = await queries.questions_of(session, edition.id)
    found = await queries.answers_to(session, [question.id for question in questions]) if questions else {}
    answers = {of: value for of, value in found.items() if of[0] not in hidden}
    header = [
        _("équipe"), _("site"), _("forme"), _("état"), _("rang"), _("envoyée le"), _("membres"), _("élèves"),
        _("hors compétition"), *(question.label for question in questions),
    ]  # fmt: skip
    lines = [
        [
            row.name, row.site, rules.KIND_NAMES[row.kind], rules.STATE_NAMES[row.state], row.rank,
            instant_words(row.submitted_at, edition.zone) if row.submitted_at else "", row.members, row.pupils,
            _("oui") if row.non_competing else "", *(answers.get((row.id, question.id)) for question in questions),
        ]
        for row in rows
    ]  # fmt: skip
    return french_csv(header, lines)

"""The preparation of the edition at hand, line by line, until it is announced."""

from litestar import Controller, get
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import check
from creathon.core.text import _, instant_words, ngettext
from creathon.core.web.pages import page
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.dashboards.queries.messages import words_written
from creathon.dashboards.rules import PreparationLine, Start, lacking, preparation_line
from creathon.editions.actions.rulebook import rulebook_problem
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.queries import load_sites, rulebooks_of
from creathon.editions.rules import (
    FOLLOWS,
    STATE_NAMES,
    calendar_problem,
    launch_of,
    may_add_remote_site,
    may_change_state,
    may_complete_calendar,
    may_coordinate,
    sites_problem,
    theme_problem,
)
from creathon.jury.queries.rubric import rubric_of
from creathon.jury.rules.rubric import RUBRIC_MISSING
from creathon.teams.queries import questions_count


class PreparationPages(Controller):
    """/coordination/preparation."""

    path = "/coordination/preparation"

    @get(name="dashboards:preparation", policy="national_coordination")
    async def preparation(self, visit: Visiting, session: Session) -> Template:
        edition = await load_sites(session, await edition_at_hand(visit, session))
        check(may_coordinate(visit.viewer, edition))
        lines = [*_of_edition(visit, edition), *await _of_features(visit, session, edition)]
        follows = FOLLOWS[edition.state]
        refusals = {state: may_change_state(visit.viewer, edition, state, now=visit.now) for state in follows}
        return page(
            visit, "dashboards/preparation.html", edition=edition, lines=lines, lacking=lacking(lines),
            follows=follows, refusals=refusals, state_names=STATE_NAMES,
        )  # fmt: skip


def _of_edition(visit: Visit, edition: Edition) -> list[PreparationLine]:
    launch = instant_words(launch_of(edition), edition.zone, visit.viewer.zone)
    places = sum(site.capacity for site in edition.sites)
    sites = ngettext("%(num)s site", "%(num)s sites", len(edition.sites))
    seats = ngettext("%(num)s place pour les équipes", "%(num)s places pour les équipes", places)
    return [
        preparation_line(
            "Textes et thème", edition.theme.title or edition.title, visit.url("editions:texts"), theme_problem(edition)
        ),
        preparation_line(
            "Calendrier",
            f"lancement le {launch}",
            visit.url("editions:phases"),
            calendar_problem(edition, now=visit.now),
            _usual_calendar(visit, edition),
        ),
        preparation_line(
            "Sites",
            f"{sites}, {seats}",
            visit.url("editions:sites"),
            sites_problem(edition),
            Start(_("Ajouter le site à distance"), visit.url("editions:add-remote-site"))
            if may_add_remote_site(visit.viewer, edition) is None
            else None,
        ),
    ]


async def _of_features(visit: Visit, session: AsyncSession, edition: Edition) -> list[PreparationLine]:
    rubric = await rubric_of(session, edition.id)
    count = len(rubric.criteria) if rubric else 0
    said = ngettext("%(num)s critère", "%(num)s critères", count)
    questions = await questions_count(session, edition.id)
    worded = _worded(len(await words_written(session, edition.id)))
    asked = ngettext("%(num)s question", "%(num)s questions", questions) if questions else "aucune question"
    return [
        preparation_line(
            "Règlement",
            _("publié"),
            visit.url("dashboards:rulebook"),
            await rulebook_problem(session, edition),
            Start(_("Partir du règlement habituel"), visit.url("editions:begin-rulebook"))
            if not await rulebooks_of(session, edition.id)
            else None,
        ),
        preparation_line("Livrables", _("formats, tailles et durée de la vidéo"), visit.url("editions:deliverables")),
        preparation_line("Questions de candidature", asked, "/coordination/questions"),
        preparation_line("Messages", worded, visit.url("dashboards:messages")),
        preparation_line(
            "Grille d’évaluation",
            said,
            "/coordination/grille",
            None if rubric else RUBRIC_MISSING,
            Start(_("Partir de la grille habituelle"), visit.url("jury:usual-rubric")),
        ),
    ]


def _worded(count: int) -> str:
    return ngettext("%(num)s complété", "%(num)s complétés", count) if count else "textes d’origine"


def _usual_calendar(visit: Visit, edition: Edition) -> Start | None:
    if may_complete_calendar(visit.viewer, edition):
        return None
    url, fields = visit.url("editions:complete-calendar"), {"version": edition.version}
    return Start(_("Ajouter les phases habituelles"), url, fields)

"""Builds the application: the only place that knows every feature."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.logging import LoggingConfig
from litestar.middleware import DefineMiddleware
from litestar.types import ControllerRouterHandler, Scope

from creathon.accounts import pages as accounts
from creathon.accounts.actions import touch_session
from creathon.accounts.events import coordinate_founded, keep_site_of_people
from creathon.agenda import pages as agenda
from creathon.core.antivirus import AntivirusSilent, Clamd, ContentJudged, Scanner
from creathon.core.clock import Clock, SystemClock
from creathon.core.database import Database
from creathon.core.events import subscribe
from creathon.core.files import FileStore
from creathon.core.timekeeper import Timekeeper
from creathon.core.web import health
from creathon.core.web.assets import Assets, serve_asset
from creathon.core.web.authentication import Authentication
from creathon.core.web.door import Door
from creathon.core.web.errors import ErrorPages, error_handlers
from creathon.core.web.kept import KeepForms, receiving
from creathon.core.web.pace import Pace, Patience
from creathon.core.web.policy import guard, route_policies
from creathon.core.web.repeats import Repeats
from creathon.core.web.templates import make_environment, template_config
from creathon.core.web.transactions import Transactions, provide_session
from creathon.core.web.visit import Visit, visit_of
from creathon.dashboards import pages as dashboards
from creathon.dashboards.mails import tell_outdated, tell_phase_moved, tell_published
from creathon.editions import pages as editions
from creathon.editions.events import (
    CapacityChanged,
    CapacityChanging,
    EditionAnnounced,
    EditionCopied,
    EditionFounded,
    FillingsAsked,
    PhaseMoved,
    RoleTaken,
    RulebookPublished,
    RulebookTouched,
    SiteRemoving,
)
from creathon.editions.pages import add_frieze
from creathon.editions.planned import plan, planned_between
from creathon.imports import pages as imports
from creathon.jury import pages as jury
from creathon.jury.events import (
    copy_rubric,
    drop_selection,
    hide_applications,
    hide_checks,
    hide_conflicted,
    keep_site_of_panels,
    require_rubric,
    say_criteria,
)
from creathon.jury.planned import remind_of_reads
from creathon.mail import pages as mail
from creathon.mail.delivery import Postman, transport_of
from creathon.mail.rendering import Renderer, use
from creathon.mentoring import pages as mentoring
from creathon.mentoring.events import copy_programme
from creathon.policy import POLICIES
from creathon.projects import pages as projects
from creathon.projects.copying import Copyist
from creathon.projects.events import ChecksListed, ProjectOpened
from creathon.projects.listening import tell_of_scan, tell_of_silence
from creathon.projects.planned import remind_of_deposits
from creathon.projects.signatures import Signer
from creathon.projects.sweeping import Sweeper
from creathon.rehearsal import pages as rehearsal
from creathon.settings import Settings
from creathon.teams import pages as teams
from creathon.teams.events import ApplicationsOpened, CompetingChanged
from creathon.teams.listening import (
    copy_questions,
    fill_grown_site,
    keep_accepted,
    keep_site_of_teams,
    keep_teams_apart,
    say_team_size,
)
from creathon.teams.planned import remind_of_applications
from creathon.teams.queries import viewer_at_home

PAGES: list[ControllerRouterHandler] = [
    serve_asset,
    health.live,
    health.ready,
    accounts.AccountPages,
    accounts.InvitationPages,
    accounts.InvitePages,
    accounts.SessionPages,
    accounts.SigningPages,
    agenda.AgendaPages,
    agenda.EventPages,
    agenda.PartnerPages,
    dashboards.EditionPages,
    dashboards.HomePages,
    dashboards.HousePages,
    dashboards.JournalPages,
    dashboards.MessagePages,
    dashboards.MovePages,
    dashboards.PreparationPages,
    dashboards.ProposalPages,
    dashboards.RulebookPages,
    dashboards.TodayPages,
    editions.AcceptancePages,
    editions.ArticlePages,
    editions.CalendarFeed,
    editions.DayPages,
    editions.EditionListPages,
    editions.DeliverablePages,
    editions.EditionTextPages,
    editions.MakingPages,
    editions.PaperPages,
    editions.PhasePages,
    editions.PublicSitePages,
    editions.RulebookReadingPages,
    editions.SitePages,
    imports.ImportPages,
    jury.AllocationPages,
    jury.EvaluationPages,
    jury.FeedbackPages,
    jury.LinkPages,
    jury.PalmaresPages,
    jury.PanelPages,
    jury.PilePages,
    jury.ProgressPages,
    jury.RankingPages,
    jury.RubricPages,
    jury.SelectionPages,
    mail.MailPages,
    mentoring.FollowedTeamPages,
    mentoring.InterviewPages,
    mentoring.MentorPages,
    mentoring.MilestonePages,
    mentoring.ObjectivePages,
    mentoring.PairingPages,
    mentoring.ProgrammePages,
    projects.CaptionPages,
    projects.DepositPages,
    projects.FilePages,
    projects.FollowPages,
    projects.CheckPages,
    projects.ContestPages,
    projects.GalleryPages,
    projects.HistoryPages,
    projects.ImagePages,
    projects.ProjectPages,
    projects.TogetherPages,
    projects.UploadPages,
    projects.VerifyPages,
    rehearsal.RehearsalPages,
    teams.AloneListPages,
    teams.AlonePages,
    teams.ApplicationListPages,
    teams.ApplicationPages,
    teams.ApplyingPages,
    teams.ApproachPages,
    teams.AuthorisationPages,
    teams.ClassPages,
    teams.FreePeoplePages,
    teams.JoiningPages,
    teams.ManyPages,
    teams.MemberPages,
    teams.MinorPages,
    teams.NeedPages,
    teams.NeedingPages,
    teams.PartingPages,
    teams.QuestionPages,
    teams.TeamInvitationPages,
    teams.TeamInvitingPages,
    teams.TeamPages,
]


class Creathon(Door):
    """The whole application behind its door; `litestar` is what stands inside."""

    litestar: Litestar


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    database: Database | None = None,
    extra_pages: Sequence[ControllerRouterHandler] = (),
) -> Creathon:
    """The application for these settings. Nothing is opened before its lifespan begins.

    `extra_pages` are what tests add to try the layers below the features.
    """
    return furnish(build(settings, extra_pages), settings, clock=clock, database=database)


def build(settings: Settings, extra_pages: Sequence[ControllerRouterHandler] = ()) -> Litestar:
    """Every page with its policy, the templates and the built files: what takes a second, and knows no database."""
    assets = Assets(settings.assets)
    environment = make_environment(settings.templates, assets, reload=settings.environment == "development")
    errors = ErrorPages(environment)
    litestar = Litestar(
        route_handlers=[*PAGES, *extra_pages],
        debug=False,
        before_request=receiving(accounts.show_kept),
        dependencies=_dependencies(),
        exception_handlers=error_handlers(errors),
        guards=[guard],
        lifespan=[_lifespan],
        logging_config=LoggingConfig(log_exceptions="never"),
        middleware=_middleware(errors),
        openapi_config=None,
        request_max_body_size=None,
        state=State(
            {
                "assets": assets,
                "errors": errors,
                "page_context": (add_frieze, projects.add_fiche_words),
                "policies": POLICIES,
                "templates": environment,
            }
        ),
        template_config=template_config(environment),
    )
    route_policies(litestar, POLICIES)
    return litestar


def furnish(
    litestar: Litestar, settings: Settings, *, clock: Clock | None = None, database: Database | None = None
) -> Creathon:
    """What was built, given what it works with: settings, clock, database, files, keys.

    How late the process is counts in real time only: on a clock that is given, what arrives arrives now.
    """
    state, pace = litestar.state, Pace()
    owed: Callable[[], timedelta] = (lambda: timedelta(0)) if clock else pace.owed
    clock = clock or SystemClock()
    state.settings, state.clock = settings, clock
    state.database = database or Database(settings.database_url)
    state.files, state.signer = FileStore(settings.data / "files"), Signer.of_folder(settings.receipt_keys)
    state.timekeeper, state.pace = Timekeeper(settings.time_server), pace
    use(Renderer(settings.templates, settings.base_url))
    listen()
    application = Creathon(litestar, settings, clock, state.errors, owed)
    application.litestar = litestar
    return application


def _middleware(errors: ErrorPages) -> list[DefineMiddleware]:
    """What every page stands behind, the outermost first."""
    return [
        DefineMiddleware(Patience),
        DefineMiddleware(Repeats),
        DefineMiddleware(Authentication, load_viewer=viewer_at_home),
        DefineMiddleware(Transactions, errors=errors, touch=touch_session),
        DefineMiddleware(KeepForms, show=accounts.show_kept),
    ]


def listen() -> None:
    """What features above do when something happens below them, and what each lets the clock send."""
    subscribe(EditionFounded, coordinate_founded)
    subscribe(EditionCopied, copy_rubric)
    subscribe(EditionCopied, copy_programme)
    subscribe(EditionCopied, copy_questions)
    subscribe(EditionAnnounced, require_rubric)
    subscribe(FillingsAsked, say_criteria)
    subscribe(FillingsAsked, say_team_size)
    subscribe(CapacityChanged, fill_grown_site)
    subscribe(CompetingChanged, drop_selection)
    subscribe(CapacityChanging, keep_accepted)
    subscribe(SiteRemoving, keep_site_of_people)
    subscribe(SiteRemoving, keep_site_of_teams)
    subscribe(SiteRemoving, keep_site_of_panels)
    subscribe(PhaseMoved, tell_phase_moved)
    subscribe(ApplicationsOpened, hide_applications)
    subscribe(PhaseMoved, tell_outdated)
    subscribe(RulebookTouched, tell_outdated)
    subscribe(RulebookPublished, tell_published)
    subscribe(ProjectOpened, hide_conflicted)
    subscribe(ChecksListed, hide_checks)
    subscribe(RoleTaken, keep_teams_apart)
    subscribe(ContentJudged, tell_of_scan)
    subscribe(AntivirusSilent, tell_of_silence)
    plan(remind_of_applications)
    plan(remind_of_deposits)
    plan(remind_of_reads)


def works(settings: Settings, database: Database, files: FileStore, clock: Clock) -> list[Coroutine[Any, Any, None]]:
    """What is done beside the pages, for ever: by `creathon worker`, or by each process that serves them."""
    postman = Postman(database, transport_of(settings), clock, settings.mail_from, planned_between)
    found = [postman.run(), Sweeper(database, files.arriving, clock).run(), Copyist(database, files, clock).run()]
    if settings.clamd:
        found.append(Scanner(database, files, clock, Clamd(settings.clamd)).run())
    return found


def _dependencies() -> dict[str, Provide]:
    async def visit(scope: Scope) -> Visit:
        return visit_of(scope)

    def of_state(name: str) -> Provide:
        def found(state: State) -> Any:
            return state[name]

        return Provide(found, sync_to_thread=False)

    return {
        "visit": Provide(visit),
        "session": Provide(provide_session),
        **{name: of_state(name) for name in ("database", "files", "signer")},
    }


@asynccontextmanager
async def _lifespan(app: Litestar) -> AsyncIterator[None]:
    """Check the database, watch the clock and deliver mail beside the pages when asked to, close what was opened."""
    settings: Settings = app.state.settings
    database: Database = app.state.database
    await database.check()
    timekeeper: Timekeeper = app.state.timekeeper
    pace: Pace = app.state.pace
    beside = [asyncio.create_task(timekeeper.run()), asyncio.create_task(pace.watch())]
    if settings.embed_worker:
        beside += [asyncio.create_task(work) for work in works(settings, database, app.state.files, app.state.clock)]
    try:
        yield
    finally:
        for task in beside:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await database.close()

"""The edition of tests: « Créathon 2027 » with the calendar of the domain, running."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.actor import SYSTEM
from creathon.editions.actions import EditionValues, PhaseValues, SiteValues, create_edition, set_edition_state
from creathon.editions.models import Allowed, Edition, EditionState, Phase, PhaseKind, Site, SiteKind
from creathon.editions.queries import edition_by_id
from tests.factories.accounts import LONG_AGO
from tests.factories.rulebook import make_rulebook

PARIS = ZoneInfo("Europe/Paris")


def paris(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """An instant by its Paris time."""
    return datetime(year, month, day, hour, minute, second, tzinfo=PARIS)


APPLICATIONS = paris(2027, 3, 10, 10)
CREATION_OPENS = paris(2027, 5, 19, 9)
CREATION = paris(2027, 5, 19, 15)
CREATION_CLOSES = paris(2027, 5, 20, 9)
EVALUATION = paris(2027, 5, 27, 10)
DELIBERATION = paris(2027, 6, 14, 10)
AFTER_PALMARES = paris(2027, 6, 18, 10)
MENTORING = paris(2027, 10, 20, 10)

_TEAM_LIFE = (Allowed.MANAGE_TEAM,)
PHASES = (
    PhaseValues(
        PhaseKind.CANDIDATURE,
        "Candidatures",
        paris(2027, 2, 1),
        paris(2027, 4, 1),
        (Allowed.APPLY, *_TEAM_LIFE, Allowed.WRITE),
    ),
    PhaseValues(
        PhaseKind.CANDIDATURE,
        "Préparation des équipes",
        paris(2027, 4, 1),
        CREATION_OPENS,
        (*_TEAM_LIFE, Allowed.WRITE),
    ),
    PhaseValues(
        PhaseKind.CREATION,
        "Création",
        CREATION_OPENS,
        CREATION_CLOSES,
        (*_TEAM_LIFE, Allowed.WRITE, Allowed.DEPOSIT),
        900,
    ),
    PhaseValues(
        PhaseKind.EVALUATION,
        "Évaluation",
        CREATION_CLOSES,
        paris(2027, 6, 10, 18),
        (Allowed.DECLARE_LINKS, Allowed.REVIEW),
    ),
    PhaseValues(
        PhaseKind.DELIBERATION,
        "Délibération",
        paris(2027, 6, 10, 18),
        paris(2027, 6, 17, 17),
        (Allowed.DELIBERATE, Allowed.PUBLISH),
    ),
    PhaseValues(
        PhaseKind.PALMARES,
        "Palmarès",
        paris(2027, 6, 17, 17),
        paris(2027, 10, 4),
        (Allowed.PUBLISH, Allowed.READ_FEEDBACK),
    ),
    PhaseValues(
        PhaseKind.ACCOMPAGNEMENT,
        "Accompagnement",
        paris(2027, 10, 4),
        paris(2028, 2, 1),
        (Allowed.READ_FEEDBACK, Allowed.MENTOR),
    ),
    PhaseValues(PhaseKind.CLOTURE, "Clôture", paris(2028, 2, 1), paris(2029, 2, 1), (Allowed.READ_FEEDBACK,)),
)
SITES = (
    SiteValues("POI", "Poitiers – Futuroscope", "Poitiers", "Poitiers", "Europe/Paris", 10),
    SiteValues("RUN", "Saint-Denis (La Réunion)", "Saint-Denis", "La Réunion", "Indian/Reunion", 5),
    SiteValues("DIST", "À distance", "", "", "Europe/Paris", 40, SiteKind.REMOTE),
)


async def make_edition(
    session: AsyncSession,
    *,
    slug: str = "2027",
    title: str = "Créathon 2027",
    phases: Sequence[PhaseValues] = PHASES,
    rules: bool = True,
) -> Edition:
    """An edition with three sites and a plain rulebook, running; loaded with theme, phases and sites."""
    values = EditionValues(
        slug=slug,
        title=title,
        pilot="Réseau Canopé",
        zone="Europe/Paris",
        theme_title="École inclusive et intelligence artificielle",
        theme_statement="Comment apprendre ensemble, chacun à sa façon ?",
        theme_revealed_at=CREATION_OPENS,
        phases=phases,
        sites=SITES,
    )
    made = await create_edition(session, SYSTEM, values, now=LONG_AGO)
    await set_edition_state(session, SYSTEM, made, EditionState.RUNNING, now=LONG_AGO)
    edition = await edition_by_id(session, made.id)
    assert edition is not None
    if rules:
        await make_rulebook(session, edition)
    return edition


def site_of(edition: Edition, code: str) -> Site:
    """A site of the edition by its code."""
    return next(site for site in edition.sites if site.code == code)


def launch_phase(edition: Edition) -> Phase:
    """The creation of the edition."""
    return next(phase for phase in edition.phases if phase.kind == PhaseKind.CREATION)

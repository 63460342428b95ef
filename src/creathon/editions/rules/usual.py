"""The calendar an edition starts from: the one of the 2027 edition, counted from the launch."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.editions.models import Allowed, Edition, EditionState, PhaseKind
from creathon.editions.rules.access import may_change_edition
from creathon.editions.rules.making import launch_of

Moment = tuple[int, time | None]
"""Days after the launch and the hour on the wall; without hour, as many times 24 hours after the launch."""

MIDNIGHT, MORNING = time(0), time(9)
_TEAM = (Allowed.MANAGE_TEAM,)
_READ = (Allowed.DECLARE_LINKS,)
_TOLD = (Allowed.PUBLISH, Allowed.READ_FEEDBACK)


@dataclass(frozen=True)
class _Step:
    kind: PhaseKind
    title: str
    opens: Moment
    closes: Moment
    allows: tuple[Allowed, ...]
    grace_seconds: int = 0


_STEPS = (
    _Step(PhaseKind.CANDIDATURE, "Candidatures", (-107, time(9)), (-48, MIDNIGHT), (Allowed.APPLY, *_TEAM)),
    _Step(PhaseKind.CANDIDATURE, "Réponses et préparation des équipes", (-48, MIDNIGHT), (0, None), _TEAM),
    _Step(
        PhaseKind.CREATION,
        "Les vingt-quatre heures de création",
        (0, None),
        (1, None),
        (*_TEAM, Allowed.WRITE, Allowed.DEPOSIT),
        15 * 60,
    ),
    _Step(PhaseKind.EVALUATION_SITE, "Recevabilité et déclarations de liens", (1, None), (5, MIDNIGHT), _READ),
    _Step(PhaseKind.EVALUATION_SITE, "Jurys de site", (5, MIDNIGHT), (10, MIDNIGHT), (*_READ, Allowed.REVIEW)),
    _Step(PhaseKind.EVALUATION, "Lectures du jury national", (10, MIDNIGHT), (22, time(9)), (*_READ, Allowed.REVIEW)),
    _Step(PhaseKind.DELIBERATION, "Délibération", (22, time(9)), (29, time(17)), (*_READ, Allowed.DELIBERATE)),
    _Step(PhaseKind.PALMARES, "Palmarès", (29, time(17)), (138, MIDNIGHT), _TOLD),
    _Step(PhaseKind.RECLAMATIONS, "Réclamations", (29, time(17)), (44, MIDNIGHT), (*_TOLD, Allowed.COMPLAIN)),
    _Step(PhaseKind.ACCOMPAGNEMENT, "Accompagnement", (138, MIDNIGHT), (258, MIDNIGHT), (*_TOLD, Allowed.MENTOR)),
    _Step(PhaseKind.CLOTURE, "Bilan et clôture", (258, MIDNIGHT), (988, MIDNIGHT), (*_TOLD, Allowed.MENTOR)),
)


_DAY = (
    (-60, "Accueil"),
    (0, "Le sujet est dévoilé"),
    (30, "Exploration"),
    (150, "Choix du problème (premier jalon)"),
    (300, "Idées"),
    (480, "Pitch blanc : deux minutes avec un facilitateur (second jalon)"),
    (570, "Dîner, relais des facilitateurs"),
    (660, "Départ des mineurs, suite à distance"),
    (720, "Essais"),
    (840, "Fiches éthique et inclusion"),
    (900, "Nuit : espace calme"),
    (1260, "Vidéo et sous-titres"),
    (1380, "Essai de dépôt"),
    (1440, "Fermeture des dépôts"),
    (1450, "Récépissés"),
)


@dataclass(frozen=True)
class UsualPhase:
    """A phase of the usual calendar. Instants are aware."""

    kind: PhaseKind
    title: str
    opens_at: datetime
    closes_at: datetime
    allows: tuple[Allowed, ...]
    grace_seconds: int


def usual_calendar(launch: datetime, zone: str) -> list[UsualPhase]:
    """The usual phases around a launch: its 24 hours are absolute, the other hours are those of the clock on the wall.

    All that follows the launch opens when what precedes closes; only the complaints run beside the palmarès.
    """
    return [
        UsualPhase(
            step.kind,
            _(step.title),
            _instant(launch, zone, step.opens),
            _instant(launch, zone, step.closes),
            step.allows,
            step.grace_seconds,
        )
        for step in _STEPS
    ]


def usual_steps() -> list[tuple[int, str]]:
    """The usual steps of the twenty-four hours: minutes after the launch, title."""
    return [(minutes, _(title)) for minutes, title in _DAY]


def _instant(launch: datetime, zone: str, moment: Moment) -> datetime:
    days, hour = moment
    if hour is None:
        return launch.astimezone(UTC) + timedelta(days=days)
    place = ZoneInfo(zone)
    return datetime.combine(launch.astimezone(place).date() + timedelta(days=days), hour, place)


def usual_launch(edition: Edition) -> datetime:
    """The launch of an edition; one known by its day only is at nine in the morning."""
    local = launch_of(edition).astimezone(ZoneInfo(edition.zone))
    return datetime.combine(local.date(), MORNING, local.tzinfo) if local.time() == MIDNIGHT else launch_of(edition)


def missing_phases(edition: Edition) -> list[UsualPhase]:
    """The usual phases of the kinds for which the calendar of an edition allows nothing yet."""
    there = {phase.kind for phase in edition.phases if phase.allows}
    usual = usual_calendar(usual_launch(edition), edition.zone)
    return [phase for phase in usual if phase.kind not in there]


def may_complete_calendar(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether the usual phases may be added: on paper, to a calendar that lacks some."""
    if refusal := may_change_edition(viewer, edition):
        return refusal
    if edition.state != EditionState.DRAFT:
        return Refusal(_("L’édition est annoncée : son calendrier ne se refait plus, il se déplace phase par phase."))
    return None if missing_phases(edition) else Refusal(_("Il ne manque aucune phase habituelle à ce calendrier."))

"""Who rehearses, who is invented, where the clock may jump."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from creathon.accounts.models import Person
from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.editions.models import Edition, EditionState, Role
from creathon.editions.rules import local_time, may_coordinate

FARTHEST = timedelta(days=3 * 366)
"""How far a clock may run from the real one, either way."""

THEME = ("Thème de répétition", "Ce thème n’est pas celui de l’édition : il sert à répéter le dévoilement.")

CAST = (
    ("Camille", "Essai", Role.SITE_COORDINATOR),
    ("Dominique", "Relecture", Role.JUROR),
    ("Alix", "Relecture", Role.JUROR),
    ("Sacha", "Relecture", Role.JUROR),
    ("Maxime", "Conseil", Role.MENTOR),
)
"""The invented people who hold a role."""

TEAMS = (
    ("Les Répétitrices", ("Lou", "Noa", "Charlie")),
    ("Les Essayeurs", ("Andrea", "Morgan", "Eden")),
)
"""The invented teams, complete and ready to apply; the first of each is its captain."""


@dataclass(frozen=True)
class Jump:
    """A moment worth rehearsing."""

    words: str
    at: datetime
    zone: str

    @property
    def local(self) -> str:
        """As the form of the clock reads it."""
        return local_time(self.at, self.zone).isoformat(timespec="seconds")

    @property
    def before(self) -> str:
        """A minute earlier, likewise."""
        return local_time(self.at - timedelta(minutes=1), self.zone).isoformat(timespec="seconds")


def may_rehearse(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether somebody may make a rehearsal of that edition."""
    if refusal := may_coordinate(viewer, edition):
        return refusal
    if edition.rehearsal_of_id is not None:
        return Refusal(_("Vous êtes déjà dans une répétition : revenez d’abord dans l’édition."))
    if edition.state == EditionState.ARCHIVED:
        return Refusal(_("Une édition archivée ne se répète plus."))
    return None if edition.phases else Refusal(_("Donnez d’abord un calendrier à l’édition : c’est lui qu’on répète."))


def may_direct(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether somebody moves the clock of a rehearsal and gives its parts: its national coordination."""
    if edition.rehearsal_of_id is None:
        return Refusal(_("Seule une répétition a une horloge qu’on déplace."))
    return may_coordinate(viewer, edition)


def may_play(viewer: Viewer, edition: Edition, person: Person) -> Refusal | None:
    """Whether somebody may play a person: invented for this rehearsal, never a real one."""
    if person.invented_for_id != edition.id:
        return Refusal(_("Cette personne ne joue pas dans cette répétition."), hidden=True)
    return may_direct(viewer, edition)


def clock_problem(ahead: timedelta) -> str | None:
    """Why a clock cannot be set so."""
    return None if abs(ahead) <= FARTHEST else _("L’horloge va jusqu’à trois ans d’écart, pas au-delà.")


def jumps(edition: Edition) -> list[Jump]:
    """The instant of each opening and closing, in order, each instant once."""
    found: dict[datetime, str] = {}
    for phase in edition.phases:
        found.setdefault(phase.opens_at, _("Ouverture : %(title)s", title=phase.title))
        found.setdefault(phase.closes_at, _("Fermeture : %(title)s", title=phase.title))
    return [Jump(words, at, edition.zone) for at, words in sorted(found.items())]


def tomorrow_at_eight(now: datetime, zone: str) -> datetime:
    """The next day at 8 h where the edition takes place."""
    place = ZoneInfo(zone)
    return datetime.combine(now.astimezone(place).date() + timedelta(days=1), time(8), place)


def address_of(given_name: str, edition: Edition) -> str:
    """An address that can never be written to (RFC 2606)."""
    return f"{given_name.lower()}.{edition.slug}@repetition.invalid"

"""The moments all projects share: their names, their template, their hours in words."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from creathon.core.errors import Refusal
from creathon.core.text import _, date_words, instant_words, time_words, zone_name
from creathon.jury.rules.selection import TIER_NAMES as TIERS
from creathon.mentoring.models import ProgrammeSession, SessionKind

KIND_NAMES = {
    SessionKind.BOOTCAMP: "Semaine intensive",
    SessionKind.WORKSHOP: "Atelier",
    SessionKind.DEMO_DAY: "Journée de démonstration",
    SessionKind.REVIEW: "Bilan",
}
TIER_NAMES = {tier: name[:1].lower() + name[1:] for tier, name in TIERS.items()}
"""As they stand inside a sentence."""

_REMOTE = "À distance"
_DAY = (time(9), time(17, 30))
_AFTERNOON = (time(13, 30), time(17, 30))
_TEMPLATE = (
    (0, SessionKind.BOOTCAMP, "Jour 1 : besoin et terrain", _DAY, "Carte du besoin"),
    (1, SessionKind.BOOTCAMP, "Jour 2 : parcours et maquette", _DAY, "Maquette du parcours"),
    (2, SessionKind.BOOTCAMP, "Jour 3 : données et éthique", _DAY, "Liste des données que l’on retire"),
    (3, SessionKind.BOOTCAMP, "Jour 4 : accessibilité et essai", _DAY, "Compte rendu d’un essai d’une heure"),
    (4, SessionKind.BOOTCAMP, "Jour 5 : récit et plan", (time(9), time(16)), "Plan d’action à cent jours"),
    (37, SessionKind.WORKSHOP, "Atelier 1 : concevoir pour tous", _AFTERNOON, "Protocole d’essai"),
    (51, SessionKind.WORKSHOP, "Atelier 2 : données et règlement sur l’IA", _AFTERNOON, "Fiche éthique, version 2"),
    (65, SessionKind.WORKSHOP, "Atelier 3 : prototyper sobre et libre", _AFTERNOON, "Prototype cliquable, licence"),
    (
        100,
        SessionKind.WORKSHOP,
        "Atelier 4 : modèle, partenaires, financement",
        _AFTERNOON,
        "Budget, lettre d’un terrain",
    ),
    (107, SessionKind.DEMO_DAY, "Journée de démonstration", (time(9, 30), time(17)), "Présentation de trois minutes"),
    (233, SessionKind.REVIEW, "Bilan à six mois", (time(14), time(17)), "Indicateur relevé, suite donnée"),
)
"""Days after the first one, kind, title, hours, what is handed in: the shape of the programme « Tremplin »."""


@dataclass(frozen=True)
class SessionValues:
    """A moment of the programme. Instants are aware."""

    kind: SessionKind
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    deliverable: str = ""


def values_of(session: ProgrammeSession) -> SessionValues:
    """A moment as it is stored."""
    return SessionValues(
        session.kind, session.title, session.starts_at, session.ends_at, session.place, session.deliverable
    )


def template_sessions(first_day: date, zone: str, place: str) -> list[SessionValues]:
    """The usual programme from its first day: a week, four workshops, the demo day, the review at six months."""
    place = place or _REMOTE
    found = []
    for days, kind, title, (starts, ends), deliverable in _TEMPLATE:
        day = first_day + timedelta(days=days)
        starts_at, ends_at = (datetime.combine(day, hour, ZoneInfo(zone)) for hour in (starts, ends))
        where = _REMOTE if kind in (SessionKind.WORKSHOP, SessionKind.REVIEW) else place
        found.append(SessionValues(kind, _(title), starts_at, ends_at, _(where), _(deliverable)))
    return found


def may_be_session(values: SessionValues) -> Refusal | None:
    """Whether the hours of a moment are an interval."""
    if values.starts_at < values.ends_at:
        return None
    return Refusal(_("La fin doit venir après le début."))


def session_words(session: ProgrammeSession | SessionValues, zone: str, reader_zone: str | None = None) -> str:
    """« lundi 4 octobre 2027, de 9 h 00 à 17 h 30 (heure de Paris) », then the reader's own hours when they differ."""
    bounds = (session.starts_at, session.ends_at)
    words = _hours(bounds, zone)
    if reader_zone and [_offset(one, reader_zone) for one in bounds] != [_offset(one, zone) for one in bounds]:
        same_days = [_day(one, reader_zone) for one in bounds] == [_day(one, zone) for one in bounds]
        words += f", soit {_hours(bounds, reader_zone, with_day=not same_days)}"
    return words


def _hours(bounds: tuple[datetime, datetime], zone: str, *, with_day: bool = True) -> str:
    starts_at, ends_at = bounds
    if _day(starts_at, zone) != _day(ends_at, zone):
        return _(
            "du %(start)s au %(end)s",
            start=instant_words(starts_at, zone),
            end=instant_words(ends_at, zone),
        )
    day = f"{date_words(starts_at, zone)}, " if with_day else ""
    return _(
        "%(day)sde %(start)s à %(end)s (%(zone_name)s)",
        day=day,
        start=time_words(starts_at, zone),
        end=time_words(ends_at, zone),
        zone_name=zone_name(zone),
    )


def _day(value: datetime, zone: str) -> date:
    return value.astimezone(ZoneInfo(zone)).date()


def _offset(value: datetime, zone: str) -> timedelta | None:
    return value.astimezone(ZoneInfo(zone)).utcoffset()

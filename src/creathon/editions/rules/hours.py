"""A local time, as somebody types it, and the instants it may name: one, none or two."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from creathon.core.text import _, zone_name

YEARS = range(2000, 2100)

MISSING = (
    "Cette heure n’existe pas ({zone}) : cette nuit-là, on avance les montres. Choisissez une heure avant ou après."
)
TWICE = "Cette heure arrive deux fois ({zone}) : cette nuit-là, on recule les montres. Dites laquelle des deux."
ODD_YEAR = "Vérifiez l’année : elle doit aller de 2000 à 2099."


def instants_of(local: datetime, zone: str) -> list[datetime]:
    """The instants a local time names in a zone, earliest first.

    None in the hour skipped in spring or out of `YEARS`, two in the hour that comes back in autumn, else one.
    """
    if local.year not in YEARS:
        return []
    place = ZoneInfo(zone)
    found = {local.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(one for one in found if one.astimezone(place).replace(tzinfo=None, fold=0) == local)


def local_problem(local: datetime, zone: str) -> str | None:
    """Why a local time does not name one instant, in a sentence."""
    if local.year not in YEARS:
        return _(ODD_YEAR)
    count = len(instants_of(local, zone))
    if count == 0:
        return _(MISSING.format(zone=zone_name(zone)))
    return _(TWICE.format(zone=zone_name(zone))) if count == 2 else None


def local_time(instant: datetime, zone: str) -> datetime:
    """An instant as the clocks of a zone show it, without zone: what a form is filled with."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def local_day(instant: datetime, zone: str) -> date:
    """The day an instant falls on in a zone."""
    return local_time(instant, zone).date()


def is_second_time(instant: datetime, zone: str) -> bool:
    """Whether the instant is the second of the two that bear its local time."""
    return instant.astimezone(ZoneInfo(zone)).fold == 1

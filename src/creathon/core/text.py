"""French as people read it: dates in words, numbers with comma, durations as one says them; and gettext.

French is the source language: `_` marks what a catalogue may translate later (`CREATHON_LOCALE`, `locale/`).
"""

import gettext as _gettext
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_day_names, get_month_names
from babel.numbers import format_decimal

LOCALE = "fr_FR"
NARROW = "\u202f"
"""Narrow no-break space: before ? ! ; and inside numbers."""
HARD = "\u00a0"
"""No-break space: before the colon and inside « »."""

_DAYS = get_day_names("wide", locale=LOCALE)
_MONTHS = get_month_names("wide", locale=LOCALE)
_SHORT_MONTHS = get_month_names("abbreviated", locale=LOCALE)

_catalogue: _gettext.NullTranslations = _gettext.NullTranslations()

_SPACES = [
    *((f" {sign}", f"{NARROW}{sign}") for sign in "?!;"),
    *((f" {sign}", f"{HARD}{sign}") for sign in ":»"),
    ("« ", f"«{HARD}"),
]

ZONE_NAMES = {
    "Europe/Paris": "heure de Paris",
    "Indian/Reunion": "heure de La Réunion",
    "Indian/Mayotte": "heure de Mayotte",
    "America/Guadeloupe": "heure de la Guadeloupe",
    "America/Martinique": "heure de la Martinique",
    "America/Cayenne": "heure de Guyane",
    "America/Miquelon": "heure de Saint-Pierre-et-Miquelon",
    "Pacific/Noumea": "heure de Nouméa",
    "Pacific/Tahiti": "heure de Tahiti",
    "Pacific/Marquesas": "heure des Marquises",
    "Pacific/Gambier": "heure des Gambier",
    "Pacific/Wallis": "heure de Wallis-et-Futuna",
}


def _(message: str, **values: object) -> str:
    """The sentence in the reader's language (French when no catalogue says otherwise), with French spacing.

    `values` fill its %(name)s, so that the catalogue knows the sentence and not what one person was told.
    """
    said = french_spaces(_catalogue.gettext(message))
    return said % values if values else said


def french_spaces(message: str) -> str:
    """Make the spaces French typography wants unbreakable: before ? ! ; : and inside « »."""
    for breakable, unbreakable in _SPACES:
        message = message.replace(breakable, unbreakable)
    return message


def ngettext(singular: str, plural: str, count: int) -> str:
    """The singular for 0 and 1, as French counts, or the plural; %(num)s in it is the count."""
    return ngettext_words(singular, plural, count) % {"num": count}


def ngettext_words(singular: str, plural: str, count: int) -> str:
    """The sentence of the catalogue for a count, with French spacing; templates fill its %(num)s and the rest."""
    if type(_catalogue) is _gettext.NullTranslations:
        return french_spaces(singular if abs(count) < 2 else plural)
    return french_spaces(_catalogue.ngettext(singular, plural, count))


def clean(value: str) -> str:
    """User text as it is kept: NFC, ends trimmed, line ends as \\n."""
    return unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n").strip()


def zone_name(zone: str) -> str:
    """« heure de Paris »; elsewhere « heure d’Alger », « heure du Caire », by the cities of the CLDR."""
    if zone in ZONE_NAMES:
        return ZONE_NAMES[zone]
    city = Locale.parse(LOCALE).time_zones.get(zone, {}).get("city") or zone.rsplit("/", 1)[-1].replace("_", " ")
    for article, contracted in (("Le ", "du "), ("Les ", "des ")):
        if city.startswith(article):
            return f"heure {contracted}{city.removeprefix(article)}"
    return f"heure d’{city}" if unicodedata.normalize("NFD", city)[0] in "AEIOU" else f"heure de {city}"


def date_words(value: date | datetime, zone: str = "Europe/Paris") -> str:
    """« mercredi 19 mai 2027 »."""
    day = _local(value, zone)
    return f"{_DAYS[day.weekday()]} {_day_of_month(day)} {_MONTHS[day.month]} {day.year}"


def date_short(value: date | datetime, zone: str = "Europe/Paris") -> str:
    """« 19 mai »."""
    day = _local(value, zone)
    return f"{_day_of_month(day)} {_SHORT_MONTHS[day.month]}"


def time_words(value: datetime, zone: str = "Europe/Paris") -> str:
    """« 9 h 00 », with « min » seconds only when they are not zero."""
    local = value.astimezone(ZoneInfo(zone))
    seconds = f"{HARD}min{HARD}{local.second:02}{HARD}s" if local.second else ""
    return f"{local.hour}{HARD}h{HARD}{local.minute:02}{seconds}"


def minute(value: datetime) -> datetime:
    """The instant without its seconds: what people did is told to the minute; a receipt and a deadline are not cut."""
    return value.replace(second=0, microsecond=0)


def instant_words(value: datetime, zone: str = "Europe/Paris", reader_zone: str | None = None) -> str:
    """« mercredi 19 mai 2027 à 9 h 00 (heure de Paris) », then the reader's own time when it differs."""
    words = _in_zone(value, zone)
    if reader_zone and value.astimezone(ZoneInfo(reader_zone)).utcoffset() != _offset(value, zone):
        words += f", soit {_in_zone(value, reader_zone)}"
    return words


def number(value: float | Decimal, digits: int = 0) -> str:
    """« 1 234,5 » with exactly `digits` decimals, halves away from zero."""
    quantum = Decimal(1).scaleb(-digits)
    rounded = Decimal(str(value)).quantize(quantum, rounding="ROUND_HALF_UP") + 0
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(rounded, format=pattern, locale=LOCALE).replace(HARD, NARROW)


def size_words(size: int) -> str:
    """« 2,4 Mo » of a number of bytes, in powers of 1000."""
    for unit, factor in (("Go", 10**9), ("Mo", 10**6), ("ko", 10**3)):
        if size >= factor:
            return f"{number(size / factor, 1).removesuffix(',0')}{HARD}{unit}"
    return f"{size}{HARD}octets" if size > 1 else f"{size}{HARD}octet"


def duration_words(duration: timedelta) -> str:
    """« environ 35 minutes », « environ 3 heures », « environ 2 jours »; « moins d’une minute »."""
    minutes = round(duration.total_seconds() / 60)
    if minutes < 1:
        return "moins d’une minute"
    if minutes < 90:
        return f"environ {minutes}{HARD}{ngettext('minute', 'minutes', minutes)}"
    hours = round(minutes / 60)
    if hours < 48:
        return f"environ {hours}{HARD}heures"
    return f"environ {round(hours / 24)}{HARD}jours"


def exact_words(duration: timedelta) -> str:
    """A duration to the second: « 1 heure », « 2 jours 3 heures », « 15 minutes »."""
    total = round(duration.total_seconds())
    units = (
        ("jour", "jours", total // 86400),
        ("heure", "heures", total // 3600 % 24),
        ("minute", "minutes", total // 60 % 60),
        ("seconde", "secondes", total % 60),
    )
    said = [f"{count}{HARD}{ngettext(one, several, count)}" for one, several, count in units if count]
    return " ".join(said) or f"0{HARD}seconde"


def wait_words(duration: timedelta) -> str:
    """How long to wait, rounded up so that nobody comes back too early: « 40 secondes », « 3 minutes »."""
    seconds = -int(-duration.total_seconds() // 1)
    if seconds <= 60:
        return f"{seconds}{HARD}{ngettext('seconde', 'secondes', seconds)}"
    minutes = -(-seconds // 60)
    return f"{minutes}{HARD}minutes"


def _day_of_month(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def _local(value: date | datetime, zone: str) -> date:
    return value.astimezone(ZoneInfo(zone)).date() if isinstance(value, datetime) else value


def _in_zone(value: datetime, zone: str) -> str:
    return f"{date_words(value, zone)} à {time_words(value, zone)} ({zone_name(zone)}{_season(value, zone)})"


def _season(value: datetime, zone: str) -> str:
    """« , heure d’été » or « , heure d’hiver » in the hour that comes twice in the year; nothing otherwise."""
    local = value.astimezone(ZoneInfo(zone))
    first, second = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
    if first is None or second is None or first <= second:
        return ""
    return ", heure d’été" if local.utcoffset() == first else ", heure d’hiver"


def _offset(value: datetime, zone: str) -> timedelta | None:
    return value.astimezone(ZoneInfo(zone)).utcoffset()

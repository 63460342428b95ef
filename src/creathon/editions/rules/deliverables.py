"""What an edition asks its teams to hand in: formats, sizes, durations, within what the platform opens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _, size_words
from creathon.editions.models import Deliverable, DeliverableKind, Edition, EditionState
from creathon.editions.rules.access import may_change_edition

PIECE, VIDEO = DeliverableKind.PIECE, DeliverableKind.VIDEO
FORMATS = {PIECE: ("pdf", "odt", "docx", "pptx", "odp", "png", "jpg"), VIDEO: ("mp4", "webm")}
"""What the platform knows how to open, in the order it is read; « jpg » is also « jpeg »."""
FORMAT_NAMES = {"jpg": "JPEG", "webm": "WebM"}
CEILINGS = {PIECE: 20_000_000, VIDEO: 2_000_000_000}
"""Bytes above which the platform opens nothing, whatever an edition asks."""
SECONDS_CEILING = 3600
MOST_CEILING = 10
"""Pieces of one project."""
MEGABYTE = 1_000_000
OPEN = frozenset({EditionState.DRAFT, EditionState.ANNOUNCED})
"""Before teams hand anything in, everything may change; afterwards, only what widens."""


@dataclass(frozen=True)
class DeliverableValues:
    """The limits of one kind: extensions, bytes, seconds (None for what does not last), whether a deposit needs one.

    `most`: how many of them a project holds.
    """

    formats: tuple[str, ...]
    max_bytes: int
    max_seconds: int | None
    required: bool
    most: int = 1


Deliverables = Mapping[DeliverableKind, DeliverableValues]
"""Every kind, always."""

USUAL: Deliverables = {
    PIECE: DeliverableValues(FORMATS[PIECE], 20_000_000, None, required=False, most=3),
    VIDEO: DeliverableValues(FORMATS[VIDEO], 500_000_000, 180, required=True),
}


def limits_of(rows: Iterable[Deliverable]) -> dict[DeliverableKind, DeliverableValues]:
    """The limits of an edition as its rows say them."""
    return {
        row.kind: DeliverableValues(
            tuple(row.formats), row.max_bytes, row.max_seconds, required=row.required, most=row.most
        )
        for row in rows
    }


def formats_words(formats: Iterable[str]) -> str:
    """« PDF, PNG ou JPEG », in the order of the platform."""
    known = [name for names in FORMATS.values() for name in names if name in set(formats)]
    names = [FORMAT_NAMES.get(name, name.upper()) for name in known]
    return _(" ou ").join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def may_change_deliverables(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether somebody may change what the edition asks for; see `narrowings` for what it may become."""
    return may_change_edition(viewer, edition)


def narrowings(edition: Edition, before: Deliverables, after: Deliverables) -> list[tuple[str, str]]:
    """What would refuse a file that was accepted, once teams work: (kind_field, sentence); nothing before that."""
    if edition.state in OPEN:
        return []
    return [
        (f"{kind}_{field}", sentence) for kind in before for field, sentence in _narrowed(before[kind], after[kind])
    ]


def _narrowed(before: DeliverableValues, after: DeliverableValues) -> list[tuple[str, str]]:
    found = []
    if gone := set(before.formats) - set(after.formats):
        words = formats_words(gone)
        found.append(("formats", _("L’édition est en cours : ce format reste accepté (%(words)s).", words=words)))
    if after.max_bytes < before.max_bytes:
        words = size_words(before.max_bytes)
        found.append(("megabytes", _("L’édition est en cours : la taille reste d’au moins %(words)s.", words=words)))
    if after.most < before.most:
        found.append(("most", _("L’édition est en cours : %(most)s fichiers restent possibles.", most=before.most)))
    if (after.max_seconds or 0) < (before.max_seconds or 0):
        seconds = before.max_seconds
        sentence = _("L’édition est en cours : la durée reste d’au moins %(seconds)s secondes.", seconds=seconds)
        found.append(("seconds", sentence))
    if after.required and not before.required:
        found.append(("required", _("L’édition est en cours : ce qui était facultatif le reste.")))
    return found

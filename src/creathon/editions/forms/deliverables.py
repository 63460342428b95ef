"""What an edition asks its teams to hand in: two lines of limits in one form."""

from typing import Any

from wtforms import BooleanField, IntegerField, SelectChoice
from wtforms.validators import NumberRange

from creathon.core.forms import ChecksField, Form, required
from creathon.core.text import _
from creathon.editions.models import DeliverableKind
from creathon.editions.rules import (
    CEILINGS,
    FORMATS,
    MEGABYTE,
    MOST_CEILING,
    SECONDS_CEILING,
    Deliverables,
    DeliverableValues,
    formats_words,
)

PIECE, VIDEO = DeliverableKind.PIECE, DeliverableKind.VIDEO
NO_FORMAT = "Choisissez au moins un format."


def _formats(kind: DeliverableKind) -> ChecksField:
    choices = [SelectChoice(name, formats_words([name])) for name in FORMATS[kind]]
    return ChecksField("Formats acceptés", [required(NO_FORMAT)], choices=choices)


def _number(label: str, most: int, unit: str = "") -> IntegerField:
    sentence = f"Écrivez un nombre entre 1 et {most}."
    return IntegerField(
        label, [required(), NumberRange(1, most, sentence)],
        description=f"En {unit}, de 1 à {most}." if unit else f"De 1 à {most}.",
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )  # fmt: skip


class DeliverablesForm(Form):
    """The limits of the pieces and of the video."""

    piece_formats = _formats(PIECE)
    piece_most = _number("Nombre de fichiers par projet", MOST_CEILING)
    piece_megabytes = _number("Taille d’un fichier", CEILINGS[PIECE] // MEGABYTE, "mégaoctets (Mo)")
    piece_required = BooleanField("Le dossier ne se dépose pas sans fichier joint")
    video_formats = _formats(VIDEO)
    video_megabytes = _number("Taille de la vidéo", CEILINGS[VIDEO] // MEGABYTE, "mégaoctets (Mo)")
    video_seconds = _number("Durée de la vidéo", SECONDS_CEILING, "secondes")
    video_required = BooleanField("Le dossier ne se dépose pas sans vidéo, jointe ou chez un hébergeur")

    def values(self) -> dict[DeliverableKind, DeliverableValues]:
        data = self.data
        return {
            kind: DeliverableValues(
                tuple(name for name in FORMATS[kind] if name in data[f"{kind}_formats"]),
                data[f"{kind}_megabytes"] * MEGABYTE,
                data.get(f"{kind}_seconds"),
                required=data[f"{kind}_required"],
                most=data.get(f"{kind}_most", 1),
            )
            for kind in FORMATS
        }


def fields_of(limits: Deliverables) -> dict[str, Any]:
    """What the form holds of stored limits."""
    held: dict[str, Any] = {}
    for kind, values in limits.items():
        held |= {f"{kind}_formats": list(values.formats), f"{kind}_megabytes": values.max_bytes // MEGABYTE}
        held |= {f"{kind}_seconds": values.max_seconds, f"{kind}_required": values.required}
        held |= {f"{kind}_most": values.most}
    return held


def differing(form: DeliverablesForm, stored: Deliverables) -> list[tuple[str, str, str]]:
    """The fields whose typed and stored values differ: label, typed, stored."""
    held = fields_of(stored)
    return [
        (field.label.text, _words(field.data), _words(held[field.name]))
        for field in form
        if field.data != held[field.name]
    ]


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    return formats_words(value) if isinstance(value, list) else str(value)

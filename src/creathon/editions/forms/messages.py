"""The words of a message."""

from typing import Any

from wtforms import Field
from wtforms.validators import ValidationError

from creathon.core.forms import Form, line, paragraph
from creathon.core.text import _
from creathon.mail.wordable import SUBJECT_MOST, TEXT_MOST, Wordable, Words


class WordsForm(Form):
    """The subject, when the message leaves it to the edition, and the text."""

    subject = line(
        "Objet", SUBJECT_MOST, needed=False, hint=f"{SUBJECT_MOST} caractères au plus. Vide : l’objet d’origine."
    )
    text = paragraph(
        "Votre texte",
        TEXT_MOST,
        needed=False,
        rows=8,
        hint="4 000 caractères au plus, sans mise en forme. Il suit « Bonjour » et précède les faits.",
    )

    def __init__(self, posted: Any = None, *, wordable: Wordable, **initial: Any) -> None:
        super().__init__(posted, **initial)
        if not wordable.has_own_subject:
            del self.subject

    def validate_subject(self, field: Field) -> None:
        if "\n" in (field.data or ""):
            raise ValidationError(_("L’objet tient sur une seule ligne."))

    def values(self) -> Words:
        subject = self.subject.data or "" if "subject" in self else ""
        return Words(" ".join(subject.split()), self.text.data or "")

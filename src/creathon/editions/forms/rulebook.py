"""An article of the rulebook, what an amendment changes, accepting a version."""

from typing import Any

from wtforms import BooleanField, HiddenField
from wtforms.validators import ValidationError

from creathon.core.forms import Form, line, paragraph, required
from creathon.core.text import _
from creathon.editions.models import Rulebook
from creathon.editions.rules.rulebook import (
    ARTICLE_LIMIT,
    PLACEHOLDERS,
    SUMMARY_LIMIT,
    TITLE_LIMIT,
    ArticleValues,
    unknown_placeholders,
)


class ArticleForm(Form):
    """The title and the text of one article."""

    title = line("Titre de l’article", TITLE_LIMIT)
    text = paragraph(
        "Texte", ARTICLE_LIMIT, rows=12, hint="Une ligne vide sépare deux paragraphes. 6 000 caractères au plus."
    )

    def validate_text(self, field: Any) -> None:
        """Refuse what nothing would fill."""
        if unknown := unknown_placeholders(field.data or ""):
            known = ", ".join(f"[[{name}]]" for name in PLACEHOLDERS)
            raise ValidationError(
                _(
                    "« [[%(unknown)s]] » ne se remplit pas. Ce qui se remplit : %(known)s.",
                    unknown=unknown[0],
                    known=known,
                )
            )

    def values(self) -> ArticleValues:
        return ArticleValues(self.title.data, self.text.data)


class PublishRulebookForm(Form):
    """What changes, for an amendment; `mark` is the seal of the text that was read."""

    mark = HiddenField()
    summary = paragraph(
        "Ce qui change, et pourquoi", SUMMARY_LIMIT, rows=4,
        hint="Tout le monde le lira avant d’accepter. 1 000 caractères au plus.",
    )  # fmt: skip

    def __init__(self, posted: Any = None, *, first: bool, **initial: Any) -> None:
        super().__init__(posted, **initial)
        if first:
            del self.summary


class AcceptForm(Form):
    """One box, never ticked beforehand; `seal` is the text it speaks of."""

    seal = HiddenField()
    accepted = BooleanField("", [required("Cochez la case pour accepter. Rien n’est enregistré sans elle.")])

    def __init__(self, posted: Any = None, *, rulebook: Rulebook) -> None:
        super().__init__(posted, **({} if posted is not None else {"seal": rulebook.sha256}))
        self.accepted.label.text = _(
            "J’ai lu la version %(number)s du règlement et je l’accepte.", number=rulebook.number
        )

"""The texts of an edition."""

from creathon.core.forms import Form, line, paragraph
from creathon.editions.rules import EditionTexts


class EditionForm(Form):
    """The texts of an edition."""

    title = line("Titre de l’édition", 120)
    pilot = line("Organisme pilote", 120)
    theme_title = line("Titre du thème", 200)
    theme_statement = paragraph("Énoncé du thème", 4000, rows=8, hint="4 000 caractères au plus.")

    def values(self) -> EditionTexts:
        return EditionTexts(self.title.data, self.pilot.data, self.theme_title.data, self.theme_statement.data)

"""The file to import."""

from wtforms import FileField, RadioField, SelectChoice

from creathon.core.forms import Form, required
from creathon.core.text import number, size_words
from creathon.imports.reading import LINES
from creathon.imports.rules import KIND_NAMES, Kind
from creathon.imports.waiting import LIMIT

HINT = f"CSV, XLSX ou ODS, {size_words(LIMIT)} et {number(LINES)} lignes au plus. Rien n’est enregistré encore."


class ImportForm(Form):
    """What the file holds, and the file."""

    kind = RadioField(
        "Que contient ce fichier ?",
        [required()],
        choices=[SelectChoice(kind.value, name) for kind, name in KIND_NAMES.items()],
    )
    file = FileField(
        "Fichier",
        description=HINT,
        render_kw={"accept": ".csv,.xlsx,.ods,text/csv"},
    )

    @property
    def chosen(self) -> Kind:
        return Kind(self.kind.data)

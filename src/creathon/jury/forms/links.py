"""Links of interest: the ticked projects, then what each link is."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, SelectChoice, SelectField

from creathon.core.forms import ChecksField, Form, line, required
from creathon.jury.models import LinkKind
from creathon.jury.rules.conflicts import LINK_NAMES, NOTE_LIMIT, LinkValues, ScopedProject

CERTIFY = "Cochez cette case : sans elle, la déclaration n’est pas faite."


class LinkForm(Form):
    """What one link is."""

    kind = SelectField(
        "Quel lien",
        [required("Choisissez la nature du lien.")],
        choices=[SelectChoice("", "Choisir"), *(SelectChoice(kind.value, name) for kind, name in LINK_NAMES.items())],
    )
    note = line("Précision, si elle est utile", NOTE_LIMIT, needed=False)

    def values(self) -> LinkValues:
        return LinkValues(LinkKind(self.kind.data), self.note.data or "")


class LinksForm(Form):
    """Which projects are linked; `details` holds a `LinkForm` for each ticked one."""

    linked = ChecksField("Projets", choices=[], validate_choice=True)
    certified = BooleanField(
        "Je certifie n’avoir aucun autre lien, familial, professionnel, associatif ou financier, avec ces projets.",
        [required(CERTIFY)],
    )

    def __init__(self, posted: Any = None, *, scope: Sequence[ScopedProject], **initial: Any) -> None:
        super().__init__(posted, **initial)
        self.linked.choices = [SelectChoice(project.id, project.title) for project in scope]
        self.titles = {project.id: project.title for project in scope}
        ticked = [project_id for project_id in self.linked.data or () if project_id in self.titles]
        self.details = {project_id: LinkForm(posted, prefix=f"{project_id}-") for project_id in ticked}

    def accepts(self) -> bool:
        """Whether everything is said; a link without its nature asks for it."""
        valid = super().accepts()
        unclear = [self.titles[project_id] for project_id, detail in self.details.items() if not detail.accepts()]
        for title in unclear:
            self.refuse(f"« {title} » : précisez le lien.")
        return valid and not unclear

    def values(self) -> dict[str, LinkValues]:
        return {project_id: detail.values() for project_id, detail in self.details.items()}

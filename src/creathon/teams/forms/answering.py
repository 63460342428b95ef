"""What a coordination answers."""

from collections.abc import Mapping
from typing import Any

from wtforms import Field, RadioField, SelectChoice
from wtforms.validators import ValidationError

from creathon.core.forms import Form, paragraph, required
from creathon.teams.forms.teams import offer_sites, site_choices
from creathon.teams.models import ApplicationState
from creathon.teams.rules import DECISIONS, decision_problem

REASON_LENGTH = 2000
_DECISION_NAMES = {
    ApplicationState.ACCEPTED: "Retenir l’équipe",
    ApplicationState.WAITLISTED: "Mettre en liste d’attente",
    ApplicationState.REFUSED: "Ne pas retenir l’équipe",
}


class DecisionForm(Form):
    """The answer to an application."""

    decision = RadioField(
        "Votre réponse",
        [required("Choisissez une réponse.")],
        choices=[SelectChoice(decision.value, _DECISION_NAMES[decision]) for decision in DECISIONS],
    )
    reason = paragraph(
        "Message à l’équipe",
        REASON_LENGTH,
        needed=False,
        rows=5,
        hint="Chaque membre le reçoit. Obligatoire si l’équipe n’est pas retenue ou attend.",
    )

    def validate_reason(self, field: Field) -> None:
        if self.decision.data in set(DECISIONS) and (problem := decision_problem(self.chosen, field.data or "")):
            raise ValidationError(problem)

    @property
    def chosen(self) -> ApplicationState:
        return ApplicationState(self.decision.data)


class ManyForm(DecisionForm):
    """One answer to many applications."""

    reason = paragraph(
        "Message aux équipes",
        REASON_LENGTH,
        needed=False,
        rows=4,
        hint="Le même pour toutes. Obligatoire si elles ne sont pas retenues ou attendent.",
    )


class MoveForm(Form):
    """Another site for an application."""

    site_id = site_choices("Nouveau site")

    def __init__(self, posted: Any = None, *, sites: Mapping[str, str], **initial: Any) -> None:
        super().__init__(posted, **initial)
        offer_sites(self.site_id, sites)


class AsideForm(Form):
    """Why a team takes part without competing, or competes again."""

    reason = paragraph("Raison", REASON_LENGTH, rows=3, hint="Chaque membre la reçoit par message.")


class AskAsideForm(Form):
    """Why a team asks not to compete."""

    reason = paragraph("Votre raison", REASON_LENGTH, rows=3, hint="La coordination du site la lira et vous répondra.")

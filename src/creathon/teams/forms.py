"""Forms of teams."""

from collections.abc import Sequence
from typing import Any

from wtforms import Field, RadioField, SelectChoice, SelectField
from wtforms.validators import ValidationError

from creathon.accounts.forms import email
from creathon.core.forms import Form, line, paragraph, required
from creathon.core.text import _
from creathon.editions.models import Site
from creathon.teams.models import ApplicationState, TeamRole
from creathon.teams.rules import (
    CODE_LENGTH,
    DECISIONS,
    NAME_LENGTH,
    TEAM_ROLE_HINTS,
    TEAM_ROLE_NAMES,
    TeamValues,
    decision_problem,
    name_problem,
    normal_code,
)

REASON_LENGTH = 2000
CHOOSE_ROLE = "Choisissez un rôle."
_DECISION_NAMES = {
    ApplicationState.ACCEPTED: "Retenir l’équipe",
    ApplicationState.WAITLISTED: "Mettre en liste d’attente",
    ApplicationState.REFUSED: "Ne pas retenir l’équipe",
}


def role_name(role: TeamRole) -> str:
    """A role as a line begins: « Pédagogue »."""
    return TEAM_ROLE_NAMES[role][:1].upper() + TEAM_ROLE_NAMES[role][1:]


def _described_roles() -> list[SelectChoice]:
    return [SelectChoice(role.value, _(f"{role_name(role)} : {TEAM_ROLE_HINTS[role]}")) for role in TeamRole]


def _roles() -> list[SelectChoice]:
    return [SelectChoice(role.value, role_name(role)) for role in TeamRole]


def _role_cards(label: str) -> RadioField:
    hint = "Un même rôle peut être pris par plusieurs personnes. Vous pourrez en changer."
    return RadioField(label, [required(CHOOSE_ROLE)], choices=_described_roles, description=hint)


class EditTeamForm(Form):
    """The name and the site of a team."""

    name = line(
        "Nom de l’équipe",
        NAME_LENGTH,
        hint=f"{NAME_LENGTH} caractères au plus. Chaque nom n’existe qu’une fois dans l’édition.",
        autocomplete="off",
    )
    site_id = SelectField("Site", [required("Choisissez un site.")], choices=[])

    def __init__(self, posted: Any = None, *, sites: Sequence[Site], **initial: Any) -> None:
        super().__init__(posted, **initial)
        self.site_id.choices = [SelectChoice("", "Choisir…"), *(SelectChoice(site.id, site.name) for site in sites)]

    def validate_name(self, field: Field) -> None:
        if problem := name_problem(" ".join((field.data or "").split())):
            raise ValidationError(problem)


class TeamForm(EditTeamForm):
    """A team to found."""

    role = _role_cards("Votre rôle dans l’équipe")

    def values(self) -> TeamValues:
        return TeamValues(name=self.name.data, site_id=self.site_id.data, role=TeamRole(self.role.data))


class JoinForm(Form):
    """A team to join with its code."""

    code = line(
        "Code de l’équipe",
        40,
        hint="Huit lettres et chiffres, par exemple 7F3A-91C2. Espaces, tirets et majuscules ne comptent pas.",
        autocomplete="off",
        spellcheck="false",
        autocapitalize="characters",
    )
    role = _role_cards("Votre rôle dans l’équipe")

    def validate_code(self, field: Field) -> None:
        if len(normal_code(field.data or "")) != CODE_LENGTH:
            raise ValidationError("Un code compte huit lettres et chiffres. Vérifiez celui que vous avez reçu.")

    @property
    def chosen_role(self) -> TeamRole:
        return TeamRole(self.role.data)


class InviteMemberForm(Form):
    """A seat offered to an address."""

    email = email(autocomplete="off")
    role = SelectField("Rôle proposé", choices=_roles)

    @property
    def chosen_role(self) -> TeamRole:
        return TeamRole(self.role.data)


class RoleForm(Form):
    """One's own role in the team."""

    role = _role_cards("Mon rôle")

    @property
    def chosen_role(self) -> TeamRole:
        return TeamRole(self.role.data)


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

"""Forms of teams."""

from collections.abc import Mapping
from typing import Any

from wtforms import Field, RadioField, SelectChoice, SelectField
from wtforms.validators import ValidationError

from creathon.accounts.forms import email
from creathon.core.forms import Form, line, required
from creathon.core.text import _
from creathon.teams.models import TeamKind, TeamRole
from creathon.teams.rules import (
    CODE_LENGTH,
    NAME_LENGTH,
    TEAM_ROLE_HINTS,
    TEAM_ROLE_NAMES,
    TeamValues,
    name_problem,
    normal_code,
)

CHOOSE_ROLE = "Choisissez un rôle."


def role_name(role: TeamRole) -> str:
    """A role as a line begins: « Pédagogue »."""
    return TEAM_ROLE_NAMES[role][:1].upper() + TEAM_ROLE_NAMES[role][1:]


def _described_roles() -> list[SelectChoice]:
    return [
        SelectChoice(
            role.value,
            _("%(role_name)s : %(team_role_hints)s", role_name=role_name(role), team_role_hints=TEAM_ROLE_HINTS[role]),
        )
        for role in TeamRole
    ]


def _roles() -> list[SelectChoice]:
    return [SelectChoice(role.value, role_name(role)) for role in TeamRole]


def role_cards(label: str) -> RadioField:
    """The roles as cards, each with what it does."""
    hint = "Un même rôle peut être pris par plusieurs personnes. Vous pourrez en changer."
    return RadioField(label, [required(CHOOSE_ROLE)], choices=_described_roles, description=hint)


def role_choices(label: str) -> SelectField:
    """A role to choose in a list."""
    return SelectField(label, choices=_roles)


def site_choices(label: str) -> SelectField:
    """A site to choose; the page gives the choices with `offer_sites`."""
    return SelectField(label, [required("Choisissez un site.")], choices=[])


def offer_sites(field: Field, sites: Mapping[str, str]) -> None:
    """The sites of an edition, names by id, none chosen at first."""
    field.choices = [SelectChoice(*site) for site in {"": "Choisir…", **sites}.items()]


class EditTeamForm(Form):
    """The name and the site of a team."""

    name = line(
        "Nom de l’équipe",
        NAME_LENGTH,
        hint=f"{NAME_LENGTH} caractères au plus. Chaque nom n’existe qu’une fois dans l’édition.",
        autocomplete="off",
    )
    site_id = site_choices("Site")

    def __init__(self, posted: Any = None, *, sites: Mapping[str, str], **initial: Any) -> None:
        super().__init__(posted, **initial)
        offer_sites(self.site_id, sites)

    def validate_name(self, field: Field) -> None:
        if problem := name_problem(" ".join((field.data or "").split())):
            raise ValidationError(problem)


class TeamForm(EditTeamForm):
    """A team to found."""

    kind = RadioField(
        "Forme de l’équipe",
        [required("Choisissez la forme de l’équipe.")],
        choices=[
            SelectChoice(TeamKind.STANDARD.value, "Une équipe de 3 à 5 personnes, chacune avec son compte"),
            SelectChoice(TeamKind.CLASS.value, "Une équipe-classe, tenue par son enseignant ou son enseignante"),
        ],
        default=TeamKind.STANDARD.value,
        description="Dans une équipe-classe, les élèves n’ont pas de compte : vous déclarez leur nombre.",
    )
    role = role_cards("Votre rôle dans l’équipe")

    def values(self) -> TeamValues:
        return TeamValues(
            name=self.name.data,
            site_id=self.site_id.data,
            role=TeamRole(self.role.data),
            kind=TeamKind(self.kind.data),
        )


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
    role = role_cards("Votre rôle dans l’équipe")

    def validate_code(self, field: Field) -> None:
        if len(normal_code(field.data or "")) != CODE_LENGTH:
            raise ValidationError("Un code compte huit lettres et chiffres. Vérifiez celui que vous avez reçu.")

    @property
    def chosen_role(self) -> TeamRole:
        return TeamRole(self.role.data)


class InviteMemberForm(Form):
    """A seat offered to an address."""

    email = email(autocomplete="off")
    role = role_choices("Rôle proposé")

    @property
    def chosen_role(self) -> TeamRole:
        return TeamRole(self.role.data)


class RoleForm(Form):
    """One's own role in the team."""

    role = role_cards("Mon rôle")

    @property
    def chosen_role(self) -> TeamRole:
        return TeamRole(self.role.data)

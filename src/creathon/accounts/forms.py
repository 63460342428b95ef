"""Forms of accounts."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from wtforms import EmailField, Field, PasswordField, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired, ValidationError

from creathon.accounts.models import AgeBand
from creathon.accounts.rules import AGE_NAMES, ROLE_NAMES, TOO_YOUNG, UNDER_15, normal_email
from creathon.core.forms import Form, at_most, line, not_blank, required, text_filter
from creathon.core.text import ZONE_NAMES, zone_name
from creathon.editions.models import Role


def _is_email(_form: Form, field: Field) -> None:
    if normal_email(field.data or "") is None:
        raise ValidationError("Cette adresse ne semble pas complète. Exemple : prenom.nom@exemple.fr")


def _is_old_enough(_form: Any, field: Field) -> None:
    if field.data == UNDER_15:
        raise ValidationError(TOO_YOUNG)


_SITE_HINT = "Seulement pour la coordination ou le jury d’un site."


def email(label: str = "Adresse électronique", *, autocomplete: str = "email") -> EmailField:
    """A field for an address."""
    return EmailField(
        label,
        [not_blank(), at_most(190), _is_email],
        filters=[text_filter],
        render_kw={"autocomplete": autocomplete, "spellcheck": "false"},
    )


def age_field() -> RadioField:
    """The only question about age: its band."""
    return RadioField(
        "Votre âge",
        [InputRequired(message="Dites votre tranche d’âge : rien de plus précis n’est gardé."), _is_old_enough],
        choices=[SelectChoice(value, name[:1].upper() + name[1:]) for value, name in AGE_NAMES.items()],
        description="Seule cette tranche est gardée, jamais votre date de naissance. De 15 à 17 ans, une autorisation "
        "parentale sera demandée avant de participer.",
    )


def _zone_choices() -> list[SelectChoice]:
    others = sorted(zone for zone in available_timezones() if "/" in zone and zone not in ZONE_NAMES)
    named = [SelectChoice(zone, f"{zone_name(zone)} — {zone}") for zone in (*ZONE_NAMES, *others)]
    return [SelectChoice("", "Celui de mon site, ou de l’édition"), *named]


class TakesPart:
    """Of a form that asks the age of somebody who takes part."""

    age: RadioField

    @property
    def age_band(self) -> AgeBand:
        """The band chosen, once accepted."""
        return AgeBand(self.age.data)


class SignUpForm(TakesPart, Form):
    """Who somebody is; the password is chosen by whoever reads the mail."""

    given_name = line("Prénom", 80, autocomplete="given-name")
    family_name = line("Nom", 80, autocomplete="family-name")
    email = email()
    age = age_field()


class SignInForm(Form):
    email = email(autocomplete="username")
    password = PasswordField("Mot de passe", [not_blank()], render_kw={"autocomplete": "current-password"})


class SignOutForm(Form):
    """Whose sessions a coordinator ends."""

    email = email(autocomplete="off")


class AskLinkForm(Form):
    email = email()


class NewPasswordForm(Form):
    password = PasswordField(
        "Mot de passe",
        [not_blank()],
        description="Au moins 12 caractères. Quelques mots sans lien entre eux font un bon mot de passe.",
        render_kw={"autocomplete": "new-password"},
    )


class JoinByInvitationForm(NewPasswordForm):
    """For somebody invited who has no account yet: the address is proved by the invitation."""

    given_name = line("Prénom", 80, autocomplete="given-name")
    family_name = line("Nom", 80, autocomplete="family-name")


class JoinTeamByInvitationForm(TakesPart, JoinByInvitationForm):
    """For somebody invited to a team: they take part, so their age band is asked."""

    age = age_field()


class ProfileForm(Form):
    given_name = line("Prénom", 80, autocomplete="given-name")
    family_name = line("Nom", 80, autocomplete="family-name")
    zone = SelectField("Votre fuseau horaire", choices=_zone_choices(), default="")


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField("Mot de passe actuel", [not_blank()], render_kw={"autocomplete": "current-password"})


class InviteForm(Form):
    """A role offered to an address."""

    email = email(autocomplete="off")
    role = SelectField(
        "Rôle",
        [required()],
        choices=[
            SelectChoice("", "Choisir"),
            *(SelectChoice(role.value, name[:1].upper() + name[1:]) for role, name in ROLE_NAMES.items()),
        ],
    )
    site_id = SelectField(
        "Site", choices=[], default="", description="Seulement pour la coordination ou le jury d’un site."
    )

    def __init__(self, posted: Any = None, *, sites: Mapping[str, str], **initial: Any) -> None:
        super().__init__(posted, **initial)
        self.site_id.choices = [SelectChoice(*site) for site in {"": "Toute l’édition", **sites}.items()]

    @property
    def chosen_role(self) -> Role:
        return Role(self.role.data)

"""Forms of accounts."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from wtforms import EmailField, Field, PasswordField, SelectChoice, SelectField
from wtforms.validators import ValidationError

from creathon.accounts.rules import ROLE_NAMES, normal_email
from creathon.core.forms import Form, at_most, line, not_blank, text_filter
from creathon.core.text import ZONE_NAMES, zone_name
from creathon.editions.models import Role, Site


def _is_email(_form: Form, field: Field) -> None:
    if normal_email(field.data or "") is None:
        raise ValidationError("Cette adresse ne semble pas complète. Exemple : prenom.nom@exemple.fr")


_SITE_HINT = "Seulement pour la coordination ou le jury d’un site."


def email(label: str = "Adresse électronique", *, autocomplete: str = "email") -> EmailField:
    """A field for an address."""
    return EmailField(
        label,
        [not_blank(), at_most(190), _is_email],
        filters=[text_filter],
        render_kw={"autocomplete": autocomplete, "spellcheck": "false"},
    )


def _zone_choices() -> list[SelectChoice]:
    others = sorted(zone for zone in available_timezones() if "/" in zone and zone not in ZONE_NAMES)
    return [SelectChoice(zone, f"{zone_name(zone)} — {zone}") for zone in (*ZONE_NAMES, *others)]


class SignUpForm(Form):
    """Who somebody is; the password is chosen by whoever reads the mail."""

    given_name = line("Prénom", 80, autocomplete="given-name")
    family_name = line("Nom", 80, autocomplete="family-name")
    email = email()


class SignInForm(Form):
    email = email(autocomplete="username")
    password = PasswordField("Mot de passe", [not_blank()], render_kw={"autocomplete": "current-password"})


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


class ProfileForm(Form):
    given_name = line("Prénom", 80, autocomplete="given-name")
    family_name = line("Nom", 80, autocomplete="family-name")
    zone = SelectField("Votre fuseau horaire", choices=_zone_choices, default="Europe/Paris")


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField("Mot de passe actuel", [not_blank()], render_kw={"autocomplete": "current-password"})


class InviteForm(Form):
    """A role offered to an address."""

    email = email(autocomplete="off")
    role = SelectField(
        "Rôle", choices=[SelectChoice(role.value, name[:1].upper() + name[1:]) for role, name in ROLE_NAMES.items()]
    )
    site_id = SelectField(
        "Site", choices=[], default="", description="Seulement pour la coordination ou le jury d’un site."
    )

    def __init__(self, posted: Any = None, *, sites: Sequence[Site], **initial: Any) -> None:
        super().__init__(posted, **initial)
        self.site_id.choices = [
            SelectChoice("", "Toute l’édition"),
            *(SelectChoice(site.id, site.name) for site in sites),
        ]

    @property
    def chosen_role(self) -> Role:
        return Role(self.role.data)
